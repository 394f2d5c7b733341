import type { VerifyFinding } from "../../kernel/model/recovery.ts";
import { verifyNotes, type VerifyFindingCode } from "../../words/recovery-verify.ts";

type Facts = Readonly<Record<string, unknown>>;

/** Something is wrong with the copy. */
export function broken(code: VerifyFindingCode, facts: Facts = {}): VerifyFinding {
  return { code, severity: "broken", facts };
}

/** Something could not be proven. */
export function open(code: VerifyFindingCode, facts: Facts = {}): VerifyFinding {
  return { code, severity: "open", facts };
}

/** A level holds when nothing speaks against it; notes are for a person to know and do not. */
export function holds(findings: readonly VerifyFinding[]): boolean {
  const notes: ReadonlySet<string> = new Set(verifyNotes);
  return findings.every(({ code, severity }) => severity === "open" && notes.has(code));
}

/** What a level found out, before it is stamped. */
export interface LevelResult {
  readonly facts: Facts;
  readonly findings: readonly VerifyFinding[];
}

const maxNames = 20;

/** Names for a fact: the first few, and how many there are. */
export function someOf(names: readonly string[]): { readonly count: number; readonly names: readonly string[] } {
  return { count: names.length, names: names.slice(0, maxNames) };
}
