import type { Lang } from "../kernel/lang.ts";

const minuteMs = 60_000;

interface Zoned {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
  readonly zone: string;
}

const weekdaysJa = ["日", "月", "火", "水", "木", "金", "土"];
const weekdaysEn = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const monthsEn = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const zoneNames: Readonly<Record<string, string>> = { "GMT+9": "JST" };

/** The parts of a moment in a zone. Intl gives no number for the weekday, so it is taken from the date itself. */
function zoned(atMs: number, timeZone: string): Zoned {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    timeZoneName: "short",
  }).formatToParts(atMs);
  const text = (type: Intl.DateTimeFormatPartTypes): string => parts.find((part) => part.type === type)?.value ?? "";
  const [year, month, day] = [Number(text("year")), Number(text("month")), Number(text("day"))];
  const zone = text("timeZoneName");
  return {
    year,
    month,
    day,
    weekday: weekday(year, month, day),
    hour: Number(text("hour")),
    minute: Number(text("minute")),
    zone: timeZone === "Asia/Tokyo" ? "JST" : (zoneNames[zone] ?? zone),
  };
}

/** 0 is Sunday. Source: Sakamoto's method, comp.lang.c 1992. */
function weekday(year: number, month: number, day: number): number {
  const offset = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4][month - 1] ?? 0;
  const y = month < 3 ? year - 1 : year;
  return (y + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + offset + day) % 7;
}

/** Minutes after midnight in the zone. */
export function minuteOfDay(atMs: number, timeZone: string): number {
  const { hour, minute } = zoned(atMs, timeZone);
  return hour * 60 + minute;
}

/** `2:12` in Japanese, `02:12` in English. */
export function clockTime(atMs: number, timeZone: string, lang: Lang): string {
  const { hour, minute } = zoned(atMs, timeZone);
  const mm = String(minute).padStart(2, "0");
  return lang === "ja" ? `${hour}:${mm}` : `${String(hour).padStart(2, "0")}:${mm}`;
}

/** `11月22日(日) 2:12` / `Sun 22 Nov 02:12`. */
export function dateTime(atMs: number, timeZone: string, lang: Lang): string {
  const { month, day, weekday: index } = zoned(atMs, timeZone);
  const time = clockTime(atMs, timeZone, lang);
  return lang === "ja"
    ? `${month}月${day}日(${weekdaysJa[index]}) ${time}`
    : `${weekdaysEn[index]} ${day} ${monthsEn[month - 1]} ${time}`;
}

/** `2026年11月22日(日) 2:12 JST` / `Sun 22 Nov 2026 02:12 JST`. */
export function fullDateTime(atMs: number, timeZone: string, lang: Lang): string {
  const { year, month, day, weekday: index, zone } = zoned(atMs, timeZone);
  const time = clockTime(atMs, timeZone, lang);
  return lang === "ja"
    ? `${year}年${month}月${day}日(${weekdaysJa[index]}) ${time} ${zone}`
    : `${weekdaysEn[index]} ${day} ${monthsEn[month - 1]} ${year} ${time} ${zone}`;
}

/** `JST`, `GMT+2`. */
export function zoneName(atMs: number, timeZone: string): string {
  return zoned(atMs, timeZone).zone;
}

/** How long, in the two largest units that matter: `42秒`, `19分`, `1時間31分`, `3日4時間` / `42 s`, `19 min`, `1 h 31 min`. */
export function duration(ms: number, lang: Lang): string {
  const units = lang === "ja" ? { s: "秒", m: "分", h: "時間", d: "日" } : { s: " s", m: " min", h: " h", d: " d" };
  const gap = lang === "ja" ? "" : " ";
  if (ms < minuteMs) return `${Math.max(0, Math.round(ms / 1000))}${units.s}`;
  const minutes = Math.floor(ms / minuteMs);
  if (minutes < 60) return `${minutes}${units.m}`;
  const [hours, restMinutes] = [Math.floor(minutes / 60), minutes % 60];
  if (hours < 24) return `${hours}${units.h}${restMinutes === 0 ? "" : `${gap}${restMinutes}${units.m}`}`;
  const [days, restHours] = [Math.floor(hours / 24), hours % 24];
  return `${days}${units.d}${restHours === 0 ? "" : `${gap}${restHours}${units.h}`}`;
}

/** `東京・大阪・事務所` / `Tokyo, Osaka and the office`. */
export function list(items: readonly string[], lang: Lang): string {
  if (lang === "ja") return items.join("・");
  if (items.length <= 1) return items.join("");
  return `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}

/** RFC 3339 with the zone's offset, for machines: `2026-11-22T02:12:00+09:00`. */
export function rfc3339(atMs: number, timeZone: string): string {
  const parts = offsetIn(timeZone).formatToParts(atMs);
  const offset = (parts.find((part) => part.type === "timeZoneName")?.value ?? "GMT").replace("GMT", "");
  const sign = offset.startsWith("-") ? -1 : 1;
  const [hours = 0, minutes = 0] = offset.slice(1).split(":").map(Number);
  const local = atMs + sign * (hours * 60 + minutes) * minuteMs;
  return `${isoSeconds(local)}${offset === "" || offset === "+00:00" ? "Z" : offset}`;
}

/** Making one takes longer, and more memory, than using it a thousand times. */
const offsetFormats = new Map<string, Intl.DateTimeFormat>();

function offsetIn(timeZone: string): Intl.DateTimeFormat {
  const known = offsetFormats.get(timeZone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
  offsetFormats.set(timeZone, format);
  return format;
}

const utcSeconds = new Intl.DateTimeFormat("sv-SE", {
  timeZone: "UTC",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});

/** `2026-11-21T17:12:00`: the parts of a moment as UTC. */
function isoSeconds(atMs: number): string {
  return utcSeconds.format(atMs).replace(" ", "T");
}
