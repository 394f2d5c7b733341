import { KoboshiError } from "../../kernel/errors.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import { parseYaml } from "../parse.ts";
import type { Values } from "./move.ts";

/** Reads a product's YAML as our own is read: bounded in depth and in what its aliases expand to. @returns KB1302 */
export function readYaml(
  { name, bytes }: { readonly name: string; readonly bytes: Buffer },
  wanted: string,
): Result<Values, KoboshiError> {
  const { value, problems } = parseYaml(bytes.toString().replace(/^\uFEFF/, ""));
  if (value !== null) return ok(value);
  const [first] = problems;
  const why = first === undefined ? "YAML" : `YAML: ${first.kind}${"name" in first ? ` ${first.name}` : ""}`;
  return err(new KoboshiError("KB1302", { file: name, wanted, why }));
}
