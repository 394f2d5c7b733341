import { createHash } from "node:crypto";
import { z } from "zod";
import type { CommitRecord } from "../../kernel/model/backup.ts";
import { err, ok, type Result } from "../../kernel/result.ts";

const snapshotId = z.string().regex(/^[0-9a-f]{64}$/);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const moment = z.iso.datetime();
const count = z.number().int().min(0);
const classes = z.object({
  ascii: count,
  hiragana: count,
  katakana: count,
  kanji: count,
  halfKana: count,
  other: count,
  supplementary: count,
  suspect: count,
});

const record = z.object({
  schema: z.literal("koboshi.set/1"),
  set: z.string().min(1),
  plan: z.string().min(1),
  host: z.string(),
  startedAt: moment,
  snapshotAt: moment,
  finishedAt: moment,
  clockOffsetMs: z.number().nullable(),
  restic: z.string(),
  consistency: z.string(),
  parts: z.array(
    z.object({
      part: z.enum(["files", "dump", "meta", "commit"]),
      snapshot: snapshotId,
      bytes: count,
      files: count,
      sha256: sha256.nullable(),
      of: z.string().nullable(),
      missing: z.array(z.string()),
    }),
  ),
  tables: z.array(
    z.object({
      database: z.string(),
      table: z.string(),
      rows: count,
      maxKey: z.string().nullable(),
      newest: z.string().nullable(),
      textClasses: z.record(z.string(), classes),
    }),
  ),
  manifest: z.object({ snapshot: snapshotId, path: z.string(), sha256 }).nullable(),
  previousSet: z.string().nullable(),
  totals: z.object({ bytes: count, files: count, addedBytes: count }),
  allowMissing: z.array(z.string()),
});

/** Where the record lies in its snapshot. */
export function commitPath(plan: string): string {
  return `/koboshi/${plan}/set.json`;
}

/** One line of JSON and its SHA-256 on the second: what is torn shows. */
export function writeCommit(value: CommitRecord): string {
  const line = JSON.stringify(value);
  return `${line}\n${hashOf(line)}\n`;
}

/** @returns `torn`: not all of it is there; `invalid`: whole, but not a record of a version known here */
export function readCommit(text: string): Result<CommitRecord, "torn" | "invalid"> {
  const [line = "", hash = "", rest = "torn"] = text.split("\n");
  if (rest !== "" || hash !== hashOf(line)) return err("torn");
  const parsed = record.safeParse(jsonOf(line));
  return parsed.success ? ok(parsed.data) : err("invalid");
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return null;
  }
}

function hashOf(line: string): string {
  return createHash("sha256").update(line, "utf8").digest("hex");
}

/** What is missing without a person having said that it may. */
export function missingOf({ parts, allowMissing }: CommitRecord): readonly string[] {
  return parts.flatMap(({ missing }) => missing).filter((path) => !mayMiss(path, allowMissing));
}

/** A path is covered by itself and by any folder above it. */
export function mayMiss(path: string, allowed: readonly string[]): boolean {
  return allowed.some((each) => path === each || path.startsWith(each.endsWith("/") ? each : `${each}/`));
}
