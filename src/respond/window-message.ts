import { langs, type Lang } from "../kernel/lang.ts";
import type { ChannelMessage, NoticeText } from "../kernel/model/channel.ts";
import type { Delivery, WindowNoticeKind } from "../kernel/model/notice.ts";
import type { Site } from "../kernel/model/site.ts";
import type { Secret } from "../kernel/secret.ts";
import type { Ledger } from "../storage/ledger/ledger.ts";
import { rfc3339 } from "../words/format.ts";
import { afterMaintenanceMail, windowReleaseMail, type WindowMail, type WindowNews } from "../words/window-mail.ts";
import { everyone } from "./delivery-id.ts";
import { derive, noticeKeyOf } from "./kept-secrets.ts";

/** A delivery about a window. */
export interface WindowDelivery extends Delivery {
  readonly windowId: number;
}

export function isAboutWindow(delivery: Delivery): delivery is WindowDelivery {
  return delivery.windowId !== undefined;
}

/**
 * The message of a delivery about a window, from what was frozen when it was queued, so that every attempt says the same
 * under the same id. @returns null when the person is no longer in the configuration
 */
export async function composeWindowMessage(
  ledger: Ledger,
  site: Site,
  delivery: WindowDelivery,
): Promise<ChannelMessage | null> {
  const person = site.people.get(delivery.recipient) ?? null;
  if (person === null && delivery.recipient !== everyone) return null;
  const news = delivery.snapshot as WindowNews;
  const key = await noticeKeyOf(ledger);
  const first = (await ledger.read.windowDeliveries(delivery.windowId)).find(
    ({ channel, recipient }) => channel === delivery.channel && recipient === delivery.recipient,
  );
  const kind = delivery.kind as WindowNoticeKind;
  return {
    id: messageId(key, delivery),
    threadId: first === undefined || first.id === delivery.id ? null : messageId(key, first),
    kind,
    incidentId: null,
    severity: kind === "after-maintenance" ? "warning" : "info",
    person,
    lang: person?.lang ?? site.lang,
    texts: inBoth((lang) => textOf(writers[kind](news, { site, lang }))),
    links: site.url === null ? [] : [`${site.url}/calendar/${delivery.windowId}`],
    incident: null,
    window: viewOf(news, site),
  };
}

const writers: Readonly<Record<WindowNoticeKind, typeof afterMaintenanceMail>> = {
  "after-maintenance": afterMaintenanceMail,
  "maintenance-over": windowReleaseMail,
};

function textOf({ subject, text }: WindowMail): NoticeText {
  return { subject, body: text };
}

/** Unlike any other hub's, also when both send the same window's number to the same address. */
function messageId(key: Secret, { id, windowId, kind }: Delivery): string {
  return `window-${windowId}-${kind}-${derive(key, "message", [id]).toString("hex").slice(0, 24)}`;
}

/** What a machine is told, with the names of the API. */
function viewOf({ window, findings, held }: WindowNews, { timeZone }: Site): unknown {
  const { id, version, state, title, startMs, endMs, hosts, services } = window;
  return {
    id,
    version,
    state,
    title,
    start: rfc3339(startMs, timeZone),
    end: rfc3339(endMs, timeZone),
    hosts,
    services,
    held: held.count,
    findings: findings.map(({ host, check, weight, result, items }) => ({ host, check, weight, result, items })),
  };
}

function inBoth(say: (lang: Lang) => NoticeText): Record<Lang, NoticeText> {
  return Object.fromEntries(langs.map((lang) => [lang, say(lang)])) as Record<Lang, NoticeText>;
}
