import { decodeJisBody } from "./encodings.ts";
import type { Mojibake } from "./kinds.ts";
import { quality } from "./quality.ts";
import { scripts, scriptTable } from "./scripts.ts";
import { undo, undoLossy } from "./undo.ts";

// eslint-disable-next-line no-control-regex -- everything but ASCII
const beyondAscii = /[^\u0000-\u007f]/;
const jisEscape = "\u001b$";
const jisQuality = 0.6;
/** Below this share of odd characters, none beside another, text is what it seems. Source: RECOVERY §3.4. */
const oddRatio = 0.12;
const markRatio = 0.12;
/** Longer values are judged by their beginning; what garbles a value garbles it from there. */
const maxLength = 20_000;

const odd = new Set<number>([
  scripts.replacement,
  scripts.control,
  scripts.latin,
  scripts.latinSymbol,
  scripts.halfKana,
  scripts.rareKanji,
  scripts.otherKanji,
  scripts.privateUse,
  scripts.greekCyrillic,
  scripts.foreign,
]);
/** A character that by itself is reason to look closer. */
const telling = 2;
let oddTable: Uint8Array | null = null;

function oddities(): Uint8Array {
  if (oddTable !== null) return oddTable;
  const made = Uint8Array.from(scriptTable(), (script) => (odd.has(script) ? 1 : 0));
  made.fill(0, 0xd800, 0xe000); // halves of emoji and rare kanji are judged with the rest, not here
  for (const sign of "縺繧繝\ufffd") made[sign.charCodeAt(0)] = telling;
  oddTable = made;
  return made;
}

/**
 * Whether a text, read in the encoding it was declared in, is what was written: it is not when undoing one known confusion
 * makes it valid and much more plausible. @returns null for text that is as it should be
 */
export function detectMojibake(text: string): Mojibake | null {
  if (!beyondAscii.test(text)) return judgeAscii(text);
  if (isPlain(text)) return null;
  const judged = text.length > maxLength ? text.slice(0, maxLength) : text;
  const jis = rawJis(judged);
  return jis ?? undo(judged) ?? undoSegments(judged) ?? undoLossy(judged) ?? judgeMarks(judged);
}

function judgeAscii(text: string): Mojibake | null {
  const mayBeJis = text.includes("$B");
  const mayBeLost = text.includes("??");
  if (!mayBeJis && !mayBeLost) return null;
  const judged = text.slice(0, maxLength);
  return (mayBeJis ? rawJis(judged) : null) ?? (mayBeLost ? lostToQuestions(judged) : null);
}

/** Seven-bit JIS that nobody decoded, with its escapes or, after a cleaner took them, without. */
function rawJis(text: string): Mojibake | null {
  if (!text.includes("$B")) return null;
  let [fixed, bodies] = ["", ""];
  let end = 0;
  // eslint-disable-next-line no-control-regex -- the escapes are what is looked for
  for (const match of text.matchAll(/\u001b?\$B([!-~]+?)(?:\u001b?\([BJ]|\u001b|$)/g)) {
    const body = decodeJisBody(match[1] ?? "");
    if (body === null) continue;
    fixed += text.slice(end, match.index) + body;
    end = match.index + match[0].length;
    bodies += body;
  }
  const isEscaped = text.includes(`${jisEscape}B`);
  if (bodies === "" || (!isEscaped && (bodies.length < 2 || quality(bodies) <= jisQuality))) return null;
  return { kind: "iso2022jp-raw", confidence: isEscaped ? 1 : 0.9, fixed: fixed + text.slice(end) };
}

/** `a ?? b` of a program; `??:????` where a date will stand. */
const written = /[\w)\]"'] \?\? [\w("'[{]|^\?{2,4}(?:[:/.-]\?{2,4})+$/;

/** Runs of `?` that no person and no program writes: "Why??" and `a=?` are left alone. */
function lostToQuestions(text: string): Mojibake | null {
  if (written.test(text)) return null;
  const runs = [...text.matchAll(/\?{2,}/g)].filter(
    ({ index }) => index === 0 || !/[A-Za-z?!]/.test(text[index - 1] ?? ""),
  );
  const lost = runs.reduce((sum, [run]) => sum + run.length, 0);
  const legible = text.match(/[0-9A-Za-z]/g)?.length ?? 0;
  if (lost < 2 || lost < 0.3 * legible) return null;
  return { kind: "question-marks", confidence: lost >= 4 ? 0.9 : 0.7, fixed: null };
}

/** Nearly all text ends here, so it costs one look at each character. */
function isPlain(text: string): boolean {
  const isOdd = oddities();
  let [odds, others, previous] = [0, 0, 0];
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) {
      if (unit === 0x1b || (unit === 0x3f && text.startsWith("????", at))) return false;
      previous = 0;
      continue;
    }
    others++;
    const now = isOdd[unit] as number;
    if (now > previous) odds++;
    else if (now === 1) return false; // two in a row
    if (now === telling) return false;
    previous = now;
  }
  return odds < oddRatio * others;
}

/** Parts of a text can be garbled: each stretch between line ends and longer runs of ASCII is tried by itself. */
function undoSegments(text: string): Mojibake | null {
  // eslint-disable-next-line no-control-regex -- ASCII
  const parts = text.split(/(\n|[\u0000-\u007f]{6,})/);
  if (parts.length < 2) return null;
  let [first, lost]: [Mojibake | null, number] = [null, 0];
  const fixed = parts.map((part) => {
    if (!beyondAscii.test(part) || isPlain(part)) return part;
    const found = undo(part);
    if (found?.fixed == null) {
      lost++;
      return part;
    }
    first ??= found;
    return found.fixed;
  });
  const found = first as Mojibake | null;
  return found === null ? null : { ...found, confidence: lost === 0 ? found.confidence : 0.8, fixed: fixed.join("") };
}

function share(text: string, pattern: RegExp): number {
  return text.match(pattern)?.reduce((sum, found) => sum + found.length, 0) ?? 0;
}

/** The lead byte of Japanese in UTF-8 and the byte after it, as Western encodings show them. */
const latinMark = /[ãåæçèéäï][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]/g;
const surelyLatinMark = /[ãåæçèéäï][\u0080-\u009f¡-ª¬-¶¸-º¼-¿]/;

function mark(kind: Mojibake["kind"], confidence: number): Mojibake {
  return { kind, confidence, fixed: null };
}

/** What cannot be undone still carries the marks of what happened. */
function judgeMarks(text: string): Mojibake | null {
  const visible = text.replaceAll(/\s/g, "").length;
  if (share(text, /[縺繧繝]/g) * 2 >= markRatio * visible) return mark("utf8-as-cp932", 0.9);
  const traces = share(text, latinMark);
  // once can be «Bangladéš», «terminé…» or “café”; a letter before a sign of the other half of latin-1 is none of them
  if (traces >= markRatio * visible && (traces >= 4 || surelyLatinMark.test(text))) return mark("utf8-as-latin1", 0.8);
  if (/鐃緒申|鐚/.test(text)) return mark("utf8-as-eucjp", 0.9);
  if (text.includes("\ufffd")) return mark("replacement-chars", 1);
  const questions = share(text, /(?<![A-Za-z?!])\?{2,}/g);
  const japanese = share(text, /[\u3041-\u30ff\u4e00-\u9fff]/g);
  return questions >= 2 && questions >= japanese ? mark("question-marks", 0.7) : null;
}
