import type { Verification } from "../../kernel/model/recovery.ts";

/** What makes data unfit to be served, whatever else is right with the copy. */
const unfit: ReadonlySet<string> = new Set(["foreign-data", "mojibake", "text-differs"]);

/**
 * Whether a set must not be put into service: its newest look inside (V5) found text that is not what was written,
 * or data of someone else. Bytes that are damaged show in the restore itself.
 */
export function isQuarantined(verified: readonly Verification[], set: string): boolean {
  const own = verified.filter((one) => one.set === set && one.level === 5);
  const newest = own.toSorted((a, b) => b.at.atMs - a.at.atMs)[0];
  return newest !== undefined && newest.findings.some(({ code, severity }) => severity === "broken" && unfit.has(code));
}
