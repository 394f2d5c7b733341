import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { AftercareFinding } from "../../src/kernel/model/aftercare.ts";
import type { Outcome } from "../../src/kernel/model/observation.ts";
import type { Signal, SignalChange } from "../../src/kernel/model/signal.ts";
import type { Site } from "../../src/kernel/model/site.ts";
import type { HostSnapshot } from "../../src/kernel/model/snapshot.ts";
import type { CheckStatus } from "../../src/kernel/model/status.ts";
import type { KeptNotice } from "../../src/kernel/ports-feeds.ts";
import type { HostStatus } from "../../src/kernel/ports-hosts.ts";
import type { NewWindow } from "../../src/kernel/ports-prevent.ts";
import { ok } from "../../src/kernel/result.ts";
import { stampNow } from "../../src/kernel/clock.ts";
import { createWindows, type Windows } from "../../src/prevent/windows/windows.ts";
import type { Ledger } from "../../src/storage/ledger/ledger.ts";
import { openLedger } from "../../src/storage/ledger/open.ts";
import { createFakeClock, type FakeClock } from "./fake-clock.ts";
import { recordingLog } from "./scripted-probe.ts";
import { watchedSite } from "./watched-site.ts";

const minuteMs = 60_000;

/** A hub with windows over a real ledger; the world around it is what the story says. */
export interface WindowBench {
  readonly clock: FakeClock;
  ledger(): Ledger;
  readonly changes: SignalChange[];
  /** how often all signals were looked at again */
  readonly refolds: { count: number };
  /** by host: every one of its checks */
  readonly outcome: Map<string, Outcome>;
  readonly boots: Map<string, string>;
  readonly notices: KeptNotice[];
  /** what aftercare finds; empty: everything passes */
  failing: readonly Pick<AftercareFinding, "host" | "check" | "weight">[];
  snapshots: string[];
  aftercareRuns: number;
  windows(): Windows;
  plan(over?: Partial<NewWindow>): NewWindow;
  use(site: Partial<Site>): Promise<void>;
  minutes(count: number): Promise<void>;
  /** a new process on the same ledger */
  restart(awayMs: number): Promise<void>;
  kinds(): Promise<string[]>;
}

export const benchSite = watchedSite({
  places: { sakura: null },
  hosts: { web1: { at: "sakura" }, web2: { at: "sakura" } },
  services: { shop: { on: "web1" }, mail: { on: "web2" } },
  vantages: { here: {}, office: {} },
});

export async function withWindows(body: (bench: WindowBench) => Promise<void>): Promise<void> {
  const clock = createFakeClock();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-windows-"));
  const log = recordingLog();
  let ledger = await openLedger({ folder, clock, log });
  let site: Site = benchSite;
  let windows: Windows;
  const state = { failing: [] as WindowBench["failing"], snapshots: [] as string[], aftercareRuns: 0 };
  const looked: HostSnapshot[] = [];
  const [outcome, boots] = [new Map<string, Outcome>(), new Map<string, string>()];
  const [changes, notices, refolds]: [SignalChange[], KeptNotice[], { count: number }] = [[], [], { count: 0 }];

  async function take(news: readonly SignalChange[]): Promise<void> {
    changes.push(...news);
    await ledger.transaction(async (tx) => {
      for (const { change, signal } of news) {
        if (change === "opened") await tx.insertSignal(signal, null);
        else await tx.updateSignal(signal, null);
      }
    });
  }

  function look(host: string): HostSnapshot {
    const snapshot = snapshotOf(host, boots.get(host) ?? "b1", clock);
    looked.push(snapshot);
    return snapshot;
  }

  async function open(): Promise<Windows> {
    return createWindows({
      clock,
      ledger,
      log,
      site: () => site,
      checks: () =>
        [...site.services.values()].map(({ key, on }) => checkOf(key, outcome.get(on ?? "") ?? "up", clock)),
      hosts: () => [...site.hosts.keys()].map((key) => hostOf(key, boots.get(key) ?? "b1", clock)),
      snapshots: {
        async take(host) {
          state.snapshots.push(host);
          return ok(look(host));
        },
        newestBefore: async (host, atMs) =>
          looked.findLast((one) => one.host === host && one.takenAt.atMs <= atMs) ?? null,
      },
      aftercare: {
        async run(window) {
          state.aftercareRuns += 1;
          window.hosts.forEach(look);
          return findingsOf(window, state.failing, clock);
        },
        findings: async (id) => {
          const stored = await ledger.read.storedWindow(id);
          return findingsOf(stored?.window ?? { id, hosts: [] }, state.failing, clock);
        },
      },
      feeds: {
        notices: async () => notices,
        notice: async (id) => {
          const notice = notices.find((one) => one.id === id);
          return notice === undefined ? null : { notice, versions: [notice.newest] };
        },
      },
      isWaivable: ({ check }) => check !== "same-machine",
      take,
      refold: async () => void (refolds.count += 1),
    });
  }

  windows = await open();
  await windows.start();
  const bench: WindowBench = Object.assign(state, {
    clock,
    ledger: () => ledger,
    changes,
    refolds,
    outcome,
    boots,
    notices,
    windows: () => windows,
    plan: (over: Partial<NewWindow> = {}): NewWindow => ({
      title: "定期メンテナンス",
      startMs: clock.nowMs() + 30 * minuteMs,
      endMs: clock.nowMs() + 150 * minuteMs,
      timeZone: "Asia/Tokyo",
      targets: ["host:web1"],
      alternate: null,
      isPublic: true,
      checksWanted: [],
      origin: "hand",
      reference: null,
      ...over,
    }),
    async use(over: Partial<Site>) {
      site = { ...site, ...over };
      await windows.apply();
    },
    async minutes(count: number) {
      for (let passed = 0; passed < count * 6; passed++) await advanceUntilQuiet(clock, 10_000);
    },
    async restart(awayMs: number) {
      windows.stop();
      await ledger.close();
      await clock.advance(awayMs);
      ledger = await openLedger({ folder, clock, log });
      windows = await open();
      await windows.start();
    },
    async kinds() {
      const events = await ledger.read.eventsAfter(0, 1_000);
      return events.flatMap(({ kind }) => (kind.startsWith("window.") ? [kind.slice("window.".length)] : []));
    },
  });
  try {
    await body(bench);
    const complaints = log.lines.filter(({ level }) => level === "error");
    if (complaints.length > 0) throw new Error(JSON.stringify(complaints.slice(0, 3)));
  } finally {
    windows.stop();
    await ledger.close();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** The ledger writes with real time; a look that is under way is waited for before the clock goes on. */
async function advanceUntilQuiet(clock: FakeClock, ms: number): Promise<void> {
  await clock.advance(ms);
  await new Promise<void>((resolve) => setTimeout(resolve, 2));
}

function checkOf(service: string, outcome: Outcome, clock: FakeClock): CheckStatus {
  const id = `${service}/1`;
  const cell = (vantage: string): CheckStatus["cells"][number] => ({
    vantage,
    state: outcome === "down" ? "down" : "ok",
    last: {
      checkId: id,
      vantage,
      attempt: 1,
      atMs: clock.nowMs(),
      monotonicMs: clock.monotonicMs(),
      outcome,
      layer: null,
      timings: { totalMs: 1 },
      address: null,
      facts: {},
      error: null,
    },
    stale: outcome === "unknown",
  });
  return {
    id,
    service,
    kind: "http",
    name: id,
    target: service,
    everyMs: 20_000,
    state: outcome === "down" ? "down" : "ok",
    since: null,
    confirming: false,
    cells: [cell("here"), cell("office")],
  };
}

function hostOf(key: string, bootId: string, clock: FakeClock): HostStatus {
  const reading = {
    identity: { hostname: key, machineId: `m-${key}`, bootId, dmiUuid: `d-${key}`, macs: [] },
    system: { uptimeSeconds: clock.monotonicMs() / 1_000 },
  };
  return {
    key,
    at: null,
    address: key,
    by: "ssh",
    state: "ok",
    silence: null,
    reading: reading as unknown as HostStatus["reading"],
    readAt: stampNow(clock),
    findings: [],
    hostKey: { pinned: null, pinnedBy: null, seen: null },
    oldAlgorithms: false,
    clock: null,
  };
}

function snapshotOf(host: string, bootId: string, clock: FakeClock): HostSnapshot {
  const sections = { ident: { "boot-id": bootId }, os: { kernel: "6.1" } };
  return {
    host,
    takenAt: stampNow(clock),
    hostClockMs: null,
    uptimeSeconds: 1,
    isComplete: true,
    unobserved: {},
    sections,
  };
}

function findingsOf(
  { id: windowId, hosts }: { readonly id: number; readonly hosts: readonly string[] },
  failing: WindowBench["failing"],
  clock: FakeClock,
): readonly AftercareFinding[] {
  const rest = { windowId, at: stampNow(clock), comparedSince: null, blockedBy: [], facts: {}, items: [], repairs: [] };
  return [
    ...failing.map((one): AftercareFinding => ({ ...rest, ...one, result: "fail" })),
    ...hosts.map((host): AftercareFinding => ({
      ...rest,
      host,
      check: "reachable",
      weight: "critical",
      result: "pass",
    })),
    ...hosts.map((host): AftercareFinding => ({ ...rest, host, check: "packages", weight: "info", result: "warn" })),
  ];
}

export function signalOf(clock: FakeClock, over: Partial<Signal> = {}): Signal {
  const now = stampNow(clock);
  return {
    id: "s1",
    kind: "down",
    subject: "service:shop",
    checkId: "shop/1",
    severity: "critical",
    openedAt: now,
    startedAt: now,
    closedAt: null,
    layer: null,
    error: null,
    failingFrom: ["here"],
    workingFrom: [],
    facts: {},
    ...over,
  };
}
