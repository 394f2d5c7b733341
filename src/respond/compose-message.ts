import { createHash } from "node:crypto";
import { elapsedMs } from "../kernel/clock.ts";
import { langs, type Lang } from "../kernel/lang.ts";
import type { ChannelMessage, NoticeText } from "../kernel/model/channel.ts";
import type { Delivery, NoticeSnapshot } from "../kernel/model/notice.ts";
import type { Person, Site } from "../kernel/model/site.ts";
import type { Secret } from "../kernel/secret.ts";
import type { Ledger } from "../storage/ledger/ledger.ts";
import { noticeText } from "../words/notice.ts";
import { incidentUrl, type AckWay } from "../words/notice-blocks.ts";
import { ackToken } from "./ack-tokens.ts";
import { deliveryFacts, everyone } from "./delivery-id.ts";
import { incidentView } from "./incident-view.ts";
import { derive, noticeKeyOf } from "./kept-secrets.ts";
import { offersAck } from "./notices.ts";

/**
 * Makes the message of a delivery from what was frozen when it was queued, so that every attempt says the same under the
 * same id. @returns null when the person is no longer in the configuration
 */
export async function composeMessage(ledger: Ledger, site: Site, delivery: Delivery): Promise<ChannelMessage | null> {
  const person = site.people.get(delivery.recipient) ?? null;
  if (person === null && delivery.recipient !== everyone) return null;
  const snapshot = delivery.snapshot as NoticeSnapshot;
  const { incident, signals } = snapshot;
  const lang = person?.lang ?? site.lang;
  const key = await noticeKeyOf(ledger);
  const ack = await ackWay({ ledger, site, delivery, key });
  const first = (await ledger.read.deliveriesOf(incident.id)).find(
    ({ channel, recipient }) => channel === delivery.channel && recipient === delivery.recipient,
  );
  const timeline = (await ledger.read.timeline(incident.id)).filter(
    ({ at }) => elapsedMs(delivery.createdAt, at) === 0, // not later than the notice
  );
  return {
    id: messageId(key, delivery),
    threadId: first === undefined || first.id === delivery.id ? null : messageId(key, first),
    kind: delivery.kind,
    incidentId: incident.id,
    severity: incident.severity,
    person,
    lang,
    texts: inBoth((each) => textIn(each, { site, delivery, ack, person })),
    links: linksIn(site, snapshot, ack),
    incident: incidentView({
      incident,
      signals,
      timeline,
      site,
      lang: site.lang,
      now: snapshot.at,
      diagnosis: snapshot.diagnosis ?? null,
    }),
  };
}

/** Unlike any other hub's, also when both send the same incident's number to the same address. */
function messageId(key: Secret, { id, incidentId, kind }: Delivery): string {
  return `${incidentId}-${kind}-${derive(key, "message", [id]).toString("hex").slice(0, 24)}`;
}

interface Facts {
  readonly ledger: Ledger;
  readonly site: Site;
  readonly delivery: Delivery;
  readonly key: Secret;
}

/** A link only while its token is good: a notice held for the night may find the incident ended. */
async function ackWay({ ledger, site, delivery, key }: Facts): Promise<AckWay> {
  const { incident } = delivery.snapshot as NoticeSnapshot;
  if (site.url === null) return { by: "command" };
  if (!offersAck(site, incident, delivery)) return { by: "nothing" };
  const token = ackToken(key, { incident, person: delivery.recipient, at: delivery.createdAt });
  const known = await ledger.read.ackToken(createHash("sha256").update(token).digest("hex"));
  if (known === null || known.voidedAt !== null) return { by: "nothing" };
  return { by: "link", url: `${incidentUrl(site.url, incident.id)}/ack?k=${token}` };
}

interface TextFacts {
  readonly site: Site;
  readonly delivery: Delivery;
  readonly ack: AckWay;
  readonly person: Person | null;
}

function textIn(lang: Lang, { site, delivery, ack, person }: TextFacts): NoticeText {
  const { insteadOf } = deliveryFacts(delivery);
  const snapshot = delivery.snapshot as NoticeSnapshot;
  return noticeText({ snapshot, site, lang, ack, reader: person?.key ?? null, insteadOf });
}

function linksIn(site: Site, { incident }: NoticeSnapshot, ack: AckWay): string[] {
  const own = site.url === null ? [] : [incidentUrl(site.url, incident.id)];
  const help = [...site.providers.values()].flatMap(({ support, links }) => [
    ...(support.console === null ? [] : [support.console]),
    ...links.map(({ url }) => url),
  ]);
  return [...(ack.by === "link" ? [ack.url] : []), ...own, ...help];
}

function inBoth(say: (lang: Lang) => NoticeText): Record<Lang, NoticeText> {
  return Object.fromEntries(langs.map((lang) => [lang, say(lang)])) as Record<Lang, NoticeText>;
}
