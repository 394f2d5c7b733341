import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { createSystemClock } from "../src/app/clock.ts";
import { runHub } from "../src/app/lifecycle.ts";
import { createLog } from "../src/app/log.ts";
import { readVersion } from "../src/app/version.ts";
import { startCompany, type Company } from "../src/cli/demo/company.ts";
import { demoConfig } from "../src/cli/demo/config.ts";
import { startMailbox, type DemoMail } from "../src/cli/demo/mailbox.ts";
import { loadConfig } from "../src/config/index.ts";
import { later, stampNow } from "../src/kernel/clock.ts";
import { randomToken } from "../src/kernel/ids.ts";
import type { Lang } from "../src/kernel/lang.ts";
import type { Check } from "../src/kernel/model/check.ts";
import { componentId } from "../src/kernel/model/component.ts";
import type { Observation } from "../src/kernel/model/observation.ts";
import type { Signal } from "../src/kernel/model/signal.ts";
import { probes, runVantage } from "../src/observe/index.ts";
import { openLedger } from "../src/storage/ledger/open.ts";
import { openTelemetry } from "../src/storage/telemetry/open.ts";
import { freePort } from "../test/doubles/hub-process.ts";

const clock = createSystemClock();
const log = createLog("silent");
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const pastDays = 84;

/** A running hub to take pictures of. */
export interface Stage {
  /** signs one person in, once */
  readonly link: string;
  readonly url: string;
  readonly mails: readonly DemoMail[];
  readonly mailPort: number;
  readonly company: Company;
  call(address: string, body?: object): Promise<Response>;
  stop(): Promise<void>;
}

/** An empty hub, as after the install. */
export function emptyStage(lang: Lang): Promise<Stage> {
  return stageOf(lang, { withPast: false, configText: null });
}

/** The demo's company with two jobs, a second vantage and twelve weeks behind it. */
export function companyStage(lang: Lang): Promise<Stage> {
  const names = { ja: ["夜のバックアップ", "月次の締め"], en: ["Nightly backup", "Monthly closing"] }[lang];
  const jobs = `
jobs:
  backup: { name: ${names[0]}, on: web1, at: "15 3 * * *", grace: 30m }
  closing: { name: ${names[1]}, on: web1, at: "0 6 1 * *", grace: 2h }
`;
  return stageOf(lang, {
    withPast: true,
    configText: (facts) =>
      demoConfig({ lang, ...facts }).replace(
        "data: ./koboshi-data",
        "data: ./koboshi-data, keep: { observations: 90d }",
      ) + jobs,
  });
}

type DemoFacts = Omit<Parameters<typeof demoConfig>[0], "lang">;
interface StageOptions {
  readonly withPast: boolean;
  /** null: no file */
  readonly configText: ((facts: DemoFacts) => string) | null;
}

async function stageOf(lang: Lang, { withPast, configText }: StageOptions): Promise<Stage> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-shots-"));
  const mails: DemoMail[] = [];
  const mailbox = await startMailbox((mail) => void mails.push(mail));
  const company = await startCompany((delayMs, run) => void clock.after(delayMs, run));
  const port = await freePort();
  const configPath = path.join(folder, "koboshi.yml");
  fs.writeFileSync(path.join(folder, "office.token"), randomToken(), { mode: 0o600 });
  const text =
    configText === null
      ? `version: 1\nsite: { lang: ${lang} }\nhub: { listen: "127.0.0.1:${port}" }\n`
      : configText({ port, mailPort: mailbox.port, company: company.ports });
  fs.writeFileSync(configPath, text, { mode: 0o600 });
  if (withPast) await writePast(configPath, path.join(folder, "koboshi-data"));
  const hub = await runHub({ configPath, lang, clock, log, version: readVersion(), say: (said) => console.log(said) });
  const ending = new AbortController();
  const office = configText === null ? null : startOffice(hub.url, { folder, signal: ending.signal });
  const token = (): string => fs.readFileSync(path.join(folder, "koboshi-data", "cli-token"), "utf8").trim();
  return {
    url: hub.url,
    link: `${hub.url}/#t=${hub.newStartToken()}`,
    mails,
    mailPort: mailbox.port,
    company,
    call: (address, body) =>
      fetch(new URL(address, hub.url), {
        method: body === undefined ? "GET" : "POST",
        headers: { authorization: `Bearer ${token()}`, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    async stop() {
      ending.abort();
      await office;
      await hub.stop();
      await company.stop();
      await mailbox.stop();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

function startOffice(hubUrl: string, { folder, signal }: { folder: string; signal: AbortSignal }): Promise<unknown> {
  const tokenFile = path.join(folder, "office.token");
  const own = path.join(folder, "office");
  return runVantage({ hubUrl, tokenFile, folder: own, allow: ["127.0.0.1"], clock, probes, log, signal });
}

/** An attempt every half an hour of every check from one place, and two short outages. */
async function writePast(configPath: string, folder: string): Promise<void> {
  const { plan } = loadConfig(configPath);
  if (plan === null) throw new Error("the company's configuration is not valid");
  const retention = { observations: 90 * dayMs, metrics: dayMs, logs: dayMs };
  const telemetry = await openTelemetry({
    folder,
    clock,
    log,
    retention: () => ({ ...plan.site.hub.keep, ...retention }),
  });
  const { atMs: nowMs, monotonicMs } = stampNow(clock);
  for (let atMs = nowMs - pastDays * dayMs; atMs < nowMs - minuteMs; atMs += 30 * minuteMs) {
    for (const { id } of plan.site.checks) {
      const attempt: Observation = {
        checkId: id,
        vantage: "here",
        attempt: 1,
        atMs,
        monotonicMs,
        outcome: "up",
        layer: null,
        timings: { totalMs: 20 + ((atMs / minuteMs) % 97) / 5 },
        address: null,
        facts: {},
        error: null,
      };
      telemetry.append.observation(attempt);
    }
    if (atMs % dayMs < 30 * minuteMs) await telemetry.flush();
  }
  await telemetry.flush();
  await telemetry.close();
  await writeOutages(folder, plan.site.checks);
}

async function writeOutages(folder: string, checks: readonly Check[]): Promise<void> {
  const ledger = await openLedger({ folder, clock, log });
  const past = [
    { service: "shop", daysAgo: 41, minutes: 46 },
    { service: "mail", daysAgo: 12, minutes: 4 },
  ];
  for (const { service, daysAgo, minutes } of past) {
    const startedAt = later(stampNow(clock), -daysAgo * dayMs);
    const signal: Signal = {
      id: `past-${service}`,
      kind: "down",
      subject: componentId("service", service),
      checkId: checks.find((check) => check.service === service)?.id ?? null,
      severity: "critical",
      openedAt: startedAt,
      startedAt,
      closedAt: later(startedAt, minutes * minuteMs),
      layer: "connect",
      error: null,
      failingFrom: ["here"],
      workingFrom: [],
      facts: {},
    };
    await ledger.transaction(async (tx) => tx.insertSignal(signal, null));
  }
  await ledger.close();
}
