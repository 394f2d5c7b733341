import type { IncomingMessage } from "node:http";
import { z } from "zod";
import { blind, stop, type Attempt, type Stop } from "../clients/attempt.ts";
import { isPattern, matchesWithin } from "../clients/bounded-match.ts";
import type { Body } from "../clients/http.ts";
import { readPageText } from "../clients/page-text.ts";
import { durationField, key, many, oneOrMany } from "../kernel/fields.ts";
import { refuse } from "./probe-fields.ts";

const maxPatternChars = 1_000;
const status = z.union([z.int().min(100).max(599), z.string().regex(/^[1-5]xx$/)]);
const pattern = z
  .string()
  .min(1)
  .max(maxPatternChars)
  .transform((text, context): string =>
    isPattern(text) ? text : refuse(context, text, { finding: "bad-pattern", form: "注文(完了|受付)" }),
  );

/** What a page must answer. Without anything written, any status of 200–399 is right. */
export const HttpExpectation = z.strictObject({
  status: key(oneOrMany(status).optional(), {
    ja: "正しい応答コード(200、2xx、[200, 404] など)。省くと 2xx と 3xx",
    en: "right status codes, such as 200, 2xx or [200, 404]; 2xx and 3xx when left out",
  }),
  contains: key(oneOrMany(z.string().min(1)).optional(), { ja: "含まれるべき言葉", en: "text that must be there" }),
  not_contains: key(oneOrMany(z.string().min(1)).optional(), {
    ja: "含まれてはいけない言葉",
    en: "text that must not be there",
  }),
  matches: key(pattern.optional(), { ja: "合うべき正規表現", en: "regular expression that must match" }),
  header: key(z.record(z.string().min(1), z.string()).optional(), {
    ja: "応答ヘッダーに含まれるべき値(名前: 値)",
    en: "what response headers must contain, name: value",
  }),
  within: key(durationField().optional(), { ja: "これより遅ければ注意", en: "slower than this is a warning" }),
});
export type HttpExpectation = z.output<typeof HttpExpectation>;

export function statusStop(
  { statusCode = 0, statusMessage = "" }: IncomingMessage,
  expect: HttpExpectation,
): Stop | null {
  const right = expect.status === undefined ? ["2xx", "3xx"] : many(expect.status);
  const met = right.some((one) => one === statusCode || one === `${Math.floor(statusCode / 100)}xx`);
  return met
    ? null
    : stop("application", "status", `${statusCode} ${statusMessage}, expected ${right.join(", ")}`).error;
}

/** Whether the page's text has to be kept to judge it. */
export function wantsContent({ contains, not_contains: notContains, matches }: HttpExpectation): boolean {
  return contains !== undefined || notContains !== undefined || matches !== undefined;
}

interface Page {
  readonly message: IncomingMessage;
  readonly body: Body;
  readonly expect: HttpExpectation;
}

export function contentStop(attempt: Attempt, { message, body, expect }: Page): Stop | null {
  const header = headerStop(message, expect);
  if (header !== null || !wantsContent(expect)) return header;
  const page = readPageText(body.bytes, message.headers["content-type"]);
  attempt.facts["charset"] = page.charset;
  attempt.facts["replacementCharacters"] = page.replacementCharacters;
  const where = body.truncated ? ` in the first ${body.bytes.length} bytes` : "";
  const missing = many(expect.contains).find((text) => !page.text.includes(text));
  if (missing !== undefined) return stop("content", "text-missing", `«${missing}» is not there${where}`).error;
  const unwanted = many(expect.not_contains).find((text) => page.text.includes(text));
  if (unwanted !== undefined) return stop("content", "text-unwanted", `«${unwanted}» is there`).error;
  return expect.matches === undefined ? null : patternStop(expect.matches, page.text, where);
}

function patternStop(wanted: string, text: string, where: string): Stop | null {
  const matched = matchesWithin(wanted, text);
  if (matched === "too-slow")
    return blind("content", "pattern-too-slow", `${wanted} could not be judged in time`).error;
  return matched ? null : stop("content", "pattern-differs", `${wanted} does not match${where}`).error;
}

function headerStop({ headers }: IncomingMessage, { header = {} }: HttpExpectation): Stop | null {
  for (const [name, wanted] of Object.entries(header)) {
    const value = headers[name.toLowerCase()];
    const text = Buffer.from(String(value ?? ""), "latin1").toString("utf8");
    if (value === undefined) return stop("content", "header-missing", `${name} is not there`).error;
    if (!text.includes(wanted)) return stop("content", "header-differs", `${name}: ${text}, expected ${wanted}`).error;
  }
  return null;
}

export function slowStop(attempt: Attempt, { within = Infinity }: HttpExpectation): Stop | null {
  const tookMs = attempt.elapsedMs();
  if (tookMs <= within) return null;
  const text = `took ${Math.round(tookMs)} ms, expected within ${within} ms`;
  return { outcome: "degraded", layer: "application", code: "slow", text };
}
