import { createHmac } from "node:crypto";
import { postWebhook } from "../../clients/webhook-send.ts";
import { defineChannel, type ChannelMessage } from "../../kernel/model/channel.ts";

const limitMs = 10_000;

/** What a machine is told has happened; an incident that turned unstable or goes on is an update of it. */
const events: Readonly<Record<ChannelMessage["kind"], string>> = {
  opened: "incident.opened",
  updated: "incident.updated",
  diagnosed: "incident.updated",
  acknowledged: "incident.acknowledged",
  escalated: "incident.escalated",
  resolved: "incident.resolved",
  unstable: "incident.updated",
  "still-down": "incident.updated",
  "after-maintenance": "maintenance.left",
  "maintenance-over": "maintenance.over",
  test: "test",
};

/**
 * A signed POST of the incident, or of the window, as JSON. The receiver checks `X-Koboshi-Signature` over timestamp and body, and shows
 * an `X-Koboshi-Id` it has seen before only once.
 */
export const webhook = defineChannel({
  kind: "webhook",
  summary: { ja: "Webhook(署名つき JSON)", en: "webhook (signed JSON)" },
  audience: "room",
  reaches: () => true,
  async send(spec, message, { clock, signal, madeSecret }) {
    const secret = spec.secret ?? (await madeSecret());
    const body = bodyOf(message);
    const timestamp = String(Math.floor(clock.nowMs() / 1_000));
    const signature = createHmac("sha256", secret.reveal()).update(`${timestamp}.${body}`).digest("hex");
    const limit = new AbortController();
    const timer = clock.after(limitMs, () => limit.abort());
    const headers = {
      "content-type": "application/json; charset=utf-8",
      "user-agent": "koboshi",
      "x-koboshi-id": message.id,
      "x-koboshi-timestamp": timestamp,
      "x-koboshi-signature": `sha256=${signature}`,
    };
    try {
      return await postWebhook({ url: spec.url, headers, body }, AbortSignal.any([signal, limit.signal]));
    } finally {
      timer.cancel();
    }
  },
});

function bodyOf({ kind, incident, window, texts }: ChannelMessage): string {
  const text = { ja: textOf(texts.ja), en: textOf(texts.en) };
  return JSON.stringify({ schema: "koboshi.notice/1", event: events[kind], incident, window, text });
}

function textOf({ subject, body }: { subject: string; body: string }): string {
  return `${subject}\n\n${body}`;
}
