// `npm run lab`: breaks a small company of real services in every way that is written down, and scores what a real hub
// makes of it. Needs root and network namespaces; leaves nothing behind, however it ends.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { createSystemClock } from "../src/app/clock.ts";
import { errorText } from "../src/kernel/errors.ts";
import { choose } from "./choice.ts";
import { clearAway, raiseCompany, type Company } from "./company/company.ts";
import { writeWhole } from "./files.ts";
import { createHubView } from "./hub-view.ts";
import { listing } from "./listing.ts";
import { leaveLock, takeLock } from "./lock.ts";
import { readOptions, usage, type Options } from "./options.ts";
import { keepMails } from "./mails.ts";
import { play, type Played } from "./play.ts";
import { readScenarios, remarkLine } from "./reading.ts";
import { accusationsIn, accusedFrom, playQuiet } from "./quiet.ts";
import { openResume, type Resume } from "./resume.ts";
import { revisionOf } from "./revision.ts";
import type { Scenario } from "./scenario.ts";
import type { Scored } from "./score.ts";
import { summarise } from "./summary.ts";
import { countLine, headingRow, markdown, shareText, summaryLines, verdictRow } from "./table.ts";
import { usualPace } from "./watch.ts";

const healthyName = /^h\d/;

/** What the lab answers a shell: all passed · something did not · wrong words · wrong files · not allowed · another runs */
const exits = { passed: 0, notAll: 3, usage: 64, data: 65, notRoot: 77, busy: 75 } as const;

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const base = path.join(os.tmpdir(), "koboshi-lab");
const companyFolder = path.join(base, "company");
const lockFile = path.join(base, "lab.pid");

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const warn = (line: string): void => void process.stderr.write(`${line}\n`);

process.exit(await main(process.argv.slice(2)));

async function main(words: readonly string[]): Promise<number> {
  if (words.includes("--help")) {
    say(usage);
    return exits.passed;
  }
  const options = readOptions(words, path.join(root, "lab", "scenarios"));
  if (typeof options === "string") {
    warn(`${options}\n\n${usage}`);
    return exits.usage;
  }
  const collection = readScenarios(options.scenarios);
  for (const remark of collection.remarks) warn(remarkLine(remark));
  if (collection.remarks.some(({ weight }) => weight === "fault")) return exits.data;
  const chosen = choose(collection, options);
  if (typeof chosen === "string") {
    warn(chosen);
    return exits.usage;
  }
  if (options.list) {
    for (const line of listing(collection, chosen)) say(line);
    return exits.passed;
  }
  return guarded(options, chosen);
}

/** Takes the machine for this run alone, and gives it back clean. */
async function guarded(options: Options, chosen: readonly Scenario[]): Promise<number> {
  if (process.getuid?.() !== 0) {
    warn("the lab makes network namespaces: run it as root");
    return exits.notRoot;
  }
  const owner = takeLock(lockFile);
  if (owner !== null) {
    warn(`another lab runs here (process ${owner}); wait for it or end it`);
    return exits.busy;
  }
  const interrupted = endsOnSignals();
  // the clock's own timers do not keep a process alive
  const awake = setInterval(() => undefined, 60_000);
  try {
    for (const left of await clearAway(companyFolder)) say(`cleared away: ${left}`);
    if (options.stay) return await stay(options, interrupted);
    if (options.quiet !== null) return await askInQuiet({ ...options, quiet: options.quiet }, chosen, interrupted);
    return await run(options, chosen, interrupted);
  } finally {
    await clearAway(companyFolder);
    leaveLock(lockFile);
    clearInterval(awake);
  }
}

/** Aborts at the first signal, and at a fault of the lab itself; the second signal does not wait for an orderly end. */
function endsOnSignals(): AbortSignal {
  const interrupted = new AbortController();
  const stop = (): void => {
    if (interrupted.signal.aborted) void clearAway(companyFolder).finally(() => process.exit(exits.notAll));
    interrupted.abort();
  };
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, stop);
  process.on("unhandledRejection", (reason) => {
    warn(`the lab broke: ${errorText(reason)}`);
    interrupted.abort();
  });
  return interrupted.signal;
}

/** Raises a company, hands it on, and takes it down whatever happens. */
async function withCompany<T>(options: Options, body: (company: Company) => Promise<T>): Promise<T> {
  const company = await raiseCompany({ folder: companyFolder, seed: options.seed, log: say });
  try {
    return await body(company);
  } finally {
    await company.down();
  }
}

async function stay(options: Options, signal: AbortSignal): Promise<number> {
  return withCompany(options, async (company) => {
    say(`the company stands; its hub: ${company.hub.url}; Ctrl-C takes it down`);
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener("abort", () => resolve());
    });
    return exits.passed;
  });
}

/** Nothing is broken: whoever is named then is accused falsely. */
async function askInQuiet(
  options: Options & { readonly quiet: number },
  chosen: readonly Scenario[],
  signal: AbortSignal,
): Promise<number> {
  const noises = chosen.filter(({ id, expect }) => healthyName.test(id) && expect.causes.length === 0);
  if (noises.length === 0) {
    warn("no healthy scenario (h…) is among those chosen: there would be no noise");
    return exits.usage;
  }
  const windows = await withCompany(options, (company) => {
    const deps = { company, view: createHubView(company.hub), clock: createSystemClock(), signal, say };
    return playQuiet(deps, { count: options.quiet, noises });
  });
  const accusations = accusationsIn(windows);
  if (options.json !== null)
    writeWhole(path.resolve(options.json), `${JSON.stringify({ windows, accusations }, null, 2)}\n`);
  say(`\nnamed with ${accusedFrom} or more though nothing was broken: ${shareText(accusations)}`);
  return accusations.right === 0 && windows.length === options.quiet ? exits.passed : exits.notAll;
}

async function run(options: Options, chosen: readonly Scenario[], signal: AbortSignal): Promise<number> {
  const revision = revisionOf(root);
  const file = path.join(base, "results.jsonl");
  if (options.fresh) fs.rmSync(file, { force: true });
  const resume = openResume(file, { revision, seed: options.seed, isBlind: options.blind });
  const done = chosen.filter((scenario) => resume.done(scenario) !== null).length;
  if (done > 0) say(`going on: ${done} of ${chosen.length} were done before (--fresh starts anew)`);
  const isMoreLeft = done < chosen.length;
  const scored = isMoreLeft
    ? await withCompany(options, (company) => playAll({ options, chosen, signal, resume, company }))
    : chosen.flatMap((scenario) => resume.done(scenario) ?? []);
  if (!isMoreLeft) printAll(scored);
  if (signal.aborted) {
    say(`interrupted after ${scored.length} of ${chosen.length}; the same command goes on`);
    return exits.notAll;
  }
  resume.forget(chosen);
  return tell({ options, revision, scored });
}

function printAll(scored: readonly Scored[]): void {
  say(headingRow());
  for (const { verdict } of scored) say(verdictRow(verdict));
}

interface Round {
  readonly options: Options;
  readonly chosen: readonly Scenario[];
  readonly signal: AbortSignal;
  readonly resume: Resume;
  readonly company: Company;
}

/** @returns as many as were done before it was interrupted */
async function playAll(round: Round): Promise<Scored[]> {
  const { chosen, signal, resume } = round;
  const scored: Scored[] = [];
  say(headingRow());
  for (const scenario of chosen) {
    if (signal.aborted) break;
    const known = resume.done(scenario);
    const played = known === null ? await playOne(round, scenario) : null;
    const result = known ?? played?.scored;
    // what an interruption cut short is played again
    if (result === undefined || (played !== null && signal.aborted)) break;
    if (played !== null) resume.keep(scenario, played.scored, played.watched);
    scored.push(result);
    say(verdictRow(result.verdict));
  }
  return scored;
}

async function playOne({ options, signal, company }: Round, scenario: Scenario): Promise<Played> {
  const without = options.blind ? [...new Set(scenario.expect.causes.map(({ id }) => id))] : [];
  const view = createHubView(company.hub, without);
  const deps = { company, view, clock: createSystemClock(), pace: usualPace, signal, isBlind: options.blind, say };
  const before = company.mails().length;
  const played = await play(deps, scenario);
  if (options.keep !== null) keepMails(path.resolve(options.keep), scenario.id, company.mails().slice(before));
  return played;
}

interface Told {
  readonly options: Options;
  readonly revision: string;
  readonly scored: readonly Scored[];
}

function tell({ options, revision, scored }: Told): number {
  const summary = summarise(scored);
  const { top1, top3, scope, accusations } = summary;
  if (options.json !== null) {
    const answer = {
      scenarios: scored.map(({ verdict }) => verdict),
      top1: top1.ratio,
      top3: top3.ratio,
      scope: scope.ratio,
      falseAccusations: accusations.right,
    };
    writeWhole(path.resolve(options.json), `${JSON.stringify(answer, null, 2)}\n`);
  }
  if (options.keep !== null) {
    const at = new Date().toISOString();
    const page = markdown({ revision, seed: options.seed, isBlind: options.blind, at, scored, summary });
    for (const name of [revision, "latest"]) writeWhole(path.join(options.keep, `${name}.md`), page);
  }
  say("");
  for (const line of summaryLines(summary)) say(line);
  say(countLine(summary));
  return summary.failed + summary.voided === 0 ? exits.passed : exits.notAll;
}
