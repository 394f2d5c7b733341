import type { Clock } from "../../kernel/clock.ts";
import { epochMs, isoOf } from "../sets/moment.ts";
import type { S3Call, S3Said } from "./s3-call.ts";
import type { LockSeen } from "./store.ts";

const dayMs = 86_400_000;
const daysOfYear = 365;

/**
 * How long an object is kept: by its own lock, and where that may not be read by the rule its bucket gives to all.
 * @param version null: the bucket keeps none
 */
export async function readLock(
  { clock, call }: { readonly clock: Clock; readonly call: S3Call },
  key: string,
  version: string | null,
): Promise<LockSeen> {
  const query = { retention: "", ...(version === null ? {} : { versionId: version }) };
  const own = await call("GET", key, { query });
  const none = { untilMs: null, isFinal: false, answer: own.answer };
  if (own.status === 200) return lockOf(own, epochMs(tagOf(own.body, "RetainUntilDate") ?? ""));
  if (own.status !== 403) return none;
  const rule = await call("GET", "", { query: { "object-lock": "" } });
  return rule.status === 200 ? lockOf(rule, clock.nowMs() + daysOf(rule.body) * dayMs) : none;
}

function lockOf({ body, answer }: S3Said, untilMs: number): LockSeen {
  const mode = tagOf(body, "Mode");
  if (mode === null || !Number.isFinite(untilMs)) return { untilMs: null, isFinal: false, answer };
  return { untilMs, isFinal: mode === "COMPLIANCE", answer: `${mode} ${isoOf(untilMs)}` };
}

function daysOf(rule: string): number {
  const years = tagOf(rule, "Years");
  return years === null ? Number(tagOf(rule, "Days") ?? Number.NaN) : Number(years) * daysOfYear;
}

function tagOf(xml: string, tag: string): string | null {
  return new RegExp(`<${tag}>([^<]{1,64})</${tag}>`).exec(xml)?.[1] ?? null;
}
