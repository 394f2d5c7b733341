import { z } from "zod";
import { runAttempt, stop, type Attempt, type Step, type Stop } from "../../clients/attempt.ts";
import { askTime, rest, type TimeSample } from "../../clients/ntp.ts";
import { reachableFirst, resolveHost } from "../../clients/resolve.ts";
import { durationField, key } from "../../kernel/fields.ts";
import { ok } from "../../kernel/result.ts";
import { defineProbe } from "../../kernel/model/probe.ts";
import { hostOrPortField, urlHostPort, writeHostPort } from "../probe-fields.ts";

const ntpPort = 123;
/** ntpd refuses who asks more often than every 2 s. Source: ntp.conf(5), `discard minimum`. */
const betweenSamplesMs = 2_100;
/** Tried again only where one answer's own uncertainty could change the verdict. */
const maxSamples = 4;
const unsynchronisedStratum = 16;

const schema = z.strictObject({
  ntp: key(hostOrPortField(ntpPort), {
    ja: "対象の時刻サーバ(ポートを省くと 123)",
    en: "the time server; port 123 when left out",
  }),
  warn: key(durationField().prefault("1s"), {
    ja: "koboshi のあるマシンの時計との差がこれを超えたら注意",
    en: "further off from the clock of koboshi's own machine than this is a warning",
  }),
});
type Spec = z.output<typeof schema>;

/** Whether a time server answers, is synchronised, and agrees with our own clock; either of the two may be the wrong one. */
export const ntp = defineProbe({
  kind: "ntp",
  summary: { ja: "時刻サーバ(NTP)", en: "a time server (NTP)" },
  schema,
  urlSchemes: ["ntp"],
  fromUrl: (url) => ({ ntp: urlHostPort(url) }),
  target: (spec) => writeHostPort(spec.ntp),
  hosts: (spec) => [spec.ntp.host.toLowerCase()],
  run: (spec, context) => runAttempt(context, (attempt) => look(attempt, spec)),
});

async function look(attempt: Attempt, { ntp: { host, port }, warn }: Spec): Promise<Stop | null> {
  const resolved = await resolveHost(attempt, host);
  if (!resolved.ok) return resolved.error;
  const address = await reachableFirst(resolved.value);
  attempt.address = writeHostPort({ host: address, port });
  const sampled = await best(attempt, { address, port }, warn);
  if (!sampled.ok) return sampled.error;
  note(attempt, sampled.value);
  return refusal(sampled.value) ?? judge(sampled.value, warn);
}

/** The answer that was quickest on its way is the surest one. */
async function best(
  attempt: Attempt,
  server: { address: string; port: number },
  warnMs: number,
): Promise<Step<TimeSample>> {
  const first = await askTime(attempt, server);
  if (!first.ok) return first;
  let surest = first.value;
  let count = 1;
  while (count < maxSamples && isDoubtful(surest, warnMs) && attempt.remainingMs() > betweenSamplesMs * 2) {
    if (!(await rest(attempt, betweenSamplesMs)).ok) break;
    const next = await askTime(attempt, server);
    if (!next.ok || next.value.stratum === 0) break;
    count += 1;
    if (next.value.delayMs < surest.delayMs) surest = next.value;
  }
  attempt.facts["samples"] = count;
  return ok(surest);
}

/** Half the delay is how far the offset may be wrong. Source: RFC 5905 §10. */
function isDoubtful({ offsetMs, delayMs, stratum }: TimeSample, warnMs: number): boolean {
  const distanceMs = Math.abs(Math.abs(offsetMs) - warnMs);
  return stratum !== 0 && distanceMs < delayMs / 2;
}

function note(attempt: Attempt, sample: TimeSample): void {
  const { facts } = attempt;
  // ours may be the wrong one: who reads the number must know between which clocks it lies
  facts["theirClockMinusOursMs"] = sample.offsetMs;
  facts["delayMs"] = sample.delayMs;
  facts["stratum"] = sample.stratum;
  facts["leap"] = sample.leap;
  facts["referenceId"] = sample.referenceId;
  facts["rootDelayMs"] = sample.rootDelayMs;
  facts["rootDispersionMs"] = sample.rootDispersionMs;
}

/** Stratum 0 carries a word instead of the time. Source: RFC 5905 §7.4. */
function refusal({ stratum, leap, referenceId }: TimeSample): Stop | null {
  if (stratum !== 0 || referenceId === "") return null;
  const text = `the server refuses: ${referenceId}`;
  if (referenceId === "RATE") return { outcome: "unknown", layer: "application", code: "rate-limited", text };
  if (leap === 3 && (referenceId === "INIT" || referenceId === "STEP")) return unsynchronised(text);
  return stop("application", "query-refused", text).error;
}

function judge({ stratum, leap, offsetMs, delayMs }: TimeSample, warnMs: number): Stop | null {
  if (leap === 3 || stratum === 0 || stratum >= unsynchronisedStratum) {
    return unsynchronised(`leap ${leap}, stratum ${stratum}`);
  }
  if (Math.abs(offsetMs) <= warnMs) return null;
  const way = offsetMs > 0 ? "ahead of" : "behind";
  const text = `their clock is ${Math.abs(offsetMs)} ms ${way} ours (± ${delayMs / 2} ms), expected within ${warnMs} ms`;
  return { outcome: "degraded", layer: "content", code: "clock-offset", text };
}

function unsynchronised(text: string): Stop {
  return { outcome: "degraded", layer: "application", code: "unsynchronised", text };
}
