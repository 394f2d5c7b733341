import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { createSystemClock } from "../../src/app/clock.ts";
import type { connectSsh } from "../../src/clients/ssh.ts";
import { createRepairs } from "../../src/hands/repairs.ts";
import type { LedgerEvent } from "../../src/kernel/event.ts";
import type { Repair, RepairStep } from "../../src/kernel/model/aftercare.ts";
import type { Host, Site } from "../../src/kernel/model/site.ts";
import type { RepairDesk, RepairRun } from "../../src/kernel/ports-prevent.ts";
import type { Ledger } from "../../src/storage/ledger/ledger.ts";
import { openLedger } from "../../src/storage/ledger/open.ts";
import { maskSecrets } from "../../src/readers/host/mask.ts";
import { unlooked } from "./bare-site.ts";
import { until } from "./hub-process.ts";
import { recordingLog } from "./scripted-probe.ts";
import type { SshHost } from "./sshd-host.ts";
import { watchedSite } from "./watched-site.ts";

export interface HandsBench {
  readonly desk: RepairDesk;
  readonly ledger: Ledger;
  readonly site: Site;
  /** a folder for what steps leave */
  readonly folder: string;
  /** where steps are claimed */
  readonly steps: string;
  /** `repair.step one running`, in order */
  told(): Promise<readonly string[]>;
  events(): Promise<readonly LedgerEvent[]>;
  offer(steps: readonly (Partial<RepairStep> & { readonly command: string })[], host?: string): Promise<RepairRun>;
  approve(run: RepairRun): ReturnType<RepairDesk["approve"]>;
  ended(id: number): Promise<RepairRun>;
}

export const noted = { ja: "試し", en: "a try" };

/** This machine, without any connection. */
export function ownHost(key = "here"): Host {
  return {
    ...unlooked,
    key,
    at: null,
    address: "localhost",
    segment: null,
    user: null,
    port: 22,
    hostKey: null,
    privateKey: null,
  };
}

/** A machine that may be changed by SSH. */
export function changedHost(sshd: SshHost, change: Partial<Host> = {}): Host {
  const base = { ...ownHost("web1"), address: "127.0.0.1", port: sshd.port, user: sshd.user };
  return { ...base, hostKey: sshd.fingerprint, actKey: sshd.readKey, ...change };
}

export function siteWith(hosts: readonly Host[]): Site {
  return { ...watchedSite({ services: {} }), hosts: new Map(hosts.map((host) => [host.key, host])) };
}

export function tryRepair(steps: readonly (Partial<RepairStep> & { readonly command: string })[]): Repair {
  return {
    id: "try",
    title: noted,
    isSafeTwice: true,
    warnings: [],
    steps: steps.map((step, nth) => ({
      id: `s${nth + 1}`,
      says: noted,
      timeoutMs: 20_000,
      okCodes: [0],
      expects: null,
      undo: null,
      ...step,
    })),
  };
}

/** Real ledger, real machine. */
export async function withHands(
  options: {
    readonly hosts: readonly Host[];
    readonly connect?: typeof connectSsh;
    readonly patience?: { readonly unreachedMs: number; readonly silentMs: number; readonly askEveryMs: number };
  },
  body: (bench: HandsBench) => Promise<void>,
): Promise<void> {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-hands-"));
  const folder = path.join(root, "left");
  fs.mkdirSync(folder);
  const clock = createSystemClock();
  const ledger = await openLedger({ folder: path.join(root, "data"), clock, log: recordingLog() });
  const site = siteWith(options.hosts);
  const desk = createRepairs({
    clock,
    log: recordingLog(),
    ledger,
    site: () => site,
    mask: maskSecrets,
    stepsFolder: path.join(root, "steps"),
    ...(options.connect === undefined ? {} : { connect: options.connect }),
    askAgainMs: 100,
    patience: options.patience ?? { unreachedMs: 3_000, silentMs: 60_000, askEveryMs: 50 },
  });
  const bench: HandsBench = {
    desk,
    ledger,
    site,
    folder,
    steps: path.join(root, "steps"),
    events: () => ledger.read.eventsAfter(0, 1_000),
    async told() {
      const events = await ledger.read.eventsAfter(0, 1_000);
      return events.map(({ kind, data }) => [kind, data["step"], data["state"]].filter(Boolean).join(" "));
    },
    async offer(steps, host = options.hosts[0]?.key ?? "") {
      const offered = await desk.offer({ windowId: null, host, repair: tryRepair(steps) });
      if (!offered.ok) throw offered.error;
      return offered.value;
    },
    approve: ({ id, sha256 }) => desk.approve({ id, sha256, actor: "person:aiko" }),
    async ended(id) {
      let run: RepairRun | null = null;
      await until(
        `repair ${id} ends`,
        async () => {
          run = await desk.repair(id);
          return run !== null && !["offered", "approved", "running"].includes(run.state);
        },
        60_000,
      );
      if (run === null) throw new Error("no such repair");
      return run;
    },
  };
  try {
    await body(bench);
  } finally {
    await desk.stop();
    await ledger.close();
    fs.rmSync(root, { recursive: true, force: true });
  }
}

/** How often a file was written to by a line. */
export function linesOf(file: string): number {
  return fs.existsSync(file) ? fs.readFileSync(file, "utf8").split("\n").length - 1 : 0;
}

/** True where no process has this text among its arguments. */
export function isNowhereSeen(text: string): boolean {
  return !execFileSync("ps", ["-eo", "args"], { encoding: "utf8" }).includes(text);
}
