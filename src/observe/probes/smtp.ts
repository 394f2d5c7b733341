import { z } from "zod";
import { runAttempt, stop, type Attempt, type Stop } from "../../clients/attempt.ts";
import { connectTo } from "../../clients/connect.ts";
import { resolveHost } from "../../clients/resolve.ts";
import { greet, type HelloWanted } from "../../clients/smtp-hello.ts";
import { expiryStop } from "../../clients/tls.ts";
import { durationField, key } from "../../kernel/fields.ts";
import { defineProbe } from "../../kernel/model/probe.ts";
import { caField, hostField, hostOrPortField, urlHost, urlHostPort, writeHostPort } from "../probe-fields.ts";

const smtpPort = 25;
const smtpsPort = 465;

const schema = z.strictObject({
  smtp: key(hostOrPortField(smtpPort), {
    ja: "対象のメールサーバ(ホスト:ポート。ポートを省くと 25)",
    en: "the mail server, host:port; port 25 when left out",
  }),
  starttls: key(z.boolean().default(false), {
    ja: "STARTTLS で暗号化し、証明書も確かめる",
    en: "encrypt with STARTTLS and judge the certificate",
  }),
  tls: key(z.boolean().optional(), {
    ja: "最初から TLS で話す。省くとポート 465 のときだけ",
    en: "speak TLS from the first byte; only on port 465 when left out",
  }),
  server_name: key(hostField().optional(), {
    ja: "証明書に載っているべき名前。省くと対象のホスト名",
    en: "the name the certificate must carry; the target's host when left out",
  }),
  warn: key(durationField().optional(), {
    ja: "証明書の残りがこれを切ったら注意。省くと 21d",
    en: "warn when the certificate ends sooner than this; 21d when left out",
  }),
  ca: caField(),
  expect: key(
    z
      .strictObject({
        banner: key(z.string().min(1).optional(), { ja: "挨拶に含まれるべき言葉", en: "text in the greeting" }),
        within: key(durationField().optional(), { ja: "これより遅ければ注意", en: "slower than this is a warning" }),
      })
      .prefault({}),
    { ja: "正しいと言える条件", en: "what must be met" },
  ),
});
type Spec = z.output<typeof schema>;

/** Whether a mail server greets, talks, and encrypts when asked; no mail is sent. */
export const smtp = defineProbe({
  kind: "smtp",
  summary: { ja: "メールサーバ(SMTP)の挨拶", en: "greeting of a mail server (SMTP)" },
  schema,
  urlSchemes: ["smtp", "smtps"],
  fromUrl: (url) =>
    url.protocol === "smtps:"
      ? { smtp: url.port === "" ? `${urlHost(url)}:${smtpsPort}` : url.host, tls: true }
      : { smtp: urlHostPort(url) },
  target: (spec) => writeHostPort(spec.smtp),
  hosts: (spec) => [spec.smtp.host.toLowerCase()],
  run: (spec, context) => runAttempt(context, (attempt) => look(attempt, spec)),
});

async function look(attempt: Attempt, spec: Spec): Promise<Stop | null> {
  const { host, port } = spec.smtp;
  const resolved = await resolveHost(attempt, host);
  if (!resolved.ok) return resolved.error;
  const connected = await connectTo(attempt, { addresses: resolved.value, port });
  if (!connected.ok) return connected.error;
  const handshake = { name: spec.server_name ?? host, caFile: spec.ca ?? null };
  const greeted = await greet(attempt, connected.value, { handshake, encryption: encryptionOf(spec) });
  if (!greeted.ok) return greeted.error;
  const { banner, offers, certificate } = greeted.value;
  attempt.facts["offers"] = offers.slice(0, 20).map((offer) => offer.slice(0, 100));
  const { banner: wanted = "", within = Infinity } = spec.expect;
  if (!banner.includes(wanted)) return stop("content", "banner-differs", banner).error;
  if (attempt.elapsedMs() > within) return slow(attempt.elapsedMs(), within);
  return certificate === null ? null : expiryStop(certificate, spec.warn);
}

function encryptionOf({ smtp: { port }, starttls, tls }: Spec): HelloWanted["encryption"] {
  if (tls ?? (port === smtpsPort && !starttls)) return "implicit";
  return starttls ? "starttls" : "none";
}

function slow(tookMs: number, withinMs: number): Stop {
  const text = `took ${Math.round(tookMs)} ms, expected within ${withinMs} ms`;
  return { outcome: "degraded", layer: "application", code: "slow", text };
}
