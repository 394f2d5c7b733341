import fs from "node:fs";
import path from "node:path";
import { z } from "zod";
import { errorText, KoboshiError } from "../../kernel/errors.ts";
import type { Recipe, RecipeItems } from "./capture.ts";
import { sectionNames, type RecipeItem, type SectionName } from "./section.ts";

/** One file of a recipe. `secret`: it goes nowhere but into the encrypted repository. */
export interface RecipeFile {
  /** below the recipe's folder */
  readonly path: string;
  readonly text: string;
  readonly secret: boolean;
}

const Item = z.object({
  key: z.string().min(1).max(4096),
  value: z.string().max(4_000_000),
  file: z
    .object({
      kind: z.enum(["file", "link"]),
      mode: z.string().regex(/^[0-7]{4}$/),
      owner: z.string().regex(/^[\w.-]+\$?$/),
      group: z.string().regex(/^[\w.-]+\$?$/),
      to: z.string().max(4096).optional(),
      sha256: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .optional(),
      text: z.string().max(1_000_000).optional(),
      base64: z.string().max(1_000_000).optional(),
    })
    .optional(),
  secret: z.literal(true).optional(),
  without: z.enum(["not-captured", "too-large", "secret"]).optional(),
});

const Head = z.object({
  schema: z.literal("koboshi.recipe/1"),
  host: z.string(),
  capturedAt: z.string(),
  sections: z.array(z.string()),
  unread: z.record(z.string(), z.string()),
});

/** The recipe as text files, one a section, one item a line in the order of keys, so that any tool shows what changed. */
export function recipeFiles(recipe: Recipe): readonly RecipeFile[] {
  const head = {
    schema: recipe.schema,
    host: recipe.host,
    capturedAt: recipe.capturedAt,
    sections: sectionNames,
    unread: recipe.unread,
  };
  return [
    { path: "recipe.json", text: `${JSON.stringify(head, null, 2)}\n`, secret: false },
    ...sectionNames.flatMap((name) => {
      const items = recipe.items[name];
      const secret = items.filter((item) => item.secret === true && item.without === undefined);
      const open = { path: `${name}.jsonl`, text: lines(items.map(withoutSecret)), secret: false };
      const closed = { path: `secrets/${name}.jsonl`, text: lines(secret), secret: true };
      return secret.length === 0 ? [open] : [open, closed];
    }),
  ];
}

function lines(items: readonly RecipeItem[]): string {
  return items.map((item) => `${JSON.stringify(item)}\n`).join("");
}

/** That it is there stays; what it is does not, nor a sum by which it could be guessed. */
function withoutSecret(item: RecipeItem): RecipeItem {
  if (item.secret !== true) return item;
  const { file } = item;
  if (file === undefined) return { key: item.key, value: "", secret: true, without: "secret" };
  const { kind, mode, owner, group } = file;
  return { key: item.key, value: "", file: { kind, mode, owner, group }, secret: true, without: "secret" };
}

/**
 * Writes a recipe into a folder that is new or holds an earlier one: beside it first, then in one step.
 * @param secrets `with`: only where nobody else can read, such as the staging of the encrypted repository
 * @throws KoboshiError KB8415
 */
export function writeRecipe(recipe: Recipe, folder: string, secrets: "with" | "without"): void {
  const whole = path.resolve(folder);
  const [half, old] = [`${whole}.koboshi-part`, `${whole}.koboshi-before`];
  try {
    if (fs.existsSync(whole) && !fs.existsSync(path.join(whole, "recipe.json")))
      throw new KoboshiError("KB8415", { folder: whole, why: "recipe.json" });
    for (const left of [half, old]) fs.rmSync(left, { recursive: true, force: true });
    fs.mkdirSync(half, { recursive: true, mode: 0o700 });
    for (const file of recipeFiles(recipe)) if (secrets === "with" || !file.secret) writeWhole(half, file);
    if (fs.existsSync(whole)) fs.renameSync(whole, old);
    fs.renameSync(half, whole);
    fs.rmSync(old, { recursive: true, force: true });
  } catch (thrown) {
    if (thrown instanceof KoboshiError) throw thrown;
    throw new KoboshiError("KB8415", { folder: whole, why: errorText(thrown) }, thrown);
  }
}

function writeWhole(folder: string, { path: name, text, secret }: RecipeFile): void {
  const file = path.join(folder, name);
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const handle = fs.openSync(file, "wx", secret ? 0o600 : 0o644);
  try {
    fs.writeFileSync(handle, text);
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}

/** @throws KoboshiError KB8411 naming the file and line that is not as it must be */
export function readRecipe(folder: string): Recipe {
  const whole = path.resolve(folder);
  const refuse = (why: string, cause?: unknown): KoboshiError =>
    new KoboshiError("KB8411", { folder: whole, why }, cause);
  const read = (name: string): string => {
    try {
      return fs.readFileSync(path.join(whole, name), "utf8");
    } catch (thrown) {
      throw refuse(errorText(thrown), thrown);
    }
  };
  const head = Head.safeParse(json(read("recipe.json")));
  if (!head.success) throw refuse("recipe.json");
  const items: Partial<Record<SectionName, readonly RecipeItem[]>> = {};
  for (const name of sectionNames) {
    const closed = fs.existsSync(path.join(whole, "secrets", `${name}.jsonl`)) ? read(`secrets/${name}.jsonl`) : "";
    const found = new Map<string, RecipeItem>();
    for (const [file, text] of [
      [`${name}.jsonl`, head.data.sections.includes(name) ? read(`${name}.jsonl`) : ""],
      [`secrets/${name}.jsonl`, closed],
    ] as const)
      for (const [at, line] of text.split("\n").entries()) {
        if (line === "") continue;
        const item = Item.safeParse(json(line));
        if (!item.success) throw refuse(`${file}:${at + 1}`);
        found.set(item.data.key, item.data as RecipeItem);
      }
    items[name] = [...found.values()];
  }
  const { host, capturedAt, unread } = head.data;
  return { schema: "koboshi.recipe/1", host, capturedAt, items: items as RecipeItems, unread };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
