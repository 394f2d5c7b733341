import type { Block } from "./line-feeder.ts";
import { scanRange } from "./read-range.ts";

/** A file in pieces of one size, that several threads take one after another. Can be handed from one thread to another. */
export interface FilePieces {
  readonly file: string;
  readonly bytes: number;
  readonly pieceBytes: number;
  /** how many were taken, one 32-bit number */
  readonly taken: SharedArrayBuffer;
}

/** Scans the next piece nobody has taken, until all are. @returns lines left out for their length */
export async function scanPieces(pieces: FilePieces, scan: (block: Block) => void): Promise<number> {
  const { file, bytes, pieceBytes } = pieces;
  const taken = new Int32Array(pieces.taken);
  let tooLong = 0;
  for (;;) {
    const from = Atomics.add(taken, 0, 1) * pieceBytes;
    if (from >= bytes) return tooLong;
    tooLong += await scanRange({ file, from, to: Math.min(bytes, from + pieceBytes) }, scan);
  }
}
