import { readFile } from "node:fs/promises";
import { errorText, KoboshiError } from "../../kernel/errors.ts";
import type { Workplace } from "../workplace/workplace.ts";

/** Authorities of one's own, as a file on the machine that calls. */
interface Trust {
  /** null: the public ones count */
  readonly path: string | null;
  close(): Promise<void>;
}

/**
 * Takes a file of the hub's own to where it is needed. Its path alone would not do: another file may lie there.
 * @param ca absolute path; null: none
 * @throws KoboshiError KB8026 the hub cannot read it
 */
export async function openTrust(workplace: Workplace, ca: string | null): Promise<Trust> {
  if (ca === null) return { path: null, close: () => Promise.resolve() };
  const file = await workplace.putSecret(await textOf(ca));
  return { path: file.path, close: () => file.remove() };
}

async function textOf(ca: string): Promise<string> {
  try {
    return await readFile(ca, "utf8");
  } catch (thrown) {
    // `ENOENT: no such file or directory, open '/etc/ca.pem'`: the name is told once
    const [why] = errorText(thrown).split(/, (?:open|read)\b/);
    throw new KoboshiError("KB8026", { text: `${ca}: ${why ?? ""}` }, thrown);
  }
}
