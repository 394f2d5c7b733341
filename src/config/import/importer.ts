import type { KoboshiError } from "../../kernel/errors.ts";
import type { Bilingual } from "../../kernel/lang.ts";
import type { Result } from "../../kernel/result.ts";
import type { Move } from "./move.ts";

/** One product whose settings can be carried over. */
export interface Importer {
  /** as typed: `kuma` */
  readonly product: string;
  readonly name: Bilingual;
  /** what the file is, for whoever looks for it */
  readonly file: Bilingual;
  /** the largest file that is read: what a text of this kind costs decides */
  readonly mostBytes: number;
  /** Puts everything the file holds into `move`; what has no place there is listed in it. @returns KB1302 for another file */
  read(source: ImportSource, move: Move): Result<null, KoboshiError>;
}

/** The file as it is named, with its bytes; for some products a second one beside it. */
export interface ImportSource {
  readonly name: string;
  readonly path: string;
  readonly bytes: Buffer;
  readonly beside: { readonly name: string; readonly bytes: Buffer } | null;
}
