import type { Followed, FollowedState } from "../../clients/log-files/followed.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { SentLogs, SentRecord, SentSource } from "../../kernel/ports-logs.ts";
import { SpoolFull, type Spool } from "../../storage/spool/spool.ts";
import type { FollowedSpec } from "./following.ts";
import { readMeta, type Meta } from "./meta.ts";

export interface SentIntakeDeps {
  readonly spool: Spool;
  readonly clock: Clock;
}

/** Log lines that agents follow on their own hosts and send; taken once, however often they are sent. */
export interface SentIntake {
  /** @returns how many of the records are on this disk by now, or need not be: the first ones, in order */
  take(sent: SentLogs): Promise<number>;
  /** the paths of a host that are asked of its agent */
  paths(host: string): readonly string[];
  /** How the agent says that it stands with one path. */
  followed(spec: FollowedSpec): Followed;
}

/** An agent speaks every 15 s, also when there is nothing to say. */
const silentMs = 90_000;
const longestSeen = 300;
const dayMs = 86_400_000;

interface Asked {
  readonly spec: FollowedSpec;
  /** by the monotonic clock: when its agent spoke last, or since when it could have */
  heardMs: number;
  said: SentSource | null;
}

interface Held extends SentIntakeDeps {
  readonly asked: Map<string, Asked>;
  /** by host: a request that was given up by its sender may still be at work when it comes again */
  readonly turns: Map<string, Promise<unknown>>;
}

export function createSentIntake(deps: SentIntakeDeps): SentIntake {
  const held: Held = { ...deps, asked: new Map(), turns: new Map() };
  return {
    take(sent) {
      const turn = (held.turns.get(sent.host) ?? Promise.resolve()).then(() => take(held, sent));
      held.turns.set(
        sent.host,
        turn.catch(() => undefined), // whoever sent it is told; the next turn does not depend on it
      );
      return turn;
    },
    paths: (host) => [...held.asked.values()].flatMap(({ spec }) => (spec.host === host ? [spec.path] : [])),
    followed(spec) {
      held.asked.set(spec.key, { spec, heardMs: deps.clock.monotonicMs(), said: null });
      return {
        state: () => stateOf(held, spec.key),
        async stop() {
          held.asked.delete(spec.key);
        },
      };
    },
  };
}

async function take(held: Held, sent: SentLogs): Promise<number> {
  for (const one of held.asked.values()) {
    if (one.spec.host !== sent.host) continue;
    one.heardMs = held.clock.monotonicMs();
    one.said = sent.sources.find(({ path }) => path === one.spec.path) ?? one.said;
  }
  let taken = 0;
  for (const record of sent.records) {
    try {
      await takeRecord(held, sent, record);
    } catch (thrown) {
      if (thrown instanceof SpoolFull) return taken;
      throw thrown;
    }
    taken += 1;
  }
  return taken;
}

/** Lines of a path that is not asked for any more are let go. */
async function takeRecord(
  { spool, clock, asked }: Held,
  { host, epoch, sentAtMs }: SentLogs,
  record: SentRecord,
): Promise<void> {
  const { spec } = [...asked.values()].find((one) => one.spec.host === host && one.spec.path === record.path) ?? {};
  if (spec === undefined) return;
  const before = readMeta(spool.metaOf(spec.key))?.upTo;
  if (before?.epoch === epoch && before.seq >= record.seq) return;
  const nowMs = clock.nowMs();
  const ageMs = Math.min(Math.max(0, sentAtMs - record.readAtMs), 31 * dayMs);
  const meta: Meta = { kind: "lines", host, format: spec.format, upTo: { epoch, seq: record.seq } };
  await spool.append({
    source: spec.key,
    receivedAtMs: nowMs - ageMs,
    meta: record.isCut ? { ...meta, cut: true } : meta,
    body: record.body,
  });
}

function stateOf({ asked, clock }: Held, key: string): FollowedState {
  const one = asked.get(key);
  const { state = "waiting", problem = null, seen = "", lagBytes = 0, dropped = 0 } = one?.said ?? {};
  if (one !== undefined && clock.monotonicMs() - one.heardMs > silentMs)
    return { state: "failed", problem: "agent-silent", seen: "", lagBytes, dropped };
  return { state, problem, seen: seen.slice(0, longestSeen), lagBytes, dropped };
}
