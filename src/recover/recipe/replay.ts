import path from "node:path";
import { KoboshiError } from "../../kernel/errors.ts";
import type { Workplace } from "../workplace/workplace.ts";
import { bindRoot, type Bound } from "./bound.ts";
import { observe, type Recipe } from "./capture.ts";
import { compareSection } from "./compare.ts";
import { inputOf, readMarks, writeMarks, type Marks } from "./marks.ts";
import { sections } from "./registry.ts";
import type { Difference, Reason, RecipeItem, RecipeSection, SectionName } from "./section.ts";
import { systemOf } from "./sections/identity.ts";
import { clashes } from "./sections/users.ts";

export interface ReplayWish {
  /** `/`, or the absolute folder of an empty system */
  readonly root: string;
  readonly run: Workplace;
  /** only tells what would be done */
  readonly dryRun: boolean;
  readonly signal?: AbortSignal;
  onSection?(section: SectionName, todo: number): void;
}

export interface ReplayReport {
  readonly root: string;
  readonly differences: readonly Difference[];
  /** items written in this run, or that would be */
  readonly changed: number;
  /** everything same, restored or newer */
  readonly ok: boolean;
  readonly interrupted: boolean;
}

/**
 * Makes a system the machine of the recipe: observes, compares, acts and observes again, section by section. Again on
 * the same system it changes nothing; stopped anywhere it goes on.
 * @throws KoboshiError KB8412 users or groups clash, KB8413 another system, KB8414 no system; nothing is written then
 */
export async function replay(recipe: Recipe, wish: ReplayWish): Promise<ReplayReport> {
  const bound = await boundFor(wish);
  await checkSystem(recipe, bound);
  await checkAccounts(recipe, bound);
  const marks = wish.dryRun ? {} : await readMarks(bound);
  const differences: Difference[] = [];
  let changed = 0;
  for (const section of sections) {
    if (wish.signal?.aborted === true) break;
    const done = await replaySection({ section, want: recipe.items[section.name], bound, marks, wish });
    differences.push(...done.differences);
    changed += done.changed;
  }
  const interrupted = wish.signal?.aborted === true;
  const ok = !interrupted && differences.every(({ standing }) => good.has(standing));
  return { root: bound.root, differences, changed, ok, interrupted };
}

const good: ReadonlySet<Difference["standing"]> = new Set(["same", "restored", "newer"]);

async function boundFor({ root, run }: ReplayWish): Promise<Bound> {
  if (!path.posix.isAbsolute(root)) throw new KoboshiError("KB8414", { root, why: "absolute" });
  const bound = bindRoot(run, root);
  const { code } = await run.run({ argv: ["test", "-x", path.posix.join(bound.root, "bin/sh")] });
  if (code !== 0) throw new KoboshiError("KB8414", { root, why: "/bin/sh" });
  return bound;
}

function sectionOf(name: SectionName): RecipeSection {
  const found = sections.find((section) => section.name === name);
  if (found === undefined) throw new Error(`no section ${name}`);
  return found;
}

async function checkSystem(recipe: Recipe, bound: Bound): Promise<void> {
  const [want, have] = [systemOf(recipe.items.identity), systemOf((await observe(sectionOf("identity"), bound)).items)];
  if (have.family === "") throw new KoboshiError("KB8414", { root: bound.root, why: "/etc/os-release" });
  if (want.family !== have.family || want.major !== have.major)
    throw new KoboshiError("KB8413", { want: want.name, have: have.name });
}

async function checkAccounts(recipe: Recipe, bound: Bound): Promise<void> {
  const found = clashes(recipe.items.users, (await observe(sectionOf("users"), bound)).items);
  if (found.length === 0) return;
  const shown = found.slice(0, 5).map(({ key, want, have }) => `${key} ${want} ≠ ${have}`);
  throw new KoboshiError("KB8412", { conflicts: shown.join(", "), count: found.length });
}

interface SectionWork {
  readonly section: RecipeSection;
  readonly want: readonly RecipeItem[];
  readonly bound: Bound;
  /** changed in place as steps begin and end */
  readonly marks: Marks;
  readonly wish: ReplayWish;
}

async function replaySection(work: SectionWork): Promise<{ differences: readonly Difference[]; changed: number }> {
  const { section, want, bound, marks, wish } = work;
  const seen = await observe(section, bound, wish.signal);
  const before = compareSection(section, want, seen.items);
  wish.onSection?.(section.name, before.todo.length);
  const input = inputOf(want);
  const brokeOff = marks[section.name]?.state === "began" && marks[section.name]?.input === input;
  if ((before.todo.length === 0 && !brokeOff) || section.act === null || wish.dryRun)
    return { differences: before.differences, changed: section.act === null ? 0 : before.todo.length };
  marks[section.name] = { input, state: "began" };
  await writeMarks(bound, marks);
  const failed = await section.act(before.todo, bound);
  const after = compareSection(section, want, (await observe(section, bound, wish.signal)).items);
  if (wish.signal?.aborted !== true) {
    marks[section.name] = { input, state: "done" };
    await writeMarks(bound, marks);
  }
  return told(before.todo, after.differences, failed);
}

/** What was missing and is there now is restored; what is still missing says why. */
function told(
  todo: readonly RecipeItem[],
  after: readonly Difference[],
  failed: ReadonlyMap<string, Reason>,
): { differences: readonly Difference[]; changed: number } {
  const tried = new Set(todo.map(({ key }) => key));
  let changed = 0;
  const differences = after.map((one): Difference => {
    if (!tried.has(one.key)) return one;
    if (one.standing === "same") {
      changed++;
      return { ...one, standing: "restored" };
    }
    const why = failed.get(one.key);
    if (why === undefined) return one;
    return why === "by-hand" || why === "secret" || why === "too-large" || why === "not-captured"
      ? { ...one, standing: "refused", reason: why }
      : { ...one, reason: why };
  });
  return { differences, changed };
}
