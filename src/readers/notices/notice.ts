import {
  phaseOf,
  type NoticeQuestion,
  type NoticeSpan,
  type NoticeWindow,
  type ProviderNotice,
  type ProviderNoticeKind,
  type ProviderNoticeState,
} from "../../kernel/model/provider-notice.ts";
import { dayAt } from "./calendar.ts";
import { hostsIn } from "./hosts.ts";
import { placeTokens } from "./lines.ts";
import { isOfficeOnly, kindOf, stateIn, stateOf } from "./meaning.ts";
import { normalText, type NormalText } from "./normal-text.ts";
import { plainText } from "./plain-text.ts";
import { pointsOf } from "./points.ts";
import { questionsOf } from "./questions.ts";
import { servicesIn } from "./services.ts";
import { settle, type Settled } from "./settle.ts";
import type { Zone } from "./token.ts";
import { updatesOf } from "./updates.ts";
import { candidatesOf, lastDays } from "./windows.ts";

export interface NoticeInput {
  /** plain or HTML; a title may also be its first line */
  readonly text: string;
  readonly title?: string | null;
  /** Unix epoch, UTC */
  readonly receivedAtMs: number;
  /** IANA zone for times that name none; Japanese text without one means Japan */
  readonly zone: string;
  /** the provider is known to write in this zone; else a text in another language that names none asks */
  readonly zoneIsSure?: boolean;
}

const japan = "Asia/Tokyo";

/**
 * Reads one provider's notice: a pure function of its words and the time it came. Structure decides (a dated time from-to),
 * words only rank, and what is not sure becomes a question.
 */
export function readNotice(input: NoticeInput): ProviderNotice {
  const source = noticeText(input);
  const normal = normalText(source);
  const title = normalText(input.title ?? normal.text.split("\n", 1)[0] ?? "").text;
  const isJapanese = /[\u3040-\u30FF\u4E00-\u9FFF]/.test(normal.text);
  const isSure = input.zoneIsSure === true;
  const zone: Zone = { name: isJapanese && !isSure ? japan : input.zone };
  const textZone = zoneOfAll(normal.text);
  const updates = updatesOf(normal.text, { nowMs: input.receivedAtMs, zone: textZone ?? zone });
  const found = windowsOf(normal.text, { input, title, zone, textZone, updates, isJapanese });
  const { kind, state, settled } = found;
  const hosts = hostsIn(normal.text);
  const services = servicesIn(normal.text);
  const questions = questionsOf({
    kind,
    state,
    settled,
    receivedAtMs: input.receivedAtMs,
    zoneKnown: isSure || isJapanese,
    text: normal.text,
  });
  const windows = settled.windows
    .filter((one) => !questions.dropped.has(one.id))
    .map((one) => windowOf(one, { normal, source, doubted: questions.doubted }));
  return {
    kind: kind === "unclear" ? "maintenance" : kind,
    state,
    windows,
    alternates: settled.alternates.map((one) => windowOf(one, { normal, source, doubted: new Set() })),
    services: services.services,
    hosts: hosts.hosts,
    exceptHosts: hosts.exceptHosts,
    updates: updates.map((one) => ({
      atMs: one.atMs,
      state: stateIn(kind, `${one.heading}\n${one.text}`) ?? state,
      text: one.text.trim().slice(0, 2_000),
    })),
    questions: questions.list.map((one) => ({ ...one, text: one.text.slice(0, 200) })),
    assumptions: [
      ...new Set([
        ...settled.windows.flatMap(({ assumed }) => assumed),
        ...(settled.windows.every(({ zoned }) => zoned) ? [] : ["zone"]),
      ]),
    ],
    reference:
      /(?<![\w])(?:IN\d{8}[_-]\d{1,6}|(?:INC|TKT|CHG|MNT|PM|REQ)-?\d{4,12})(?![\w])/i.exec(normal.text)?.[0] ?? null,
    confidence: confidenceOf(kind, windows, questions.list),
    spans: spansOf(normal, { settled, hosts: hosts.spans, services: services.spans }),
  };
}

/** The words of a notice as they are kept and shown: HTML as lines, the title first. Spans count in this text. */
export function noticeText({ text, title }: Pick<NoticeInput, "text" | "title">): string {
  const plain = plainText(text.slice(0, 400_000)).slice(0, 65_000);
  return title === undefined || title === null || title.trim() === "" ? plain : `${title.trim()}\n${plain}`;
}

interface Reading {
  readonly input: NoticeInput;
  readonly title: string;
  readonly zone: Zone;
  readonly textZone: Zone | null;
  readonly updates: ReturnType<typeof updatesOf>;
  readonly isJapanese: boolean;
}

/** The kind decides how a day without a year is meant, and the windows which kind: so windows are read for both. */
function windowsOf(
  text: string,
  { input, title, zone, textZone, updates, isJapanese }: Reading,
): { kind: ProviderNoticeKind | "unclear"; state: ProviderNoticeState; settled: Settled } {
  const points = pointsOf(text, placeTokens(text));
  const today = dayAt(input.receivedAtMs, zone);
  const read = (past: boolean) =>
    candidatesOf(points, { search: { today, past, near: null, monthFirst: isJapanese }, zone, textZone });
  const first = read(false);
  const whole = first.some((one) => one.startMs !== null && one.endMs !== null);
  const isPast = whole && first.every((one) => (one.endMs ?? one.startMs ?? 0) <= input.receivedAtMs);
  const kind = kindOf({ title, text, hasWindow: whole, isPast });
  const state = stateOf(kind, title, updates);
  const past = kind === "outage" || kind === "degraded" || phaseOf(state) === "over" || phaseOf(state) === "ongoing";
  const candidates = past ? read(true) : first;
  const ending =
    kind === "end-of-service" && candidates.length === 0
      ? lastDays(points, { today, past: false, near: null, monthFirst: isJapanese }, zone)
      : candidates;
  const settled = settle(isOfficeOnly(title, text) ? [] : ending, {
    kind,
    state,
    text,
    updates,
    receivedAtMs: input.receivedAtMs,
  });
  return { kind, state, settled };
}

/** 「時刻はすべて日本時間」, "All times in UTC": one zone for the whole text. */
function zoneOfAll(text: string): Zone | null {
  if (/(?:時刻|時間|日時)(?:は|表記は)[^。\n]{0,12}(?:日本時間|JST)|all\s+times[^.\n]{0,20}(?:JST|japan)/i.test(text))
    return { offsetMinutes: 540 };
  if (
    /(?:時刻|時間|日時)(?:は|表記は)[^。\n]{0,12}(?:UTC|協定世界時)|all\s+times[^.\n]{0,20}(?:UTC|GMT)|\((?:UTC|GMT)\)/i.test(
      text,
    )
  )
    return { offsetMinutes: 0 };
  const named = [...text.matchAll(/(?<![a-z])(JST|UTC|GMT|PST|PDT|EST|EDT|CET|CEST|日本時間)(?![a-z])/gi)].map(
    (match) => match[1]?.toUpperCase(),
  );
  if (new Set(named).size !== 1) return null;
  const offsets: Readonly<Record<string, number>> = {
    JST: 540,
    日本時間: 540,
    PST: -480,
    PDT: -420,
    EST: -300,
    EDT: -240,
    CET: 60,
    CEST: 120,
  };
  return { offsetMinutes: offsets[named[0] ?? ""] ?? 0 };
}

function windowOf(
  { id, span, startMs, endMs }: Settled["windows"][number],
  { normal, source, doubted }: { normal: NormalText; source: string; doubted: ReadonlySet<number> },
): NoticeWindow {
  const from = normal.origin[span.start] ?? 0;
  const to = normal.origin[span.end] ?? source.length;
  const text = source.slice(from, Math.min(to, from + 200)).trim();
  return { startMs, endMs, certain: endMs !== null && !doubted.has(id), text };
}

function spansOf(
  { origin }: NormalText,
  { settled, hosts, services }: { settled: Settled; hosts: readonly Span[]; services: readonly Span[] },
): readonly NoticeSpan[] {
  const at =
    (field: NoticeSpan["field"]) =>
    ({ start, end }: Span): NoticeSpan => ({ field, start: origin[start] ?? 0, end: origin[end] ?? 0 });
  return [
    ...settled.windows.map(({ span }) => at("window")(span)),
    ...hosts.map(at("host")),
    ...services.map(at("service")),
  ]
    .toSorted((a, b) => a.start - b.start)
    .filter((one, nth, all) => one.end > one.start && !all.slice(0, nth).some((before) => before.end > one.start));
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function confidenceOf(
  kind: ProviderNoticeKind | "unclear",
  windows: readonly NoticeWindow[],
  questions: readonly NoticeQuestion[],
): number {
  if (kind === "unclear") return 0.3;
  const sure = windows.length > 0 && windows.every(({ certain }) => certain) ? 0.95 : windows.length > 0 ? 0.6 : 0.5;
  return Math.max(0.1, Math.round((sure - 0.2 * questions.length) * 100) / 100);
}
