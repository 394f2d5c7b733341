import type { Lang } from "../kernel/lang.ts";
import { configEditWords } from "../words/config-edit.ts";
import { planLines, planSummary } from "../words/config-plan.ts";

type Entries = Parameters<typeof planLines>[0];

/** What the hub says of a change; its texts are the same as those of the pages. */
export interface PlanAnswer {
  readonly mode: "here" | "git";
  readonly baseHash: string;
  readonly hash: string;
  readonly findings: readonly { readonly severity: string; readonly file: string; readonly line: number }[];
  readonly plan: {
    readonly entries: Entries;
    readonly needsConfirm: readonly { readonly noun: string; readonly names: readonly string[] }[];
  } | null;
  readonly patch: string;
}

/** The sum first, then a line for each thing, then what must be confirmed. */
export function planText(plan: NonNullable<PlanAnswer["plan"]>, lang: Lang): string {
  const say = configEditWords(lang);
  const lost = plan.needsConfirm.flatMap(({ names }) => names);
  return [
    planSummary(plan.entries, lang),
    ...planLines(plan.entries, lang).map((line) => `  ${line}`),
    ...(lost.length === 0 ? [] : [`▲ ${say.losing(lost.join(", "))}`]),
  ].join("\n");
}

export function errorsIn(findings: readonly { readonly severity: string }[]): number {
  return findings.filter(({ severity }) => severity === "error").length;
}
