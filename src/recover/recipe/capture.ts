import type { Clock } from "../../kernel/clock.ts";
import type { Workplace } from "../workplace/workplace.ts";
import { rfc3339 } from "../../words/format.ts";
import { bindRoot, type Bound } from "./bound.ts";
import { sections } from "./registry.ts";
import { captureFunctions, parseItems, type RecipeItem, type RecipeSection, type SectionName } from "./section.ts";

export type RecipeItems = Readonly<Record<SectionName, readonly RecipeItem[]>>;

/** All that makes one machine this machine, besides its data. */
export interface Recipe {
  readonly schema: "koboshi.recipe/1";
  readonly host: string;
  /** RFC 3339, UTC */
  readonly capturedAt: string;
  readonly items: RecipeItems;
  /** sections that could not be read whole, with the machine's words */
  readonly unread: Readonly<Partial<Record<SectionName, string>>>;
}

const captureTimeoutMs = 180_000;

/** Reads one section of a system. @returns its items, and what went wrong with it */
export async function observe(
  section: RecipeSection,
  bound: Bound,
  signal?: AbortSignal,
): Promise<{ readonly items: readonly RecipeItem[]; readonly trouble: string | null }> {
  const script = `${captureFunctions}${section.capture}\nprintf '@@end\\n'\n`;
  const options = { timeoutMs: captureTimeoutMs, ...(signal === undefined ? {} : { signal }) };
  const { stdout, stderr, timedOut } = await bound.sh(script, options);
  const whole = stdout.endsWith("@@end\n");
  const why = timedOut ? `${captureTimeoutMs / 1000} s` : stderr.trim().slice(0, 300);
  return { items: parseItems(stdout), trouble: whole ? null : why === "" ? "cut off" : why };
}

/** Captures a machine. Only reads; a section that fails costs only itself and is told. */
export async function captureRecipe(
  place: Workplace,
  { host, clock, root = "/", signal }: { host: string; clock: Clock; root?: string; signal?: AbortSignal },
): Promise<Recipe> {
  const bound = bindRoot(place, root);
  const items: Partial<Record<SectionName, readonly RecipeItem[]>> = {};
  const unread: Partial<Record<SectionName, string>> = {};
  for (const section of sections) {
    const seen = await observe(section, bound, signal);
    items[section.name] = seen.items;
    if (seen.trouble !== null) unread[section.name] = seen.trouble;
  }
  return {
    schema: "koboshi.recipe/1",
    host,
    capturedAt: rfc3339(clock.nowMs(), "UTC"),
    items: items as RecipeItems,
    unread,
  };
}
