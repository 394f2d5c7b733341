import { z } from "zod";
import { eventKinds, type LedgerEvent } from "../kernel/event.ts";
import type { Lang } from "../kernel/lang.ts";
import type { Site } from "../kernel/model/site.ts";
import type { LedgerReads } from "../storage/ledger/ledger.ts";
import { rfc3339 } from "../words/format.ts";
import { actorName, timelineText } from "../words/timeline.ts";

const mostPerPage = 500;
const Moment = z.iso.datetime({ offset: true }).or(z.iso.date());

/** What is asked of the audit log, as it stands in an address. */
export const AuditAsked = z.object({
  actor: z.string().max(200).optional().meta({ description: "`person:yamada`, `token:grafana`, `koboshi`" }),
  kind: z.enum(eventKinds).optional(),
  from: Moment.optional().meta({ description: "inclusive; a day is one of the site's zone" }),
  to: Moment.optional().meta({ description: "exclusive; a day is meant whole" }),
  cursor: z.coerce.number().int().positive().optional(),
  limit: z.coerce.number().int().min(1).max(mostPerPage).default(100),
});
export type AuditAsked = z.output<typeof AuditAsked>;

export const AuditJson = z.object({
  seq: z.int(),
  at: z.string(),
  actor: z.string(),
  kind: z.string(),
  text: z.object({ ja: z.string(), en: z.string() }),
  from: z.string().nullable().meta({ description: "the client's address, where one is known" }),
  incidentId: z.int().nullable(),
});

export interface AuditPage {
  readonly events: readonly LedgerEvent[];
  /** the cursor of the next page; null: this is the last */
  readonly next: number | null;
}

/** Who did what, newest first. */
export async function readAudit(
  { ledger, site }: { readonly ledger: { readonly read: LedgerReads }; site(): Site },
  asked: AuditAsked,
): Promise<AuditPage> {
  const { actor, kind, from, to, cursor, limit } = asked;
  const zone = site().timeZone;
  const found = await ledger.read.audit({
    limit: limit + 1,
    ...(actor === undefined ? {} : { actor }),
    ...(kind === undefined ? {} : { kind }),
    ...(from === undefined ? {} : { fromMs: momentMs(from, zone) }),
    ...(to === undefined ? {} : { toMs: momentMs(to, zone) + (isDay(to) ? dayMs : 0) }),
    ...(cursor === undefined ? {} : { before: cursor }),
  });
  const events = found.slice(0, limit);
  return { events, next: found.length > limit ? (events.at(-1)?.seq ?? null) : null };
}

const dayMs = 86_400_000;

function isDay(written: string): boolean {
  return !written.includes("T");
}

/** A day begins when it begins in the site's zone. */
function momentMs(written: string, zone: string): number {
  const atMs = z.coerce.date().parse(written).getTime();
  if (!isDay(written)) return atMs;
  const offset = rfc3339(atMs, zone).slice("2026-11-22T00:00:00".length);
  return z.coerce.date().parse(`${written}T00:00:00${offset}`).getTime();
}

export function auditView(event: LedgerEvent, site: Site): z.input<typeof AuditJson> {
  const { seq, kind, actor, incidentId, at } = event;
  const text = { ja: timelineText(event, site, "ja"), en: timelineText(event, site, "en") };
  return { seq, at: rfc3339(at.atMs, site.timeZone), actor, kind, text, from: addressOf(event), incidentId };
}

/** The client's address the event was caused from; null where it is not known. */
export function addressOf({ data }: LedgerEvent): string | null {
  return typeof data["from"] === "string" ? data["from"] : null;
}

/** One line of the export: RFC 4180, and nothing a spreadsheet would take for a formula. */
export function auditLine(event: LedgerEvent, site: Site, lang: Lang): string {
  const cells = [
    String(event.seq),
    rfc3339(event.at.atMs, site.timeZone),
    event.actor,
    actorName(site, event.actor, lang).trim(),
    event.kind,
    timelineText(event, site, lang),
    addressOf(event) ?? "",
    event.incidentId === null ? "" : String(event.incidentId),
  ];
  return `${cells.map(cell).join(",")}\r\n`;
}

export const auditHead = "seq,at,actor,name,kind,text,from,incident\r\n";

function cell(text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
