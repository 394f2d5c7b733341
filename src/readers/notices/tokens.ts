import { dated, monthIn, namedDate, noDate, numericDate, relativeDays, weekdayIn, yearIn } from "./token-dates.ts";
import { forms, type Form } from "./token-forms.ts";
import type { TimeToken, Token, Value } from "./token.ts";
import { zoneOf } from "./zone-words.ts";

const anyForm = new RegExp(
  Object.entries(forms)
    .map(([name, source]) => `(?<${name}>${source})`)
    .join("|"),
  "gi",
);

/** Finds what has to do with days and times, in order. @param text as `normalText` leaves it */
export function tokensOf(text: string): readonly Token[] {
  return [...text.matchAll(anyForm)].flatMap((match): Token[] => {
    const groups = match.groups ?? {};
    const form = (Object.keys(forms) as Form[]).find((name) => groups[name] !== undefined);
    if (form === undefined) return [];
    const written = match[0];
    return readers[form](written).map((value) => ({
      ...value,
      start: match.index,
      end: match.index + written.trimEnd().length,
    }));
  });
}

const readers: Readonly<Record<Form, (written: string) => readonly Value[]>> = {
  isoTime(written) {
    const [date = "", rest = ""] = written.split("T");
    const [, hour = "0", minute = "0"] = /^(\d\d):(\d\d)/.exec(rest) ?? [];
    const offset = /(?:Z|[+-]\d\d:?\d\d)$/i.exec(rest)?.[0];
    const time = clock(Number(hour) * 60 + Number(minute));
    return [
      ...numericDate(date),
      time,
      ...(offset === undefined ? [] : [{ type: "zone" as const, zone: zoneOf(offset) }]),
    ];
  },
  era(written) {
    const [, era = "", count = "", month = "", day = ""] =
      /^(令和|平成|R|H)\s*(\d{1,2}|元)\D+(\d{1,2})\D+(\d{1,2})/i.exec(written) ?? [];
    const nth = count === "元" ? 1 : Number(count);
    return dated({ year: (/令和|R/i.test(era) ? 2018 : 1988) + nth, month, day }, written);
  },
  ymd: (written) => numericDate(written),
  dmy(written) {
    const [first = 0, second = 0, inYear = 0] = written.split(/\D+/).map(Number);
    const dayFirst = first > 12 || (written.includes(".") && second <= 12);
    const [month, day] = dayFirst ? [second, first] : [first, second];
    const swappable = first <= 12 && second <= 12 && first !== second;
    return dated({ year: inYear, month: String(month), day: String(day) }, written, swappable);
  },
  rule(written) {
    const nth = Number(/第\s*([1-5])/.exec(written)?.[1] ?? 0);
    const month = /^(\d{1,2})月/.exec(written)?.[1];
    const day = nth > 0 ? undefined : /(\d{1,2})\s*日(?!曜)/.exec(written)?.[1];
    const step = /再来/.test(written) ? 2 : /来|next/i.test(written) ? 1 : /今|this/i.test(written) ? 0 : null;
    const rule = { unit: /週|this|next/i.test(written) ? ("week" as const) : ("month" as const), step, nth };
    const numbers = { month: month === undefined ? null : Number(month), day: day === undefined ? null : Number(day) };
    return [{ type: "date", ...noDate, ...numbers, weekday: weekdayIn(written.replace(/^.*第\s*\d/, "")), rule }];
  },
  recurring: () => [{ type: "vague" }],
  allDay: () => [clock(0), { type: "range", word: "~" }, clock(1_440)],
  vague: () => [{ type: "vague" }],
  md(written) {
    const [month = "", day = ""] = written.split(/\D+/);
    return dated({ year: null, month, day }, written);
  },
  slash(written) {
    const [first = "", second = ""] = written.split(/\D+/);
    const dayFirst = Number(first) > 12;
    const [month, day] = dayFirst ? [second, first] : [first, second];
    const swappable = Number(first) <= 12 && Number(second) <= 12 && first !== second;
    return dated({ year: null, month, day }, written, swappable);
  },
  dayRange(written) {
    const numbers = written.replace(/\d{1,2}\//, "").match(/(?<!\d)\d{1,2}(?!\d)/g) ?? [];
    const month = /^(\d{1,2})\//.exec(written)?.[1] ?? String(monthIn(written));
    const days = numbers.map((day) => dated({ year: yearIn(written), month, day }, ""));
    // a night begins on its first day
    if (/^night/i.test(written)) return days[0] ?? [];
    const isList = /\band\b|,.*,/i.test(written);
    return days.flatMap((day, nth) => (isList || nth === 0 ? day : [{ type: "range", word: "~" }, ...day]));
  },
  monthDay: (written) => namedDate(written),
  dayMonth: (written) => namedDate(written),
  relative(written) {
    const { to, days } = relativeDays(written);
    return [{ type: "date", ...noDate, relative: { to, days } }];
  },
  wordLength(written) {
    const hours = wordNumbers[/^[a-z]+/i.exec(written)?.[0].toLowerCase() ?? ""] ?? 1;
    return [{ type: "duration", minutes: hours * 60 + (/half/i.test(written) ? 30 : 0), most: false }];
  },
  duration(written) {
    const amount = Number(/\d{1,3}(?:\.\d)?/.exec(written)?.[0] ?? 0);
    const isHours = /時間|hour|hr/i.test(written);
    const more = written.endsWith("半") ? 30 : Number(/(\d{1,2})\s*分$/.exec(isHours ? written : "")?.[1] ?? 0);
    const most = /最大|最長|あたり|各|up\s+to|maximum|less/i.test(written);
    return [{ type: "duration", minutes: Math.round(amount * (isHours ? 60 : 1)) + more, most }];
  },
  time(written) {
    const [, hours = "0", rest = ""] = /(\d{1,2})([:時\s][^]*)/.exec(written) ?? [];
    const minute = /半/.test(rest) ? 30 : Number(/\d{1,2}/.exec(rest)?.[0] ?? 0);
    return timed({ hours: Number(hours), minute, bare: false }, written);
  },
  hour12: (written) => timed({ hours: Number(/\d+/.exec(written)?.[0]), minute: 0, bare: false }, written),
  bareHour: (written) => timed({ hours: Number(/\d+/.exec(written)?.[0]), minute: 0, bare: true }, written),
  military: (written) => [clock(Number(written.slice(0, 2)) * 60 + Number(written.slice(2)))],
  named(written) {
    const isNoon = /正午|noon|midday/i.test(written);
    const isPlain = isNoon || written.startsWith("午前");
    return [{ ...clock(isNoon ? 720 : 0), part: isPlain ? "plain" : "deep" }];
  },
  day: (written) => dated({ year: null, month: null, day: /\d{1,2}/.exec(written)?.[0] ?? "" }, written),
  zone: (written) => [{ type: "zone", zone: zoneOf(written.trim()) }],
  open: () => [{ type: "open" }],
  each: () => [{ type: "each" }],
  range: (written) => [{ type: "range", word: written.toLowerCase() }],
};

const wordNumbers: Readonly<Record<string, number>> = {
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  eight: 8,
  ten: 10,
  twelve: 12,
};

function clock(minutes: number): TimeToken {
  return { type: "time", minutes, half: null, part: "plain", approximate: false, bare: false };
}

/** A word before the hour says which half of the day; hours beyond 23 count from the day's midnight. */
function timed(
  { hours, minute, bare }: { hours: number; minute: number; bare: boolean },
  written: string,
): readonly Value[] {
  if (hours > 47 || minute > 59) return [];
  const half = halfOf(written, hours);
  const isNight = written.includes("夜");
  return [
    {
      type: "time",
      minutes: hourOfDay(hours, half) * 60 + minute,
      half,
      part: isNight && hours < 5 ? "deep" : "plain",
      approximate: /頃|ごろ/.test(written),
      bare,
    },
  ];
}

/** 夜9時 and 深夜11時 are before midnight; 夜1時 is after it. */
function halfOf(written: string, hours: number): TimeToken["half"] {
  const earliest = written.includes("深夜") ? 9 : 5;
  const isEvening = written.includes("夜") && hours >= earliest && hours < 12;
  if (isEvening || /午後|夕方|p\.?m/i.test(written)) return "pm";
  return /午前|未明|朝|a\.?m/i.test(written) ? "am" : null;
}

function hourOfDay(hours: number, half: TimeToken["half"]): number {
  if (half === "pm" && hours < 12) return hours + 12;
  return half === "am" && hours === 12 ? 0 : hours;
}
