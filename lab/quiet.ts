import { elapsedMs, sleep, stampNow, type Clock } from "../src/kernel/clock.ts";
import { writeNamed, type Named } from "./cause.ts";
import type { Company } from "./company/company.ts";
import type { HubView } from "./hub-view.ts";
import type { Scenario, Step } from "./scenario.ts";
import { share, type Share } from "./summary.ts";

/** Who is said not to work, in turn, though all of it does. */
const subjects = ["service:web", "service:app", "service:mail", "service:db", "host:web1"] as const;
const windowMs = 30_000;
/** So many windows pass under one noise before the next begins. */
const windowsOfNoise = 4;
const pollMs = 500;
/** A cause that is named with so much is an accusation. */
export const accusedFrom = 0.7;

/** One answer about a company in which nothing is broken. */
export interface QuietWindow {
  readonly subject: string;
  /** the story that went on meanwhile */
  readonly noise: string;
  /** the cause of the catalogue that was named first; null: none */
  readonly named: Named | null;
  /** null: there was no answer in time */
  readonly seconds: number | null;
}

export interface QuietDeps {
  readonly company: Company;
  readonly view: HubView;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  say(line: string): void;
}

/**
 * Asks the hub again and again what is broken while nothing is: every half minute somebody «telephones» about one part, under the
 * everyday noise of the healthy scenarios, a few minutes of each.
 */
export async function playQuiet(
  deps: QuietDeps,
  { count, noises }: { readonly count: number; readonly noises: readonly Scenario[] },
): Promise<readonly QuietWindow[]> {
  const { company, clock, signal, say } = deps;
  await company.load("normal");
  const windows: QuietWindow[] = [];
  for (let nth = 0; nth < count && !signal.aborted; nth++) {
    const noise = noises[Math.floor(nth / windowsOfNoise) % noises.length];
    if (noise === undefined) break;
    if (nth % windowsOfNoise === 0) await runAll(deps, noise.inject);
    const began = stampNow(clock);
    const window = await askOnce(deps, { subject: subjects[nth % subjects.length] ?? subjects[0], noise });
    windows.push(window);
    say(windowLine(nth + 1, window));
    await sleep(clock, Math.max(0, windowMs - elapsedMs(began, stampNow(clock))), signal);
    if ((nth + 1) % windowsOfNoise === 0) await restore(deps, noise);
  }
  return windows;
}

async function askOnce(
  { view, clock, signal }: QuietDeps,
  { subject, noise }: { readonly subject: string; readonly noise: Scenario },
): Promise<QuietWindow> {
  const began = stampNow(clock);
  const id = await view.report(subject, `lab: ${noise.id}`);
  for (;;) {
    const { diagnosis } = await view.incident(id);
    const isOver = diagnosis != null && diagnosis.stoppedBecause !== null && diagnosis.stoppedBecause !== "scope-only";
    const isLate = elapsedMs(began, stampNow(clock)) > windowMs;
    if (!isOver && !isLate && !signal.aborted) {
      await sleep(clock, pollMs, signal);
      continue;
    }
    await view.close(id);
    const named = diagnosis?.causes.find((cause) => cause.id !== "other-unknown") ?? null;
    return { subject, noise: noise.id, named, seconds: isOver ? (diagnosis?.seconds ?? null) : null };
  }
}

async function restore(deps: QuietDeps, noise: Scenario): Promise<void> {
  await runAll(deps, noise.restore);
  await deps.company.heal();
  await deps.company.load("normal");
}

async function runAll({ company, say }: QuietDeps, steps: readonly Step[]): Promise<void> {
  for (const { on, run } of steps) {
    const { code, stderr } = await company.run(on, run);
    if (code !== 0) say(`on ${on} it ended with ${code}: ${stderr.trim().slice(-200)}`);
  }
}

function windowLine(nth: number, { subject, noise, named, seconds }: QuietWindow): string {
  const told = named === null ? "–" : `${writeNamed(named)} ${named.probability.toFixed(2)}`;
  const took = seconds === null ? "no answer" : `${seconds.toFixed(1)} s`;
  return `${String(nth).padStart(3)}  ${subject.padEnd(13)} ${noise.padEnd(26)} ${told.padEnd(50)} ${took}`;
}

/** How often somebody was accused, with what chance leaves open. */
export function accusationsIn(windows: readonly QuietWindow[]): Share {
  const accused = windows.filter(({ named }) => (named?.probability ?? 0) >= accusedFrom);
  return share(accused.length, windows.length);
}
