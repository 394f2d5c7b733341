import { isDeepStrictEqual } from "node:util";
import type { Change } from "../desk/change.ts";
import type { Edit } from "../edit/edit.ts";
import type { Plain } from "../edit/value.ts";
import { parseYaml } from "../parse.ts";
import { isMap } from "../walk.ts";

interface Standing {
  /** files that are there already */
  readonly files: readonly unknown[];
  /** their values as written; null when they cannot be read */
  readonly values: Readonly<Record<string, unknown>> | null;
}

/**
 * A first file as a change of the configuration: it becomes the file where there is none. One that is there and watches
 * nothing yet, naming a port perhaps, keeps every line it has and gets what is missing.
 */
export function joinProposal(text: string, { files, values }: Standing): Change {
  if (files.length === 0) return { kind: "text", text, file: null };
  const proposed = parseYaml(text, true).value;
  const wanted = isMap(proposed) ? proposed : {};
  const edits = ["site", "people", "services", "notify"].flatMap((key) => editsFor([key], wanted[key], values?.[key]));
  return { kind: "edits", edits };
}

/** What is there stays; maps are gone into, so that only what is missing is added. */
function editsFor(path: readonly string[], wanted: unknown, there: unknown): readonly Edit[] {
  if (wanted === undefined || isDeepStrictEqual(wanted, there)) return [];
  if (isEmpty(there)) return isEmpty(wanted) ? [] : [{ op: "set", path, value: wanted as Plain }];
  if (!isMap(wanted) || !isMap(there)) return [];
  return Object.entries(wanted).flatMap(([key, value]) => editsFor([...path, key], value, there[key]));
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (isMap(value) && Object.keys(value).length === 0);
}
