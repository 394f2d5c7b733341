/** A text with everything written one way, and where each of its characters was before. */
export interface NormalText {
  readonly text: string;
  /** index into the text as it was, for each character and one past the last */
  readonly origin: readonly number[];
}

/** No notice is longer; what follows is an archive or a footer. */
const longestChars = 65_536;
const tildes = "〜～∼〰˜";
const dashes = "‐‑‒–—―−─━";
const invisible = /[\u200B-\u200D\u2060\uFEFF\u00AD]/;
const voicing = new Set(["\uFF9E", "\uFF9F"]);

/** Full width to half width, half-width kana to kana, one range sign, one dash, kanji numerals of dates and times to digits. */
export function normalText(raw: string): NormalText {
  const cut = withoutEndlessLines(raw.slice(0, longestChars));
  const characters: string[] = [];
  const origin: number[] = [];
  for (let at = 0; at < cut.length;) {
    const length = unitLength(cut, at);
    for (const unit of normalUnit(cut.slice(at, at + length))) {
      // runs of spaces and lines say nothing, and make every search slow
      if (/\s/.test(unit) && isRun(characters, unit)) continue;
      characters.push(unit);
      origin.push(at);
    }
    at += length;
  }
  origin.push(cut.length);
  return kanjiNumbers({ text: characters.join(""), origin });
}

/** No sentence is longer; a line of tens of thousands of characters is bait or data. What is cut becomes spaces, so that nothing moves. */
function withoutEndlessLines(text: string): string {
  return text.replaceAll(/^(.{2000})(.+)$/gmu, (_, kept: string, rest: string) => kept + " ".repeat(rest.length));
}

function isRun(before: readonly string[], unit: string): boolean {
  if (unit !== "\n") return /[^\S\n]/.test(before.at(-1) ?? "");
  return before.at(-1) === "\n" && before.at(-2) === "\n";
}

function unitLength(text: string, at: number): number {
  const point = text.codePointAt(at) ?? 0;
  const length = point > 0xffff ? 2 : 1;
  if (text.startsWith("\r\n", at)) return 2;
  return voicing.has(text[at + length] ?? "") ? length + 1 : length;
}

/** @returns its UTF-16 units */
function normalUnit(unit: string): readonly string[] {
  if (unit === "\r\n" || unit === "\r" || unit === "\u2028") return ["\n"];
  if (invisible.test(unit)) return [];
  if (tildes.includes(unit)) return ["~"];
  if (dashes.includes(unit)) return ["-"];
  // numbers of a list must not run into the time that follows
  if (/[①-⑳]/.test(unit)) return `(${unit.normalize("NFKC")}) `.split("");
  return unit.normalize("NFKC").split("");
}

const kanjiDigits = "〇一二三四五六七八九";
const dateInKanji =
  /(?<![〇一二三四五六七八九十\d])([〇一二三四五六七八九十]{1,3})(?=月[〇一二三四五六七八九十\d]{1,3}日)/g;
const dayInKanji = /(?<=月)([〇一二三四五六七八九十]{1,3})(?=日)/g;
const hourInKanji = /(?<=午前|午後|深夜|未明|早朝|夕方|夜|翌)([〇一二三四五六七八九十]{1,3})(?=時(?!間|的))/g;
const minuteInKanji = /(?<=\d時)([〇一二三四五六七八九十]{1,3})(?=分)/g;
// a lengthening mark between two times is how some write a range
const longMark = /(?<=[\d時分日)])ー(?=\s*\d)/g;

function kanjiNumbers(normal: NormalText): NormalText {
  let now = normal;
  for (const form of [dateInKanji, dayInKanji, hourInKanji, minuteInKanji]) now = replaced(now, form, kanjiNumber);
  return replaced(now, longMark, () => "~");
}

function kanjiNumber(written: string): string {
  const [tens = "", ones = ""] = written.includes("十") ? written.split("十") : ["", ""];
  if (!written.includes("十")) return Array.from(written, (one) => String(kanjiDigits.indexOf(one))).join("");
  return String(kanjiDigit(tens, 1) * 10 + kanjiDigit(ones, 0));
}

function kanjiDigit(one: string, missing: number): number {
  return one === "" ? missing : kanjiDigits.indexOf(one);
}

/** What is put in comes from where the replaced text began. */
function replaced({ text, origin }: NormalText, form: RegExp, by: (written: string) => string): NormalText {
  const matches = [...text.matchAll(form)];
  if (matches.length === 0) return { text, origin };
  const parts: string[] = [];
  const origins: number[] = [];
  let from = 0;
  for (const match of matches) {
    const put = by(match[0]);
    parts.push(text.slice(from, match.index), put);
    origins.push(...origin.slice(from, match.index), ...Array.from(put, () => origin[match.index] ?? 0));
    from = match.index + match[0].length;
  }
  return { text: parts.join("") + text.slice(from), origin: [...origins, ...origin.slice(from)] };
}
