const newline = 10;
/** Small enough to stay in a processor's cache. */
const chunkBytes = 262_144;
/** A longer line is left out: its rest belongs to no line. */
const longestLineBytes = 1_048_576;

/** Whole lines of a buffer: from `from` to before `to`, which ends behind a line end. */
export interface Block {
  readonly bytes: Buffer;
  readonly from: number;
  readonly to: number;
}

/** Cuts what is read into whole lines; one buffer, no copies but of the line at the end of a piece. */
export interface LineFeeder {
  /** Where the next bytes are to be put; always room for some. */
  room(): { readonly buffer: Buffer; readonly offset: number; readonly length: number };
  /** So many bytes were put there. */
  filled(count: number): void;
  /** Bytes of an unfinished line are held back. */
  isMidLine(): boolean;
  /** The last line may be without its end. */
  end(): void;
  /** lines left out for their length */
  tooLong(): number;
}

export function createLineFeeder(scan: (block: Block) => void): LineFeeder {
  const buffer = Buffer.allocUnsafe(chunkBytes + longestLineBytes);
  let [held, tooLong, isSkipping] = [0, 0, false];

  function filled(count: number): void {
    const end = held + count;
    const from = isSkipping ? buffer.subarray(0, end).indexOf(newline) + 1 : 0;
    if (isSkipping && from === 0) {
      held = 0;
      return;
    }
    isSkipping = false;
    const to = buffer.lastIndexOf(newline, end - 1) + 1;
    if (to > from) scan({ bytes: buffer, from, to });
    const rest = Math.max(from, to);
    buffer.copyWithin(0, rest, end);
    held = end - rest;
    if (held <= longestLineBytes) return;
    tooLong++;
    [held, isSkipping] = [0, true];
  }

  return {
    room: () => ({ buffer, offset: held, length: Math.min(chunkBytes, buffer.length - held) }),
    filled,
    isMidLine: () => held > 0 || isSkipping,
    end() {
      if (held === 0) return;
      buffer[held] = newline;
      filled(1);
    },
    tooLong: () => tooLong,
  };
}
