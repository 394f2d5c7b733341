import { z } from "zod";
import { runAttempt, type Attempt, type Stop } from "../../clients/attempt.ts";
import { readBody } from "../../clients/http.ts";
import { hostOf, visit, withoutSecrets, type Visit, type Visited } from "../../clients/http-visit.ts";
import { printable } from "../../clients/printable.ts";
import { epochSeconds } from "../../clients/retry-after.ts";
import { expiryStop } from "../../clients/tls.ts";
import { durationField, key, urlField } from "../../kernel/fields.ts";
import { defineProbe, type ProbeContext } from "../../kernel/model/probe.ts";
import type { Secret } from "../../kernel/secret.ts";
import { contentStop, HttpExpectation, slowStop, statusStop, wantsContent } from "../http-expectation.ts";
import { caField, textOrSecretField } from "../probe-fields.ts";

/** What is looked for in a page stands in its first megabyte. */
const maxBodyBytes = 1_048_576;
/** As many as curl and browsers are patient with in practice. */
const maxRedirects = 10;
const headerName = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;

const schema = z.strictObject({
  http: key(urlField(["http", "https"]), { ja: "対象の URL", en: "the URL" }),
  method: key(z.enum(["GET", "HEAD", "POST", "PUT", "OPTIONS"]).default("GET"), { ja: "メソッド", en: "the method" }),
  headers: key(z.record(z.string().regex(headerName), textOrSecretField()).optional(), {
    ja: "送るヘッダー。値は ${env:…} や ${file:…} でも書けます",
    en: "headers to send; values may be ${env:…} or ${file:…}",
  }),
  body: key(z.string().optional(), { ja: "送る本文", en: "body to send" }),
  expect: key(HttpExpectation.prefault({}), { ja: "正しいと言える条件", en: "what must be met" }),
  redirects: key(z.enum(["follow", "none"]).default("follow"), {
    ja: "転送をたどるか(follow は10回まで)",
    en: "whether redirects are followed, at most ten",
  }),
  warn: key(durationField().optional(), {
    ja: "証明書の残りがこれを切ったら注意。省くと 21d(短命な証明書では有効期間の3分の1)",
    en: "warn when the certificate ends sooner than this; 21d when left out, a third of its life for short-lived ones",
  }),
  ca: caField(),
});
type Spec = z.output<typeof schema>;

/** Whether a page answers as a visitor needs it: name, connection, certificate, status, content, speed. */
export const http = defineProbe({
  kind: "http",
  summary: { ja: "Web ページ", en: "web page" },
  schema,
  urlSchemes: ["http", "https"],
  fromUrl: (url) => ({ http: url.href }),
  target: (spec) => withoutUser(spec.http),
  hosts: (spec) => [hostOf(new URL(spec.http))],
  run: (spec, context) => runAttempt(context, (attempt) => look(attempt, spec, context)),
});

async function look(attempt: Attempt, spec: Spec, { trustedHosts }: ProbeContext): Promise<Stop | null> {
  const visited = await visit(attempt, visitOf(spec, trustedHosts));
  if (!visited.ok) return visited.error;
  noteHead(attempt, visited.value);
  const { message, certificate } = visited.value;
  const { expect } = spec;
  const status = statusStop(message, expect);
  if (status !== null) return status;
  const body = await readBody(attempt, message, { maxBytes: maxBodyBytes, keep: wantsContent(expect) });
  if (!body.ok) return body.error;
  attempt.facts["bodyBytes"] = body.value.readBytes;
  if (body.value.truncated) attempt.facts["bodyTruncated"] = true;
  const content = contentStop(attempt, { message, body: body.value, expect });
  if (content !== null) return content;
  return slowStop(attempt, expect) ?? (certificate === null ? null : expiryStop(certificate, spec.warn));
}

const urls = new WeakMap<Spec, URL>();

/** Read once for each check: nobody changes it. */
function urlOf(spec: Spec): URL {
  const known = urls.get(spec);
  if (known !== undefined) return known;
  const url = new URL(spec.http);
  url.hash = "";
  urls.set(spec, url);
  return url;
}

function visitOf(spec: Spec, trustedHosts: ReadonlySet<string>): Visit {
  const url = urlOf(spec);
  return {
    url,
    method: spec.method,
    headers: spec.headers === undefined ? credentials(url) : { ...credentials(url), ...revealed(spec.headers) },
    body: spec.body ?? null,
    maxRedirects: spec.redirects === "follow" ? maxRedirects : 0,
    caFile: spec.ca ?? null,
    trustedHosts,
  };
}

function revealed(headers: Readonly<Record<string, string | Secret>>): Record<string, string> {
  const pairs = Object.entries(headers).map(([name, value]) => [
    name.toLowerCase(),
    typeof value === "string" ? value : value.reveal(),
  ]);
  return Object.fromEntries(pairs) as Record<string, string>;
}

/** A user and password written into the URL are sent as browsers send them. */
function credentials({ username, password }: URL): Record<string, string> {
  if (username === "" && password === "") return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
}

function withoutUser(text: string): string {
  const url = new URL(text);
  url.username = "";
  url.password = "";
  return url.href;
}

function noteHead(attempt: Attempt, { message, url, redirects }: Visited): void {
  const { facts } = attempt;
  facts["status"] = message.statusCode ?? 0;
  facts["httpVersion"] = message.httpVersion;
  facts["finalUrl"] = withoutSecrets(url);
  facts["redirects"] = redirects;
  const offsetSeconds = redirects === 0 ? dateOffsetSeconds(attempt, message.headers) : null;
  if (offsetSeconds !== null) facts["dateOffsetSeconds"] = offsetSeconds;
  const { server, "content-type": contentType } = message.headers;
  if (server !== undefined) facts["server"] = printable(String(server).slice(0, 200));
  if (contentType !== undefined) facts["contentType"] = printable(contentType.slice(0, 200));
}

/** The server's clock minus ours, to within a second; null when it does not tell the time, or a cache tells an old one. */
function dateOffsetSeconds({ clock }: Attempt, headers: Visited["message"]["headers"]): number | null {
  const date = epochSeconds(headers.date ?? "");
  if (date === null || headers.age !== undefined) return null;
  // the header leaves out what is less than a second: on average half of one
  const tenths = Math.round((date + 0.5 - clock.nowMs() / 1_000) * 10);
  // minus zero is no number of JSON
  return tenths === 0 ? 0 : tenths / 10;
}
