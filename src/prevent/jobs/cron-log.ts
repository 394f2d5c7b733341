import { oneBlank } from "../../readers/host/crontabs.ts";
import { logMoment, type LogClock } from "../../readers/host/log-time.ts";
import { maskSecrets } from "../../readers/host/mask.ts";

/** A start that the daemon wrote down. */
export interface LoggedRun {
  /** by the host's clock */
  readonly hostMs: number;
  readonly user: string;
  /** secrets masked */
  readonly command: string;
}

export interface CronLog {
  /** oldest first */
  readonly runs: readonly LoggedRun[];
  /** those of one line of a crontab; a long command may stand there without its end */
  runsOf(user: string | null, command: string): readonly LoggedRun[];
  /** a run at this moment of the host's clock would stand in it */
  covers(hostMs: number): boolean;
}

/**
 * Prints every start in a host's logs, for a POSIX shell: `log NAME`, `first LINE`, `last LINE`, `run LINE`. It reads only, at most
 * 4 MB of a log, and gives way to everything else.
 */
export const cronLogScript = `LC_ALL=C; export LC_ALL
told() { echo "log $1"; sed -n -e 's/^/first /p' -e 2q; }
show() { z="tail -c 4000000"; case $1 in *.gz) z="gzip -dc";; esac
  $z "$1" 2>/dev/null | told "$1" | cut -c1-80; $z "$1" 2>/dev/null | tail -n 1 | cut -c1-80 | sed 's/^/last /'
  $z "$1" 2>/dev/null | grep -a ' CMD (' | tail -n 20000 | cut -c1-1200 | sed 's/^/run /'; }
for l in /var/log/syslog.3.gz /var/log/syslog.2.gz /var/log/syslog.1 /var/log/syslog /var/log/cron.log.1 /var/log/cron.log /var/log/cron-[0-9]* /var/log/cron.[0-9]* /var/log/cron; do
  [ -f "$l" ] && [ -r "$l" ] && show "$l"; done
if command -v journalctl >/dev/null 2>&1; then j="journalctl -q --no-pager -o short-iso --since=-8days"
  $j 2>/dev/null | told journal | cut -c1-80; $j -n 1 2>/dev/null | cut -c1-80 | sed 's/^/last /'
  $j -t CRON -t cron -t CROND -t crond 2>/dev/null | grep -a ' CMD (' | tail -n 20000 | cut -c1-1200 | sed 's/^/run /'; fi
:`;

interface Source {
  readonly family: string;
  firstMs: number | null;
  lastMs: number | null;
  runs: number;
}

const mostRuns = 200_000;

/**
 * Reads what `cronLogScript` printed. A log tells of the time from its first to its last line, if cron writes into it at all.
 * @param isDaemonRunning false: then a log without any start is believed as well
 */
export function readCronLog(lines: readonly string[], clock: LogClock, isDaemonRunning: boolean | null): CronLog {
  const sources: Source[] = [];
  const runs: LoggedRun[] = [];
  const newest = new Map<string, number>();
  for (const line of lines) {
    const [, tag = "", rest = ""] = /^(log|first|last|run) (.*)$/.exec(line) ?? [];
    const source = sources.at(-1);
    if (tag === "log") sources.push({ family: familyOf(rest), firstMs: null, lastMs: null, runs: 0 });
    else if (source === undefined) continue;
    // the first line may be the end of a longer one
    else if (tag === "first") source.firstMs ??= logMoment(rest, clock);
    else if (tag === "last") source.lastMs = logMoment(rest, clock);
    else if (tag === "run" && keep(rest, { runs, newest, clock })) source.runs++;
  }
  const telling = new Set(sources.filter((source) => source.runs > 0).map(({ family }) => family));
  const believed = sources.filter(
    ({ family }) => telling.has(family) || (isDaemonRunning === false && telling.size === 0),
  );
  const inOrder = runs.toSorted((a, b) => a.hostMs - b.hostMs);
  return {
    runs: inOrder,
    runsOf: byCommand(inOrder),
    covers: (hostMs) =>
      believed.some(
        ({ firstMs, lastMs }) => firstMs !== null && lastMs !== null && firstMs <= hostMs && hostMs <= lastMs,
      ),
  };
}

/** A log and what it was called before it was rotated. */
function familyOf(name: string): string {
  return name.trim().replace(/(?:\.\d+(?:\.gz)?|-\d{8})$/, "");
}

interface Kept {
  readonly runs: LoggedRun[];
  /** by process, when it was last seen to start */
  readonly newest: Map<string, number>;
  readonly clock: LogClock;
}

/** Written down twice within so short a time by the same process, it is one start. */
const sameMs = 5_000;

/** The same start stands in the journal and in the file. @returns true: the line tells of one */
function keep(text: string, { runs, newest, clock }: Kept): boolean {
  const match = /\[(\d+)\]: \((\S{1,64})\) CMD \((.*)\)\s*$/.exec(text.slice(0, 4_000));
  const hostMs = logMoment(text, clock);
  if (match === null || hostMs === null || runs.length >= mostRuns) return false;
  const [, pid = "", user = "", command = ""] = match;
  const known = newest.get(`${pid} ${command}`);
  newest.set(`${pid} ${command}`, hostMs);
  if (known === undefined || Math.abs(known - hostMs) > sameMs) {
    runs.push({ hostMs, user, command: maskSecrets(oneBlank(command)) });
  }
  return true;
}

/** What a log keeps of a long command. */
const shortestCut = 60;

function byCommand(runs: readonly LoggedRun[]): CronLog["runsOf"] {
  const found = new Map<string, LoggedRun[]>();
  for (const run of runs) {
    const key = `${run.user} ${run.command}`;
    const known = found.get(key);
    if (known === undefined) found.set(key, [run]);
    else known.push(run);
  }
  const long = [...found].filter(([, [run]]) => (run?.command.length ?? 0) >= shortestCut);
  return (user, command) => {
    const key = `${user ?? "root"} ${command}`;
    const cut = long.find(([start]) => key.startsWith(start));
    return found.get(key) ?? cut?.[1] ?? [];
  };
}
