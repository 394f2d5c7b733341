import { randomBytes } from "node:crypto";
import net from "node:net";
import type { Clock, Timer } from "../../kernel/clock.ts";
import { errorText } from "../../kernel/errors.ts";
import type { Log } from "../../kernel/log.ts";
import type { Trap } from "../../kernel/model/hardware.ts";
import type { Host, Site } from "../../kernel/model/site.ts";
import type { TrapIntakeStatus } from "../../kernel/ports-hardware.ts";
import { splitAddress } from "../../clients/ipmitool.ts";
import { addressOf, userOf, type SnmpProtocols } from "../../clients/snmp.ts";
import { receiveTraps, type TrapCounts, type TrapMessage, type TrapReceiver } from "../../clients/snmp-traps.ts";
import { keptTrap } from "../../readers/hardware/traps.ts";
import type { Ledger } from "../../storage/ledger/ledger.ts";

export interface TrapDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly ledger: Ledger;
  site(): Site;
  /** what the polling of a version 3 user found out; null: not yet */
  protocols(host: string): SnmpProtocols | null;
  /** a trap of a known host was let in */
  told(trap: Omit<Trap, "id">, message: TrapMessage): void;
}

/** Takes traps and informs in; an inform is acknowledged when it is on disk. */
export interface TrapDesk {
  start(): Promise<void>;
  /** Opens the port anew with the communities, users and protocols as they are now. */
  siteChanged(): Promise<void>;
  /** The same, while the port is open. */
  usersChanged(): Promise<void>;
  status(): TrapIntakeStatus;
  stop(): Promise<void>;
}

const flushMs = 200;
const keptTraps = 5_000;
const mostWaiting = 2_000;
/** The same trap of the same sender in a minute: more of them tell nothing new. */
const mostAlike = 20;
const alikeMs = 60_000;
const refreshNamesMs = 600_000;
const engineSetting = "snmp.engine";

interface Waiting {
  readonly trap: Omit<Trap, "id">;
  done(): void;
}

interface State {
  /** of the receivers before this one */
  earlier: TrapCounts;
  receiver: TrapReceiver | null;
  problem: string | null;
  port: number | null;
  /** address → host */
  names: ReadonlyMap<string, string>;
  waiting: Waiting[];
  unwritten: number;
  flushing: boolean;
  readonly alike: Map<string, { sinceMs: number; count: number }>;
  timer: Timer | null;
}

export function createTrapDesk(deps: TrapDeps): TrapDesk {
  const state: State = {
    earlier: { taken: 0, refused: 0, malformed: 0, dropped: 0, lastRefusedFrom: null },
    receiver: null,
    problem: null,
    port: null,
    names: new Map(),
    waiting: [],
    unwritten: 0,
    flushing: false,
    alike: new Map(),
    timer: null,
  };

  async function open(): Promise<void> {
    await close();
    const port = deps.site().intake.snmpTrapUdp;
    state.port = port;
    state.problem = null;
    if (port === null) return;
    state.names = await namesOf(deps.site());
    const engineId = await readEngineId(deps.ledger);
    const opened = await receiveTraps({
      clock: deps.clock,
      port,
      engineId,
      ...admitted(deps),
      take: (message) => take(deps, state, message),
    });
    if (opened.ok) state.receiver = opened.value;
    else {
      state.problem = opened.error;
      deps.log.error("the port for SNMP traps cannot be opened", { port, error: opened.error });
    }
    refreshNames(deps, state);
  }

  async function close(): Promise<void> {
    state.timer?.cancel();
    const receiver = state.receiver;
    state.earlier = countsOf(state);
    state.receiver = null;
    await receiver?.stop();
  }

  /** one after the other: the port can be had once */
  let underWay: Promise<void> = Promise.resolve();
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    underWay = underWay.then(work, work);
    return underWay;
  };

  return {
    start: () => inTurn(open),
    siteChanged: () => inTurn(open),
    usersChanged: () => inTurn(async () => (state.receiver === null ? undefined : open())),
    stop: () => inTurn(close),
    status() {
      const { port, problem, unwritten } = state;
      return { port, problem, unwritten, ...countsOf(state) };
    },
  };
}

function refreshNames(deps: TrapDeps, state: State): void {
  state.timer = deps.clock.after(refreshNamesMs, () => {
    namesOf(deps.site())
      .then((names) => (state.names = names))
      .catch((thrown: unknown) => deps.log.warn("hosts' names not looked up", { error: errorText(thrown) }));
    refreshNames(deps, state);
  });
}

function countsOf({ earlier, receiver }: State): TrapCounts {
  const now = receiver?.counts();
  if (now === undefined) return earlier;
  return {
    taken: earlier.taken + now.taken,
    refused: earlier.refused + now.refused,
    malformed: earlier.malformed + now.malformed,
    dropped: earlier.dropped + now.dropped,
    lastRefusedFrom: now.lastRefusedFrom ?? earlier.lastRefusedFrom,
  };
}

/** Whoever knows what a host of the configuration is asked with may tell something, too. */
function admitted(deps: TrapDeps): { communities: readonly string[]; users: ReturnType<typeof userOf>[] } {
  const asked = [...deps.site().hosts.values()].flatMap(({ key, hardware: { snmp } }) =>
    snmp === null ? [] : [{ key, snmp }],
  );
  return {
    communities: [
      ...new Set(asked.flatMap(({ snmp }) => (snmp.version === 3 ? [] : [snmp.community?.reveal() ?? "public"]))),
    ],
    users: asked.flatMap(({ key, snmp }) =>
      snmp.version === 3 ? [userOf({ ...snmp, protocols: null }, deps.protocols(key))] : [],
    ),
  };
}

/** The machine itself and its controller, which sends traps of its own. */
async function namesOf(site: Site): Promise<ReadonlyMap<string, string>> {
  const all = [...site.hosts.values()].flatMap((host) => addressesOf(host).map((name) => [host.key, name] as const));
  const known = new Map<string, string>();
  await Promise.all(
    all.map(async ([host, name]) => {
      const address = net.isIP(name) === 0 ? await addressOf(name) : { ok: true as const, value: name };
      if (address.ok && !known.has(address.value)) known.set(address.value, host);
    }),
  );
  return known;
}

function addressesOf({ address, hardware: { bmc } }: Host): readonly string[] {
  const own = address === null ? [] : [address];
  if (bmc === null) return own;
  const controller = bmc.kind === "ipmi" ? splitAddress(bmc.address).host : new URL(bmc.url).hostname;
  return [...own, controller.replace(/^\[(.*)\]$/, "$1")];
}

/** Made once: senders of informs learn it and go on with it after a restart. RFC 3411 §5: our number, then 12 bytes of chance. */
async function readEngineId(ledger: Ledger): Promise<string> {
  const kept = await ledger.read.setting(engineSetting);
  if (kept !== null) return kept;
  const made = `8000b98380${randomBytes(12).toString("hex")}`;
  await ledger.transaction((tx) => tx.putSetting(engineSetting, made));
  return made;
}

/** Resolves when it is on disk, or known not to be written. */
function take(deps: TrapDeps, state: State, message: TrapMessage): Promise<void> {
  const host = state.names.get(message.agentAddress ?? "") ?? state.names.get(message.from) ?? null;
  const trap = keptTrap(message, { host, atMs: deps.clock.nowMs() });
  if (host !== null) deps.told(trap, message);
  if (isOneOfMany(deps.clock, state, trap) || state.waiting.length >= mostWaiting) {
    state.unwritten += 1;
    return Promise.resolve();
  }
  return new Promise((done) => {
    state.waiting.push({ trap, done });
    if (state.flushing) return;
    state.flushing = true;
    deps.clock.after(flushMs, () => void flush(deps, state));
  });
}

function isOneOfMany(clock: Clock, { alike }: State, { from, oid, varbinds }: Omit<Trap, "id">): boolean {
  const key = [from, oid, ...varbinds.map(({ text }) => text)].join("\n").slice(0, 1_000);
  const nowMs = clock.monotonicMs();
  const known = alike.get(key);
  if (known === undefined || nowMs - known.sinceMs > alikeMs) {
    if (alike.size >= mostWaiting) alike.clear();
    alike.set(key, { sinceMs: nowMs, count: 1 });
    return false;
  }
  known.count += 1;
  return known.count > mostAlike;
}

async function flush({ ledger, log }: TrapDeps, state: State): Promise<void> {
  const batch = state.waiting;
  state.waiting = [];
  state.flushing = false;
  try {
    await ledger.transaction((tx) =>
      tx.insertTraps(
        batch.map(({ trap }) => trap),
        keptTraps,
      ),
    );
    for (const { done } of batch) done();
  } catch (thrown) {
    // informs stay without an answer: their senders try again
    state.unwritten += batch.length;
    log.error("SNMP traps not written down", { count: batch.length, error: errorText(thrown) });
  }
}
