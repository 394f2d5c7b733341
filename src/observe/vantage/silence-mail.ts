import { sendMail } from "../../clients/smtp-send.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Log } from "../../kernel/log.ts";
import type { SpecOf } from "../../kernel/model/channel.ts";
import { escapeXml } from "../../render/html.ts";
import { silenceText } from "../../words/watch.ts";
import { readSpec } from "./spec-text.ts";
import type { SilenceKit } from "./wire.ts";

export interface SilenceMail {
  readonly kit: SilenceKit;
  readonly person: SilenceKit["people"][number];
  readonly kind: "silent" | "heard";
  /** which silence: every try says the same under the same id */
  readonly id: string;
  readonly vantage: string;
  /** by this machine's wall clock; null when the hub was not heard since this start */
  readonly heardAtMs: number | null;
  readonly silentMs: number;
}

const limitMs = 30_000;

/** Mails one person by the hub's own channel. @returns true also when no further try could help */
export async function mailSilence({ clock, log }: { clock: Clock; log: Log }, mail: SilenceMail): Promise<boolean> {
  const { kit, person, kind, vantage, heardAtMs, silentMs } = mail;
  const { timeZone, site } = kit;
  const { lang } = person;
  const text = silenceText(kind, { site, vantage, timeZone, lang, heardAtMs, nowMs: clock.nowMs(), silentMs });
  const limit = new AbortController();
  const timer = clock.after(limitMs, () => limit.abort());
  try {
    const spec = readSpec(kit.channel) as SpecOf<"mail">;
    const sent = await sendMail(spec, written(mail, text, spec.from), { clock, signal: limit.signal });
    if (sent.ok) return true;
    log.warn("the mail about the hub's silence was not delivered", {
      reason: sent.error.reason,
      text: sent.error.text,
    });
    return !sent.error.retryable;
  } finally {
    timer.cancel();
  }
}

function written(
  { person, kind, vantage, id }: SilenceMail,
  { subject, body }: { subject: string; body: string },
  from: string,
): Parameters<typeof sendMail>[1] {
  const domain = /@([\w.-]+)>?\s*$/.exec(from)?.[1] ?? "koboshi.invalid";
  const idOf = (what: string): string => `silence-${encodeURIComponent(vantage)}-${id}-${what}@${domain}`;
  const lines = escapeXml(body).replaceAll("\n", "<br>\n");
  return {
    fromName: "koboshi",
    to: { name: person.name, address: person.mail },
    subject,
    text: body.replaceAll("\n", "\r\n"),
    html: `<!doctype html><html lang="${person.lang}"><body>${lines}</body></html>`,
    messageId: idOf(kind),
    references: kind === "heard" ? [idOf("silent")] : [],
    headers: { "Auto-Submitted": "auto-generated", ...(kind === "silent" ? { Importance: "high" } : {}) },
  };
}
