import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import readline from "node:readline";
import { createLog } from "../../app/log.ts";
import { runHub } from "../../app/lifecycle.ts";
import { readVersion } from "../../app/version.ts";
import { elapsedMs, stampNow } from "../../kernel/clock.ts";
import { errorText, KoboshiError } from "../../kernel/errors.ts";
import { randomToken } from "../../kernel/ids.ts";
import { probes, runVantage } from "../../observe/index.ts";
import { demoWords } from "../../words/demo.ts";
import { rfc3339 } from "../../words/format.ts";
import { untilAborted, whileAlive } from "../alive.ts";
import { createHubClient, type HubClient } from "../client.ts";
import type { Answer, Command, Context } from "../command.ts";
import { demoFaults, startCompany } from "../demo/company.ts";
import { demoConfig } from "../demo/config.ts";
import { startMailbox } from "../demo/mailbox.ts";
import { playOutage, type StoryDeps } from "../demo/story.ts";

export const demo: Command = {
  name: "demo",
  summary: {
    ja: "小さな会社で障害を1つ体験する(検知から報告書まで、1分ほど)",
    en: "live through one outage of a small company, from detection to report, in about a minute",
  },
  usage: "[--port N] [--no-open] [--scenario disk-full|db-stops|slow-shop] [--by-hand] [--once]",
  examples: ["koboshi demo", "koboshi demo --no-open --port 7400", "koboshi demo --by-hand --scenario db-stops"],
  options: {
    port: { type: "string" },
    "no-open": { type: "boolean" },
    scenario: { type: "string" },
    "by-hand": { type: "boolean" },
    once: { type: "boolean" },
  },
  run: (context) => whileAlive(() => rehearse(context)),
};

async function rehearse(context: Context): Promise<Answer> {
  const { clock, lang, signal, values, hint } = context;
  const fault = demoFaults.find((one) => one === (values["scenario"] ?? "disk-full"));
  if (fault === undefined) throw new KoboshiError("KB1001", { what: `--scenario ${demoFaults.join("|")}` });
  const words = demoWords(lang);
  const began = stampNow(clock);
  const say = (text: string): void => {
    hint(`${String(Math.round(elapsedMs(began, stampNow(clock)) / 1_000)).padStart(3)} s  ${text}`);
  };
  const stage = await build(context, say);
  try {
    await openBrowser(context, stage.link, say);
    const byHand = values["by-hand"] === true ? () => enterKey(signal) : null;
    const incident = await playOutage({ ...stage, clock, lang, fault, signal, say, byHand });
    const report = await writeReport(stage, { incident, lang });
    say(words.report(`${stage.url}/i/${incident}/report`));
    say(words.reportFile(report));
    say(words.page1(`${stage.url}/status/`));
    const tookMs = elapsedMs(began, stampNow(clock));
    say(words.done((tookMs / 1_000).toFixed(0)));
    if (values["once"] !== true) await untilAborted(signal);
    const json = { ok: true, url: stage.url, incident, seconds: tookMs / 1_000, mails: stage.mails.length };
    return { exit: 0, json, text: "" };
  } catch (thrown) {
    if (signal.aborted) return { exit: 130, json: { ok: false }, text: "" };
    say(words.failed(errorText(thrown)));
    throw thrown;
  } finally {
    await stage.stop();
    hint(words.ended);
  }
}

interface Stage {
  readonly url: string;
  /** signs the person at this machine in, once */
  readonly link: string;
  readonly folder: string;
  readonly client: HubClient;
  readonly company: StoryDeps["company"];
  /** subjects, in order of arrival */
  readonly mails: readonly string[];
  /** the newest one's text */
  mail(): string;
  stop(): Promise<void>;
}

const usualPort = 7399;

/** Everything the story needs, in a folder of its own that goes with it. */
async function build(context: Context, say: (text: string) => void): Promise<Stage> {
  const { clock, lang, values, timeoutMs, signal } = context;
  const words = demoWords(lang);
  say(words.starting);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-demo-"));
  const mails: string[] = [];
  let newest = "";
  const mailbox = await startMailbox(({ subject, text }) => {
    mails.push(subject);
    newest = text;
    fs.writeFileSync(path.join(folder, `mail-${mails.length}.txt`), `Subject: ${subject}\n\n${text}`);
    say(words.mailed(subject));
  });
  const dbLog = path.join(folder, "db.log");
  const company = await startCompany(
    (delayMs, run) => void clock.after(delayMs, run),
    (line) => fs.appendFileSync(dbLog, `${logTime(clock.nowMs())} [${process.pid}] ${line}\n`),
  );
  const port = portOf(values["port"]);
  const configPath = path.join(folder, "koboshi.yml");
  const tokenFile = path.join(folder, "office.token");
  fs.writeFileSync(tokenFile, randomToken(), { mode: 0o600 });
  fs.writeFileSync(configPath, demoConfig({ lang, port, mailPort: mailbox.port, company: company.ports, dbLog }));
  const log = createLog("silent");
  const hub = await runHub({ configPath, lang, clock, log, version: readVersion(), say: () => {} });
  const ending = new AbortController();
  const office = runVantage({
    hubUrl: hub.url,
    tokenFile,
    folder: path.join(folder, "office"),
    allow: ["127.0.0.1"],
    clock,
    probes,
    log,
    signal: ending.signal,
  });
  return {
    url: hub.url,
    link: `${hub.url}/#t=${hub.newStartToken()}`,
    folder,
    company,
    mails,
    mail: () => newest,
    client: createHubClient({
      place: () => Promise.resolve({ url: hub.url, tokenFile: path.join(folder, "koboshi-data", "cli-token") }),
      timeoutMs,
      signal,
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

/** `2026-11-22 02:12:03 UTC`, as PostgreSQL begins its lines. */
function logTime(atMs: number): string {
  return rfc3339(atMs, "UTC")
    .replace("T", " ")
    .replace(/(?:Z|\+00:00)$/, " UTC");
}

function portOf(written: unknown): number {
  if (written === undefined) return usualPort;
  const port = Number(written);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new KoboshiError("KB1001", { what: "--port 1…65535" });
  return port;
}

async function openBrowser({ values, lang }: Context, link: string, say: (text: string) => void): Promise<void> {
  const words = demoWords(lang);
  const opener = { darwin: "open", win32: "explorer" }[process.platform as string] ?? "xdg-open";
  const opened = values["no-open"] === true || !process.stdout.isTTY ? false : await startedWell(opener, link);
  say(opened ? words.opened : words.open(link));
}

function startedWell(program: string, argument: string): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(program, [argument], { stdio: "ignore", detached: true });
    child.once("error", () => resolve(false));
    child.once("spawn", () => {
      child.unref();
      resolve(true);
    });
  });
}

function enterKey(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const lines = readline.createInterface({ input: process.stdin });
    const done = (): void => {
      lines.close();
      resolve();
    };
    lines.once("line", done);
    signal.addEventListener("abort", done, { once: true });
  });
}

/** The customers' report, beside the demo's other files but kept when those go. */
async function writeReport({ client, folder }: Stage, asked: { incident: number; lang: string }): Promise<string> {
  const address = `/api/v1/incidents/${asked.incident}/report?version=customer&lang=${asked.lang}&format=md`;
  const file = `${folder}-report.md`;
  fs.writeFileSync(file, await client.bytes(address));
  return file;
}
