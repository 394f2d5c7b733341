import { z } from "zod";
import { runAttempt, type Attempt, type Stop } from "../../clients/attempt.ts";
import { connectTo } from "../../clients/connect.ts";
import { resolveHost } from "../../clients/resolve.ts";
import { expiryStop, secure } from "../../clients/tls.ts";
import { durationField, key } from "../../kernel/fields.ts";
import { defineProbe } from "../../kernel/model/probe.ts";
import { caField, hostField, hostOrPortField, urlHostPort, writeHostPort } from "../probe-fields.ts";

const schema = z.strictObject({
  tls: key(hostOrPortField(443), { ja: "対象(ホスト:ポート)", en: "the target, host:port" }),
  server_name: key(hostField().optional(), {
    ja: "証明書に載っているべき名前(SNI)。省くと対象のホスト名",
    en: "the name the certificate must carry (SNI); the target's host when left out",
  }),
  warn: key(durationField().optional(), {
    ja: "証明書の残りがこれを切ったら注意。省くと 21d(短命な証明書では有効期間の3分の1)",
    en: "warn when the certificate ends sooner than this; 21d when left out, a third of its life for short-lived ones",
  }),
  ca: caField(),
});
type Spec = z.output<typeof schema>;

/** Whether TLS can be spoken, and whether the certificate is valid, for this name, and for long enough. */
export const tls = defineProbe({
  kind: "tls",
  summary: { ja: "TLS と証明書", en: "TLS and its certificate" },
  schema,
  urlSchemes: ["tls"],
  fromUrl: (url) => ({ tls: urlHostPort(url) }),
  target: (spec) => writeHostPort(spec.tls),
  hosts: (spec) => [spec.tls.host.toLowerCase()],
  run: (spec, context) => runAttempt(context, (attempt) => look(attempt, spec)),
});

async function look(
  attempt: Attempt,
  { tls: { host, port }, server_name: name, warn, ca }: Spec,
): Promise<Stop | null> {
  const resolved = await resolveHost(attempt, host);
  if (!resolved.ok) return resolved.error;
  const connected = await connectTo(attempt, { addresses: resolved.value, port });
  if (!connected.ok) return connected.error;
  const secured = await secure(attempt, connected.value, { name: name ?? host, caFile: ca ?? null });
  return secured.ok ? expiryStop(secured.value.certificate, warn) : secured.error;
}
