import { prepareFiles } from "../../config/desk/write.ts";
import { tidyConfig } from "../../config/fmt.ts";
import { gatherSources } from "../../config/gather.ts";
import { thisMachine } from "../../config/index.ts";
import { decode } from "../../config/source.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import { configEditWords } from "../../words/config-edit.ts";
import type { Command } from "../command.ts";

export const configFmt: Command = {
  name: "config fmt",
  summary: {
    ja: "設定の行末の空白と末尾を整える(コメントと順番はそのまま)",
    en: "tidy line ends and the end of the configuration; comments and order stay",
  },
  usage: "[FILE] [--check]",
  examples: ["koboshi config fmt", "koboshi config fmt --check", "koboshi config fmt /etc/koboshi/koboshi.yml"],
  options: { check: { type: "boolean" } },
  run({ args, configPath, lang, values }) {
    const say = configEditWords(lang);
    const results = gatherSources(thisMachine().files, args[0] ?? configPath).map(({ name, bytes }) => {
      if (!bytes.ok) throw new KoboshiError("KB1102", { path: name });
      const decoded = decode(bytes.value);
      if (!decoded.ok) return { name, state: "not-yaml", before: bytes.value, after: bytes.value } as const;
      const text = decoded.value;
      const tidy = tidyConfig(text);
      const state = tidy === null ? "not-yaml" : tidy === text ? "tidy" : "untidy";
      return { name, state, before: bytes.value, after: new TextEncoder().encode(tidy ?? text) } as const;
    });
    const untidy = results.filter(({ state }) => state === "untidy");
    const write = values["check"] !== true;
    if (write) {
      prepareFiles(untidy.map(({ name, before, after }) => ({ file: name, before, after }))).commit();
    }
    const unread = results.some(({ state }) => state === "not-yaml");
    const texts = { tidy: say.tidy, untidy: write ? say.tidied : say.untidy, "not-yaml": say.noYaml };
    return Promise.resolve({
      exit: unread ? 65 : !write && untidy.length > 0 ? 3 : 0,
      json: { ok: !unread, files: results.map(({ name, state }) => ({ name, state })), written: write },
      text: results.map(({ name, state }) => texts[state](name)).join("\n"),
      plain: results.map(({ name, state }) => [name, state].join("\t")),
      quiet: untidy.map(({ name }) => name),
    });
  },
};
