import { readFile } from "node:fs/promises";
import type { Workplace } from "../workplace/workplace.ts";

/** Authorities of one's own, as a file on the machine that calls. */
interface Trust {
  /** null: the public ones count */
  readonly path: string | null;
  close(): Promise<void>;
}

/**
 * Takes a file of the hub's own to where it is needed. One that cannot be read is named as it is: the program that is to
 * use it then says so in its own words. @param ca absolute path; null: none
 */
export async function openTrust(workplace: Workplace, ca: string | null): Promise<Trust> {
  const text = ca === null ? null : await readFile(ca, "utf8").catch(() => null);
  if (text === null) return { path: ca, close: () => Promise.resolve() };
  const file = await workplace.putSecret(text);
  return { path: file.path, close: () => file.remove() };
}
