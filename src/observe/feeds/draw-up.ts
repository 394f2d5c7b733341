import type { Stamp } from "../../kernel/clock.ts";
import { phaseOf, type ProviderNotice } from "../../kernel/model/provider-notice.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { KeptNotice, NoticeMatch, NoticeVersion, Proposal } from "../../kernel/ports-feeds.ts";
import { noticeText, readNotice } from "../../readers/notices/notice.ts";
import { matchesOf } from "./match.ts";
import type { SourceItem } from "./source.ts";

const dayMs = 86_400_000;
/** Feeds carry their past along; beyond this a date is more likely wrong than old. */
const oldestMs = 3 * 365 * dayMs;
/** From here on a host is taken into the proposal; below it is only shown. */
const takenFrom = 0.5;
/** A host that is thought of with less is not told as announced. */
const shownFrom = 0.2;

export interface DrawUp {
  readonly item: SourceItem;
  readonly number: number;
  readonly at: Stamp;
  readonly site: Pick<Site, "timeZone">;
}

/** Reads one wording of a notice. What its source states as data is not read from words. */
export function versionOf({ item, number, at, site }: DrawUp): NoticeVersion {
  const text = noticeText(item);
  const read = readNotice({
    text: item.text,
    title: item.title,
    receivedAtMs: writtenAtMs(item.publishedAtMs, at.atMs),
    zone: site.timeZone,
  });
  return {
    number,
    receivedAt: at,
    title: item.title === "" ? (text.split("\n", 1)[0] ?? "").slice(0, 200) : item.title,
    text,
    link: item.link,
    publishedAtMs: item.publishedAtMs,
    read: item.stated === undefined ? read : stated(read, item.stated),
  };
}

/** A day without a year is meant from when it was written; a sender's date that cannot be true is not believed. */
function writtenAtMs(publishedAtMs: number | null, nowMs: number): number {
  const isPlausible = publishedAtMs !== null && publishedAtMs <= nowMs + dayMs && publishedAtMs > nowMs - oldestMs;
  return isPlausible ? publishedAtMs : nowMs;
}

function stated(read: ProviderNotice, said: NonNullable<SourceItem["stated"]>): ProviderNotice {
  const services = said.services.length === 0 ? read.services : said.services;
  const open = phaseOf(said.state) === "planned" && said.windows.some(({ endMs }) => endMs === null);
  const questions = open ? [{ id: "no-end" as const, text: said.windows[0]?.text ?? "", readings: [] }] : [];
  return { ...read, ...said, services, questions, assumptions: [], confidence: 1 };
}

/** The matches, and the window to propose for what is ours. */
export function placed(
  version: NoticeVersion,
  { provider, site, before }: { provider: string; site: Pick<Site, "places" | "hosts">; before: Proposal | null },
): Pick<KeptNotice, "matches" | "confidence" | "proposal"> {
  const matches = matchesOf({ provider, site, text: version.text, read: version.read });
  const confidence = matches[0]?.points ?? 0;
  return { matches, confidence, proposal: proposalOf(version, { matches, before }) };
}

/** A decision stays with what it was made on; a new wording only says that it must be looked at again. */
function proposalOf(
  version: NoticeVersion,
  { matches, before }: { matches: readonly NoticeMatch[]; before: Proposal | null },
): Proposal | null {
  if (before !== null && before.state !== "proposed") return { ...before, outdated: before.version !== version.number };
  const { kind, state, windows } = version.read;
  const isPlan = kind === "maintenance" || kind === "emergency-maintenance";
  if (!isPlan || phaseOf(state) === "over" || state === "cancelled") return null;
  return {
    state: "proposed",
    version: version.number,
    windows: windows.flatMap(({ startMs, endMs }) => (endMs === null ? [] : [{ startMs, endMs }])),
    hosts: hostsOf(matches, takenFrom).map(({ host }) => host),
    decidedBy: null,
    decidedAt: null,
    outdated: false,
  };
}

export function hostsOf(
  matches: readonly NoticeMatch[],
  from = shownFrom,
): readonly { host: string; confidence: number }[] {
  return matches.flatMap(({ target, points }) =>
    points >= from && target.startsWith("host:") ? [{ host: target.slice("host:".length), confidence: points }] : [],
  );
}
