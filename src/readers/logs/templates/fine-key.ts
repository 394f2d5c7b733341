const digit = 1;
const at = 2;
const slash = 4;
const dot = 8;
const notHex = 16;
const blank = 32;
const mark = 64;
const stop = blank | mark;

/** What a byte is to a word; several at once for none. */
const classes = Uint8Array.from({ length: 256 }, (_, byte) => classOf(byte));

function classOf(byte: number): number {
  const character = String.fromCharCode(byte);
  if (byte <= 32 || byte === 127) return blank;
  if (byte < 128 && "=:,;()[]{}<>\"'|?!".includes(character)) return mark;
  if (byte >= 48 && byte <= 57) return digit;
  if (/[a-fA-F]/.test(character) && byte < 128) return 0;
  return { "@": at | notHex, "/": slash | notHex, "\\": slash | notHex, ".": dot | notHex }[character] ?? notHex;
}

const valueMark = 0x1f_35_7b;
const wordyValueMark = 0x2a_99_d1;
const colon = 58;
const equals = 61;

/** Two hashes of a line's shape; lines with the same ones have the same signature (the reverse need not be). */
export interface FineKey {
  first: number;
  second: number;
}

/** Hashes one line of bytes without making a token of it: constants as they are, what is a value by its letters as a mark. */
export function fineKey(bytes: Uint8Array, [start, end]: readonly [number, number], key: FineKey): void {
  let first = 0x81_1c_9d_c5 | 0;
  let second = 0x9e_37_79_b9 | 0;
  let position = start;
  let isAssigned = false;
  let wasWord = false;
  while (position < end) {
    const byte = bytes[position] ?? 0;
    const kind = classes[byte] ?? 0;
    if ((kind & stop) === 0) {
      const next = wordEnd(bytes, position, end);
      if (isAssigned && byte !== 46) wordHash = wordHash2 = valueMark;
      first = Math.imul(first ^ wordHash, 0x01_00_01_93);
      second = Math.imul(second + wordHash2, 0x85_eb_ca_6b) ^ (second >>> 13);
      position = next;
      isAssigned = false;
      wasWord = byte !== 46;
      continue;
    }
    const folded = byte === colon ? colonHash(bytes[position + 1] ?? 0) : markHash(byte);
    first = Math.imul(first ^ folded, 0x01_00_01_93);
    second = Math.imul(second + folded, 0x85_eb_ca_6b) ^ (second >>> 13);
    isAssigned = byte === equals && wasWord;
    wasWord = false;
    position = (kind & blank) === 0 ? position + 1 : blanksEnd(bytes, position, end);
  }
  key.first = first;
  key.second = second;
}

/** Whether digits follow a colon decides what the name before it is. */
function colonHash(next: number): number {
  return colon + (((classes[next] ?? 0) & digit) << 8);
}

function markHash(byte: number): number {
  return (classes[byte] ?? 0) === blank ? 32 : byte;
}

function blanksEnd(bytes: Uint8Array, start: number, end: number): number {
  let position = start + 1;
  while (position < end && ((classes[bytes[position] ?? 0] ?? 0) & blank) !== 0) position++;
  return position;
}

/** Of the word last read. */
let wordHash = 0;
let wordHash2 = 0;

function wordEnd(bytes: Uint8Array, start: number, end: number): number {
  const isHigh = (bytes[start] ?? 0) >= 128;
  let hash = 0x2f_0b_41;
  let hash2 = 0x51_ed_27;
  let flags = 0;
  let position = start;
  for (; position < end; position++) {
    const byte = bytes[position] ?? 0;
    const kind = classes[byte] ?? 0;
    if ((kind & stop) !== 0 || byte >= 128 !== isHigh || (byte === 46 && bytes[position + 1] === 46)) break;
    flags |= kind;
    hash = Math.imul(hash ^ byte, 0x01_00_01_93);
    hash2 = Math.imul(hash2 + byte, 0xc2_b2_ae_35) ^ (hash2 >>> 11);
  }
  if (position === start) return dotsEnd(bytes, start, end);
  wordHash = hash;
  wordHash2 = hash2;
  if ((flags & (digit | at | slash)) !== 0) markValue(bytes, [start, position], flags);
  return position;
}

/** Every value has the same hash; but beside a colon it may be a group of an address or not, by its letters. */
function markValue(bytes: Uint8Array, [start, end]: readonly [number, number], flags: number): void {
  if ((flags & digit) === 0 && !isValueByShape(bytes, [start, end], flags)) return;
  const isWordy = (flags & notHex) !== 0 || end - start > 4;
  wordHash = valueMark;
  wordHash2 = isWordy && (bytes[start - 1] === colon || bytes[end] === colon) ? wordyValueMark : valueMark;
}

/** A leader of dots is one token. */
function dotsEnd(bytes: Uint8Array, start: number, end: number): number {
  let position = start;
  while (position < end && bytes[position] === 46) position++;
  wordHash = 0x3d_00_00 ^ (position - start);
  wordHash2 = position - start;
  return position;
}

/** An address, or a path that is one by its first letter or its second slash. */
function isValueByShape(bytes: Uint8Array, [start, end]: readonly [number, number], flags: number): boolean {
  if ((flags & at) !== 0 && bytes.subarray(start + 1, end).includes(64)) return true;
  if ((flags & slash) === 0 || end - start < 2) return false;
  let slashes = 0;
  for (let position = start; position < end; position++) if ((classes[bytes[position] ?? 0] ?? 0) & slash) slashes++;
  return slashes > 1 || ((classes[bytes[start] ?? 0] ?? 0) & slash) !== 0;
}
