import { decodeExactly, decodeLoosely, encodeExactly, encodeLoosely, type Encoding } from "./encodings.ts";
import type { Mojibake, MojibakeKind } from "./kinds.ts";
import { japaneseCount, quality } from "./quality.ts";

interface Confusion {
  readonly kind: MojibakeKind;
  /** what it was read as */
  readonly as: Exclude<Encoding, "utf8">;
  /** what it is */
  readonly is: Encoding;
}

/** Text that becomes valid UTF-8 by undoing was UTF-8: hardly anything else does. */
const strong: readonly Confusion[] = [
  { kind: "utf8-as-latin1", as: "latin1", is: "utf8" },
  { kind: "utf8-as-cp932", as: "cp932", is: "utf8" },
  { kind: "utf8-as-eucjp", as: "eucjp", is: "utf8" },
];
/** These encodings take nearly any bytes, so the result must be much better. */
const weak: readonly Confusion[] = [
  { kind: "cp932-as-latin1", as: "latin1", is: "cp932" },
  { kind: "eucjp-as-latin1", as: "latin1", is: "eucjp" },
  { kind: "eucjp-as-cp932", as: "cp932", is: "eucjp" },
  { kind: "cp932-as-eucjp", as: "eucjp", is: "cp932" },
];
const maxRounds = 3;

/** Gains in quality that are asked for. Source: RECOVERY §3.4. */
const asked = {
  strongShort: 0.8,
  strongLong: 0,
  longCharacters: 4,
  weak: 1,
  weakShort: 1.6,
  weakJapanese: 4,
  /** one kanji comes of an apostrophe and a French é */
  weakLeast: 2,
  weakQuality: 0.75,
  lossy: 0.4,
  lossyPerFailure: 0.67,
} as const;

// eslint-disable-next-line no-control-regex -- everything but ASCII
const nonAscii = /[^\u0000-\u007f]/g;

function nonAsciiCount(text: string): number {
  return text.match(nonAscii)?.length ?? 0;
}

/** Undoes one confusion exactly. @returns null when that is not what happened */
export function undo(text: string): Mojibake | null {
  const before = quality(text);
  return undoStrong(text, before) ?? undoWeak(text);
}

function undoStrong(text: string, before: number): Mojibake | null {
  const count = nonAsciiCount(text);
  if (count < 2) return null;
  const gain = count >= asked.longCharacters ? asked.strongLong : asked.strongShort;
  for (const confusion of strong) {
    const fixed = repeatedly(text, confusion);
    if (fixed !== null && quality(fixed) - before >= gain) return { kind: confusion.kind, confidence: 1, fixed };
  }
  return null;
}

/** Twice and three times garbled text needs as many steps back. @returns null when not even the first is possible */
function repeatedly(text: string, { as, is }: Confusion): string | null {
  let fixed: string | null = null;
  for (let round = 0, current = text; round < maxRounds; round++) {
    const bytes = nonAsciiCount(current) === 0 ? null : encodeExactly(current, as);
    const next = bytes === null ? null : decodeExactly(bytes, is);
    if (next === null) break;
    if (fixed !== null && quality(next) < quality(fixed)) break;
    fixed = next;
    current = next;
  }
  return fixed;
}

/** What is asked of a weak undoing, by what the text itself is. */
interface Source {
  readonly before: number;
  /** kana and kanji it has already */
  readonly japanese: number;
  /** half-width kana of a bank: only two hiragana in a row speak for another reading */
  readonly isBank: boolean;
  /** mostly half-width kana, which EUC-JP read as cp932 gives, and the other way about hardly ever */
  readonly isHalf: boolean;
}

function sourceOf(text: string): Source {
  const isHalf = halfKanaCount(text) > halfKanaRatio * nonAsciiCount(text);
  return { before: quality(text), japanese: japaneseCount(text), isBank: isHalfKanaText(text), isHalf };
}

/** The best of the confusions tried, by the quality of what comes back. */
function bestOf(candidates: readonly (readonly [Mojibake, number] | null)[]): Mojibake | null {
  const found = candidates.filter((one) => one !== null);
  return found.toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? null;
}

function undoWeak(text: string): Mojibake | null {
  const source = sourceOf(text);
  return bestOf(
    weak.map(({ kind, as, is }) => {
      const bytes = encodeExactly(text, as);
      const fixed = bytes === null ? null : decodeExactly(bytes, is);
      if (fixed === null || !isWeakEnough(fixed, source)) return null;
      const after = quality(fixed);
      const confidence = Math.min(1, 0.6 + (after - source.before) / 8);
      return [{ kind, confidence, fixed }, kind === "cp932-as-eucjp" && source.isHalf ? after - 4 : after];
    }),
  );
}

function isWeakEnough(fixed: string, { before, isBank }: Source): boolean {
  const [after, japanese] = [quality(fixed), japaneseCount(fixed)];
  const gain = japanese >= asked.weakJapanese ? asked.weak : asked.weakShort;
  if (after - before < gain || after < asked.weakQuality || japanese < asked.weakLeast) return false;
  return !isBank || /[ぁ-ゖ]{2}/.test(fixed);
}

const halfKanaRatio = 0.3;

function halfKanaCount(text: string): number {
  return text.match(/[｡-ﾟ]/g)?.length ?? 0;
}

/** Names at banks are written in half-width kana: the marks of sound stand only after the kana that take them. */
function isHalfKanaText(text: string): boolean {
  if (halfKanaCount(text) < 0.9 * nonAsciiCount(text)) return false;
  return !/(?:^|[^ｦｳ-ﾄﾊ-ﾎﾜ])ﾞ|(?:^|[^ﾊ-ﾎ])ﾟ/.test(text);
}

/** Undoes a confusion in which characters were lost on the way. */
export function undoLossy(text: string): Mojibake | null {
  const source = sourceOf(text);
  return bestOf([...strong, ...weak].map((confusion) => tryLossy(text, confusion, source)));
}

function tryLossy(text: string, { kind, as, is }: Confusion, source: Source): readonly [Mojibake, number] | null {
  const { bytes, lost } = encodeLoosely(text, as);
  const fixed = decodeLoosely(bytes, is);
  const failures = fixed.match(/\ufffd/g)?.length ?? 0;
  const isWeak = is !== "utf8";
  if (isWeak && lost === 0 && failures === 0) return null; // an exact undoing, judged by its own rules
  if (isWeak && !isLossyWeak({ kind, fixed }, source)) return null;
  const returned = japaneseCount(fixed) - (isWeak ? source.japanese : 0);
  const after = readable(fixed);
  if (returned < 2 || returned < asked.lossyPerFailure * failures || after - source.before < asked.lossy) return null;
  return [{ kind, confidence: 0.7, fixed }, after];
}

/** What is lost is lost either way: the rest is judged. */
function readable(fixed: string): number {
  return quality(fixed.replaceAll("\ufffd", ""));
}

function isLossyWeak({ kind, fixed }: Pick<Mojibake, "kind"> & { readonly fixed: string }, source: Source): boolean {
  if (kind === "cp932-as-eucjp" && source.isHalf) return false;
  if (source.isBank && !/[ぁ-ゖ]{2}/.test(fixed)) return false;
  const after = readable(fixed);
  return after >= asked.weakQuality && after - source.before >= asked.weak;
}
