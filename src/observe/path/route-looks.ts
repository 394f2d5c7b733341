import { trace } from "../../clients/traceroute.ts";
import { stampNow } from "../../kernel/clock.ts";
import { errorText } from "../../kernel/errors.ts";
import type { ProbeResult } from "../../kernel/model/observation.ts";
import { nextTickMs } from "../phase.ts";
import type { PathDesk } from "./desk.ts";
import { hopsOf } from "./route.ts";
import { takeTrace } from "./routes.ts";
import type { Watched } from "./watched.ts";
import { wayId } from "./way-id.ts";
import { routeIn } from "./way-probes.ts";

const usualProbes = 3;
/** Of two routers that take turns, eight probes miss one once in 256 times: what they show alone is a change. */
const confirmingProbes = 8;
const longestTraceMs = 20_000;
const shortestTraceGapMs = 30_000;

/** Looks at the way now, unless that was just done. */
export function traceSoon(desk: PathDesk, one: Watched): void {
  const agoMs = one.tracedAt === null ? Infinity : desk.clock.monotonicMs() - one.tracedAt.monotonicMs;
  if (agoMs >= shortestTraceGapMs) traceNow(desk, one);
}

/** Looks at the way, then again when it is due; sooner when it differs. */
export function traceNow(desk: PathDesk, one: Watched): void {
  if (one.tracing !== null) return;
  one.traceTimer?.cancel();
  one.tracing = desk.traces
    .run(() => lookAtRoute(desk, one))
    .catch((thrown: unknown) => desk.log.error("route not looked at", { error: errorText(thrown) }))
    .finally(() => {
      one.tracing = null;
      if (one.ending.signal.aborted) return;
      const { clock, pace } = desk;
      const nowMs = clock.monotonicMs();
      const regularMs =
        nextTickMs({ id: `route ${wayId(one.vantage, one.target.host)}`, everyMs: pace.traceEveryMs }, nowMs) - nowMs;
      const isPending = one.belief !== null && one.belief.pending !== null;
      one.traceTimer = clock.after(isPending ? pace.confirmAfterMs : regularMs, () => traceNow(desk, one));
    });
}

async function lookAtRoute(desk: PathDesk, one: Watched): Promise<void> {
  const { address, ending, target } = one;
  if (ending.signal.aborted || address === null) return;
  const isPending = one.belief !== null && one.belief.pending !== null;
  const spec = { address, port: target.port, probesPerHop: isPending ? confirmingProbes : usualProbes };
  const found =
    one.vantage === "here"
      ? await trace(desk.clock, { ...spec, timeoutMs: longestTraceMs, signal: ending.signal })
      : routeIn(await elsewhere(desk, one.vantage, spec));
  if (ending.signal.aborted) return;
  one.routeBlind = found.ok ? null : found.error.code;
  if (!found.ok) return;
  one.tracedAt = stampNow(desk.clock);
  await takeTrace(desk, one, hopsOf(found.value, address));
}

async function elsewhere({ look }: PathDesk, vantage: string, spec: unknown): Promise<ProbeResult | null> {
  return (await look?.(vantage, { kind: "way-route", spec, timeoutMs: longestTraceMs })) ?? null;
}
