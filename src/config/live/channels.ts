import nodemailer from "nodemailer";
import { runAttempt } from "../../clients/attempt.ts";
import { connectTo } from "../../clients/connect.ts";
import { resolveHost } from "../../clients/resolve.ts";
import { safeText } from "../../clients/safe-text.ts";
import { secure } from "../../clients/tls.ts";
import type { Clock } from "../../kernel/clock.ts";
import { errorText } from "../../kernel/errors.ts";
import type { ChannelSpec } from "../../kernel/model/site.ts";
import { bareHost } from "../url.ts";
import { inBothLanguages, type Tried } from "./tried.ts";

type Mail = Extract<ChannelSpec, { kind: "mail" }>;
type Webhook = Extract<ChannelSpec, { kind: "webhook" }>;

interface Limits {
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Greets the relay, encrypts and signs in as a mail would; none is sent. */
export async function tryMail(
  { smtp, user, password }: Mail,
  { signal, hasSendmail }: Limits & { readonly hasSendmail: boolean },
): Promise<Tried> {
  if (smtp === null) {
    const say = inBothLanguages((w) => (hasSendmail ? w.liveSendmail : w.liveNoSendmail));
    return { state: hasSendmail ? "ok" : "down", say, error: null };
  }
  const login = user !== null && password !== null;
  const transport = nodemailer.createTransport({
    host: smtp.host,
    port: smtp.port,
    secure: smtp.tls === "implicit",
    requireTLS: login && !/^(?:localhost|127\.|::1$)/.test(smtp.host),
    tls: { rejectUnauthorized: login || smtp.tls === "implicit" },
    ...(login ? { auth: { user, pass: password.reveal() } } : {}),
  });
  const stop = (): void => transport.close();
  signal.addEventListener("abort", stop, { once: true });
  try {
    await transport.verify();
    return { state: "ok", say: inBothLanguages((w) => w.liveSmtpOk(login)), error: null };
  } catch (thrown) {
    const error = safeText(errorText(thrown), login ? [password.reveal()] : []);
    return { state: "down", say: inBothLanguages((w) => w.liveSmtp), error };
  } finally {
    signal.removeEventListener("abort", stop);
    transport.close();
  }
}

/** Connects to the receiver, and proves its certificate; a post would be a notice. */
export async function tryWebhook(
  { url }: Webhook,
  { clock, signal, timeoutMs }: Limits & { readonly timeoutMs: number },
): Promise<Tried> {
  const target = new URL(url.reveal());
  const implicit = target.protocol === "https:";
  const port = target.port === "" ? (implicit ? 443 : 80) : Number(target.port);
  const result = await runAttempt({ clock, signal, timeoutMs }, async (attempt) => {
    const resolved = await resolveHost(attempt, bareHost(target));
    if (!resolved.ok) return resolved.error;
    const connected = await connectTo(attempt, { addresses: resolved.value, port });
    if (!connected.ok) return connected.error;
    if (!implicit) return null;
    const secured = await secure(attempt, connected.value, { name: bareHost(target), caFile: null });
    return secured.ok ? null : secured.error;
  });
  if (result.error === null) return { state: "ok", say: inBothLanguages((w) => w.liveWebhookOk), error: null };
  const said = `[${result.error.code}] ${safeText(result.error.text, [url.reveal()])}`;
  return { state: "down", say: inBothLanguages((w) => w.liveWebhook), error: said };
}
