import type { InsideSources } from "../../kernel/ports-diagnosis-inside.ts";
import type { LogEntry, LogSearch } from "../../kernel/ports-logs.ts";
import { requestsIn, type Request } from "../lines/requests.ts";

/** Lines of a host's followed logs, by our clock. */
export interface HostLines {
  /** null: no log of the host is followed */
  readonly entries: readonly LogEntry[] | null;
  /** from here on they are complete */
  readonly fromMs: number;
}

export interface LinesWanted {
  readonly host: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** the machine's clock minus ours: lines have its time */
  readonly aheadMs: number;
  readonly signal: AbortSignal;
}

const pageRows = 1_000;
const mostPages = 4;
const mostSources = 12;
/** A clock that is this little off is right. */
const unnoticedMs = 5_000;

/** Newest first. Each followed log is read for itself, so that a busy one leaves room for the others. */
export async function hostLines({ logs }: InsideSources, wanted: LinesWanted): Promise<HostLines> {
  const { host, fromMs, toMs, signal } = wanted;
  const aheadMs = Math.abs(wanted.aheadMs) < unnoticedMs ? 0 : wanted.aheadMs;
  const own = logs.state().sources.filter((source) => source.host === host && source.lastAtMs !== null);
  if (own.length === 0) return { entries: null, fromMs };
  const range = { fromMs: fromMs + aheadMs, toMs: toMs + aheadMs };
  const read = await Promise.all(
    own.slice(0, mostSources).map(({ key }) => pages(logs.search, { ...range, source: key, limit: pageRows }, signal)),
  );
  const cuts = read.flatMap(({ entries, isWhole }) =>
    isWhole ? [] : [(entries.at(-1)?.atMs ?? range.toMs) - aheadMs],
  );
  return {
    entries: read
      .flatMap(({ entries }) => entries)
      .map((entry) => ({ ...entry, atMs: entry.atMs - aheadMs }))
      .toSorted((a, b) => b.atMs - a.atMs),
    fromMs: Math.max(fromMs, ...cuts),
  };
}

async function pages(
  search: InsideSources["logs"]["search"],
  query: LogSearch,
  signal: AbortSignal,
): Promise<{ readonly entries: readonly LogEntry[]; readonly isWhole: boolean }> {
  const entries: LogEntry[] = [];
  let before: LogSearch["before"];
  for (let page = 0; page < mostPages && !signal.aborted; page++) {
    const found = await search(before === undefined ? query : { ...query, before });
    entries.push(...found);
    const last = found.at(-1);
    if (found.length < query.limit || last === undefined || last.seq === null) return { entries, isWhole: true };
    before = { atMs: last.atMs, seq: last.seq };
  }
  return { entries, isWhole: false };
}

/** Access logs of a machine: that of the web server in front, and those of programs behind it. */
export interface AccessLogs {
  readonly front: readonly Request[];
  readonly behind: readonly Request[];
}

const frontNames = /apache|httpd|nginx|lighttpd|caddy|haproxy/i;

/** The web server's own name says which is its; else what holds the most lines. */
export function accessLogs(entries: readonly LogEntry[], appSources: ReadonlySet<string> = new Set()): AccessLogs {
  const all = requestsIn(entries);
  const counts = new Map<string, number>();
  for (const { source } of all) counts.set(source, (counts.get(source) ?? 0) + 1);
  const known = [...counts.keys()].filter((source) => !appSources.has(source));
  const named = known.filter((source) => frontNames.test(source));
  const [largest] = known.toSorted((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0));
  const front = new Set(named.length > 0 ? named : largest === undefined ? [] : [largest]);
  return {
    front: all.filter(({ source }) => front.has(source)),
    behind: all.filter(({ source }) => !front.has(source)),
  };
}
