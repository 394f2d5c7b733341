/** What one look of the host script said, part by part. */
export interface HostFrame {
  /** the machine's clock as the look began; null: what came is not a look */
  readonly began: {
    readonly atMs: number;
    /** a `date` without nanoseconds tells whole seconds only */
    readonly resolutionMs: number;
    /** local time minus UTC, as its zone has it */
    readonly zoneOffsetMs: number;
  } | null;
  readonly sections: ReadonlyMap<string, HostSection>;
  /** parts that began and have no end: nothing of them is believed */
  readonly cutOff: readonly string[];
  /** the last line came */
  readonly isWhole: boolean;
}

export interface HostSection {
  readonly lines: readonly string[];
  /** what the script could not see, as it says itself: `needs-root`, `not-installed` …; null: it saw all */
  readonly unseen: string | null;
  /** by the machine's monotonic clock */
  readonly beganAtSeconds: number;
  readonly endedAtSeconds: number;
  /** it was longer than the script passes on */
  readonly isTooLong: boolean;
}

/** The script cuts a section here. */
const longestSectionChars = 400_000;
/** The script's own is far below; more is no look of ours. */
const longestFrameChars = 8_000_000;
const opening = /^@@koboshi-host 1 (\d{9,11})(?:\.(\d{1,9}))?\S* ([+-])(\d\d)(\d\d)\b/;

/**
 * Reads the frame: a banner before it is passed over, a part without its closing line is not believed, of a part seen twice
 * the first counts. Never throws: the text is foreign.
 */
export function splitFrame(text: string): HostFrame {
  const rows = text.slice(0, longestFrameChars).split("\n");
  const start = rows.findIndex((row) => row.startsWith("@@koboshi-host 1 "));
  if (start < 0) return { began: null, sections: new Map(), cutOff: [], isWhole: false };
  return { began: readOpening(rows[start] ?? ""), ...splitSections(rows.slice(start + 1)) };
}

/** The part whose closing line has not come yet; without a name: what stands between parts belongs to none. */
interface Opened {
  readonly name: string;
  readonly lines: string[];
}

const mark = /^@@(\/?)([a-z]{2,20})(?: ([\d.]+))?(?: ([\d.]+))?\s*$/;

function splitSections(rows: readonly string[]): Omit<HostFrame, "began"> {
  const sections = new Map<string, HostSection>();
  const begun = new Set<string>();
  let open: Opened = { name: "", lines: [] };
  for (const row of rows) {
    const [whole, slash, name = "", from, to] = mark.exec(row) ?? [];
    if (whole === undefined) open.lines.push(row.replace(/\r$/, ""));
    else if (slash === "" && name === "end") return { sections, cutOff: missing(begun, sections), isWhole: true };
    else if (slash === "") {
      begun.add(name);
      open = { name, lines: [] };
    } else if (open.name === name) {
      if (!sections.has(name)) sections.set(name, section(open.lines, Number(from), Number(to)));
      open = { name: "", lines: [] };
    }
  }
  return { sections, cutOff: missing(begun, sections), isWhole: false };
}

function missing(begun: ReadonlySet<string>, sections: ReadonlyMap<string, HostSection>): readonly string[] {
  return [...begun].filter((name) => !sections.has(name));
}

function readOpening(row: string): HostFrame["began"] {
  const match = opening.exec(row);
  if (match === null) return null;
  const [, seconds, fraction, sign, hours, minutes] = match;
  const zoneMs = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return {
    atMs: Number(seconds) * 1_000 + (fraction === undefined ? 0 : Number(`0.${fraction}`) * 1_000),
    resolutionMs: fraction === undefined ? 1_000 : 0,
    zoneOffsetMs: sign === "-" ? -zoneMs : zoneMs,
  };
}

function section(rows: readonly string[], beganAtSeconds: number, endedAtSeconds: number): HostSection {
  const lines = rows.filter((row) => row !== "" && !row.startsWith("! "));
  const unseen = rows.find((row) => row.startsWith("! "))?.slice(2, 62) ?? null;
  const chars = rows.reduce((sum, row) => sum + row.length + 1, 0);
  return { lines, unseen, beganAtSeconds, endedAtSeconds, isTooLong: chars >= longestSectionChars };
}

/** The rests of the lines that begin with this word. */
export function tagged(lines: readonly string[], tag: string): readonly string[] {
  const head = `${tag} `;
  return lines.filter((line) => line.startsWith(head)).map((line) => line.slice(head.length));
}

/** The first of them, without blanks around it; null when there is none. */
export function firstTagged(lines: readonly string[], tag: string): string | null {
  const text = tagged(lines, tag)[0]?.trim() ?? "";
  return text === "" ? null : text.slice(0, 300);
}
