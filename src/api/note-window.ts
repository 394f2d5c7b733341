import { componentId, kindOf, nameOf, type ComponentId } from "../kernel/model/component.ts";
import type { Site } from "../kernel/model/site.ts";
import type { ProviderAnnouncement } from "../kernel/ports-feeds.ts";
import type { NewWindow } from "../kernel/ports-prevent.ts";
import { readNotice } from "../readers/notices/notice.ts";
import { readEnd } from "./window-times.ts";

export interface WindowNote {
  readonly text: string;
  /** when it was written down, Unix epoch UTC */
  readonly atMs: number;
}

export interface NoteGround {
  readonly site: Pick<Site, "hosts" | "services" | "places" | "timeZone">;
  /** what providers say of now */
  readonly announced: readonly ProviderAnnouncement[];
}

interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

/** Work that is under way and whose end nobody said: long enough to be told of, too short to forget. */
const untoldMs = 3_600_000;
const longestTitle = 200;

const endedWords = /終了|完了|終わ|\b(?:ended|finished|completed|complete|done|over)\b/i;
const nowWords =
  /(?:メンテナンス|保守|作業|停止|実施|工事|対応|更新|再起動)中(?!止|断|央|継|間)|今から|これから|ただいま|\b(?:now|under way|underway|in progress|ongoing|starting|started|begun)\b/i;
const untilWords = /(\d{1,2}:[0-5]\d)\s*(?:頃|ごろ)?\s*まで|\b(?:until|till)\s+(\d{1,2}:[0-5]\d)/i;
const lengthWords = /(\d{1,4}(?:\.\d)?)\s*(分|時間|minutes?|mins?|hours?|hrs?)/i;
const allWords = /全(?:台|サーバー?|ホスト)|すべてのサーバー?|\b(?:all|every) (?:hosts?|servers?|machines?)\b/i;

/**
 * The window that a person's note of kind `window` stands for, as far as it says what is worked on and when. Null: it names
 * nothing of ours, no time that is still to come, or work that is over; then it is a note and holds nothing.
 */
export function windowOfNote(note: WindowNote, ground: NoteGround): NewWindow | null {
  const targets = targetsIn(note.text, ground.site);
  const span = targets.length === 0 ? null : spanOf(note, targets, ground);
  if (span === null || span.endMs <= note.atMs) return null;
  return {
    title: (note.text.split("\n", 1)[0] ?? "").trim().slice(0, longestTitle),
    ...span,
    timeZone: ground.site.timeZone,
    targets,
    alternate: null,
    isPublic: false,
    checksWanted: [],
    origin: "hand",
    reference: null,
  };
}

/** What it calls by key, a service by its name as well, in the order of the file. */
function targetsIn(text: string, { hosts, services, places }: NoteGround["site"]): readonly ComponentId[] {
  const called = (kind: "host" | "place" | "provider", keys: Iterable<string>): readonly ComponentId[] =>
    [...keys].filter((key) => isIn(text, key)).map((key) => componentId(kind, key));
  const used = [...services.values()].filter(({ key, name }) => isIn(text, key) || isIn(text, name));
  const providers = new Set([...places.values()].flatMap(({ provider }) => provider ?? []));
  return [
    ...(allWords.test(text) ? (["host:*"] as const) : called("host", hosts.keys())),
    ...used.map(({ key }) => componentId("service", key)),
    ...called("place", places.keys()),
    ...called("provider", providers),
  ];
}

/** The word itself, not a part of a longer one: `web1` is not in `web10`. */
function isIn(text: string, word: string): boolean {
  if (word === "") return false;
  const literal = word.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  return new RegExp(`(?<![a-z0-9_-])${literal}(?![a-z0-9_-])`, "iu").test(text);
}

/** A stated time first; work that is under way lasts as long as it is said to, by the note or by the provider. */
function spanOf(note: WindowNote, targets: readonly ComponentId[], ground: NoteGround): Span | null {
  const { text, atMs } = note;
  const stated = statedSpans(note, ground.site.timeZone);
  if (stated === null) return null;
  if (stated.length > 0) return stated.find(({ endMs }) => endMs > atMs) ?? null;
  if (endedWords.test(text)) return null;
  const untilMs = endIn(note, ground.site.timeZone);
  if (untilMs !== null) return { startMs: atMs, endMs: untilMs };
  if (!nowWords.test(text)) return null;
  return { startMs: atMs, endMs: saidEnd(targets, ground) ?? atMs + untoldMs };
}

/** Null: the work is called off. */
function statedSpans({ text, atMs }: WindowNote, zone: string): readonly Span[] | null {
  const read = readNotice({ text, receivedAtMs: atMs, zone, zoneIsSure: true });
  if (read.state === "cancelled") return null;
  // whoever writes down times without a day means that day
  const [meant] = read.questions.flatMap(({ readings }) => readings);
  const spans = read.windows.length > 0 || meant === undefined ? read.windows : [meant];
  return spans.flatMap(({ startMs, endMs }) => (endMs === null ? [] : [{ startMs, endMs }]));
}

/** `3:00まで`, and a length where the work is said to begin now. */
function endIn({ text, atMs }: WindowNote, timeZone: string): number | null {
  const [, until, untilInEnglish] = untilWords.exec(text) ?? [];
  const time = until ?? untilInEnglish;
  if (time !== undefined) return readEnd(time, { timeZone, startMs: atMs });
  const [, count, unit = ""] = lengthWords.exec(text) ?? [];
  if (count === undefined || !nowWords.test(text)) return null;
  return atMs + Number(count) * (/^(?:分|m)/i.test(unit) ? 60_000 : 3_600_000);
}

/** When the providers of what is worked on say that it ends; null: they say nothing of now. */
function saidEnd(targets: readonly ComponentId[], { site, announced }: NoteGround): number | null {
  const providers = new Set(targets.flatMap((target) => providerOf(target, site) ?? []));
  const ends = announced.flatMap(({ provider, phase, endMs }) =>
    phase === "ongoing" && endMs !== null && providers.has(provider) ? [endMs] : [],
  );
  return ends.length === 0 ? null : Math.max(...ends);
}

function providerOf(target: ComponentId, site: NoteGround["site"]): string | null {
  const key = nameOf(target);
  const kind = kindOf(target);
  if (kind === "provider") return key;
  const host = kind === "service" ? (site.services.get(key)?.on ?? "") : key;
  const place = kind === "place" ? key : (site.hosts.get(host)?.at ?? "");
  return site.places.get(place)?.provider ?? null;
}
