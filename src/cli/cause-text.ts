import path from "node:path";
import type { Lang } from "../kernel/lang.ts";
import { openCatalogue, repairActions } from "../diagnose/index.ts";
import { causeCliWords, causeLayerNames } from "../words/diagnosis-catalogue.ts";
import type { Context } from "./command.ts";
import type { Terminal } from "./terminal.ts";

export type CauseDesk = ReturnType<typeof openCatalogue>;
export type Cause = Parameters<CauseDesk["written"]>[0];
export type CauseProblem = CauseDesk["problems"][number];

/** Where users' causes lie: beside the configuration. */
export function causesFolder({ configPath }: Pick<Context, "configPath">): string {
  return path.join(path.dirname(configPath), "causes");
}

/** Cells of the first column of a list. */
const idCells = 30;

export function causeLine({ id, title, from }: Cause, { lang, terminal }: Shown): string {
  const own = from === "shipped" ? "" : `  [${causeCliWords(lang).yours}]`;
  return `  ${terminal.pad(id, idCells)} ${title[lang]}${own}`;
}

export function layerName(layer: string, lang: Lang): string {
  return causeLayerNames[layer]?.[lang] ?? layer;
}

interface Shown {
  readonly lang: Lang;
  readonly terminal: Terminal;
}

/** `causes/mine.yaml:7:5 …`, and below it how to mend it. */
export function problemLines(problems: readonly CauseProblem[], lang: Lang): readonly string[] {
  return problems.map(({ file, line, column, message, hint }) => {
    const place = line === 0 ? file : `${file}:${line}:${column}`;
    return `${place} ${message[lang]}\n    → ${hint[lang]}`;
  });
}

/** Stable keys, never translated; both languages as they are. */
export function causeJson(cause: Cause): Readonly<Record<string, unknown>> {
  return { ...cause };
}

/** Everything of one cause, the first step first. */
export function causeText(cause: Cause, desk: CauseDesk, { lang, terminal }: Shown): string {
  const say = causeCliWords(lang);
  const facts = [
    `${say.layer} ${layerName(cause.layer, lang)}`,
    `${say.at} ${cause.at}`,
    `${say.weight} ${cause.weight}`,
    `${say.from} ${cause.from === "shipped" ? say.shipped : cause.from}`,
  ];
  const blocks = [
    [say.action, cause.action[lang]],
    [say.notYet, cause.notYet[lang]],
    [say.fix, cause.fix[lang]],
    [say.prevention, cause.prevention[lang]],
  ];
  return [
    `${cause.title[lang]} (${cause.id})`,
    facts.join("  "),
    ...blocks.flatMap(([name, text]) => ["", `${name}`, `  ${text}`]),
    ...section(
      say.signs,
      cause.likelihoods.map((line) => signText(line, desk, { lang, terminal })),
    ),
    ...section(
      say.brings,
      chances(cause.brings, (id) => desk.catalogue.causes.get(id)?.title[lang] ?? "", terminal),
    ),
    ...section(
      say.mendedBy,
      chances(cause.mendedBy, (id) => repairActions.get(id)?.title[lang] ?? "", terminal),
    ),
  ].join("\n");
}

function section(name: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ["", name, ...lines];
}

function chances(
  table: Readonly<Record<string, number>>,
  title: (id: string) => string,
  terminal: Terminal,
): readonly string[] {
  return Object.entries(table)
    .toSorted(([, a], [, b]) => b - a)
    .map(([id, chance]) => `  ${percent(chance)} ${terminal.pad(id, idCells)} ${title(id)}`);
}

function signText(line: Cause["likelihoods"][number], desk: CauseDesk, { lang, terminal }: Shown): string {
  const say = causeCliWords(lang);
  const kind = desk.catalogue.evidence.get(line.evidence);
  const states = Object.entries(line.states).map(
    ([state, chance]) => `${kind?.stateWords[state]?.[lang] ?? state} ${percent(chance).trim()}`,
  );
  const why = line.why === undefined ? "" : `\n      ${line.why[lang]}`;
  const where = line.relation === "own" ? "" : ` (${say[line.relation]})`;
  return `  ${terminal.pad(line.evidence, 11)} ${kind?.title[lang] ?? ""}${where}: ${states.join(" / ")}${why}`;
}

function percent(chance: number): string {
  return `${Math.round(chance * 100)}%`.padStart(4);
}
