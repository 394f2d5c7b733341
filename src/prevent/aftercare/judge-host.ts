import type {
  AftercareCheck,
  AftercareFinding,
  AftercareInput,
  AftercareOutcome,
} from "../../kernel/model/aftercare.ts";
import { alwaysAsked } from "./registry.ts";

/**
 * What a window asked for: its groups, who the host is and whether it is reached, and what has to be mended before one of
 * these counts. Groups that nobody knows ask for all.
 */
export function chosen(
  checks: readonly AftercareCheck[],
  findings: readonly AftercareFinding[],
  wanted: readonly string[],
): readonly AftercareFinding[] {
  const named = checks.filter(({ id, group }) => wanted.includes(group) || wanted.includes(id));
  if (named.length === 0) return findings;
  const always = checks.filter(({ group }) => alwaysAsked.has(group));
  const ids = new Set([...named, ...always].map(({ id }) => id));
  // what is first stands before what waits for it
  for (const { check, blockedBy } of findings.toReversed()) {
    if (ids.has(check)) for (const id of blockedBy) ids.add(id);
  }
  return findings.filter(({ check }) => ids.has(check));
}

/**
 * Asks every check of one host, in order. What stands behind a check that failed is looked at all the same: where it passes
 * it is `blocked`, and nothing is offered for it before the other is mended. The same repair is offered once.
 */
export function judgeHost(checks: readonly AftercareCheck[], input: AftercareInput): readonly AftercareFinding[] {
  const failed = new Set<string>();
  const offered = new Set<string>();
  const findings: AftercareFinding[] = [];
  for (const check of checks) {
    if (!check.appliesTo(input)) continue;
    const blockedBy = check.after.filter((id) => failed.has(id));
    const found = check.compare(input);
    if (found.result === "fail") failed.add(check.id);
    const repairs = blockedBy.length > 0 ? [] : found.repairs.filter(({ id }) => !offered.has(id));
    for (const { id } of repairs) offered.add(id);
    findings.push({
      ...found,
      result: blockedBy.length > 0 && found.result === "pass" ? "blocked" : found.result,
      repairs,
      windowId: input.window.id,
      host: input.host,
      check: check.id,
      weight: check.weight,
      at: input.outsideAfter.at,
      comparedSince: sinceOf(check, input),
      blockedBy,
    });
  }
  return findings;
}

function sinceOf(check: AftercareCheck, { before, outsideBefore }: AftercareInput): AftercareFinding["comparedSince"] {
  return check.needs.length > 0 ? (before?.takenAt ?? null) : (outsideBefore?.at ?? null);
}

const results: readonly AftercareOutcome["result"][] = ["fail", "unobserved", "warn", "blocked", "pass"];
const weights: readonly AftercareFinding["weight"][] = ["critical", "warning", "info"];

/** What fails first, of those what weighs most; then in the order of the hosts and the questions. */
export function worstFirst(
  findings: readonly AftercareFinding[],
  order: { readonly hosts: readonly string[]; readonly checks: readonly string[] },
): readonly AftercareFinding[] {
  const rank = ({ result, weight, host, check }: AftercareFinding): readonly number[] => [
    results.indexOf(result),
    weights.indexOf(weight),
    order.hosts.indexOf(host),
    order.checks.indexOf(check),
  ];
  return findings.toSorted((a, b) => {
    const [left, right] = [rank(a), rank(b)];
    const at = left.findIndex((value, index) => value !== right[index]);
    return at === -1 ? 0 : (left[at] ?? 0) - (right[at] ?? 0);
  });
}
