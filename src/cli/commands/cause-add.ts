import fs from "node:fs";
import path from "node:path";
import { prepareFiles } from "../../config/desk/write.ts";
import { openCatalogue } from "../../diagnose/index.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import { syncPath } from "../../storage/ledger/folder.ts";
import { causeCliWords } from "../../words/diagnosis-catalogue.ts";
import { causeJson, causesFolder, problemLines, type Cause, type CauseProblem } from "../cause-text.ts";
import type { Answer, Command, Context } from "../command.ts";

/** What is wrong with the file's content: the exit code of a configuration with mistakes. */
const exitInvalid = 65;

export const causeAdd: Command = {
  name: "cause add",
  summary: {
    ja: "自分で書いた原因を調べて加える(--check は調べるだけ)",
    en: "check a cause of your own and add it; --check only checks",
  },
  usage: "FILE [--check]",
  examples: [
    "koboshi cause add my-cause.yaml --check",
    "koboshi cause add my-cause.yaml",
    "koboshi cause add my-cause.yaml --check --json",
  ],
  options: { check: { type: "boolean" } },
  run(context) {
    const [file] = context.args;
    if (file === undefined) throw new KoboshiError("KB1001", { what: "cause add FILE [--check]" });
    const folder = causesFolder(context);
    const examined = openCatalogue(folder).examine(file);
    if (!examined.ok) return Promise.resolve(refused(file, examined.error, context));
    const { cause, text, replaces, presentAs } = examined.value;
    const say = causeCliWords(context.lang);
    if (replaces) context.hint(say.replaced(cause.id));
    const good = say.good(cause.id, cause.title[context.lang]);
    if (context.values["check"] === true) return Promise.resolve(told(cause, { file: null, text: good }));
    const target = path.join(folder, `${cause.id}.yaml`);
    if (presentAs !== null) return Promise.resolve(told(cause, { file: presentAs, text: say.alreadyThere(presentAs) }));
    write(target, text);
    context.hint(say.addedNext);
    return Promise.resolve(told(cause, { file: target, text: `${good}\n${say.added(cause.id, target)}` }));
  },
};

/** @param done file: where it lies now; null when it was only checked */
function told(cause: Cause, done: { readonly file: string | null; readonly text: string }): Answer {
  return {
    exit: 0,
    json: { ok: true, cause: causeJson(cause), file: done.file, problems: [] },
    text: done.text,
    plain: [[cause.id, done.file ?? ""].join("\t")],
    quiet: [cause.id],
  };
}

function refused(file: string, problems: readonly CauseProblem[], { lang }: Context): Answer {
  return {
    exit: exitInvalid,
    json: { ok: false, cause: null, file, problems },
    text: [...problemLines(problems, lang), causeCliWords(lang).refused(String(problems.length))].join("\n"),
    plain: problems.map(({ file: at, line, column, code }) => [at, line, column, code].join("\t")),
    quiet: problems.map(({ code }) => code),
  };
}

/** Readable for the user the hub runs as, whoever added it; nothing is written over. @throws KoboshiError KB1005, KB1107 */
function write(target: string, text: string): void {
  const folder = path.dirname(target);
  if (fs.existsSync(target)) throw new KoboshiError("KB1005", { file: target });
  try {
    fs.mkdirSync(folder, { recursive: true, mode: 0o755 });
  } catch (thrown) {
    const reason = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "mkdir";
    throw new KoboshiError("KB1107", { path: folder, reason }, thrown);
  }
  syncPath(path.dirname(folder));
  prepareFiles([{ file: target, before: null, after: new TextEncoder().encode(text) }]).commit();
  fs.chmodSync(target, 0o644);
}
