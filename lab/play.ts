import { later, remainingMs, sleep, stampNow, type Clock } from "../src/kernel/clock.ts";
import { errorText } from "../src/kernel/errors.ts";
import type { Company } from "./company/company.ts";
import { normalOf } from "./effect.ts";
import { lastingKind, type HubView, type Reading } from "./hub-view.ts";
import type { Scenario, Step } from "./scenario.ts";
import { score, unplayed, type Scored } from "./score.ts";
import { watch, type Before, type Pace, type Watched } from "./watch.ts";

export interface PlayDeps {
  readonly company: Company;
  readonly view: HubView;
  readonly clock: Clock;
  readonly pace: Pace;
  /** ends the scenario at once; what it broke is still restored */
  readonly signal: AbortSignal;
  readonly isBlind: boolean;
  say(line: string): void;
}

export interface Played {
  readonly scored: Scored;
  /** null: it did not come to the injection */
  readonly watched: Watched | null;
}

const healthyLookMs = 1_000;
/** Preparations that can be seen are seen by then: two rounds of the checks and one of the hosts. */
const givenMs = 15_000;
/** What is normal is learned from this many looks, a second apart. */
const normalLooks = 4;
const betweenLooksMs = 1_000;

/** Plays one scenario on a company that is well, and leaves it healed. Never throws for what the company or hub does. */
export async function play(deps: PlayDeps, scenario: Scenario): Promise<Played> {
  try {
    const why = await makeWell(deps);
    return why === null ? await playOnWell(deps, scenario) : { scored: unplayed(scenario, why), watched: null };
  } catch (thrown) {
    return { scored: unplayed(scenario, errorText(thrown)), watched: null };
  } finally {
    await undo(deps, scenario);
  }
}

/** @returns why the company is not well; null when it is */
async function makeWell(deps: PlayDeps): Promise<string | null> {
  const first = await wellNow(deps);
  if (first.length === 0) return null;
  deps.say(`not well yet (${first.join("; ")}); healing again`);
  await deps.company.heal();
  const second = await wellNow(deps);
  return second.length === 0 ? null : `the company was not well before: ${second.join("; ")}`;
}

/** Waits until all is well, but not against an interruption. @returns what is not, one sentence each */
async function wellNow({ company, view, clock, pace, signal }: PlayDeps): Promise<readonly string[]> {
  const deadline = later(stampNow(clock), pace.healthyMs);
  for (;;) {
    if (signal.aborted) return [];
    await view.closeTheBook();
    const { why } = await company.healthy(healthyLookMs);
    const left = why.filter((line) => !line.startsWith(`signal ${lastingKind} of`));
    if (left.length === 0 || remainingMs(clock, deadline) === 0) return left;
    await sleep(clock, healthyLookMs, signal);
  }
}

async function playOnWell(deps: PlayDeps, scenario: Scenario): Promise<Played> {
  const { company, view, clock, signal } = deps;
  const newestBefore = await view.newestIncident();
  await company.load(scenario.load);
  await sleep(clock, scenario.load === "normal" ? deps.pace.pastMs.normal : deps.pace.pastMs.other, signal);
  const prepared = await runSteps(deps, scenario.given);
  if (prepared.length > 0) return { scored: unplayed(scenario, `given: ${prepared.join("; ")}`), watched: null };
  if (scenario.given.length > 0) await sleep(clock, givenMs, signal);
  const before = await lookBefore(deps, scenario.given.length > 0 ? null : newestBefore);
  const complaints = await runSteps(deps, scenario.inject);
  const watched = await watch({ view, clock, pace: deps.pace, signal }, scenario, before);
  return { scored: score(scenario, watched, { complaints, isBlind: deps.isBlind }), watched };
}

/** @param newest an incident with a higher number counts; null: those of the preparation do not */
async function lookBefore({ view, clock, signal }: PlayDeps, newest: number | null): Promise<Before> {
  const samples: ReadonlyMap<string, Reading>[] = [];
  for (let look = 0; look < normalLooks && !signal.aborted; look++) {
    if (look > 0) await sleep(clock, betweenLooksMs, signal);
    samples.push(await view.readings());
  }
  const signals = new Set((await view.signals()).map(({ id }) => id));
  return { newestIncident: newest ?? (await view.newestIncident()), signals, normal: normalOf(samples) };
}

const longestComplaint = 200;

/** @returns what went wrong with a step, one sentence each; the others are run all the same */
async function runSteps({ company, signal }: PlayDeps, steps: readonly Step[]): Promise<string[]> {
  const complaints: string[] = [];
  for (const { on, run } of steps) {
    if (signal.aborted) break;
    const { code, stdout, stderr } = await company.run(on, run);
    const said = (stderr.trim() || stdout.trim()).replaceAll(/\s+/g, " ").slice(-longestComplaint);
    if (code !== 0) complaints.push(`on ${on} it ended with ${code}${said === "" ? "" : `: ${said}`}`);
  }
  return complaints;
}

/** Undoes by the scenario's own steps first, then brings back all the rest. */
async function undo(deps: PlayDeps, scenario: Scenario): Promise<void> {
  try {
    const never = new AbortController().signal;
    await endWork(deps);
    const complaints = await runSteps({ ...deps, signal: never }, scenario.restore);
    for (const complaint of complaints) deps.say(`restore: ${complaint}`);
    if (!deps.signal.aborted) await deps.company.heal();
  } catch (thrown) {
    deps.say(`could not heal after ${scenario.id}: ${errorText(thrown)}`);
  }
}

/** What a scenario noted as maintenance must not hold the alarms of the next one. */
async function endWork({ view, say }: PlayDeps): Promise<void> {
  try {
    await view.endWork();
  } catch (thrown) {
    say(`work that was noted goes on: ${errorText(thrown)}`);
  }
}
