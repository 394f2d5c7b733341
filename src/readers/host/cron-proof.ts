import { oneBlank } from "./crontabs.ts";
import { logMoment, type LogClock } from "./log-time.ts";

/** What logs say of the runs of cron jobs: when each command last started, and which times they cover. */
export interface CronProof {
  /** null: not seen in any log */
  lastRun(user: string | null, command: string): number | null;
  /** a log of cron's runs tells of this moment, so that a run would stand in it */
  covers(atMs: number): boolean;
}

interface Source {
  readonly family: string;
  firstAtMs: number | null;
  lastAtMs: number | null;
  runs: number;
}

/** What a log keeps of a long command. */
const shortestCut = 60;

/**
 * @param daemonRuns false: no cron daemon is running, so a log without any run of it is believed as well; otherwise runs may
 * simply be written elsewhere
 */
export function cronProof(lines: readonly string[], clock: LogClock, daemonRuns: boolean | null): CronProof {
  const sources: Source[] = [];
  const newest = new Map<string, number>();
  for (const line of lines) {
    const [, tag = "", rest = ""] = /^(log|first|last|run) (.*)$/.exec(line) ?? [];
    const source = sources.at(-1);
    if (tag === "log") sources.push({ family: familyOf(rest), firstAtMs: null, lastAtMs: null, runs: 0 });
    else if (source === undefined) continue;
    else if (tag === "first") source.firstAtMs = logMoment(rest, clock);
    else if (tag === "last") source.lastAtMs = logMoment(rest, clock);
    else if (tag === "run") source.runs += keepRun(rest, newest, clock);
  }
  const telling = new Set(sources.filter(({ runs }) => runs > 0).map(({ family }) => family));
  const believed = sources.filter(({ family }) => telling.has(family) || (daemonRuns === false && telling.size === 0));
  return {
    lastRun: (user, command) => newest.get(keyOf(user, command)) ?? cutRun(newest, user, command),
    covers: (atMs) =>
      believed.some(
        ({ firstAtMs, lastAtMs }) => firstAtMs !== null && lastAtMs !== null && firstAtMs <= atMs && atMs <= lastAtMs,
      ),
  };
}

/** A log and what it was called before it was rotated. */
function familyOf(name: string): string {
  return name.trim().replace(/(?:\.\d+(?:\.gz)?|-\d{8})$/, "");
}

function keepRun(text: string, newest: Map<string, number>, clock: LogClock): number {
  const match = /\((\S{1,64})\) CMD \((.*)\)\s*$/.exec(text.slice(0, 4_000));
  const atMs = logMoment(text, clock);
  if (match === null || atMs === null) return 0;
  const key = keyOf(match[1] ?? "", oneBlank(match[2] ?? ""));
  newest.set(key, Math.max(atMs, newest.get(key) ?? 0));
  return 1;
}

function keyOf(user: string | null, command: string): string {
  return `${user ?? "root"} ${command}`;
}

/** syslog may have cut the end of a long command. */
function cutRun(newest: ReadonlyMap<string, number>, user: string | null, command: string): number | null {
  const whole = keyOf(user, command);
  if (whole.length < shortestCut) return null;
  for (const [key, atMs] of newest) if (key.length >= shortestCut && whole.startsWith(key)) return atMs;
  return null;
}
