import { connectSsh } from "../../clients/ssh.ts";
import { elapsedMs, stampNow, type Clock } from "../../kernel/clock.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import type { Log } from "../../kernel/log.ts";
import type { HostAnswers, WhySection } from "../../kernel/model/host-answers.ts";
import type { Observation } from "../../kernel/model/observation.ts";
import type { SignalChange } from "../../kernel/model/signal.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { AgentFrame, HostDesk, HostReader, HostStatus } from "../../kernel/ports-hosts.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import type { Ledger } from "../../storage/ledger/ledger.ts";
import type { StoredHost } from "../../storage/ledger/nouns/hosts.ts";
import type { TelemetryAppend } from "../../storage/telemetry/telemetry.ts";
import { askBySsh, runBySsh } from "./asking.ts";
import { hostAttentions } from "./attentions.ts";
import { createHostBook, type HostBook } from "./book.ts";
import { createHttpDates, type HttpDates } from "./http-dates.ts";
import { createHubTime, type HubTime } from "./hub-time.ts";
import { lookedAt, lookedAtClock, ruleOf } from "./judge.ts";
import { confirmHostKey, keyShown } from "./keys.ts";
import { createLine, type HostLine } from "./line.ts";
import { frameIn, lookBySsh, nextLook, type SshLook, type Thoroughness } from "./looking.ts";
import { metricsOf } from "./metrics.ts";
import { packOf } from "./pack.ts";
import { createRounds, type Rounds } from "./rounds.ts";
import { createHostSignals, type HostSignals, type Looked } from "./signals.ts";
import { stoppedByUs, type Silent } from "./silence.ts";
import { takeFrame } from "./taking.ts";
import {
  blankHost,
  firstSight,
  isStale,
  pauseMs,
  silenced,
  statusOf,
  withHost,
  type Frame,
  type Watched,
} from "./watched.ts";

export interface HostsDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly ledger: Ledger;
  readonly append: Pick<TelemetryAppend, "metric">;
  readonly site: Site;
  /** writes confirmed changes down with all that follows from them */
  take(changes: readonly SignalChange[]): Promise<void>;
  /** a vantage's wall clock minus the hub's; left out: only the hub's own attempts tell of other clocks */
  vantageOffsetMs?(vantage: string): number | null;
  readonly connect?: typeof connectSsh;
  readonly everyMs?: number;
}

/** Looks into the machines round by round, and knows how they stand. */
export interface Hosts extends HostDesk, HostReader {
  /** Takes a new configuration over. */
  use(site: Site): void;
  /** Every attempt of every check: web servers tell their machine's time. */
  observed(observation: Observation): void;
  start(): void;
  stop(): Promise<void>;
}

const usualEveryMs = 60_000;
const looksAtOnce = 16;

interface Desk extends HostsDeps {
  readonly everyMs: number;
  readonly watched: Map<string, Watched>;
  /** hosts the file does not name now: their keys hold when they come back */
  readonly absent: Map<string, StoredHost>;
  readonly lines: Map<string, HostLine>;
  readonly hubTime: HubTime;
  readonly dates: HttpDates;
  readonly signals: HostSignals;
  readonly book: HostBook;
  /** when a silent host is tried again, by the monotonic clock */
  readonly notBefore: Map<string, number>;
}

/** Reads what the ledger knows of the hosts; looks into them only after `start`. */
export async function createHosts(deps: HostsDeps): Promise<Hosts> {
  const desk = await openDesk(deps);
  const { watched, book, dates, lines } = desk;
  const rounds: Rounds = createRounds({
    clock: deps.clock,
    log: deps.log,
    everyMs: desk.everyMs,
    atOnce: looksAtOnce,
    look: (key) => regularLook(desk, key),
  });
  const status = (key: string): HostStatus | null => statusIn(desk, key);
  const lookNow = (key: string, thoroughness: Thoroughness = "full"): Promise<void> =>
    rounds.inTurn(key, () => look(desk, key, thoroughness));

  return {
    hosts: () => [...watched.keys()].flatMap((key) => status(key) ?? []),
    host: status,
    lookNow: async (key, thoroughness) => {
      const one = watched.get(key);
      if (one === undefined) return err(new KoboshiError("KB1002", { what: key }));
      if (one.host.look?.by !== "ssh") return err(new KoboshiError("KB4204", { host: key }));
      await lookNow(key, thoroughness);
      return found(desk, key);
    },
    run: (key, order) => run(desk, { rounds, key, order }),
    ask: (key, sections, pages = []) => ask(desk, { rounds, key, sections, pages }),
    async confirmKey(input) {
      const one = watched.get(input.key);
      if (one === undefined) return err(new KoboshiError("KB1002", { what: input.key }));
      const confirmed = confirmHostKey(deps.clock, one, input);
      if (!confirmed.ok) return confirmed;
      await book.keep(confirmed.value.stored, confirmed.value.events);
      put(desk, { ...(watched.get(input.key) ?? one), stored: confirmed.value.stored });
      if (one.host.look?.by === "ssh") await lookNow(input.key);
      return found(desk, input.key);
    },
    receive: (frame) => receive(desk, rounds, frame),
    pack: (key) => {
      const one = status(key);
      return one === null ? null : packOf(one, deps.clock.nowMs());
    },
    attentions: () => hostAttentions([...watched.keys()].flatMap((key) => status(key) ?? [])),
    use(site) {
      takeSite(desk, site);
      rounds.use([...site.hosts.values()].filter(({ look: by }) => by !== null).map(({ key }) => key));
    },
    observed(observation) {
      const seen = dates.clockIn(observation);
      if (seen !== null) hearClock(desk, seen);
    },
    start() {
      rounds.start();
      rounds.use([...watched.values()].filter(({ host }) => host.look !== null).map(({ host }) => host.key));
    },
    async stop() {
      rounds.stop();
      for (const line of lines.values()) line.close();
      await book.stop();
    },
  };
}

async function openDesk(deps: HostsDeps): Promise<Desk> {
  const { clock, ledger, log, site } = deps;
  const stored = new Map((await ledger.read.hosts()).map((host) => [host.key, host]));
  const desk: Desk = {
    ...deps,
    everyMs: deps.everyMs ?? usualEveryMs,
    watched: new Map(
      [...site.hosts.values()].map((host) => [
        host.key,
        firstSight(clock, host, stored.get(host.key) ?? blankHost(host.key)),
      ]),
    ),
    absent: stored,
    lines: new Map(),
    hubTime: createHubTime(clock),
    dates: createHttpDates(deps),
    signals: createHostSignals(clock, await ledger.read.openSignals(), ruleOf),
    book: createHostBook({ ledger, clock, log }),
    notBefore: new Map(),
  };
  desk.dates.use(site);
  return desk;
}

function takeSite(desk: Desk, site: Site): void {
  const { clock, watched, absent, lines, signals, dates } = desk;
  const before = new Map(watched);
  for (const { host, stored } of watched.values()) absent.set(host.key, stored);
  watched.clear();
  for (const host of site.hosts.values()) {
    const known = before.get(host.key);
    watched.set(
      host.key,
      known === undefined
        ? firstSight(clock, host, absent.get(host.key) ?? blankHost(host.key))
        : withHost(clock, known, host),
    );
  }
  for (const [key, line] of lines) {
    if (watched.get(key)?.host.look?.by === "ssh") continue;
    line.close();
    lines.delete(key);
  }
  dates.use(site);
  tell(desk, signals.forget(new Set(watched.keys())));
}

function statusIn({ clock, watched, signals, everyMs }: Desk, key: string): HostStatus | null {
  const one = watched.get(key);
  return one === undefined
    ? null
    : statusOf({ watched: one, signals: signals.openOf(key), now: stampNow(clock), everyMs });
}

function found(desk: Desk, key: string): Result<HostStatus, KoboshiError> {
  const status = statusIn(desk, key);
  return status === null ? err(new KoboshiError("KB1002", { what: key })) : ok(status);
}

/** What became of a look is only kept while the host is still in the file. */
function put({ watched }: Desk, one: Watched): boolean {
  const current = watched.get(one.host.key);
  if (current === undefined) return false;
  watched.set(one.host.key, { ...one, host: current.host });
  return true;
}

function tell({ take, log }: Desk, changes: readonly SignalChange[]): void {
  if (changes.length === 0) return;
  take(changes).catch((thrown: unknown) => log.error("signals of hosts not taken", { error: String(thrown) }));
}

async function regularLook(desk: Desk, key: string): Promise<void> {
  const one = desk.watched.get(key);
  if (one?.host.look?.by !== "ssh") return;
  if (desk.clock.monotonicMs() < (desk.notBefore.get(key) ?? 0)) return;
  await look(desk, key, nextLook(one));
}

async function look(desk: Desk, key: string, thoroughness: Thoroughness): Promise<void> {
  const { watched } = desk;
  const one = watched.get(key);
  if (one === undefined || one.host.look?.by !== "ssh") return;
  const looked = await lookBySsh(one, lineTo(desk, key), thoroughness);
  const before = watched.get(key);
  if (before === undefined) return;
  if (looked.ok) await beRead(desk, before, looked.value);
  else await notRead(desk, before, looked.error);
  // what a restart changed is worth a thorough look at once
  if (thoroughness === "quick" && isRebooted(before, watched.get(key))) await look(desk, key, "full");
}

interface Asked {
  readonly rounds: Rounds;
  readonly key: string;
  readonly sections: readonly WhySection[];
  readonly pages: readonly string[];
}

async function ask(desk: Desk, { rounds, key, sections, pages }: Asked): Promise<Result<HostAnswers, KoboshiError>> {
  const one = desk.watched.get(key);
  if (one === undefined) return err(new KoboshiError("KB1002", { what: key }));
  if (one.host.look?.by !== "ssh") return err(new KoboshiError("KB4204", { host: key }));
  const line = lineTo(desk, key);
  line.hurry();
  return ok(await rounds.ahead(key, () => askBySsh(desk.clock, one, { line, sections, pages })));
}

type Order = Parameters<HostReader["run"]>[1];

async function run(
  desk: Desk,
  { rounds, key, order }: { readonly rounds: Rounds; readonly key: string; readonly order: Order },
): ReturnType<HostReader["run"]> {
  const one = desk.watched.get(key);
  if (one?.host.look?.by !== "ssh") return err({ reason: "not-set-up" });
  return rounds.inTurn(key, () => runBySsh(desk.watched.get(key) ?? one, lineTo(desk, key), order));
}

/** One connection to each host, whoever asks. */
function lineTo({ lines, clock, connect = connectSsh }: Desk, key: string): HostLine {
  const line = lines.get(key) ?? createLine({ clock, connect });
  lines.set(key, line);
  return line;
}

async function beRead(desk: Desk, before: Watched, { frame, oldAlgorithms }: SshLook): Promise<void> {
  const { key } = before.host;
  desk.notBefore.delete(key);
  if (before.silence !== null) desk.log.info("host read again", { host: key });
  await takeIn(desk, { ...before, oldAlgorithms }, { frame, keyWasRight: true });
}

async function notRead(desk: Desk, { host: { key } }: Watched, silent: Silent): Promise<void> {
  const { watched, notBefore, clock, everyMs } = desk;
  await beSilent(desk, key, silent);
  const failed = watched.get(key);
  if (failed !== undefined) notBefore.set(key, clock.monotonicMs() + pauseMs(failed, everyMs));
}

function isRebooted({ stored: before }: Watched, after: Watched | undefined): boolean {
  return after !== undefined && before.bootId !== null && after.stored.bootId !== before.bootId;
}

/** The state is unknown from now on, with the reason; what was confirmed before stays as it is. */
async function beSilent(desk: Desk, key: string, silent: Silent): Promise<void> {
  const { watched, clock, log, book, signals } = desk;
  const before = watched.get(key);
  if (before === undefined || (silent.reason === "closed" && silent.text === stoppedByUs)) return;
  if (before.silence?.reason !== silent.reason) {
    log.warn("host not read", { host: key, reason: silent.reason, text: silent.text });
  }
  const now = silenced(clock, before, silent);
  const shown = keyShown(before, silent);
  if (!put(desk, shown === null ? now : { ...now, stored: shown.stored }) || shown === null) return;
  if (shown.events.length > 0) await book.keep(shown.stored, shown.events);
  tell(desk, signals.judge(key, shown.looked));
}

interface Arrived {
  readonly frame: Frame;
  /** we logged in, so the host showed the believed key */
  readonly keyWasRight: boolean;
}

async function takeIn(desk: Desk, one: Watched, { frame, keyWasRight }: Arrived): Promise<void> {
  const { append, book, signals } = desk;
  const others = (key: string): readonly StoredHost[] =>
    [...desk.watched.values()].filter(({ host }) => host.key !== key).map(({ stored }) => stored);
  const taken = takeFrame({ ...desk, others }, one, frame);
  const seenKey = keyWasRight ? null : taken.watched.stored.seenKey;
  const after = { ...taken.watched, stored: { ...taken.watched.stored, seenKey } };
  if (!put(desk, after)) return;
  for (const point of metricsOf(one.host.key, taken.reading)) append.metric(point);
  const looked = lookedAt(taken.reading, after.findings);
  const lookedFor: Looked["lookedFor"] = (kind, item) =>
    looked.lookedFor(kind, item) || (keyWasRight && kind === "host-key");
  tell(desk, signals.judge(one.host.key, { ...looked, lookedFor }));
  if (taken.events.length > 0) await book.keep(after.stored, taken.events);
  else book.note(after.stored);
}

/** Later than this it is history: worth keeping, too old to judge the machine by. */
const lateRounds = 3;

async function receive(desk: Desk, rounds: Rounds, frame: AgentFrame): Promise<Result<HostStatus, KoboshiError>> {
  const { clock, watched, book, append, everyMs, hubTime } = desk;
  const { key, text, sentAgoMs, receivedAgoMs, wayMs } = frame;
  const known = watched.get(key);
  if (known === undefined) return err(new KoboshiError("KB1002", { what: key }));
  if (known.host.look?.by !== "agent") return err(new KoboshiError("KB4204", { host: key }));
  if (frameIn(text) === null) return err(new KoboshiError("KB4203", { host: key }));
  const nowMs = clock.nowMs();
  const timed = { text, sentAtMs: nowMs - sentAgoMs - wayMs, receivedAtMs: nowMs - receivedAgoMs };
  return rounds.inTurn(key, async () => {
    const one = watched.get(key) ?? known;
    const { reading, readAt } = one.stored;
    const isOld = reading !== null && timed.receivedAtMs < reading.takenAtMs;
    if (isOld || (sentAgoMs > lateRounds * everyMs && !isStale(one, stampNow(clock), everyMs))) {
      const past = takeFrame({ clock, hubTime, others: () => [] }, { ...one, counters: null }, timed);
      for (const point of metricsOf(key, past.reading)) append.metric(point);
      return found(desk, key);
    }
    await takeIn(desk, one, { frame: timed, keyWasRight: false });
    const stored = watched.get(key)?.stored;
    if (stored !== undefined && stored.readAt !== readAt) await book.keep(stored);
    return found(desk, key);
  });
}

/** A clock read off a web server counts while nobody looks inside. */
function hearClock(desk: Desk, { host: key, clock: heard }: NonNullable<ReturnType<HttpDates["clockIn"]>>): void {
  const { watched, signals, everyMs, hubTime, clock } = desk;
  const one = watched.get(key);
  if (one === undefined) return;
  const inside = one.clock !== null && one.clock.source !== "http" ? one.clock : null;
  if (inside !== null && elapsedMs(inside.at, stampNow(clock)) <= lateRounds * everyMs) return;
  const believed = { ...heard, offsetSeconds: hubTime.believe(heard.offsetSeconds) };
  put(desk, { ...one, clock: believed });
  tell(desk, signals.judge(key, lookedAtClock(believed, one.host.look?.watch ?? null)));
}
