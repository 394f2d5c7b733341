import fs from "node:fs";
import path from "node:path";
import { z } from "zod";
import { syncFolder } from "./segments.ts";

/** What the spool knows besides its records: how far they are stored elsewhere, and where sources stood before them. */
const Mark = z.object({
  nextSeq: z.number(),
  drainedSeq: z.number(),
  metas: z.record(z.string(), z.unknown()),
});
export type Mark = z.infer<typeof Mark>;

const name = "mark.json";

/** @returns null when there is none, or a spoilt one: the records themselves tell then */
export function readMark(folder: string): Mark | null {
  const file = path.join(folder, name);
  if (!fs.existsSync(file)) return null;
  try {
    return Mark.parse(JSON.parse(fs.readFileSync(file, "utf8")));
  } catch {
    return null; // it is written in one step: only a bad disk spoils it
  }
}

export function writeMark(folder: string, mark: Mark): void {
  const temporary = path.join(folder, `${name}.new`);
  fs.writeFileSync(temporary, JSON.stringify(mark), { mode: 0o600, flush: true });
  fs.renameSync(temporary, path.join(folder, name));
  syncFolder(folder);
}
