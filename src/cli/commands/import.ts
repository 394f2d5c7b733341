import fs from "node:fs";
import path from "node:path";
import { prepareFiles } from "../../config/desk/write.ts";
import { partsFolder } from "../../config/gather.ts";
import { importers } from "../../config/import/index.ts";
import type { Importer } from "../../config/import/importer.ts";
import { importSettings, type Imported, type Importing } from "../../config/import/run.ts";
import { loadConfig } from "../../config/index.ts";
import { errorText, KoboshiError } from "../../kernel/errors.ts";
import { importWords, leftLine, leftTodo } from "../../words/import.ts";
import type { Answer, Command, Context } from "../command.ts";

const products = importers.map(({ product }) => product).join("|");
const mostHinted = 50;

/** Moves the settings of another monitoring product into a configuration of ours. */
export const importCommand: Command = {
  name: "import",
  summary: {
    ja: "ほかの監視ツールの設定から koboshi.yml を作る",
    en: "make a koboshi.yml of another monitoring tool's settings",
  },
  usage: `${products} FILE [SECOND_FILE] [--out FILE|--print]`,
  examples: [
    "koboshi import kuma kuma.db",
    "koboshi import gatus config.yaml --out koboshi.yml",
    "koboshi import blackbox blackbox.yml prometheus.yml --print",
  ],
  options: { out: { type: "string" }, print: { type: "boolean" } },
  run(context) {
    const importer = importers.find(({ product }) => product === context.args[0]);
    const file = context.args[1];
    if (importer === undefined || file === undefined)
      throw new KoboshiError("KB1001", { what: `import ${products} FILE` });
    return Promise.resolve(move(importer, file, context));
  },
};

function move(importer: Importer, file: string, context: Context): Answer {
  const { values, lang, args } = context;
  const say = importWords(lang);
  const target = targetOf(importer, context);
  const isPrinted = values["print"] === true;
  if (!isPrinted && fs.existsSync(target.file)) throw new KoboshiError("KB1005", { file: target.file });
  const bytes = readBounded(file, importer.mostBytes);
  const second = args[2];
  const beside = second === undefined ? null : { name: second, bytes: readBounded(second, importer.mostBytes) };
  const source = { name: file, path: path.resolve(file), bytes, beside };
  const imported = importSettings(importer, source, {
    lang,
    origin: `${importer.name[lang]} (${path.basename(file)})`,
    beside: target.beside,
  });
  if (!imported.ok) throw imported.error;
  const { moved, text } = imported.value;
  hintAll(imported.value, context);
  if (moved.services.length + moved.jobs.length + moved.channels.length === 0)
    throw new KoboshiError("KB1304", { file, left: moved.left.length });
  if (!isPrinted) {
    if (target.beside !== null && target.file !== context.configPath)
      fs.mkdirSync(path.dirname(target.file), { recursive: true });
    prepareFiles([{ file: target.file, before: null, after: new TextEncoder().encode(text) }]).commit();
  }
  const carried = say.carried(moved.services.length, moved.jobs.length, moved.channels.length);
  return {
    exit: 0,
    json: jsonOf(imported.value, { product: importer.product, path: isPrinted ? null : target.file, lang }),
    text: isPrinted ? text : [say.written(target.file), carried, say.next].join("\n"),
    quiet: isPrinted ? [] : [target.file],
  };
}

interface Target {
  readonly file: string;
  readonly beside: Importing["beside"];
}

/** `--out`; else the configuration itself, or a part beside it when there is one already. */
function targetOf({ product }: Importer, { values, configPath, lang, hint }: Context): Target {
  const out = values["out"];
  if (typeof out === "string") return { file: path.resolve(out), beside: null };
  if (!fs.existsSync(configPath)) return { file: configPath, beside: null };
  hint(importWords(lang).besides(configPath));
  const site = loadConfig(configPath).plan?.site;
  if (site === undefined) throw new KoboshiError("KB1101", { what: configPath });
  const file = path.join(partsFolder(configPath), `imported-${product}.yml`);
  const beside = {
    services: site.services.keys(),
    jobs: site.jobs.keys(),
    channels: site.notify.channels.keys(),
    people: site.people.keys(),
    hasPage: site.statusPage !== null,
  };
  return { file, beside };
}

/** @throws KoboshiError KB1301, KB1303 */
function readBounded(file: string, mostBytes: number): Buffer {
  let size: number;
  try {
    const stat = fs.statSync(file);
    if (!stat.isFile()) throw new Error("EISDIR");
    size = stat.size;
  } catch (thrown) {
    throw new KoboshiError("KB1301", { file, why: codeOf(thrown) }, thrown);
  }
  if (size > mostBytes) {
    const [megabytes, most] = [size, mostBytes].map((bytes) => Math.round(bytes / 1_000_000)) as [number, number];
    throw new KoboshiError("KB1303", { file, megabytes, most });
  }
  try {
    return fs.readFileSync(file);
  } catch (thrown) {
    throw new KoboshiError("KB1301", { file, why: codeOf(thrown) }, thrown);
  }
}

function codeOf(thrown: unknown): string {
  const { code } = thrown as NodeJS.ErrnoException;
  return code ?? errorText(thrown);
}

/** What is to be set and what stayed behind: to stderr, so that the data stay alone on stdout. */
function hintAll({ moved: { secrets, left } }: Imported, { hint, lang }: Context): void {
  const say = importWords(lang);
  if (secrets.length > 0) hint(say.secretsToSet(secrets.length));
  for (const { variable, what, form } of secrets.slice(0, mostHinted))
    hint(`  ${variable}  ${what}${form === null ? "" : `  (${form})`}`);
  if (secrets.length > mostHinted) hint(`  ${say.more(secrets.length - mostHinted)}`);
  if (left.length > 0) hint(say.leftBehind(left.length));
  for (const one of left.slice(0, mostHinted)) hint(`  ${leftLine(one, lang)}\n    → ${leftTodo(one.code, lang)}`);
  if (left.length > mostHinted) hint(`  ${say.more(left.length - mostHinted)}`);
}

function jsonOf(
  { moved, text }: Imported,
  { product, path: file, lang }: { product: string; path: string | null; lang: Context["lang"] },
): Answer["json"] {
  const { services, jobs, channels, people, secrets, left } = moved;
  return {
    ok: true,
    product,
    path: file,
    ...(file === null ? { text } : {}),
    counts: { services: services.length, jobs: jobs.length, channels: channels.length, people: people.length },
    secrets: secrets.map(({ variable, what, form }) => ({ variable, what, form })),
    left: left.map((one) => ({ ...one, message: leftLine(one, lang), todo: leftTodo(one.code, lang) })),
  };
}
