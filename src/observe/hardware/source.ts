import { stampNow, type Clock, type Timer } from "../../kernel/clock.ts";
import { errorText } from "../../kernel/errors.ts";
import type { Log } from "../../kernel/log.ts";
import type { HardwareReading } from "../../kernel/model/hardware.ts";
import type { HostReading } from "../../kernel/model/host-reading.ts";
import type { HardwareSourceStatus } from "../../kernel/ports-hardware.ts";
import type { HardwareRecord, StoredHardware } from "../../storage/ledger/nouns/hardware.ts";
import { failed, type Looked, type Looker } from "./looked.ts";

/** One look that ended, with what was known before it. */
export interface LookEnd {
  readonly source: Source;
  readonly looked: Looked;
  readonly before: HardwareRecord;
  readonly record: HardwareRecord;
  readonly isWhole: boolean;
}

/** One way to ask one host about its hardware, asked again and again; what one does never holds up another. */
export interface Source {
  readonly host: string;
  readonly looker: Looker;
  status(): HardwareSourceStatus;
  vitals(): HostReading | null;
  record(): HardwareRecord;
  /** From now on every minute, first after `delayMs`. */
  start(delayMs: number): void;
  stop(): void;
  /** Looks at everything now, after the look under way if there is one. */
  look(): Promise<void>;
  /** Believes this certificate from now on. */
  believe(fingerprint: string): void;
}

export interface SourceDeps {
  readonly clock: Clock;
  readonly log: Log;
  ended(end: LookEnd): Promise<void>;
}

export const roundMs = 60_000;
const roundsPerWhole = 10;
/** Controllers lock accounts and addresses that come with a wrong password again and again. */
const refusedRounds = 30;
/** IPMI does not tell silence from a wrong password. */
const silentIpmi = { after: 3, rounds: 5 };

interface State {
  readonly deps: SourceDeps;
  readonly host: string;
  readonly looker: Looker;
  record: HardwareRecord;
  last: Looked | null;
  tookMs: number | null;
  vitals: HostReading | null;
  round: number;
  silentLooks: number;
  restRounds: number;
  wantsWhole: boolean;
  underWay: Promise<void> | null;
}

export function createSource(
  deps: SourceDeps,
  { host, looker, stored }: { host: string; looker: Looker; stored: StoredHardware | undefined },
): Source {
  const state: State = {
    deps,
    host,
    looker,
    record: recordOf(looker, stored),
    last: null,
    tookMs: null,
    vitals: null,
    round: 0,
    silentLooks: 0,
    restRounds: 0,
    wantsWhole: true,
    underWay: null,
  };
  let timer: Timer | null = null;

  function start(delayMs: number): void {
    const dueMs = deps.clock.monotonicMs() + delayMs;
    timer = deps.clock.after(delayMs, () => {
      void round(source, state);
      // the period stays exact however long a look takes
      start(Math.max(0, dueMs + roundMs - deps.clock.monotonicMs()));
    });
  }

  const source: Source = {
    host,
    looker,
    status: () => statusOf(state),
    vitals: () => state.vitals,
    record: () => state.record,
    start,
    stop: () => timer?.cancel(),
    async look() {
      await state.underWay;
      state.wantsWhole = true;
      await begin(source, state);
    },
    believe(fingerprint) {
      state.record = { ...state.record, certificate: fingerprint };
    },
  };
  return source;
}

/** What was learnt of another address is not used for this one. */
function recordOf({ address }: Looker, stored: StoredHardware | undefined): HardwareRecord {
  if (stored?.record.address === address) return stored.record;
  return { address, answeredAt: null, reading: null, certificate: null, learnt: {}, wasOn: false, seenEntries: null };
}

function statusOf({ looker, last, record, tookMs }: State): HardwareSourceStatus {
  return {
    kind: looker.source,
    address: looker.address,
    state: last?.state ?? "waiting",
    reason: last?.reason ?? null,
    answeredAt: record.answeredAt,
    tookMs,
    certificate: last?.certificate ?? null,
    reading: record.reading,
  };
}

async function round(source: Source, state: State): Promise<void> {
  state.round += 1;
  if (state.round % roundsPerWhole === 0) state.wantsWhole = true;
  if (state.restRounds > 0) state.restRounds -= 1;
  else if (state.underWay === null) await begin(source, state);
}

function begin(source: Source, state: State): Promise<void> {
  state.underWay = lookOnce(source, state).finally(() => (state.underWay = null));
  return state.underWay;
}

async function lookOnce(source: Source, state: State): Promise<void> {
  const { deps, looker } = state;
  const { clock, log } = deps;
  const isWhole = state.wantsWhole;
  const startedMs = clock.monotonicMs();
  const before = state.record;
  const looked = await looker
    .look({ isWhole, record: before })
    .catch((thrown: unknown) => failed("broken", errorText(thrown)));
  state.tookMs = Math.round(clock.monotonicMs() - startedMs);
  if (looked.state !== state.last?.state) {
    const { host } = state;
    log.info("a source of hardware changed its state", {
      host,
      source: looker.source,
      state: looked.state,
      reason: looked.reason,
    });
  }
  state.last = looked;
  state.vitals = looked.vitals;
  state.silentLooks = looked.state === "silent" ? state.silentLooks + 1 : 0;
  state.restRounds = restAfter(state, looked);
  if (looked.state === "ok") state.wantsWhole = false;
  state.record = recordAfter(before, { looked, isWhole, clock });
  await deps.ended({ source, looked, before, record: state.record, isWhole });
}

function restAfter({ looker, silentLooks }: State, { state }: Looked): number {
  if (state === "refused") return refusedRounds - 1;
  const isShy = looker.source === "ipmi" && silentLooks >= silentIpmi.after;
  return isShy ? silentIpmi.rounds - 1 : 0;
}

function recordAfter(
  before: HardwareRecord,
  { looked, isWhole, clock }: { looked: Looked; isWhole: boolean; clock: Clock },
): HardwareRecord {
  const { state, reading, certificate, learnt } = looked;
  if (state !== "ok" || reading === null) return { ...before, learnt: {} };
  const isLogRead = isWhole && Object.keys(reading.unobserved).every((part) => !/log|entries|sel/i.test(part));
  return {
    ...before,
    answeredAt: stampNow(clock),
    reading,
    certificate: certificate?.kept ?? before.certificate,
    learnt,
    wasOn: before.wasOn || reading.power === "on",
    seenEntries: isLogRead || reading.entries.length > 0 ? seenIn(reading) : before.seenEntries,
  };
}

function seenIn({ entries }: HardwareReading): readonly string[] {
  return entries.map(({ key }) => key);
}
