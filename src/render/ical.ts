/** One entry of a calendar that others subscribe to. */
export interface CalendarEntry {
  /** stays the same whatever becomes of it, `window-12@koboshi.example.jp` */
  readonly uid: string;
  /** raised each time it is moved or cancelled; 0 at first */
  readonly sequence: number;
  /** when it was changed last, Unix epoch UTC */
  readonly changedAtMs: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly title: string;
  readonly description: string;
  readonly isCancelled: boolean;
  /** where it is shown; null: nowhere */
  readonly url: string | null;
}

/** Octets a line may have. Source: RFC 5545 §3.1. */
const longestLine = 75;

/** The text of `maintenance.ics`. @param madeBy the part of koboshi that made it. Source: RFC 5545. */
export function calendarText(name: string, entries: readonly CalendarEntry[], madeBy = "maintenance"): string {
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    `PRODID:-//koboshi//${madeBy}//EN`,
    "CALSCALE:GREGORIAN",
    "METHOD:PUBLISH",
    `X-WR-CALNAME:${escaped(name)}`,
    ...entries.flatMap(entryLines),
    "END:VCALENDAR",
  ];
  return `${lines.flatMap(folded).join("\r\n")}\r\n`;
}

function entryLines(entry: CalendarEntry): readonly string[] {
  return [
    "BEGIN:VEVENT",
    `UID:${escaped(entry.uid)}`,
    `DTSTAMP:${utc(entry.changedAtMs)}`,
    `LAST-MODIFIED:${utc(entry.changedAtMs)}`,
    `SEQUENCE:${entry.sequence}`,
    `DTSTART:${utc(entry.startMs)}`,
    `DTEND:${utc(entry.endMs)}`,
    `SUMMARY:${escaped(entry.title)}`,
    ...(entry.description === "" ? [] : [`DESCRIPTION:${escaped(entry.description)}`]),
    ...(entry.url === null ? [] : [`URL:${plain(entry.url)}`]),
    `STATUS:${entry.isCancelled ? "CANCELLED" : "CONFIRMED"}`,
    "TRANSP:TRANSPARENT",
    "END:VEVENT",
  ];
}

/** Source: RFC 5545 §3.3.11; other control characters are not allowed in a text at all. */
function escaped(text: string): string {
  const lines = text.replaceAll("\r\n", "\n").replaceAll("\r", "\n");
  return plain(lines.replace(/[\\;,]/g, "\\$&").replaceAll("\n", "\\n"));
}

function plain(text: string): string {
  return text.replace(/\p{Cc}/gu, "");
}

const utcForm = new Intl.DateTimeFormat("en-US", {
  timeZone: "UTC",
  hourCycle: "h23",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});

/** `20261125T170000Z` */
function utc(atMs: number): string {
  const parts = utcForm.formatToParts(atMs);
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.find((one) => one.type === type)?.value ?? "";
  const date = `${part("year").padStart(4, "0")}${part("month")}${part("day")}`;
  return `${date}T${part("hour")}${part("minute")}${part("second")}Z`;
}

/** A long line goes on in the next after a blank; no character is cut in two. */
function folded(line: string): readonly string[] {
  const lines: string[] = [];
  let [current, octets] = ["", 0];
  for (const character of line) {
    const size = octetsOf(character);
    if (octets + size > longestLine) {
      lines.push(current);
      [current, octets] = [" ", 1];
    }
    current += character;
    octets += size;
  }
  return [...lines, current];
}

function octetsOf(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return 1;
  if (code < 0x8_00) return 2;
  return code < 0x1_00_00 ? 3 : 4;
}
