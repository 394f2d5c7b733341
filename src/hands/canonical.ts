import { createHash } from "node:crypto";
import type { Repair } from "../kernel/model/aftercare.ts";

type Plain = string | number | boolean | null | readonly Plain[] | { readonly [name: string]: Plain };

/** One text for one value, however its keys were written. */
function canonical(value: Plain): string {
  if (Array.isArray(value)) return `[${(value as readonly Plain[]).map((one) => canonical(one)).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, one]) => `${JSON.stringify(name)}:${canonical(one)}`).join(",")}}`;
}

/**
 * What an approval is given for: every command word for word, how it is judged, what takes it back, and the machine with the
 * login it runs by. Titles and explanations may change without making it another repair.
 */
export function repairHash(
  host: string,
  binding: Readonly<Record<string, string | number | null>>,
  repair: Repair,
): string {
  const steps = repair.steps.map(({ id, command, timeoutMs, okCodes, expects, undo }) => ({
    id,
    command,
    timeoutMs,
    okCodes,
    expects,
    undo,
  }));
  const form = canonical({ form: 1, host, binding, repair: repair.id, isSafeTwice: repair.isSafeTwice, steps });
  return createHash("sha256").update(form).digest("hex");
}
