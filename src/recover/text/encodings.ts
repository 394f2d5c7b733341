/**
 * Encodings in the direction the runtime does not offer: its own decoder is run over every sequence of one and two bytes
 * once, at the first use, and what came out is looked up backwards.
 */
type Reverse = ReadonlyMap<number, number>;
const reverses = new Map<"shift_jis" | "euc-jp", Reverse>();

function reverseOf(name: "shift_jis" | "euc-jp"): Reverse {
  const known = reverses.get(name);
  if (known !== undefined) return known;
  const made = new Map<number, number>();
  const decoder = new TextDecoder(name, { fatal: true });
  for (let byte = 0x80; byte <= 0xff; byte++) put(made, decoder, [byte]);
  for (let lead = 0x80; lead <= 0xff; lead++) {
    for (let trail = 0x40; trail <= 0xff; trail++) put(made, decoder, [lead, trail]);
  }
  reverses.set(name, made);
  return made;
}

function put(made: Map<number, number>, decoder: TextDecoder, bytes: readonly number[]): void {
  const text = decodeWith(decoder, Uint8Array.from(bytes));
  if (text?.length !== 1) return;
  const unit = text.charCodeAt(0);
  const code = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  // what stands twice in the table is mostly written with its first place, the one of JIS X 0208
  if (unit >= 0x80 && !made.has(unit)) made.set(unit, code);
}

function decodeWith(decoder: TextDecoder, bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null; // not of this encoding: the answer asked for
  }
}

/** @returns its EUC-JP code, lead byte first; null when it has none */
export function encodeEucjp(unit: number): number | null {
  return unit < 0x80 ? unit : (reverseOf("euc-jp").get(unit) ?? null);
}

/** What windows-1252 shows at 80–9F; the five it leaves undefined stand for themselves. */
const windowsHigh = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ";
const windowsBytes: Reverse = new Map(Array.from(windowsHigh, (char, at) => [char.charCodeAt(0), 0x80 + at]));

function encodeLatin(unit: number): number | null {
  return windowsBytes.get(unit) ?? (unit <= 0xff ? unit : null);
}

export type Encoding = "utf8" | "latin1" | "cp932" | "eucjp";

const encoders: Readonly<Record<Exclude<Encoding, "utf8">, (unit: number) => number | null>> = {
  latin1: encodeLatin,
  cp932: (unit) => (unit < 0x80 ? unit : (reverseOf("shift_jis").get(unit) ?? null)),
  eucjp: encodeEucjp,
};

/** @returns the bytes, with FF for each character that has none, and how many had none */
export function encodeLoosely(text: string, encoding: Exclude<Encoding, "utf8">): { bytes: Uint8Array; lost: number } {
  const encode = encoders[encoding];
  const bytes = new Uint8Array(text.length * 2);
  let [length, lost] = [0, 0];
  for (let at = 0; at < text.length; at++) {
    const code = encode(text.charCodeAt(at));
    if (code === null) lost++;
    if (code !== null && code > 0xff) bytes[length++] = code >> 8;
    bytes[length++] = (code ?? 0xff) & 0xff;
  }
  return { bytes: bytes.subarray(0, length), lost };
}

/** @returns null when a character has no bytes */
export function encodeExactly(text: string, encoding: Exclude<Encoding, "utf8">): Uint8Array | null {
  const encode = encoders[encoding];
  for (let at = 0; at < text.length; at++) if (encode(text.charCodeAt(at)) === null) return null;
  return encodeLoosely(text, encoding).bytes;
}

const labels: Readonly<Record<Encoding, string>> = {
  utf8: "utf-8",
  latin1: "windows-1252",
  cp932: "shift_jis",
  eucjp: "euc-jp",
};
const strict = new Map<Encoding, TextDecoder>();
const loose = new Map<Encoding, TextDecoder>();

function decoderOf(kept: Map<Encoding, TextDecoder>, encoding: Encoding, fatal: boolean): TextDecoder {
  const known = kept.get(encoding);
  if (known !== undefined) return known;
  const made = new TextDecoder(labels[encoding], { fatal, ignoreBOM: true });
  kept.set(encoding, made);
  return made;
}

/** @returns null when the bytes are not of this encoding */
export function decodeExactly(bytes: Uint8Array, encoding: Encoding): string | null {
  return decodeWith(decoderOf(strict, encoding, true), bytes);
}

/** What cannot be read becomes U+FFFD. */
export function decodeLoosely(bytes: Uint8Array, encoding: Encoding): string {
  return decoderOf(loose, encoding, false).decode(bytes);
}

/** The two halves of a JIS code (ISO-2022-JP without its escapes) are EUC-JP without its high bits. */
export function decodeJisBody(body: string): string | null {
  if (body.length < 2 || body.length % 2 !== 0 || /[^!-~]/.test(body)) return null;
  return decodeExactly(
    Uint8Array.from(body, (char) => char.charCodeAt(0) | 0x80),
    "eucjp",
  );
}
