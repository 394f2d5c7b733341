import { loadConfig, thisMachine } from "../../config/index.ts";
import { listSecrets, type SecretEntry } from "../../config/secret-list.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import { configEditWords } from "../../words/config-edit.ts";
import { duration } from "../../words/format.ts";
import type { Command, Context } from "../command.ts";

export const secretLs: Command = {
  name: "secret ls",
  summary: {
    ja: "設定の秘密の一覧(名前・出どころ・古さ。値は出しません)",
    en: "the configuration's secrets: names, where from, how old; never their values",
  },
  usage: "[FILE]",
  examples: ["koboshi secret ls", "koboshi secret ls --json", "koboshi secret ls /etc/koboshi/koboshi.yml"],
  run(context) {
    const file = context.args[0] ?? context.configPath;
    const outcome = loadConfig(file);
    if (outcome.merged === null) throw new KoboshiError("KB1101", { what: file });
    const items = listSecrets(outcome, thisMachine());
    const say = configEditWords(context.lang);
    const rows = items.map((item) => row(item, context));
    return Promise.resolve({
      exit: items.every(({ problem }) => problem === null) ? 0 : 3,
      json: { items },
      text: items.length === 0 ? say.secretNone : [say.secretHead, ...rows].join("\n"),
      plain: items.map(({ path, kind, name, mode }) => [path, kind, name, mode ?? ""].join("\t")),
      quiet: items.map(({ path }) => path),
    });
  },
};

function row(item: SecretEntry, { lang, terminal, clock }: Context): string {
  const say = configEditWords(lang);
  const { path, kind, name, changedAtMs, mode, problem } = item;
  const state = problem !== null ? "down" : kind === "plain" ? "warning" : "ok";
  const from = kind === "plain" ? say.secretPlain : `${kind} ${name}`;
  const facts = [
    from,
    ...(mode === null ? [] : [mode]),
    ...(changedAtMs === null ? [] : [say.secretAge(duration(Math.max(0, clock.nowMs() - changedAtMs), lang))]),
    problem === null ? say.secretOk : problem[lang],
  ];
  return `${terminal.paint(terminal.glyph(state), state)} ${terminal.pad(path, 40)}  ${facts.join("  ")}`;
}
