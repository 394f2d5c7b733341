import type { Lang } from "../kernel/lang.ts";
import type { NoticeWindow, ProviderNotice } from "../kernel/model/provider-notice.ts";
import { feedWords, noticeKindName, noticeStateName, questionText, windowText } from "../words/feeds.ts";
import { rfc3339 } from "../words/format.ts";

export interface Shown {
  readonly timeZone: string;
  readonly lang: Lang;
}

/** What was read, as the documented JSON: times RFC 3339 with the zone's offset. */
export function noticeJson(notice: ProviderNotice, timeZone: string): Readonly<Record<string, unknown>> {
  const at = (ms: number | null): string | null => (ms === null ? null : rfc3339(ms, timeZone));
  const window = ({ startMs, endMs, certain, text }: NoticeWindow) => ({
    start: at(startMs),
    end: at(endMs),
    certain,
    text,
  });
  return {
    kind: notice.kind,
    state: notice.state,
    windows: notice.windows.map(window),
    alternates: notice.alternates.map(window),
    services: notice.services,
    hosts: notice.hosts,
    exceptHosts: notice.exceptHosts,
    updates: notice.updates.map(({ atMs, state, text }) => ({ at: at(atMs), state, text })),
    ask: notice.questions.map(({ id, text, readings }) => ({
      id,
      text,
      readings: readings.map(({ startMs, endMs }) => ({ start: at(startMs), end: at(endMs) })),
    })),
    assumptions: notice.assumptions,
    reference: notice.reference,
    confidence: notice.confidence,
  };
}

/** What was read, for a person: what and when first, then what is still to be settled. */
export function noticeLines(notice: ProviderNotice, shown: Shown): string {
  const { lang } = shown;
  const say = feedWords(lang);
  const window = (one: NoticeWindow): string =>
    `  ${windowText(one, shown)}${one.certain ? "" : ` ○ ${say.unsettled}`}`;
  return [
    `${noticeKindName(notice.kind, lang)} — ${noticeStateName(notice.state, lang)}`,
    ...(notice.windows.length === 0 ? [say.noWindow] : [`${say.windows}:`, ...notice.windows.map(window)]),
    ...list(
      say.alternates,
      notice.alternates.map((one) => windowText(one, shown)),
    ),
    ...list(say.services, notice.services),
    ...list(say.hosts, notice.hosts),
    ...list(say.except, notice.exceptHosts),
    ...(notice.questions.length === 0 ? [say.noQuestions] : [`${say.questions}:`]),
    ...notice.questions.flatMap(({ id, text, readings }) => [
      `  ▲ ${questionText(id, lang)}${text === "" ? "" : ` 「${text.replaceAll(/\s+/g, " ")}」`}`,
      ...(readings.length < 2 ? [] : readings.map((one) => `      ${windowText(one, shown)}`)),
    ]),
  ].join("\n");
}

function list(name: string, values: readonly string[]): readonly string[] {
  return values.length === 0 ? [] : [`${name}: ${values.join(", ")}`];
}

/** How many there are, how many are certain, how many a person is asked about, and of what kind they are. */
export function noticeCounts(notices: readonly ProviderNotice[], lang: Lang): string {
  const say = feedWords(lang);
  const asked = notices.filter(({ questions }) => questions.length > 0).length;
  const certain = notices.filter(({ windows }) => windows.length > 0 && windows.every((one) => one.certain)).length;
  const kinds = new Map<string, number>();
  for (const { kind } of notices) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  const byKind = [...new Set(notices.map(({ kind }) => kind))].map(
    (kind) => `${noticeKindName(kind, lang)} ${kinds.get(kind) ?? 0}`,
  );
  return [say.readCount(notices.length, certain, asked), ...byKind].join(" · ");
}
