import {
  type NoticeQuestion,
  type NoticeSpan,
  type NoticeWindow,
  type ProviderNotice,
  type ProviderNoticeKind,
} from "../../kernel/model/provider-notice.ts";
import { hostsIn } from "./hosts.ts";
import { normalText, type NormalText } from "./normal-text.ts";
import { plainText } from "./plain-text.ts";
import { questionsOf } from "./questions.ts";
import { servicesIn } from "./services.ts";
import type { Settled } from "./settle.ts";
import { stateIn } from "./states.ts";
import type { Zone } from "./token.ts";
import { updatesOf } from "./updates.ts";
import { whatAndWhen } from "./what-and-when.ts";
import { zoneOfAll } from "./zone-words.ts";

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
  const { receivedAtMs } = input;
  const { kind, state, settled } = whatAndWhen(normal.text, {
    receivedAtMs,
    title,
    zone,
    textZone,
    updates,
    isJapanese,
  });
  const hosts = hostsIn(normal.text);
  const services = servicesIn(normal.text);
  const questions = questionsOf({
    kind,
    state,
    settled,
    receivedAtMs,
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
