import { sendMail, type MailToSend } from "../../clients/smtp-send.ts";
import { defineChannel, type ChannelMessage } from "../../kernel/model/channel.ts";
import { err } from "../../kernel/result.ts";
import { flowed, toHtml } from "../mail-text.ts";

/** Mail by the relay of the configuration, or by the machine's own sendmail; one thread per incident or window and person. */
export const mail = defineChannel({
  kind: "mail",
  summary: { ja: "メール", en: "mail" },
  audience: "person",
  reaches: (person) => person.mail !== null,
  async send(spec, message, { clock, signal }) {
    const { person } = message;
    if (person === null || person.mail === null) {
      return err({ reason: "not-configured", retryable: false, text: "this person has no mail address" });
    }
    return sendMail(spec, writeMail(message, { name: person.name, address: person.mail }, spec.from), {
      clock,
      signal,
    });
  },
});

function writeMail(message: ChannelMessage, to: MailToSend["to"], from: string): MailToSend {
  const { subject, body } = message.texts[message.lang];
  const domain = /@([\w.-]+)>?\s*$/.exec(from)?.[1] ?? "koboshi.invalid";
  return {
    fromName: "koboshi",
    to,
    subject,
    text: flowed(body),
    html: toHtml(body, message.links, message.lang),
    messageId: `${message.id}@${domain}`,
    references: message.threadId === null ? [] : [`${message.threadId}@${domain}`],
    headers: {
      "Auto-Submitted": "auto-generated",
      ...(message.incidentId === null ? {} : { "X-Koboshi-Incident": String(message.incidentId) }),
      ...(message.severity === "critical" && message.kind !== "resolved" ? { Importance: "high" } : {}),
    },
  };
}
