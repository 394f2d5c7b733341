import { writeCause } from "./cause.ts";
import type { Collection } from "./reading.ts";
import type { Scenario } from "./scenario.ts";

/** What `--list` shows: each scenario that would be played, and by name the variants there are of it. */
export function listing({ scenarios }: Collection, chosen: readonly Scenario[]): readonly string[] {
  const variantsOf = new Map(scenarios.map(({ base, variants }) => [base.id, variants]));
  const variants = scenarios.reduce((sum, scenario) => sum + scenario.variants.length, 0);
  return [
    ...chosen.flatMap((scenario) => [...described(scenario), ...named(scenario.id, variantsOf.get(scenario.id) ?? [])]),
    `${scenarios.length} scenarios with ${variants} variants; ${chosen.length} to be played`,
  ];
}

function described({ id, story, load, settleMs, expect }: Scenario): string[] {
  const causes = expect.causes.map(writeCause).join(" + ") || "nothing is broken";
  const judged = [
    expect.scope?.join(" or "),
    expect.page === null ? null : `${expect.page} pages`,
    load,
    `${settleMs / 1_000} s`,
  ];
  return [id, `  ${story.ja}`, `  ${story.en}`, `  ${causes} (${judged.filter(Boolean).join(", ")})`];
}

function named(id: string, variants: readonly Scenario[]): string[] {
  return variants.length === 0 ? [] : [`  ~ ${variants.map((variant) => variant.id.slice(id.length + 1)).join(" ")}`];
}
