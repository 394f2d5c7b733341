import { isMap } from "./walk.ts";
import type { Draft, Path } from "./finding.ts";
import { validate } from "./issues.ts";
import { RootConfig } from "./schema.ts";

/** Each round takes out at least one entry; more rounds than this would only find echoes. */
const maxRounds = 20;

export interface Checked {
  /** what the language says of the file */
  readonly drafts: readonly Draft[];
  /** the file without its wrong entries, so that what the rest means can be checked too; null when nothing is left */
  readonly config: RootConfig | null;
}

/** Checks the file's values, and reads what is right of them. Lists keep their length, so paths stay true. */
export function checkValues(value: Readonly<Record<string, unknown>>): Checked {
  const drafts = validate(RootConfig, value);
  let rest: unknown = structuredClone(value);
  for (let round = 0; round < maxRounds; round++) {
    const result = RootConfig.safeParse(rest);
    if (result.success) return { drafts, config: result.data };
    for (const { path } of validate(RootConfig, rest)) {
      if (path.length === 0) rest = { ...(isMap(rest) ? rest : {}), version: 1 };
      else take(rest, path);
    }
  }
  return { drafts, config: null };
}

/** Takes the entry out of its map, or the whole list it is an entry of. */
function take(root: unknown, path: Path): void {
  let cut = path.length - 1;
  while (cut > 0 && typeof path[cut] === "number") cut--;
  let holder = root;
  for (const name of path.slice(0, cut)) {
    if (typeof holder !== "object" || holder === null) return;
    holder = (holder as Record<string | number, unknown>)[name];
  }
  if (typeof holder === "object" && holder !== null)
    delete (holder as Record<string | number, unknown>)[path[cut] ?? ""];
}
