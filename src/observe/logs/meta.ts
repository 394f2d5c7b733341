import { z } from "zod";
import { Position } from "../../clients/log-files/position.ts";

/** What a spooled record of lines says of itself. */
const Meta = z.object({
  /** `lines` of a file, `frames` of syslog, `read` lines as JSON that another protocol brought */
  kind: z.enum(["lines", "frames", "read"]),
  /** the host's key */
  host: z.string().nullable(),
  /** as written in the configuration; null: recognised */
  format: z.string().nullable(),
  position: Position.optional(),
  /** of an agent's record: which it was, so that one sent twice is taken once */
  upTo: z.object({ epoch: z.string(), seq: z.number() }).optional(),
  /** the last line was longer than is kept */
  cut: z.boolean().optional(),
});
export type Meta = z.infer<typeof Meta>;

/** @returns null for a record of a version that knew more than this one */
export function readMeta(written: unknown): Meta | null {
  return Meta.safeParse(written).data ?? null;
}
