import { loads as allLoads, scenarioOf, type Scenario, type ScenarioFile, type Step } from "./scenario.ts";

export const stepParts = ["given", "inject", "restore"] as const;

type Strength = ScenarioFile["strengths"][number];
type WithLoad = NonNullable<ScenarioFile["loads"]>[number];
type Otherwise = NonNullable<Strength["expect"]>;

/** The scenario as written, and each of its variants: every strength, the file's own among them, under every load. */
export function scenariosOf(file: ScenarioFile): { readonly base: Scenario; readonly variants: readonly Scenario[] } {
  return { base: scenarioOf(file), variants: crossed(file).map(scenarioOf) };
}

function crossed(file: ScenarioFile): ScenarioFile[] {
  if (file.strengths.length === 0 && file.loads === undefined) return [];
  const usual = file.loads ?? allLoads.map((load): WithLoad => ({ load }));
  const others = usual.filter(({ load }) => load !== file.load).map((one) => underLoad(file, one, one.load));
  const strong = file.strengths.flatMap((strength) => {
    const changed = { ...file, ...stepsOf(file, strength), ...judgedBy(file, strength) };
    return (strength.loads ?? usual).map((one) => {
      const generally = usual.find(({ load }) => load === one.load) ?? one;
      const loaded = underLoad(changed, generally, `${strength.name}-${one.load}`);
      return { ...loaded, ...judgedBy(loaded, one) };
    });
  });
  return [...others, ...strong];
}

/** The steps of a strength: its own where it has them, else the file's with its words in place of others. */
export function stepsOf(file: ScenarioFile, { replace, ...own }: Strength): Record<(typeof stepParts)[number], Step[]> {
  const changed = (steps: readonly Step[]): Step[] => steps.map(({ on, run }) => ({ on, run: replaced(run, replace) }));
  return {
    given: own.given ?? changed(file.given),
    inject: own.inject ?? changed(file.inject),
    restore: own.restore ?? changed(file.restore),
  };
}

/** All at once and the longest first: what was put in is not replaced again. */
function replaced(text: string, replace: Readonly<Record<string, string>>): string {
  const froms = Object.keys(replace).toSorted((a, b) => b.length - a.length);
  if (froms.length === 0) return text;
  const any = new RegExp(froms.map((from) => from.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join("|"), "g");
  return text.replaceAll(any, (found) => replace[found] ?? found);
}

function underLoad(file: ScenarioFile, one: WithLoad, name: string): ScenarioFile {
  return { ...file, id: `${file.id}~${name}`, load: one.load, ...judgedBy(file, one) };
}

/** What is told of it and expected, where a strength or a load says so. */
function judgedBy(
  { story, settle, expect }: ScenarioFile,
  other: Pick<Strength, "story" | "settle" | "expect">,
): Pick<ScenarioFile, "story" | "settle" | "expect"> {
  return {
    story: other.story ?? story,
    settle: other.settle ?? settle,
    expect: other.expect === undefined ? expect : expectedOf(expect, other.expect),
  };
}

function expectedOf(usual: ScenarioFile["expect"], other: Otherwise): ScenarioFile["expect"] {
  const { causes = usual.causes, scope = usual.scope, reach = usual.reach, page = usual.page } = other;
  return {
    causes,
    ...(isJudged(scope) ? { scope } : {}),
    ...(isJudged(reach) ? { reach } : {}),
    ...(isJudged(page) ? { page } : {}),
  };
}

function isJudged<T>(expected: T | null | undefined): expected is T {
  return expected !== null && expected !== undefined;
}
