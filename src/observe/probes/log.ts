import { z } from "zod";
import { blind, runAttempt, type Attempt, type Stop } from "../../clients/attempt.ts";
import { key, rateField } from "../../kernel/fields.ts";
import { defineProbe, type LogLines } from "../../kernel/model/probe.ts";

/** Without a rate: any line within this time. */
const usualWindowMs = 300_000;
const longestLineChars = 300;

const schema = z.strictObject({
  log: key(z.string().regex(/^[^:\s]+:\/.+/), {
    ja: "見るログ(ホスト名:パス)。そのホストのログとして読み始めます",
    en: "the log, host:path; it is followed as one of that host's logs",
  }),
  match: key(z.string().min(1), {
    ja: "探す文字列(大文字と小文字は区別しません)",
    en: "text to look for, upper or lower case",
  }),
  more_than: key(rateField().optional(), {
    ja: "これより多ければ注意(例 5 per 1m)。省くと5分以内に1行でもあれば注意",
    en: "more than this is a warning, such as 5 per 1m; when left out, any line within 5 minutes",
  }),
});
type Spec = z.output<typeof schema>;

/** Whether a log holds more of these lines than it should. Only the hub can tell: the lines are kept there. */
export const log = defineProbe({
  kind: "log",
  summary: { ja: "ログに現れる行", en: "lines in a log" },
  schema,
  urlSchemes: [],
  fromUrl: (url) => ({ log: url.href, match: "" }),
  target: (spec) => spec.log,
  hosts: (spec) => [hostOf(spec)],
  addressedBy: [],
  onlyHere: true,
  run: (spec, context) => runAttempt(context, (attempt) => look(attempt, spec, context.logs)),
});

function hostOf({ log: source }: Spec): string {
  return source.slice(0, source.indexOf(":")).toLowerCase();
}

async function look(attempt: Attempt, spec: Spec, logs: LogLines | undefined): Promise<Stop | null> {
  if (logs === undefined) return blind("application", "log-not-here", "log lines are kept by the hub alone").error;
  const { count: most, perMs: windowMs } = spec.more_than ?? { count: 0, perMs: usualWindowMs };
  const found = await logs.count({ source: spec.log, text: spec.match, windowMs, most: most + 1 });
  if (found === null) return blind("application", "log-not-read", `${spec.log} is not being read`).error;
  attempt.facts["lines"] = found.lines;
  attempt.facts["windowSeconds"] = windowMs / 1_000;
  if (found.lines <= most) return null;
  const text = found.newest.slice(0, longestLineChars);
  return { outcome: "degraded", layer: "content", code: "log-lines", text };
}
