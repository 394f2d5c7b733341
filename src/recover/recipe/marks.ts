import { createHash } from "node:crypto";
import { z } from "zod";
import type { Bound } from "./bound.ts";
import { stateOf, type RecipeItem } from "./section.ts";

/** How far a replay has come in one section, kept on the target itself. */
const Marks = z.record(z.string(), z.object({ input: z.string(), state: z.enum(["began", "done"]) }));
export type Marks = z.infer<typeof Marks>;

const marksFile = "/var/lib/koboshi/recipe-marks.json";

/** What a step was given: another recipe, or another version of this one, is another step. */
export function inputOf(items: readonly RecipeItem[]): string {
  const hash = createHash("sha256");
  for (const item of items) hash.update(`${item.key}\0${stateOf(item)}\0`);
  return hash.digest("hex");
}

/** Marks that cannot be read count as none: every step is then looked at anew, which only costs time. */
export async function readMarks(bound: Bound): Promise<Marks> {
  const { stdout } = await bound.sh('cat "$1" 2>/dev/null || :', { args: [marksFile] });
  try {
    const marks = Marks.safeParse(JSON.parse(stdout));
    return marks.success ? marks.data : {};
  } catch {
    return {};
  }
}

export async function writeMarks(bound: Bound, marks: Marks): Promise<void> {
  const script = 'mkdir -p "$(dirname "$1")" && cat > "$1.part" && sync "$1.part" && mv -f "$1.part" "$1"';
  await bound.sh(script, { args: [marksFile], input: JSON.stringify(marks) });
}
