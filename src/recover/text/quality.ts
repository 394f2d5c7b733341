import { scriptOf, scripts, type Script } from "./scripts.ts";

const s = scripts;
const count = Object.keys(scripts).length;

/** How much a character of each script speaks for text that a person wrote. Set by hand on generated text, then held out. */
const scriptWeights: Readonly<Record<keyof typeof scripts, number>> = {
  hiragana: 2,
  katakana: 1.6,
  kanji: 1.2,
  rareKanji: -1,
  otherKanji: -1.2,
  wide: 1,
  halfKana: -0.4,
  alnum: 0.5,
  space: 0.3,
  punctuation: 0.2,
  latin: -0.5,
  latinSymbol: -1.5,
  greekCyrillic: -0.6,
  symbol: -0.2,
  emoji: 0.5,
  privateUse: -4,
  control: -4,
  replacement: -5,
  foreign: -0.2,
};
const weights = Float64Array.from(Object.keys(scripts), (name) => scriptWeights[name as keyof typeof scripts]);

/** Neighbours that writing has, and neighbours that only bytes have. */
const pairs: readonly (readonly [Script, Script, number])[] = [
  [s.hiragana, s.hiragana, 0.6],
  [s.katakana, s.katakana, 0.8],
  [s.kanji, s.kanji, 0.4],
  [s.kanji, s.hiragana, 0.3],
  [s.hiragana, s.kanji, 0.3],
  [s.halfKana, s.halfKana, 0.6],
  [s.alnum, s.alnum, 0.4],
  [s.alnum, s.latin, 0.4],
  [s.latin, s.alnum, 0.4],
  [s.latin, s.latin, -1.2],
  [s.latin, s.latinSymbol, -2],
  [s.latinSymbol, s.latin, -2],
  [s.latinSymbol, s.latinSymbol, -1.5],
  [s.halfKana, s.kanji, -1],
  [s.kanji, s.halfKana, -1],
  [s.halfKana, s.rareKanji, -2],
  [s.rareKanji, s.halfKana, -2],
  [s.rareKanji, s.rareKanji, -1],
  [s.rareKanji, s.kanji, -0.4],
  [s.kanji, s.rareKanji, -0.4],
  [s.halfKana, s.hiragana, -1],
  [s.hiragana, s.halfKana, -1],
  [s.latin, s.control, -2],
  [s.control, s.latin, -2],
  [s.latinSymbol, s.control, -2],
  [s.control, s.latinSymbol, -2],
  [s.latin, s.symbol, -1.5],
  [s.symbol, s.latin, -1.5],
];
const bonus = new Float64Array(count * count);
for (const [left, right, value] of pairs) bonus[left * count + right] = value;

/** Mean plausibility of a text's characters and neighbours: written Japanese is about 2, garbled text below 0. */
export function quality(text: string): number {
  let [sum, length, previous] = [0, 0, -1];
  for (let at = 0; at < text.length; at++) {
    const script = scriptOf(text, at);
    if ((text.codePointAt(at) ?? 0) > 0xffff) at++;
    sum += weights[script] as number;
    if (previous >= 0) sum += bonus[previous * count + script] as number;
    previous = script;
    length++;
  }
  return length === 0 ? 0 : sum / length;
}

/** Kana and kanji of JIS level 1: what undoing a confusion must bring back. */
export function japaneseCount(text: string): number {
  let found = 0;
  for (let at = 0; at < text.length; at++) {
    const script = scriptOf(text, at);
    if (script === s.hiragana || script === s.katakana || script === s.kanji) found++;
  }
  return found;
}
