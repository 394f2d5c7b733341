/** How a source writes its text. */
export type TextEncoding = "utf-8" | "euc-jp" | "shift_jis" | "latin1";

/** More bytes than this are not looked at. */
const sampleBytes = 262_144;

/**
 * Decides from a sample of a source's bytes, best one that has bytes above 127: ASCII counts as UTF-8, and what is none
 * of the Japanese encodings either is taken byte for byte, so that nothing is lost.
 */
export function recogniseEncoding(bytes: Uint8Array): TextEncoding {
  const sample = wholeLines(bytes);
  if (fits(sample, "utf-8") || mostlyUtf8(sample)) return "utf-8";
  const eucJp = japaneseScore(sample, "euc-jp");
  const shiftJis = japaneseScore(sample, "shift_jis");
  if (eucJp <= 0 && shiftJis <= 0) return "latin1";
  return eucJp >= shiftJis ? "euc-jp" : "shift_jis";
}

/** A reader of bytes that never throws: what cannot be read becomes a replacement character. */
export function decoderOf(encoding: TextEncoding): (bytes: Uint8Array) => string {
  if (encoding === "latin1")
    return (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
  const decoder = new TextDecoder(encoding);
  return (bytes) => decoder.decode(bytes);
}

/** Cut at the last line end, so that no character is cut in two. */
function wholeLines(bytes: Uint8Array): Uint8Array {
  if (bytes.length <= sampleBytes) return bytes;
  const end = bytes.lastIndexOf(10, sampleBytes);
  return bytes.subarray(0, end < 0 ? sampleBytes : end);
}

function fits(bytes: Uint8Array, encoding: string): boolean {
  try {
    new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false; // TypeError: not of this encoding
  }
}

/** Share of characters beyond ASCII that are kana or everyday kanji, less the ones nobody writes; below 0: not it. */
function japaneseScore(bytes: Uint8Array, encoding: string): number {
  const text = new TextDecoder(encoding).decode(bytes);
  let [score, beyond] = [0, 0];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 128) continue;
    beyond++;
    score += characterScore(code);
  }
  return beyond === 0 ? 0 : score / beyond;
}

function characterScore(code: number): number {
  if (code === 0xff_fd || (code >= 0xe0_00 && code <= 0xf8_ff)) return -4;
  // half-width kana are what EUC-JP read as Shift_JIS gives
  if (code >= 0xff_61 && code <= 0xff_9f) return -0.5;
  if (code >= 0x30_40 && code <= 0x30_9f) return 1.5;
  const isKanji = code >= 0x4e_00 && code <= 0x9f_ff;
  return isKanji || isMark(code) ? 1 : 0;
}

/** Japanese punctuation and kana, and what is full width. */
function isMark(code: number): boolean {
  return (code >= 0x30_00 && code <= 0x30_ff) || code >= 0xff_00;
}

/** A line of garbage in a file does not change what the file is written in. */
function mostlyUtf8(bytes: Uint8Array): boolean {
  const text = new TextDecoder("utf-8").decode(bytes);
  let [broken, whole] = [0, 0];
  for (const character of text) {
    if (character === "\uFFFD") broken++;
    else if (character > "\u007F") whole++;
  }
  return whole > broken * 4;
}
