import { decodeExactly, decodeLoosely, type Encoding } from "./encodings.ts";
import { detectMojibake } from "./detect.ts";
import type { Mojibake } from "./kinds.ts";
import { quality } from "./quality.ts";

/** What a file's bytes are. */
export type BytesVerdict =
  | { readonly kind: "binary" }
  | {
      readonly kind: "text";
      readonly encoding: Encoding | "iso2022jp";
      readonly text: string;
      readonly garbled: Mojibake | null;
    }
  /** UTF-8 whose last character is cut */
  | { readonly kind: "truncated"; readonly lostBytes: number }
  /** lines in more than one encoding; the first line of each, by number from 1 */
  | { readonly kind: "mixed"; readonly lines: Readonly<Partial<Record<Encoding, number>>> }
  | { readonly kind: "unreadable" };

const controlRatio = 0.02;
const encodingQuality = 0.5;
const maxLines = 2_000;

export function judgeBytes(bytes: Uint8Array): BytesVerdict {
  if (bytes.includes(0)) return { kind: "binary" };
  const utf8 = decodeExactly(bytes, "utf8");
  if (utf8 !== null) return judgeUtf8(bytes, utf8);
  const cut = cutCharacter(bytes);
  if (cut > 0) return { kind: "truncated", lostBytes: cut };
  if (controls(bytes) > controlRatio * bytes.length) return { kind: "binary" };
  const best = bestOf(bytes);
  if (best !== null)
    return { kind: "text", encoding: best.encoding, text: best.text, garbled: detectMojibake(best.text) };
  return judgeLines(bytes);
}

function judgeUtf8(bytes: Uint8Array, text: string): BytesVerdict {
  if (controls(bytes) > controlRatio * bytes.length && !text.includes("\u001b$")) return { kind: "binary" };
  const garbled = detectMojibake(text);
  // seven-bit JIS in a file is an encoding, not an accident
  const isJis = garbled?.kind === "iso2022jp-raw" && text.includes("\u001b$");
  return isJis
    ? { kind: "text", encoding: "iso2022jp", text: garbled.fixed ?? text, garbled: null }
    : { kind: "text", encoding: "utf8", text, garbled };
}

/** @returns how many bytes of a last character are there without the rest of it; 0 when that is not what is wrong */
function cutCharacter(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back < bytes.length; back++) {
    const byte = bytes[bytes.length - back] as number;
    if (byte < 0x80) return 0;
    if (byte < 0xc0) continue;
    const whole = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    const head = bytes.subarray(0, bytes.length - back);
    return whole > back && /[^\u0000-\u007f]/.test(decodeExactly(head, "utf8") ?? "") ? back : 0; // eslint-disable-line no-control-regex -- everything but ASCII
  }
  return 0;
}

function controls(bytes: Uint8Array): number {
  let found = 0;
  for (const byte of bytes) if (byte < 0x20 && byte !== 9 && byte !== 10 && byte !== 13 && byte !== 12) found++;
  return found;
}

/** The Japanese encoding in which the bytes read better; null when in none. */
function bestOf(bytes: Uint8Array): { readonly encoding: Encoding; readonly text: string } | null {
  let best: { readonly encoding: Encoding; readonly text: string; readonly quality: number } | null = null;
  for (const encoding of ["cp932", "eucjp"] as const) {
    const text = decodeExactly(bytes, encoding);
    if (text === null) continue;
    const found = quality(text);
    if (found > encodingQuality && (best === null || found > best.quality)) best = { encoding, text, quality: found };
  }
  return best;
}

function judgeLines(bytes: Uint8Array): BytesVerdict {
  const lines: Partial<Record<Encoding, number>> = {};
  let [start, number] = [0, 0];
  while (start < bytes.length && number < maxLines) {
    const found = bytes.indexOf(10, start);
    const end = found < 0 ? bytes.length : found;
    const line = bytes.subarray(start, end);
    number++;
    start = end + 1;
    if (!line.some((byte) => byte >= 0x80)) continue;
    const encoding = decodeExactly(line, "utf8") === null ? bestOf(line)?.encoding : "utf8";
    if (encoding !== undefined) lines[encoding] ??= number;
  }
  if (Object.keys(lines).length >= 2) return { kind: "mixed", lines };
  const latin = decodeLoosely(bytes, "latin1");
  const isLatin = Object.keys(lines).length === 0 && quality(latin) > encodingQuality / 2;
  return isLatin ? { kind: "text", encoding: "latin1", text: latin, garbled: null } : { kind: "unreadable" };
}
