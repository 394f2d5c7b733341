import { stampNow } from "../../kernel/clock.ts";
import { errorText } from "../../kernel/errors.ts";
import { nextTickMs } from "../phase.ts";
import { lookAtPackets, type BurstFound } from "./burst.ts";
import { tell, type PathDesk } from "./desk.ts";
import { lossPersists, recent, summarise, type Burst } from "./packets.ts";
import type { Watched } from "./watched.ts";
import { wayId } from "./way-id.ts";
import { packetsIn } from "./way-probes.ts";

/** Looks again and again, each target in its own phase. */
export function planBurst(desk: PathDesk, one: Watched): void {
  const { clock, pace } = desk;
  const nowMs = clock.monotonicMs();
  const dueMs = nextTickMs({ id: `path ${wayId(one.vantage, one.target.host)}`, everyMs: pace.burstEveryMs }, nowMs);
  one.burstTimer = clock.after(dueMs - nowMs, () => {
    planBurst(desk, one);
    if (one.bursting === null) burstNow(desk, one, () => undefined);
  });
}

/** Looks once; `then` is called at its end, unless the target is gone. */
export function burstNow(desk: PathDesk, one: Watched, then: () => void): void {
  one.bursting = desk.bursts
    .run(() => burst(desk, one))
    .catch((thrown: unknown) => desk.log.error("path not looked at", { error: errorText(thrown) }))
    .finally(() => {
      one.bursting = null;
      if (!one.ending.signal.aborted) then();
    });
}

async function burst(desk: PathDesk, one: Watched): Promise<void> {
  const { signal } = one.ending;
  if (signal.aborted) return;
  const found = await lookFrom(desk, one);
  if (signal.aborted) return;
  one.address = found.address ?? one.address;
  one.packetsBlind = found.why;
  if (found.burst === null) return;
  one.bursts = [...recent(one.bursts, desk.clock.monotonicMs()), found.burst];
  measure(desk, one, found.burst);
  judgeLoss(desk, one);
  tell(desk, desk.signals.settle());
}

const longestElsewhereMs = 6_000;

/** The hub looks by itself; a vantage elsewhere is asked. */
async function lookFrom({ clock, look }: PathDesk, { vantage, target, address, ending }: Watched): Promise<BurstFound> {
  const { host } = target;
  if (vantage === "here") return lookAtPackets(host, address, { clock, signal: ending.signal });
  const spec = { host, sticky: address };
  const result = await look?.(vantage, { kind: "way-packets", spec, timeoutMs: longestElsewhereMs });
  return packetsIn(result ?? null, clock.monotonicMs());
}

function measure({ append, clock }: PathDesk, { vantage, target }: Watched, found: Burst): void {
  const packets = summarise([found]);
  if (packets === null) return;
  const atMs = clock.nowMs();
  const subject = target.subject.startsWith("host:") ? target.subject : target.host;
  const values: readonly (readonly [string, number | null])[] = [
    ["path_loss_ratio", packets.lossRatio],
    ["path_latency_min_seconds", seconds(packets.minMs)],
    ["path_latency_mean_seconds", seconds(packets.meanMs)],
    ["path_latency_max_seconds", seconds(packets.maxMs)],
    ["path_jitter_seconds", seconds(packets.jitterMs)],
  ];
  for (const [name, value] of values) {
    if (value !== null) append({ name, subject, labels: { vantage, target: target.host }, value, atMs });
  }
}

function seconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1_000;
}

function judgeLoss(desk: PathDesk, { vantage, target, bursts, address }: Watched): void {
  const { signals, clock } = desk;
  const way = wayId(vantage, target.host);
  const packets = summarise(bursts);
  const wasTold = signals.of(way).includes("loss");
  const isTold = lossPersists(packets, wasTold);
  if (!isTold) {
    tell(desk, signals.close("loss", way));
    return;
  }
  if (packets === null || wasTold) return;
  const { host, subject, checkIds } = target;
  const first = bursts.find(({ sent, received }) => received < sent);
  const now = stampNow(clock);
  const agoMs = first === undefined ? 0 : now.monotonicMs - first.atMonotonicMs;
  const startedAt = { ...now, atMs: now.atMs - agoMs, monotonicMs: now.monotonicMs - agoMs };
  const { sent, lossRatio, meanMs, jitterMs } = packets;
  const facts = { vantage, address, sent, lossRatio, meanMs, jitterMs };
  tell(desk, signals.open("loss", { vantage, target: host, subject, checkId: checkIds[0] ?? null, startedAt, facts }));
}
