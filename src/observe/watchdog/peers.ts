import { z } from "zod";
import { elapsedMs, stampNow, type Clock, type Stamp } from "../../kernel/clock.ts";
import { errorText } from "../../kernel/errors.ts";
import { randomId } from "../../kernel/ids.ts";
import type { Log } from "../../kernel/log.ts";
import type { Signal, SignalChange } from "../../kernel/model/signal.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { Ledger } from "../../storage/ledger/ledger.ts";
import { peerId } from "../../words/incident.ts";
import { callOnce } from "./call.ts";
import { startRound } from "./round.ts";

export interface PeerDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly ledger: Ledger;
  site(): Site;
  /** this machine's own line works: only then is silence the other's */
  canSee(): boolean;
  take(changes: readonly SignalChange[]): Promise<void>;
}

/** Asks the other hubs whether they are well; one that is silent for five minutes is an incident here. */
export interface PeerWatch {
  /** hosts that are silent now */
  silent(): readonly string[];
  siteChanged(): void;
  stop(): void;
}

const everyMs = 60_000;
const silentAfterMs = 300_000;
const Health = z.object({ status: z.literal("ok") });

interface Peer {
  readonly hub: string;
  readonly host: string;
  readonly round: { stop(): void };
  heardAt: Stamp;
  signal: Signal | null;
}

type Spec = Site["peers"][number];

export async function createPeerWatch(deps: PeerDeps): Promise<PeerWatch> {
  const stopping = new AbortController();
  const peers = new Map<string, Peer>();
  const open = (await deps.ledger.read.openSignals()).filter(({ kind }) => kind === "late");

  function watch(spec: Spec): Peer {
    const host = new URL(spec.hub).host;
    const signal = open.find(({ subject }) => subject === peerId(host)) ?? null;
    const peer: Peer = {
      hub: spec.hub,
      host,
      // after a start the other has the time to be heard
      heardAt: stampNow(deps.clock),
      signal,
      round: startRound(deps, everyMs, () => askPeer(deps, { spec, peer: () => peer, signal: stopping.signal })),
    };
    return peer;
  }

  function siteChanged(): void {
    const wanted = new Map(deps.site().peers.map((spec) => [spec.hub, spec]));
    for (const [hub, peer] of peers) {
      if (wanted.has(hub)) continue;
      peer.round.stop();
      peers.delete(hub);
      close(deps, peer);
    }
    for (const [hub, spec] of wanted) if (!peers.has(hub)) peers.set(hub, watch(spec));
  }

  siteChanged();
  closeForgotten(deps, open, peers);
  return {
    silent: () => [...peers.values()].filter(({ signal }) => signal !== null).map(({ host }) => host),
    siteChanged,
    stop() {
      for (const { round } of peers.values()) round.stop();
      stopping.abort();
    },
  };
}

/** Signals of peers that the configuration no longer names. */
function closeForgotten(deps: PeerDeps, open: readonly Signal[], peers: ReadonlyMap<string, Peer>): void {
  const known = new Set([...peers.values()].map(({ host }) => peerId(host)));
  const gone = open.filter(({ subject }) => subject.startsWith(peerId("")) && !known.has(subject));
  tell(
    deps,
    gone.map((signal) => ({ change: "closed", signal: { ...signal, closedAt: stampNow(deps.clock) } })),
  );
}

interface Asking {
  readonly spec: Spec;
  peer(): Peer;
  readonly signal: AbortSignal;
}

async function askPeer(deps: PeerDeps, { spec, peer: peerOf, signal }: Asking): Promise<void> {
  const { clock } = deps;
  const asked = await callOnce(clock, { url: `${spec.hub}/healthz`, token: spec.token, signal });
  if (signal.aborted) return;
  const peer = peerOf();
  const now = stampNow(clock);
  // a machine without a line of its own knows nothing of others
  const isHeard = (asked.ok && Health.safeParse(asked.value).success) || !deps.canSee();
  if (isHeard) {
    peer.heardAt = now;
    if (asked.ok && peer.signal !== null) await heardAgain(deps, peer);
    return;
  }
  if (peer.signal !== null || elapsedMs(peer.heardAt, now) < silentAfterMs) return;
  const error = asked.ok ? "its own health is not ok" : asked.error;
  peer.signal = silentSignal(peer, error, now);
  const data = { peer: peer.host, error };
  await deps.ledger.transaction((tx) => tx.append({ kind: "peer.silent", actor: "koboshi", incidentId: null, data }));
  tell(deps, [{ change: "opened", signal: peer.signal }]);
}

async function heardAgain(deps: PeerDeps, peer: Peer): Promise<void> {
  const data = { peer: peer.host };
  await deps.ledger.transaction((tx) => tx.append({ kind: "peer.heard", actor: "koboshi", incidentId: null, data }));
  close(deps, peer);
}

function close(deps: PeerDeps, peer: Peer): void {
  if (peer.signal === null) return;
  const signal = { ...peer.signal, closedAt: stampNow(deps.clock) };
  peer.signal = null;
  tell(deps, [{ change: "closed", signal }]);
}

function tell({ take, log }: PeerDeps, changes: readonly SignalChange[]): void {
  if (changes.length === 0) return;
  take(changes).catch((thrown: unknown) => log.error("news of a peer was not told", { error: errorText(thrown) }));
}

function silentSignal({ host, heardAt }: Peer, text: string, now: Stamp): Signal {
  return {
    id: randomId(),
    kind: "late",
    subject: peerId(host),
    checkId: null,
    // someone else's site may be without anyone who watches
    severity: "critical",
    openedAt: now,
    startedAt: heardAt,
    closedAt: null,
    layer: null,
    error: { code: "silent", text },
    failingFrom: ["here"],
    workingFrom: [],
    facts: { peer: host },
  };
}
