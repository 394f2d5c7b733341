import { errorText, type ErrorCode } from "../../kernel/errors.ts";

/**
 * `full` no space · `held` another process has the files · `denied` no right to write · `damaged` the file's content is
 * broken · `gone` the file is not there · `memory` the query needs more memory than it may have · `other`
 */
export type TroubleKind = "full" | "held" | "denied" | "damaged" | "gone" | "memory" | "other";

export interface Trouble {
  readonly kind: TroubleKind;
  /** as the system says it, its first line, at most 300 characters */
  readonly reason: string;
}

/** DuckDB tells its failures apart only by their text; the words are those of version 1.5 and of the system's errno. */
const signs: readonly (readonly [TroubleKind, RegExp])[] = [
  ["full", /No space left|Disk quota exceeded|ENOSPC|EDQUOT|temp_directory.*max|failed to offload/i],
  ["held", /Could not set lock|Conflicting lock/i],
  ["denied", /Permission denied|Read-only file system|EACCES|EPERM|EROFS/i],
  ["gone", /No files found|No such file|ENOENT|ENOTDIR/i],
  ["memory", /Out of Memory|could not allocate/i],
  [
    "damaged",
    /Corrupt database|not a valid DuckDB|checksum|Could not read enough bytes|magic bytes|too small to be a Parquet|decompress|Serialization Error|TProtocol|Failed to read file|Is a directory|INTERNAL Error|FATAL Error|Failure while replaying WAL/i,
  ],
];

export function troubleOf(thrown: unknown): Trouble {
  const text = errorText(thrown);
  const [kind] = signs.find(([, sign]) => sign.test(text)) ?? ["other" as const];
  return { kind, reason: (text.split("\n")[0] ?? text).slice(0, 300) };
}

const codes: Readonly<Record<TroubleKind, ErrorCode>> = {
  full: "KB2101",
  held: "KB2102",
  denied: "KB2103",
  damaged: "KB2104",
  gone: "KB2104",
  memory: "KB2104",
  other: "KB2104",
};

export function codeOf({ kind }: Trouble): ErrorCode {
  return codes[kind];
}
