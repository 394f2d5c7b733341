import path from "node:path";
import { unifiedDiff } from "./diff.ts";
import type { LoadedSource, LoadOutcome } from "./load.ts";
import { maskSpans } from "./mask.ts";
import { planOf, type ConfigPlan } from "./plan.ts";

/** Two configurations beside each other, no hub asked: what the second changes, and its lines, secrets masked. */
export function compareConfigs(
  before: LoadOutcome,
  after: LoadOutcome,
): { readonly plan: ConfigPlan | null; readonly patch: string } {
  const plan = before.plan === null || after.plan === null ? null : planOf(before.plan.site, after.plan.site);
  const files = after.sources.map((source, index) => {
    const name = path.relative(path.dirname(after.name), source.name);
    const was = index === 0 ? before.sources[0] : before.sources.slice(1).find((one) => isNamesake(one, source));
    return { name, before: was === undefined ? null : version(was), after: version(source) };
  });
  return { plan, patch: unifiedDiff(files) };
}

function isNamesake(one: LoadedSource, other: LoadedSource): boolean {
  return path.basename(one.name) === path.basename(other.name);
}

function version({ text, hidden }: LoadedSource): { text: string; shown: string } {
  return { text, shown: maskSpans(text, hidden) };
}
