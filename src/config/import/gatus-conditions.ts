import { statusCodes } from "./checks.ts";

/** What a list of conditions comes to in our words; what has none is listed. */
export interface Expected {
  readonly status: readonly (string | number)[];
  readonly contains: readonly string[];
  readonly withinMs: number | null;
  /** days before the end of the certificate */
  readonly certificateDays: number | null;
  readonly domainDays: number | null;
  /** a record, for DNS */
  readonly record: string | null;
  readonly banner: string | null;
  readonly left: readonly string[];
}

type Draft = { -readonly [Key in keyof Expected]: Expected[Key] };
type Reader = (operator: string, value: string, draft: Draft) => boolean;

const form = /^\s*(\[[A-Z_]+\][^\s]*)\s*(==|!=|<=|>=|<|>)\s*(.*?)\s*$/s;
const dayMs = 86_400_000;

const readers: Readonly<Record<string, Reader>> = {
  "[STATUS]": readStatus,
  "[CONNECTED]": (operator, value) => operator === "==" && value === "true",
  "[RESPONSE_TIME]": (operator, value, draft) => {
    if (!operator.startsWith("<") || !/^\d+$/.test(value)) return false;
    draft.withinMs = Number(value);
    return true;
  },
  "[CERTIFICATE_EXPIRATION]": (operator, value, draft) => {
    const days = daysOf(value);
    if (!operator.startsWith(">") || days === null) return false;
    draft.certificateDays = days;
    return true;
  },
  "[DOMAIN_EXPIRATION]": (operator, value, draft) => {
    const days = daysOf(value);
    if (!operator.startsWith(">") || days === null) return false;
    draft.domainDays = days;
    return true;
  },
  "[DNS_RCODE]": (operator, value) => operator === "==" && value === "NOERROR",
};

/** @param kind of the check: what `[BODY]` means depends on it */
export function readConditions(conditions: readonly string[], kind: string): Expected {
  const draft: Draft = {
    status: [],
    contains: [],
    withinMs: null,
    certificateDays: null,
    domainDays: null,
    record: null,
    banner: null,
    left: [],
  };
  for (const condition of conditions) if (!readOne(condition, kind, draft)) draft.left = [...draft.left, condition];
  return draft;
}

function readOne(condition: string, kind: string, draft: Draft): boolean {
  const [, subject = "", operator = "", value = ""] = form.exec(condition.slice(0, 2_000)) ?? [];
  if (subject === "[BODY]") return readBody(operator, value, { kind, draft });
  return readers[subject]?.(operator, value, draft) ?? false;
}

function readStatus(operator: string, value: string, draft: Draft): boolean {
  const any = /^any\((.*)\)$/s.exec(value)?.[1];
  if (operator === "==" && any !== undefined) draft.status = statusCodes(any.split(","));
  else if (operator === "==" && /^\d{3}$/.test(value)) draft.status = [Number(value)];
  else if (operator === "==" && /^pat\([1-5]\*\)$/.test(value)) draft.status = [`${value.slice(4, 5)}xx`];
  else if (/^\d{3}$/.test(value) && operator.startsWith("<"))
    draft.status = statusCodes([`200-${below(operator, value)}`]);
  else return false;
  return draft.status.length > 0;
}

function below(operator: string, value: string): number {
  return operator === "<=" ? Number(value) : Number(value) - 1;
}

/** The whole body or a pattern of it; paths into JSON have no word of ours. */
function readBody(operator: string, value: string, { kind, draft }: { kind: string; draft: Draft }): boolean {
  if (operator !== "==" || value === "") return false;
  const between = /^pat\(\*([^*?[\]]+)\*\)$/s.exec(value)?.[1];
  if (kind === "dns" && !value.includes("(")) {
    draft.record = value;
    return true;
  }
  if (between === undefined) return false;
  if (kind === "http") draft.contains = [...draft.contains, between];
  else if (kind === "tcp" || kind === "ssh") draft.banner = between;
  else return false;
  return true;
}

/** `48h` → 2; Go's durations know no days. */
function daysOf(written: string): number | null {
  const ms = goDurationMs(written);
  return ms === null ? null : Math.max(1, Math.round(ms / dayMs));
}

/** `1m30s`, `500ms`, `720h` → milliseconds; null for anything else. Source: pkg.go.dev/time#ParseDuration */
export function goDurationMs(written: string): number | null {
  const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: dayMs, w: 7 * dayMs };
  if (!/^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d|w))+$/.test(written)) return null;
  const parts = [...written.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d|w)/g)];
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (units[unit ?? ""] ?? 0), 0);
}
