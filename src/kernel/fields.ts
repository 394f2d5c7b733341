import { z } from "zod";
import type { Result } from "./result.ts";
import { UnopenedSecret, type Secret } from "./secret.ts";
import { parseDurationMs, parsePercentRatio } from "./units.ts";

/**
 * What is wrong with a written value, as `params` of a custom zod issue; words/config.ts says each in both languages.
 * `form` is an example of what would be right.
 */
export interface FieldProblem {
  readonly finding:
    | "no-unit"
    | "bad-duration"
    | "bad-percent"
    | "over-whole"
    | "bad-rate"
    | "bad-address"
    | "bad-url"
    | "bad-time"
    | "bad-moment"
    | "bad-zone"
    | "bad-schedule"
    | "bad-recurrence"
    | "bad-pattern"
    | "bad-fingerprint";
  readonly form: string;
  /** for `over-whole`: of what */
  readonly whole?: "disk" | "memory" | "whole";
}

type Read<T> = Result<T, FieldProblem>;

function bad(finding: FieldProblem["finding"], form: string): { ok: false; error: FieldProblem } {
  return { ok: false, error: { finding, form } };
}

/** A text of the file that is read into `T`; `unit` tells the loader what a bare number there lacks. */
function written<T>(unit: string, read: (text: string) => Read<T>): z.ZodPipe<z.ZodString, z.ZodTransform<T, string>> {
  return z
    .string()
    .transform((text, context): T => {
      const result = read(text);
      if (result.ok) return result.value;
      context.addIssue({ code: "custom", params: { ...result.error }, input: text });
      return z.NEVER;
    })
    .meta({ unit });
}

/** `30s`, `1.5h`, `21d` → milliseconds. */
export function durationField(): z.ZodType<number, string> {
  return written("duration", (text) => {
    const parsed = parseDurationMs(text);
    return parsed.ok ? parsed : bad(parsed.error === "no-unit" ? "no-unit" : "bad-duration", `${digits(text, "30")}s`);
  });
}

/** `85%` → ratio; 1 % to 99 %. */
export function percentField(whole: "disk" | "memory" | "whole" = "whole"): z.ZodType<number, string> {
  return written("percent", (text) => {
    const parsed = parsePercentRatio(text);
    if (!parsed.ok) return bad(parsed.error === "no-unit" ? "no-unit" : "bad-percent", `${digits(text, "85")}%`);
    if (parsed.value > 1) return { ok: false, error: { finding: "over-whole", form: "85%", whole } };
    return parsed.value < 0.01 || parsed.value > 0.99 ? bad("bad-percent", "85%") : parsed;
  });
}

export interface Rate {
  readonly count: number;
  readonly perMs: number;
}

/** `5 per 1m`. */
export function rateField(): z.ZodType<Rate, string> {
  return written("rate", (text) => {
    const match = /^(\d+)\s+per\s+(\S+)$/.exec(text.trim());
    const per = parseDurationMs(match?.[2] ?? "");
    if (match === null || !per.ok || per.value === 0) return bad("bad-rate", "5 per 1m");
    return { ok: true, value: { count: Number(match[1]), perMs: per.value } };
  });
}

/** `22:00` → minutes after midnight. */
export function clockTimeField(): z.ZodType<number, string> {
  return written("time", (text) => {
    const match = /^(\d{1,2}):(\d{2})$/.exec(text.trim());
    const [hour, minute] = [Number(match?.[1]), Number(match?.[2])];
    if (match === null || hour > 23 || minute > 59) return bad("bad-time", "22:00");
    return { ok: true, value: hour * 60 + minute };
  });
}

/** A moment, `2026-11-26T02:00+09:00`; without an offset it is meant in the site's zone. Kept as written. */
export function momentField(): z.ZodType<string, string> {
  const form = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::\d{2})?(Z|[+-]\d{2}:?\d{2})?)?$/;
  return written("moment", (text) => {
    const [, , month, day, hour = "0", minute = "0"] = form.exec(text.trim()) ?? [];
    const inRange = Number(month) <= 12 && Number(day) <= 31 && Number(hour) <= 24 && Number(minute) <= 59;
    return month !== undefined && inRange ? { ok: true, value: text } : bad("bad-moment", "2026-11-26T02:00+09:00");
  });
}

/** A crontab's five fields, `15 3 * * *`. Kept as written. */
export function scheduleField(): z.ZodType<string, string> {
  const part = /^(?:\*|[\dA-Za-z]+(?:-[\dA-Za-z]+)?)(?:\/\d+)?(?:,(?:\*|[\dA-Za-z]+(?:-[\dA-Za-z]+)?)(?:\/\d+)?)*$/;
  return written("schedule", (text) => {
    const parts = text.trim().split(/\s+/);
    const valid =
      /^@(?:hourly|daily|weekly|monthly|yearly)$/.test(text) ||
      (parts.length === 5 && parts.every((p) => part.test(p)));
    return valid ? { ok: true, value: text } : bad("bad-schedule", "15 3 * * *");
  });
}

/** An IANA time zone. */
export function zoneField(): z.ZodType<string, string> {
  return written("zone", (text) => {
    try {
      return { ok: true, value: new Intl.DateTimeFormat("en-US", { timeZone: text }).resolvedOptions().timeZone };
    } catch {
      return bad("bad-zone", "Asia/Tokyo");
    }
  });
}

/** An address to listen on or reach: `127.0.0.1:7373`, `[::1]:7373`, `db.example.jp:5432`. */
export function hostPortField(): z.ZodType<{ host: string; port: number }, string> {
  return written("address", (text) => {
    const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:[\]/@]+)):(\d{1,5})$/.exec(text.trim());
    const [host, port] = [match?.[1] ?? match?.[2], Number(match?.[3])];
    if (host === undefined || port > 65_535) return bad("bad-address", "127.0.0.1:7373");
    return { ok: true, value: { host, port } };
  });
}

/** A URL of one of `schemes` (without the colon). Kept as written. */
export function urlField(schemes: readonly string[]): z.ZodType<string, string> {
  return written("url", (text) => {
    const url = URL.canParse(text) ? new URL(text) : null;
    const known = url !== null && schemes.includes(url.protocol.slice(0, -1)) && url.hostname !== "";
    return known ? { ok: true, value: text } : bad("bad-url", `${schemes[0]}://example.jp`);
  });
}

/** A host key's fingerprint as `ssh-keygen -l` prints it. */
export function fingerprintField(): z.ZodType<string, string> {
  return written("fingerprint", (text) =>
    /^SHA256:[A-Za-z0-9+/]{42,43}=?$/.test(text)
      ? { ok: true, value: text }
      : bad("bad-fingerprint", "SHA256:…(43 characters)"),
  );
}

/**
 * A secret: `${env:X}`, `${file:/path}`, `${cred:name}`, or (with a warning) plain text. The value stays unopened until
 * the configuration runs.
 */
export function secretField(): z.ZodType<Secret, string> {
  return z
    .string()
    .min(1)
    .transform((text): Secret => new UnopenedSecret(text))
    .meta({ secret: true });
}

function digits(text: string, otherwise: string): string {
  return /^\d+(?:\.\d+)?$/.test(text.trim()) ? text.trim() : otherwise;
}

/** One key of the configuration with its text in both languages; `later`: accepted, but nothing acts on it yet. */
export function key<S extends z.ZodType>(schema: S, text: { ja: string; en: string; later?: true }): S {
  return schema.meta({ ...text });
}

/** A list, or one entry without the brackets. */
export function oneOrMany<S extends z.ZodType>(entry: S): z.ZodUnion<readonly [S, z.ZodArray<S>]> {
  return z.union([entry, z.array(entry)]);
}

/** Makes one list of what `oneOrMany` took. */
export function many<T>(value: T | readonly T[] | undefined): readonly T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}

/** Entries by name. A name holds no space, colon, slash or @, since targets are written `kind:name`. */
export function byName<S extends z.ZodType>(entry: S): z.ZodRecord<z.ZodString, S> {
  return z.record(z.string().regex(/^[^\s:@/]{1,64}$/), entry);
}
