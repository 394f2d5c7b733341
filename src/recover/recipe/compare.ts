import type { Recipe } from "./capture.ts";
import { sections } from "./registry.ts";
import { stateOf, type Difference, type RecipeItem, type RecipeSection } from "./section.ts";

/** How one section of a machine stands against the recipe, before anything is done or after. */
export interface Compared {
  readonly differences: readonly Difference[];
  /** what can be brought back, in the order of keys */
  readonly todo: readonly RecipeItem[];
}

/** Every item of the recipe with its standing; and what the machine has besides. */
export function compareSection(
  section: RecipeSection,
  want: readonly RecipeItem[],
  have: readonly RecipeItem[],
): Compared {
  const there = new Map(have.map((item) => [item.key, item] as const));
  const todo: RecipeItem[] = [];
  const differences = want.map((item): Difference => {
    const standing = standingOf(section, item, there.get(item.key));
    if (standing.standing === "missing") todo.push(item);
    return { section: section.name, key: item.key, ...standing };
  });
  const wanted = new Set(want.map(({ key }) => key));
  const extra = section.tellsExtra
    ? have
        .filter(({ key }) => !wanted.has(key))
        .map(({ key }): Difference => ({ section: section.name, key, standing: "extra", reason: "extra" }))
    : [];
  return { differences: [...differences, ...extra], todo };
}

type Standing = Pick<Difference, "standing" | "reason">;

function standingOf(section: RecipeSection, want: RecipeItem, have: RecipeItem | undefined): Standing {
  if (have !== undefined) {
    if (want.without === undefined ? stateOf(want) === stateOf(have) : sameOutside(want, have))
      return { standing: "same", reason: null };
    const judged = section.judge?.(want, have) ?? "differs";
    if (judged === "same") return { standing: "same", reason: null };
    if (judged === "newer") return { standing: "newer", reason: "newer" };
  }
  const never = section.never(want);
  if (never !== null) return { standing: "refused", reason: never };
  return { standing: "missing", reason: have === undefined ? null : "differs" };
}

/** Without its content only a large file's sum can be compared. */
function sameOutside(want: RecipeItem, have: RecipeItem): boolean {
  return want.without === "too-large" && want.file?.sha256 !== undefined && want.file.sha256 === have.file?.sha256;
}

/** What differs between two recipes: of the same machine at two times, or of two machines. */
export function diffRecipes(before: Recipe, after: Recipe): readonly RecipeChange[] {
  return sections.flatMap(({ name }) => {
    const [old, now] = [before, after].map(
      ({ items }) => new Map(items[name].map((item) => [item.key, item] as const)),
    );
    const keys = [...new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])])].sort();
    return keys.flatMap((key): readonly RecipeChange[] => {
      const [was, is] = [old?.get(key), now?.get(key)];
      if (was === undefined) return [{ section: name, key, change: "added" }];
      if (is === undefined) return [{ section: name, key, change: "removed" }];
      if (was.without !== undefined || is.without !== undefined) return [];
      return stateOf(was) === stateOf(is) ? [] : [{ section: name, key, change: "changed" }];
    });
  });
}

export interface RecipeChange {
  readonly section: Difference["section"];
  readonly key: string;
  readonly change: "added" | "removed" | "changed";
}
