import { z } from "zod";
import type { NoticeWindow, ProviderNotice, ProviderNoticeState } from "../../kernel/model/provider-notice.ts";
import { webLink, type FeedItem } from "./feed-items.ts";
import { readStampText } from "./stamp-text.ts";

const text = z.string().max(100_000).nullish().catch(null);
const Update = z.object({ status: text, body: text, created_at: text, display_at: text });
const Entry = z.object({
  id: z.string().min(1).max(200),
  name: z.string().max(2_000).catch(""),
  status: text,
  impact: text,
  shortlink: text,
  created_at: text,
  started_at: text,
  resolved_at: text,
  updated_at: text,
  scheduled_for: text,
  scheduled_until: text,
  incident_updates: z
    .array(Update.catch({ status: null, body: null, created_at: null, display_at: null }))
    .nullish()
    .catch(null),
  components: z
    .array(z.object({ name: z.string().max(500) }))
    .nullish()
    .catch(null),
});
type Entry = z.infer<typeof Entry>;

const Page = z.object({
  incidents: z.array(z.unknown()).nullish().catch(null),
  scheduled_maintenances: z.array(z.unknown()).nullish().catch(null),
});

/** A notice whose times and state need no reading: its source says them as data. */
export interface StatedItem extends FeedItem {
  readonly stated: Pick<ProviderNotice, "kind" | "state" | "windows" | "services">;
}

const mostEntries = 100;

/** Incidents and planned work of a Statuspage (API v2: `incidents`, `scheduled-maintenances` or `summary`). @returns null when it is none */
export function statuspageItems(json: string): readonly StatedItem[] | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    return null; // said by the answer
  }
  const page = Page.safeParse(parsed);
  if (!page.success || (page.data.incidents == null && page.data.scheduled_maintenances == null)) return null;
  const entries = [...(page.data.incidents ?? []), ...(page.data.scheduled_maintenances ?? [])];
  return entries.slice(0, mostEntries).flatMap((entry) => {
    const read = Entry.safeParse(entry);
    return read.success ? [itemOf(read.data)] : [];
  });
}

const states: Readonly<Record<string, ProviderNoticeState>> = {
  scheduled: "scheduled",
  in_progress: "in-progress",
  verifying: "in-progress",
  completed: "completed",
  investigating: "investigating",
  identified: "identified",
  monitoring: "monitoring",
  resolved: "resolved",
  postmortem: "resolved",
};

function itemOf(entry: Entry): StatedItem {
  const isPlanned = entry.scheduled_for != null;
  const window = windowOf(entry, isPlanned);
  const services = (entry.components ?? []).map(({ name }) => name).slice(0, 50);
  return {
    guid: entry.id,
    title: entry.name,
    text: textOf(entry, services),
    link: webLink(entry.shortlink ?? null),
    publishedAtMs: readStampText(entry.updated_at ?? entry.created_at ?? ""),
    stated: {
      kind: kindOf(entry, isPlanned),
      state: states[entry.status ?? ""] ?? (isPlanned ? "scheduled" : "investigating"),
      windows: window === null ? [] : [window],
      services,
    },
  };
}

function kindOf({ impact }: Entry, isPlanned: boolean): ProviderNotice["kind"] {
  if (isPlanned) return "maintenance";
  return impact === "minor" ? "degraded" : "outage";
}

/** As a person would read it on the page, newest update first. */
function textOf(
  { scheduled_for: from, scheduled_until: to, incident_updates: updates }: Entry,
  services: readonly string[],
): string {
  const told = (updates ?? []).map(
    (one) => `${title(one.status ?? "update")} - ${one.body ?? ""}\n${one.display_at ?? one.created_at ?? ""}`,
  );
  return [
    ...(services.length === 0 ? [] : [`Components: ${services.join(", ")}`]),
    ...(from == null ? [] : [`Window: ${from} - ${to ?? ""}`]),
    ...told,
  ].join("\n\n");
}

function windowOf(entry: Entry, isPlanned: boolean): NoticeWindow | null {
  const from = isPlanned ? entry.scheduled_for : (entry.started_at ?? entry.created_at);
  const to = isPlanned ? entry.scheduled_until : entry.resolved_at;
  const [startMs, endMs] = [readStampText(from ?? ""), readStampText(to ?? "")];
  if (startMs === null || (endMs !== null && endMs < startMs)) return null;
  return { startMs, endMs, certain: endMs !== null, text: `${from} - ${to ?? ""}` };
}

function title(status: string): string {
  const words = status.replaceAll("_", " ");
  return words.slice(0, 1).toUpperCase() + words.slice(1, 60);
}
