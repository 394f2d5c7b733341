import { createLineFeeder, type Block } from "./line-feeder.ts";

/** Scans the lines of a stream of bytes. @returns lines left out for their length, and bytes */
export async function scanStream(
  stream: AsyncIterable<Uint8Array>,
  scan: (block: Block) => void,
): Promise<{ readonly tooLong: number; readonly bytes: number }> {
  const feeder = createLineFeeder(scan);
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += chunk.length;
    for (let at = 0; at < chunk.length;) {
      const { buffer, offset, length } = feeder.room();
      const piece = chunk.subarray(at, at + length);
      buffer.set(piece, offset);
      feeder.filled(piece.length);
      at += piece.length;
    }
  }
  feeder.end();
  return { tooLong: feeder.tooLong(), bytes };
}
