import type { Running } from "../workplace/workplace.ts";
import type { OpenRepository } from "./access.ts";
import { startRestic } from "./call.ts";
import { eachLine, numberField, readLine, textField } from "./lines.ts";
import { readOutcome, type ResticOutcome } from "./outcome.ts";

export interface BackupProgress {
  readonly doneBytes: number;
  readonly totalBytes: number | null;
  readonly doneFiles: number;
}

export interface BackupSummary {
  /** as restic says it: 8 hex digits before 0.15 */
  readonly shortId: string;
  readonly files: number;
  readonly bytes: number;
  readonly addedBytes: number;
}

export interface BackupEnd {
  readonly outcome: ResticOutcome;
  /** null: no snapshot was made, whatever the exit status */
  readonly summary: BackupSummary | null;
  /** sources that could not be read, as far as restic named them, bounded */
  readonly unread: readonly string[];
}

export interface BackupUnderWay {
  readonly running: Running;
  readonly ended: Promise<BackupEnd>;
}

export interface BackupWanted {
  /** name of the host in the snapshot */
  readonly host: string;
  readonly tags: readonly string[];
  readonly source:
    | { readonly kind: "stdin"; readonly path: string }
    | { readonly kind: "files"; readonly paths: readonly string[] };
  readonly onProgress?: (progress: BackupProgress) => void;
}

/** File systems that hold nothing that could be copied, when everything is. */
export const neverCopied = ["/proc", "/sys", "/dev", "/run"] as const;
const maxNamed = 1_000;

export function backupWords({ host, tags, source }: Omit<BackupWanted, "onProgress">): readonly string[] {
  const common = ["backup", "--json", "--host", host, "--tag", tags.join(",")];
  if (source.kind === "stdin") return [...common, "--stdin", "--stdin-filename", source.path];
  const left = source.paths.includes("/") ? neverCopied.flatMap((path) => ["--exclude", path]) : [];
  return [...common, ...left, "--", ...source.paths];
}

/** Begins a backup; with `stdin` the caller writes to `running.stdin`, and its end is the caller's decision. */
export function startBackup(repository: OpenRepository, wanted: BackupWanted): BackupUnderWay {
  const running = startRestic(repository, backupWords(wanted));
  if (wanted.source.kind === "files") running.stdin.end();
  return { running, ended: watchBackup(running, wanted.onProgress) };
}

/** Reads what a backup says to its end. */
export async function watchBackup(
  running: Running,
  onProgress: ((progress: BackupProgress) => void) | undefined,
  onOther: (line: string) => void = () => undefined,
): Promise<BackupEnd> {
  let summary: BackupSummary | null = null;
  const unread: string[] = [];
  let errors = "";
  const out = eachLine(running.stdout, (text) => {
    const line = readLine(text);
    if (line.kind === "text") return onOther(text);
    if (line.type === "status") onProgress?.(progressOf(line.fields));
    if (line.type === "summary") summary = summaryOf(line.fields);
  });
  const error = eachLine(running.stderr, (text) => {
    const line = readLine(text);
    if (line.kind === "message" && line.type === "error") {
      if (unread.length < maxNamed) unread.push(textField(line.fields, "item"));
    } else if (errors.length < 65_536) errors += `${text}\n`;
  });
  const { code } = await running.ended;
  await Promise.all([out, error]);
  const outcome = readOutcome({ code, stderr: errors });
  if (outcome.end === "ok" && summary === null) {
    return { outcome: { ...outcome, end: "failed", text: "no summary" }, summary, unread };
  }
  return { outcome, summary, unread };
}

function progressOf(fields: Readonly<Record<string, unknown>>): BackupProgress {
  return {
    doneBytes: numberField(fields, "bytes_done") ?? 0,
    totalBytes: numberField(fields, "total_bytes"),
    doneFiles: numberField(fields, "files_done") ?? 0,
  };
}

function summaryOf(fields: Readonly<Record<string, unknown>>): BackupSummary | null {
  const id = fields["snapshot_id"];
  if (typeof id !== "string" || !/^[0-9a-f]{8,64}$/.test(id)) return null;
  return {
    shortId: id,
    files: numberField(fields, "total_files_processed") ?? 0,
    bytes: numberField(fields, "total_bytes_processed") ?? 0,
    addedBytes: numberField(fields, "data_added") ?? 0,
  };
}
