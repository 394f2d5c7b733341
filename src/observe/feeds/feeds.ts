import { createHash } from "node:crypto";
import { stampNow, type Clock, type Stamp, type Timer } from "../../kernel/clock.ts";
import { errorText } from "../../kernel/errors.ts";
import type { Log } from "../../kernel/log.ts";
import type { FeedSpec, Provider, Site } from "../../kernel/model/site.ts";
import type { FeedDesk, FeedStatus, KeptNotice } from "../../kernel/ports-feeds.ts";
import type { Ledger } from "../../storage/ledger/ledger.ts";
import type { FeedState } from "../../storage/ledger/nouns/feeds.ts";
import { createDecisions } from "./decisions.ts";
import { takeIn } from "./take-in.ts";
import { readSource } from "./source.ts";
import { shownAddress } from "./shown-address.ts";
import { announcementsOf } from "./word.ts";

export interface FeedDeps {
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly log: Log;
  site(): Site;
  /** how often each source is read; five minutes unless a test says otherwise */
  readonly everyMs?: number;
}

/** Reads what providers tell their customers, and keeps it. */
export interface Feeds extends FeedDesk {
  start(): void;
  /** To be called when the configuration was replaced: new sources are read at once, those taken out no more. */
  siteChanged(): void;
  /** Reads one source now, and waits for it. */
  readNow(key: string): Promise<void>;
  /** Resolves when what was under way is over. */
  stop(): Promise<void>;
}

const everyMs = 300_000;
/** A source in trouble is asked less and less often. */
const longestPauseMs = 3_600_000;
const timeoutMs = 20_000;
/** Notices that may still matter to what happens now. */
const recentNotices = 200;
const noState: FeedState = { lastTriedAt: null, lastSuccessAt: null, trouble: null, marks: {}, mail: null };

interface Source {
  readonly spec: FeedSpec;
  readonly provider: string;
  /** what was configured: another address is another source */
  readonly written: string;
  state: FeedState;
  failures: number;
  timer: Timer | null;
  nextAt: Stamp | null;
  running: Promise<void> | null;
}

interface Desk extends FeedDeps {
  readonly sources: Map<string, Source>;
  readonly counts: Map<string, number>;
  /** newest first */
  recent: readonly KeptNotice[];
  readonly quit: AbortController;
  states: ReadonlyMap<string, FeedState>;
  started: boolean;
}

/** Reads what the ledger knows; asks the sources only after `start`. */
export async function createFeeds(deps: FeedDeps): Promise<Feeds> {
  const { ledger, clock } = deps;
  const desk: Desk = {
    ...deps,
    sources: new Map(),
    counts: new Map(await ledger.read.providerNoticeCounts()),
    recent: await ledger.read.providerNotices({ search: "", provider: null, before: null, limit: recentNotices }),
    quit: new AbortController(),
    states: await ledger.read.feedStates(),
    started: false,
  };
  arrange(desk);
  const decisions = createDecisions({ ledger, clock, decided: (notice) => remember(desk, notice) });
  return {
    start() {
      desk.started = true;
      for (const source of desk.sources.values()) schedule(desk, source, spread(source.spec.key) * firstWithinMs);
    },
    siteChanged: () => arrange(desk),
    async readNow(key) {
      const source = desk.sources.get(key);
      if (source !== undefined) await read(desk, source);
    },
    async stop() {
      desk.quit.abort();
      desk.started = false;
      for (const { timer } of desk.sources.values()) timer?.cancel();
      await Promise.all([...desk.sources.values()].flatMap(({ running }) => (running === null ? [] : [running])));
    },
    feeds: () => [...desk.sources.values()].map((source) => statusOf(desk, source)),
    notices: (query) => ledger.read.providerNotices(query),
    async notice(id) {
      const notice = await ledger.read.providerNotice(id);
      return notice === null ? null : { notice, versions: await ledger.read.providerNoticeVersions(id) };
    },
    current: () => currentOf(desk),
    ...decisions,
  };
}

const firstWithinMs = 10_000;

function arrange(desk: Desk): void {
  const wanted = [...desk.site().providers.values()].flatMap((provider: Provider) =>
    provider.feeds.map((spec) => ({ spec, provider: provider.key })),
  );
  const keys = new Set(wanted.map(({ spec }) => spec.key));
  for (const [key, source] of desk.sources) {
    if (keys.has(key)) continue;
    source.timer?.cancel();
    desk.sources.delete(key);
  }
  for (const { spec, provider } of wanted) {
    const written = writtenOf(spec);
    const known = desk.sources.get(spec.key);
    if (known?.written === written) continue;
    known?.timer?.cancel();
    const state = known === undefined ? (desk.states.get(spec.key) ?? noState) : noState;
    const source: Source = { spec, provider, written, state, failures: 0, timer: null, nextAt: null, running: null };
    desk.sources.set(spec.key, source);
    if (desk.started) schedule(desk, source, 0);
  }
}

/** Never kept or shown: it is compared only. */
function writtenOf(spec: FeedSpec): string {
  const password = spec.kind === "imap" ? (spec.password?.reveal() ?? "") : "";
  return createHash("sha256")
    .update(JSON.stringify([spec, password]))
    .digest("hex");
}

/** The same part of the period for the same source, so that not all are asked at once. 0 to 1. */
function spread(key: string): number {
  return createHash("sha256").update(key).digest().readUInt16BE(0) / 65_536;
}

function schedule(desk: Desk, source: Source, delayMs: number): void {
  source.timer?.cancel();
  const now = stampNow(desk.clock);
  source.nextAt = { ...now, atMs: now.atMs + delayMs, monotonicMs: now.monotonicMs + delayMs };
  source.timer = desk.clock.after(delayMs, () => {
    void read(desk, source);
  });
}

/** One look at a time for each source; the next is planned when it is over, whatever came of it. */
async function read(desk: Desk, source: Source): Promise<void> {
  if (source.running !== null) return source.running;
  source.running = look(desk, source)
    .catch((thrown: unknown) => {
      source.failures += 1;
      source.state = { ...source.state, trouble: { code: "koboshi-fault", text: errorText(thrown).slice(0, 200) } };
      desk.log.error("a provider's notices were not read", { feed: source.spec.key, error: errorText(thrown) });
    })
    .finally(() => {
      source.running = null;
      const isOurs = desk.sources.get(source.spec.key) === source;
      if (desk.started && isOurs && !desk.quit.signal.aborted) schedule(desk, source, pauseMs(desk, source));
    });
  return source.running;
}

function pauseMs({ everyMs: wanted = everyMs }: Desk, { failures, spec }: Source): number {
  const backedOff = Math.min(longestPauseMs, wanted * 2 ** Math.min(failures, 10));
  // a tenth around the period
  return Math.round(Math.max(backedOff, wanted) * (0.9 + spread(`${spec.key}#${failures}`) * 0.2));
}

async function look(desk: Desk, source: Source): Promise<void> {
  const { clock, ledger, quit } = desk;
  const { spec, provider, state } = source;
  const answer = await readSource({ limits: { clock, timeoutMs, signal: quit.signal }, spec, state });
  if (quit.signal.aborted) return;
  const at = stampNow(clock);
  source.failures = answer.ok ? 0 : source.failures + 1;
  const next = stateAfter(state, answer, at);
  const items = answer.ok ? answer.value.items : [];
  // what came and how far it was read land together: a mail is never lost between the two
  const taken = await takeIn(ledger, { items, spec, provider, at, site: desk.site(), state: next });
  source.state = next;
  for (const notice of taken.notices) remember(desk, notice);
  desk.counts.set(spec.key, (desk.counts.get(spec.key) ?? 0) + taken.added);
  if (next.trouble?.code !== state.trouble?.code) {
    desk.log.info("how a provider's notices are read has changed", {
      feed: spec.key,
      trouble: next.trouble?.code ?? null,
    });
  }
}

function stateAfter(before: FeedState, answer: Awaited<ReturnType<typeof readSource>>, at: Stamp): FeedState {
  if (!answer.ok) return { ...before, lastTriedAt: at, trouble: answer.error };
  const { marks, mail, remark } = answer.value;
  return { lastTriedAt: at, lastSuccessAt: at, trouble: remark, marks: { ...before.marks, ...marks }, mail };
}

function remember(desk: Desk, notice: KeptNotice): void {
  desk.recent = [notice, ...desk.recent.filter(({ id }) => id !== notice.id)].slice(0, recentNotices);
}

function currentOf({ recent, clock, site }: Desk): ReturnType<FeedDesk["current"]> {
  const known = site().providers;
  const nowMs = clock.nowMs();
  return recent
    .filter(({ provider }) => known.has(provider))
    .flatMap((notice) => announcementsOf(notice, nowMs))
    .toSorted(
      (a, b) =>
        a.phase.localeCompare(b.phase) || a.provider.localeCompare(b.provider) || (a.startMs ?? 0) - (b.startMs ?? 0),
    );
}

function statusOf({ counts }: Desk, { spec, provider, state, failures, nextAt }: Source): FeedStatus {
  const { lastTriedAt, lastSuccessAt, trouble } = state;
  const bad = failures >= 3 ? "down" : "warning";
  return {
    key: spec.key,
    provider,
    kind: spec.kind,
    address: shownAddress(spec),
    state: trouble !== null ? bad : lastSuccessAt === null ? "unknown" : "ok",
    lastTriedAt,
    lastSuccessAt,
    trouble,
    notices: counts.get(spec.key) ?? 0,
    nextAtMs: nextAt?.atMs ?? null,
  };
}
