import { safeText } from "../../clients/safe-text.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import { createRebuild } from "../../recover/index.ts";
import { recipeWords } from "../../words/recovery-recipe.ts";
import type { Answer, Command, Context } from "../command.ts";
import { readSite } from "../local-site.ts";

type Rebuild = ReturnType<typeof createRebuild>;
type Difference = Awaited<ReturnType<Rebuild["replay"]>>["differences"][number];
type SectionName = Difference["section"];

const interruptedExit = 130;
const mostLines = 40;

export const backupRecipe: Command = {
  name: "backup recipe",
  summary: {
    ja: "再構築レシピ(パッケージ・設定・利用者など)を採る・見る・再現する・比べる",
    en: "capture, show, replay and compare the rebuild recipe of a machine",
  },
  usage:
    "capture [--host H] [--to DIR] | show DIR | replay DIR --root DIR|--host H [--dry-run] --confirm=NAME | release --root DIR|--host H --confirm=NAME | diff A B",
  examples: [
    "koboshi backup recipe capture --host web1 --to ./web1-recipe",
    "koboshi backup recipe replay ./web1-recipe --root /mnt/new --dry-run",
    "koboshi backup recipe diff ./web1-before ./web1-recipe",
  ],
  options: {
    host: { type: "string" },
    to: { type: "string" },
    root: { type: "string" },
    confirm: { type: "string" },
    "dry-run": { type: "boolean" },
  },
  async run(context) {
    const [verb = "", ...args] = context.args;
    const run = verbs[verb];
    if (run === undefined) throw new KoboshiError("KB1001", { what: backupRecipe.usage });
    return run({ context, args, rebuild: createRebuild({ clock: context.clock, site: readSite(context.configPath) }) });
  },
};

interface Asked {
  readonly context: Context;
  readonly args: readonly string[];
  readonly rebuild: Rebuild;
}

const verbs: Readonly<Record<string, (asked: Asked) => Promise<Answer>>> = {
  capture,
  replay,
  release,
  show: async (asked) => show(asked),
  diff: async (asked) => diff(asked),
};

function text(values: Context["values"], name: string): string | null {
  const value = values[name];
  return typeof value === "string" && value !== "" ? value : null;
}

/** `host:web1` and `web1` are the same. */
function hostOf(values: Context["values"]): string | null {
  return text(values, "host")?.replace(/^host:/, "") ?? null;
}

async function capture({ context, rebuild }: Asked): Promise<Answer> {
  const { lang, values, signal, hint } = context;
  const say = recipeWords(lang);
  const host = hostOf(values);
  const recipe = await rebuild.capture(host, signal);
  const folder = text(values, "to") ?? `./${recipe.host}-recipe`;
  rebuild.write(recipe, folder);
  hint(say.secretsLeftOut);
  const sections = sectionsOf(recipe);
  const unread = Object.keys(recipe.unread) as SectionName[];
  return {
    exit: unread.length === 0 ? 0 : 3,
    json: { ok: unread.length === 0, host: recipe.host, folder, sections, unread: recipe.unread },
    text: [
      say.captured(recipe.host, folder),
      ...sections.map(({ name, items, secrets }) => `  ${say[name]}: ${say.counts(items, secrets)}`),
      ...(unread.length === 0 ? [] : [say.unread(unread.map((name) => say[name]).join(", "))]),
    ].join("\n"),
    plain: sections.map(({ name, items, secrets }) => [name, items, secrets].join("\t")),
    quiet: [folder],
  };
}

function sectionsOf(
  recipe: ReturnType<Rebuild["read"]>,
): readonly { name: SectionName; items: number; secrets: number }[] {
  return (Object.entries(recipe.items) as [SectionName, readonly { secret?: true }[]][]).map(([name, items]) => ({
    name,
    items: items.length,
    secrets: items.filter(({ secret }) => secret === true).length,
  }));
}

function show({ context, args, rebuild }: Asked): Answer {
  const { lang, verbose } = context;
  const say = recipeWords(lang);
  const [folder] = args;
  if (folder === undefined) throw new KoboshiError("KB1001", { what: say.whichFolder });
  const recipe = rebuild.read(folder);
  const sections = sectionsOf(recipe);
  const items = Object.entries(recipe.items).flatMap(([section, all]) =>
    all.map(({ key, value, secret }) => ({ section, key, value: secret === true ? "***" : value })),
  );
  return {
    exit: 0,
    json: { ok: true, host: recipe.host, capturedAt: recipe.capturedAt, sections, unread: recipe.unread, items },
    text: [
      `${recipe.host}  ${recipe.capturedAt}`,
      ...sections.flatMap(({ name, items: count, secrets }) => [
        `${say[name]}: ${say.counts(count, secrets)}`,
        ...(verbose ? recipe.items[name].map(({ key }) => `  ${safeText(key, [])}`) : []),
      ]),
    ].join("\n"),
    plain: items.map(({ section, key }) => [section, safeText(key, [])].join("\t")),
    quiet: items.map(({ key }) => safeText(key, [])),
  };
}

function diff({ context, args, rebuild }: Asked): Answer {
  const say = recipeWords(context.lang);
  const [before, after] = args;
  if (before === undefined || after === undefined) throw new KoboshiError("KB1001", { what: say.whichFolders });
  const changes = rebuild.diff(before, after);
  const marks = { added: "+", removed: "-", changed: "~" } as const;
  const lines = changes.map(({ section, key, change }) => `${marks[change]} ${say[section]}  ${safeText(key, [])}`);
  return {
    exit: changes.length === 0 ? 0 : 3,
    json: { ok: changes.length === 0, changes },
    text: changes.length === 0 ? say.equal : lines.join("\n"),
    plain: changes.map(({ section, key, change }) => [change, section, safeText(key, [])].join("\t")),
    quiet: changes.map(({ key }) => safeText(key, [])),
  };
}

/** @throws KoboshiError KB8417 without the typed name, before anything is looked at */
async function replay({ context, args, rebuild }: Asked): Promise<Answer> {
  const { lang, values, signal, hint } = context;
  const say = recipeWords(lang);
  const [folder] = args;
  if (folder === undefined) throw new KoboshiError("KB1001", { what: say.whichFolder });
  const [host, given] = [hostOf(values), text(values, "root")];
  if (host === null && given === null) throw new KoboshiError("KB1001", { what: say.whichRoot });
  const recipe = rebuild.read(folder);
  const [root, dryRun, name] = [given ?? "/", values["dry-run"] === true, host ?? recipe.host];
  if (!dryRun && text(values, "confirm") !== name) throw new KoboshiError("KB8417", { name, target: host ?? root });
  const onSection = (section: SectionName, todo: number): void => hint(`${say[section]}: ${todo}`);
  const report = await rebuild.replay(recipe, { host, root }, { dryRun, signal, onSection });
  const { differences } = report;
  return {
    exit: report.interrupted ? interruptedExit : report.ok ? 0 : 3,
    json: { ...report, dryRun, host },
    text: replayLines(context, { report, dryRun, target: host ?? report.root }).join("\n"),
    plain: differences.map(({ section, key, standing, reason }) =>
      [standing, section, safeText(key, []), reason ?? ""].join("\t"),
    ),
    quiet: differences.filter(isLeft).map(({ key }) => safeText(key, [])),
  };
}

/** @throws KoboshiError KB8417 without the typed name */
async function release({ context, rebuild }: Asked): Promise<Answer> {
  const { lang, values } = context;
  const say = recipeWords(lang);
  const [host, given] = [hostOf(values), text(values, "root")];
  const name = host ?? given;
  if (name === null) throw new KoboshiError("KB1001", { what: say.whichRoot });
  if (text(values, "confirm") !== name) throw new KoboshiError("KB8417", { name, target: name });
  const released = await rebuild.releaseCron({ host, root: given ?? "/" });
  return {
    exit: 0,
    json: { ok: true, released },
    text: say.cronReleased(name, released),
    plain: [String(released)],
    quiet: [String(released)],
  };
}

interface Replayed {
  readonly report: Awaited<ReturnType<Rebuild["replay"]>>;
  readonly dryRun: boolean;
  readonly target: string;
}

function replayLines(context: Context, { report, dryRun, target }: Replayed): readonly string[] {
  const say = recipeWords(context.lang);
  const left = report.differences.filter(isLeft);
  const shown = left.slice(0, mostLines).map((one) => differenceLine(one, context));
  const more = left.length > mostLines ? [`… +${left.length - mostLines}`] : [];
  if (dryRun) return [report.changed === 0 ? say.nothing : say.dryRun, ...shown, ...more];
  const heldCron = report.differences.some((one) => one.section === "cron" && !isLeft(one));
  return [
    left.length === 0 ? say.done(target) : say.left(target, left.length),
    ...shown,
    ...more,
    ...(heldCron ? [say.cronHeld] : []),
  ];
}

function isLeft({ standing }: Difference): boolean {
  return !good.has(standing);
}

const good: ReadonlySet<Difference["standing"]> = new Set(["same", "restored", "newer"]);

function differenceLine({ section, key, standing, reason }: Difference, { lang, terminal }: Context): string {
  const say = recipeWords(lang);
  const mark = standing === "missing" ? "down" : "warning";
  const why = reason === null ? "" : `  ${say[`reason-${reason}`]}`;
  return `${terminal.paint(`${terminal.glyph(mark)} ${say[standing]}`, mark)}  ${say[section]}  ${safeText(key, [])}${why}`;
}
