import { createHash } from "node:crypto";
import { z } from "zod";

/** Where reading stands in one file. The inode alone does not tell files apart: numbers are used again. */
const FilePosition = z.object({
  dev: z.number(),
  ino: z.number(),
  /** everything before it was taken; in a compressed file, of its content */
  offset: z.number(),
  /** the first bytes of its content, by their hash */
  headBytes: z.number(),
  head: z.string(),
  /** when it had last been written, as it was read */
  mtimeMs: z.number().default(0),
  /** a line longer than may be kept is being passed over, up to its end */
  skipping: z.boolean(),
});
export type FilePosition = z.infer<typeof FilePosition>;

/** Rotated files of one path that are not read to their end; no rotation keeps so many. */
export const mostPlaces = 64;

/** Of one followed path: files rotated away that are not read to their end, oldest first, and the file of the path last. */
export const Position = z.object({ files: z.array(FilePosition).max(mostPlaces) });
export type Position = z.infer<typeof Position>;

/** Lines of logs differ within their first bytes: they begin with a time. */
const mostHeadBytes = 256;

export function newPosition({ dev, ino }: { dev: number; ino: number }, offset = 0): FilePosition {
  return { dev, ino, offset, headBytes: 0, head: "", mtimeMs: 0, skipping: false };
}

export function headOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex").slice(0, 24);
}

/** The position with a head as long as the file allows by now. @param first the file's first bytes, as many as there are */
export function withHead(position: FilePosition, first: Uint8Array): FilePosition {
  const headBytes = Math.min(mostHeadBytes, first.length);
  if (headBytes <= position.headBytes) return position;
  return { ...position, headBytes, head: headOf(first.subarray(0, headBytes)) };
}

/** Whether a file that begins with `first` can be the one the position is of. */
export function isHeadOf(position: FilePosition, first: Uint8Array): boolean {
  const { headBytes, head } = position;
  return first.length >= headBytes && (headBytes === 0 || headOf(first.subarray(0, headBytes)) === head);
}

export const headLength = mostHeadBytes;
