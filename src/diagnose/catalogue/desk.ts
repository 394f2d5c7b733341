import fs from "node:fs";
import type { Result } from "../../kernel/result.ts";
import { evidenceKinds } from "../evidence/index.ts";
import type { Catalogue, Cause } from "../model.ts";
import { examineCause, readCatalogue, type Examined } from "./load.ts";
import type { CatalogueProblem } from "./problem.ts";
import { shippedText } from "./shipped.ts";

/** The catalogue as it is now, with all that is said of files that cannot be used. */
export interface CauseDesk {
  readonly catalogue: Catalogue;
  readonly problems: readonly CatalogueProblem[];
  /** A file as it would be beside the others; writes nothing. */
  examine(file: string): Result<Examined, readonly CatalogueProblem[]>;
  /** a cause of the catalogue as it is written */
  written(cause: Cause): string;
}

/** @param userFolder `causes/` beside the configuration; null: only what is shipped */
export function openCatalogue(userFolder: string | null): CauseDesk {
  const input = { evidence: evidenceKinds, userFolder };
  return {
    ...readCatalogue(input),
    examine: (file) => examineCause(file, input),
    written: ({ id, from }) => (from === "shipped" ? shippedText(id) : fs.readFileSync(from, "utf8")),
  };
}
