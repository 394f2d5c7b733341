import { encodeEucjp } from "./encodings.ts";

/** What a character counts as when text is judged; the order is that of `scriptWeights` in quality.ts. */
export const scripts = {
  hiragana: 0,
  katakana: 1,
  /** JIS X 0208 level 1: kanji in daily use */
  kanji: 2,
  /** JIS X 0208 level 2 */
  rareKanji: 3,
  /** outside JIS X 0208 */
  otherKanji: 4,
  /** CJK punctuation and full-width forms */
  wide: 5,
  halfKana: 6,
  alnum: 7,
  space: 8,
  punctuation: 9,
  /** Latin letters U+00C0–U+024F */
  latin: 10,
  /** U+00A0–U+00BF and what else windows-1252 has of symbols */
  latinSymbol: 11,
  greekCyrillic: 12,
  /** arrows, boxes, currency, general punctuation */
  symbol: 13,
  emoji: 14,
  privateUse: 15,
  control: 16,
  replacement: 17,
  /** every other script */
  foreign: 18,
} as const;
export type Script = (typeof scripts)[keyof typeof scripts];

/** `first, last, script`, in order of the first. What is named by none is `foreign`. */
const ranges: readonly (readonly [number, number, Script])[] = [
  [0x00, 0x1f, scripts.control],
  [0x20, 0x7e, scripts.punctuation],
  [0x7f, 0x9f, scripts.control],
  [0xa0, 0xbf, scripts.latinSymbol],
  [0xc0, 0x24f, scripts.latin],
  [0x370, 0x52f, scripts.greekCyrillic],
  [0x2000, 0x2bff, scripts.symbol],
  [0x3000, 0x303f, scripts.wide],
  [0x3041, 0x309f, scripts.hiragana],
  [0x30a0, 0x30ff, scripts.katakana],
  [0x3200, 0x33ff, scripts.wide],
  [0x3400, 0x4dbf, scripts.otherKanji],
  [0x4e00, 0x9fff, scripts.otherKanji],
  [0xe000, 0xf8ff, scripts.privateUse],
  [0xf900, 0xfaff, scripts.otherKanji],
  [0xff00, 0xff60, scripts.wide],
  [0xff61, 0xff9f, scripts.halfKana],
  [0xffe0, 0xffe6, scripts.wide],
  [0xfffd, 0xfffd, scripts.replacement],
];
/** What windows-1252 has at 80–9F: symbols to a reader of Western text, the traces of bytes to us. */
const windowsSymbols = "€‚„…†‡ˆ‰‹‘’“”•–—˜™›";
const windowsLetters = "ƒŠŒŽšœžŸ";
const firstLevel = { from: 0xb0, to: 0xcf } as const;
const secondLevel = { from: 0xd0, to: 0xf4 } as const;

let table: Uint8Array | null = null;

/** The script of each UTF-16 unit of the basic plane; made at its first use. */
export function scriptTable(): Uint8Array {
  table ??= buildTable();
  return table;
}

function buildTable(): Uint8Array {
  const made = new Uint8Array(0x1_0000).fill(scripts.foreign);
  for (const [from, to, script] of ranges) made.fill(script, from, to + 1);
  for (const space of " \t\n\r\u00a0\u3000") made[space.charCodeAt(0)] = scripts.space;
  for (let unit = 0x30; unit <= 0x7a; unit++) {
    if (/[0-9A-Za-z]/.test(String.fromCharCode(unit))) made[unit] = scripts.alnum;
  }
  for (const symbol of windowsSymbols) made[symbol.charCodeAt(0)] = scripts.symbol;
  for (const letter of windowsLetters) made[letter.charCodeAt(0)] = scripts.latin;
  markKanji(made);
  made[0x3005] = scripts.kanji; // 々 stands where a kanji stands
  made.fill(scripts.emoji, 0x2600, 0x27c0);
  made.fill(scripts.symbol, 0xfe00, 0xfe10); // variation selectors belong to the character before them
  return made;
}

/** By the lead byte of EUC-JP, which follows the levels of JIS X 0208. */
function markKanji(made: Uint8Array): void {
  for (let unit = 0x4e00; unit <= 0x9fff; unit++) {
    const lead = (encodeEucjp(unit) ?? 0) >> 8;
    if (lead >= firstLevel.from && lead <= firstLevel.to) made[unit] = scripts.kanji;
    if (lead >= secondLevel.from && lead <= secondLevel.to) made[unit] = scripts.rareKanji;
  }
}

/** The script of the character at `at`, which may take two units. */
export function scriptOf(text: string, at: number): Script {
  const unit = text.charCodeAt(at);
  if (unit < 0xd800 || unit > 0xdfff) return scriptTable()[unit] as Script;
  const point = text.codePointAt(at) ?? 0;
  if (point >= 0x1f000 && point <= 0x1faff) return scripts.emoji;
  if (point >= 0x2_0000 && point <= 0x3_ffff) return scripts.otherKanji;
  if (point >= 0xf_0000) return scripts.privateUse;
  return point > 0xffff ? scripts.foreign : scripts.control;
}
