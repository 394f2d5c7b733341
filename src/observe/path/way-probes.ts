import { z } from "zod";
import { trace, type Trace, type TraceFailure } from "../../clients/traceroute.ts";
import { key } from "../../kernel/fields.ts";
import type { ProbeResult } from "../../kernel/model/observation.ts";
import { defineProbe, type Probe } from "../../kernel/model/probe.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import { lookAtPackets, type BurstFound } from "./burst.ts";

/** What another vantage is asked for about a way; no check can have these. */
const Packets = z.strictObject({
  host: key(z.string().min(1).max(300), { ja: "対象のホスト", en: "the host" }),
  sticky: key(z.string().max(60).nullable(), { ja: "前のアドレス", en: "the address to stay with" }),
});
const Route = z.strictObject({
  address: key(z.string().min(1).max(60), { ja: "アドレス", en: "numeric" }),
  port: key(z.int().min(1).max(65_535), { ja: "ポート", en: "for the TCP method" }),
  probesPerHop: key(z.int().min(1).max(10), { ja: "1ホップに送る数", en: "how sure" }),
});
const summary = { ja: "経路の測定(内部)", en: "measures a way (internal)" };
const nothing = { layer: null, address: null, error: null } as const;
const mostFigures = 20;

const packets = defineProbe({
  kind: "way-packets",
  summary,
  schema: Packets,
  urlSchemes: [],
  fromUrl: ({ hostname }) => ({ host: hostname, sticky: null }),
  target: ({ host }) => host,
  hosts: ({ host }) => [host.toLowerCase()],
  async run({ host, sticky }, { clock, signal }): Promise<ProbeResult> {
    const { address, burst, why } = await lookAtPackets(host, sticky, { clock, signal });
    const facts =
      burst === null ? { why } : { sent: burst.sent, received: burst.received, roundTripMs: [...burst.roundTripMs] };
    return { ...nothing, address, outcome: burst === null ? "unknown" : "up", timings: { totalMs: 0 }, facts };
  },
});

const route = defineProbe({
  kind: "way-route",
  summary,
  schema: Route,
  urlSchemes: [],
  fromUrl: ({ hostname }) => ({ address: hostname, port: 443, probesPerHop: 3 }),
  target: ({ address }) => address,
  hosts: ({ address }) => [address.toLowerCase()],
  async run({ address, port, probesPerHop }, { clock, signal, timeoutMs }): Promise<ProbeResult> {
    const found = await trace(clock, { address, port, probesPerHop, timeoutMs, signal });
    const facts = found.ok
      ? { method: found.value.method, reached: found.value.reached, hops: found.value.hops.map((hop) => hop.join(" ")) }
      : { code: found.error.code, text: found.error.text };
    return { ...nothing, outcome: found.ok ? "up" : "unknown", timings: { totalMs: 0 }, facts };
  },
});

/** Run by every vantage besides the probes of checks, behind the same allow-list. */
export const wayProbes: readonly Probe[] = [packets, route];

const Burst = z.object({
  sent: z.int().min(0).max(mostFigures),
  received: z.int().min(0).max(mostFigures),
  roundTripMs: z.array(z.number().min(0)).max(mostFigures),
});
const Hops = z.object({
  method: z.enum(["icmp", "udp", "tcp", "tracepath"]),
  reached: z.boolean(),
  hops: z.array(z.string().max(600)).max(64),
});

/** What a vantage says of packets; null: it gave no answer in time. */
export function packetsIn(result: ProbeResult | null, atMonotonicMs: number): BurstFound {
  const burst = Burst.safeParse(result?.facts).data;
  if (result === null) return { address: null, burst: null, why: "vantage-silent" };
  const why = result.facts["why"] ?? result.error?.code ?? "unknown";
  if (burst === undefined) return { address: result.address, burst: null, why: String(why) };
  return { address: result.address, burst: { ...burst, atMonotonicMs }, why: null };
}

/** What a vantage says of the routers on the way. */
export function routeIn(result: ProbeResult | null): Result<Trace, Pick<TraceFailure, "text"> & { code: string }> {
  const found = Hops.safeParse(result?.facts).data;
  if (found !== undefined)
    return ok({ ...found, hops: found.hops.map((hop) => hop.split(" ").filter((one) => one !== "")) });
  const code = result === null ? "vantage-silent" : String(result.facts["code"] ?? result.error?.code ?? "unknown");
  return err({ code, text: String(result?.facts["text"] ?? "") });
}
