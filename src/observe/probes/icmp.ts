import { z } from "zod";
import { runAttempt, type Attempt, type Stop } from "../../clients/attempt.ts";
import { echo, type Echoes } from "../../clients/icmp.ts";
import { reachableFirst, resolveHost } from "../../clients/resolve.ts";
import { durationField, key, percentField } from "../../kernel/fields.ts";
import { defineProbe } from "../../kernel/model/probe.ts";
import { hostField, urlHost } from "../probe-fields.ts";

const schema = z.strictObject({
  icmp: key(hostField(), { ja: "対象のホスト", en: "the host" }),
  count: key(z.int().min(1).max(20).default(3), { ja: "1回に送る数", en: "echoes asked for in one attempt" }),
  expect: key(
    z
      .strictObject({
        loss: key(percentField().prefault("20%"), {
          ja: "戻らない割合がこれを超えたら注意",
          en: "a greater share lost is a warning",
        }),
        within: key(durationField().optional(), {
          ja: "往復の平均がこれより遅ければ注意",
          en: "a slower mean round trip is a warning",
        }),
      })
      .prefault({}),
    { ja: "正しいと言える条件", en: "what must be met" },
  ),
});
type Spec = z.output<typeof schema>;

/** Whether a host answers ping, how much is lost, and how long an echo takes. */
export const icmp = defineProbe({
  kind: "icmp",
  summary: { ja: "ping の応答", en: "answer to ping" },
  schema,
  urlSchemes: ["icmp", "ping"],
  fromUrl: (url) => ({ icmp: urlHost(url) }),
  target: (spec) => spec.icmp,
  hosts: (spec) => [spec.icmp.toLowerCase()],
  run: (spec, context) => runAttempt(context, (attempt) => look(attempt, spec)),
});

async function look(attempt: Attempt, { icmp: host, count, expect }: Spec): Promise<Stop | null> {
  const resolved = await resolveHost(attempt, host);
  if (!resolved.ok) return resolved.error;
  const address = await reachableFirst(resolved.value);
  const echoed = await echo(attempt, { address, count });
  return echoed.ok ? judge(attempt, echoed.value, expect) : echoed.error;
}

function judge(attempt: Attempt, { sent, received, roundTripMs }: Echoes, expect: Spec["expect"]): Stop | null {
  const lossRatio = 1 - received / sent;
  const meanMs = roundTripMs.reduce((sum, ms) => sum + ms, 0) / Math.max(1, roundTripMs.length);
  attempt.facts["sent"] = sent;
  attempt.facts["received"] = received;
  attempt.facts["lossRatio"] = Math.round(lossRatio * 1_000) / 1_000;
  attempt.facts["roundTripMeanMs"] = Math.round(meanMs * 1_000) / 1_000;
  attempt.facts["roundTripMaxMs"] = Math.max(0, ...roundTripMs);
  if (lossRatio > expect.loss) return warning("packet-loss", `${received} of ${sent} echoes came back`);
  const { within = Infinity } = expect;
  return meanMs > within
    ? warning("slow", `mean round trip ${meanMs.toFixed(1)} ms, expected within ${within} ms`)
    : null;
}

function warning(code: string, text: string): Stop {
  return { outcome: "degraded", layer: "route", code, text };
}
