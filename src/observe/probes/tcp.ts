import { z } from "zod";
import { runAttempt, phases, stop, type Attempt, type Stop } from "../../clients/attempt.ts";
import { connectTo } from "../../clients/connect.ts";
import { converse } from "../../clients/replies.ts";
import { resolveHost } from "../../clients/resolve.ts";
import { hostPortField, key } from "../../kernel/fields.ts";
import { defineProbe } from "../../kernel/model/probe.ts";
import { writeHostPort } from "../probe-fields.ts";

const bannerChars = 500;

const schema = z.strictObject({
  tcp: key(hostPortField(), { ja: "対象(ホスト:ポート)", en: "the target, host:port" }),
  expect: key(
    z
      .strictObject({
        banner: key(z.string().min(1).optional(), {
          ja: "接続した直後にサーバが送ってくる文字に含まれるべき言葉",
          en: "text in what the server says first",
        }),
      })
      .prefault({}),
    { ja: "正しいと言える条件", en: "what must be met" },
  ),
});
type Spec = z.output<typeof schema>;

/** Whether a port answers, and with `banner` also whether something behind it is awake enough to greet. */
export const tcp = defineProbe({
  kind: "tcp",
  summary: { ja: "TCP 接続", en: "TCP connection" },
  schema,
  urlSchemes: ["tcp"],
  fromUrl: (url) => ({ tcp: url.host }),
  target: (spec) => writeHostPort(spec.tcp),
  hosts: (spec) => [spec.tcp.host.toLowerCase()],
  run: (spec, context) => runAttempt(context, (attempt) => look(attempt, spec)),
});

async function look(attempt: Attempt, { tcp: { host, port }, expect }: Spec): Promise<Stop | null> {
  const resolved = await resolveHost(attempt, host);
  if (!resolved.ok) return resolved.error;
  const connected = await connectTo(attempt, { addresses: resolved.value, port });
  if (!connected.ok) return connected.error;
  const { banner } = expect;
  if (banner === undefined) return null;
  // text arrives one byte a character, so what is looked for is spelled the same way
  const bytes = Buffer.from(banner).toString("latin1");
  let said = "";
  const heard = await converse(attempt, connected.value).hear(phases.firstByte, (text) => {
    said = text;
    return text.includes(bytes) ? text.length : null;
  });
  const seen = Buffer.from(said, "latin1").toString("utf8").slice(0, bannerChars);
  if (said !== "") attempt.facts["banner"] = seen;
  if (heard.ok) return null;
  const differs = said !== "" && heard.error.outcome === "down";
  return differs ? stop("content", "banner-differs", `the server said: ${seen}`).error : heard.error;
}
