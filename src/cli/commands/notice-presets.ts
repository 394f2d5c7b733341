import { presetsNamed } from "../../config/presets/index.ts";
import { checkedText, providerLines } from "../../config/presets/lines.ts";
import type { ProviderPreset } from "../../config/presets/preset.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import type { Lang } from "../../kernel/lang.ts";
import { presetWords } from "../../words/presets.ts";
import type { Command } from "../command.ts";
import type { Terminal } from "../terminal.ts";

export const noticePresets: Command = {
  name: "notice presets",
  summary: {
    ja: "よく使われる提供元のお知らせの場所と、koboshi.yml に貼る行",
    en: "where the usual providers tell their customers, and the lines for koboshi.yml",
  },
  usage: "[WORD]",
  examples: ["koboshi notice presets", "koboshi notice presets sakura", "koboshi notice presets aws --json"],
  run({ args, lang, terminal, hint }) {
    const word = args.join(" ");
    const found = presetsNamed(word);
    const say = presetWords(lang);
    if (found.length === 0) {
      hint(say.cliNone);
      throw new KoboshiError("KB1002", { what: word.slice(0, 100) });
    }
    const listed = found.map((preset) => presetText(preset, { lang, terminal }));
    const lines = pasted(found, lang);
    const below = word === "" ? say.cliNext : `${say.cliPaste}\n\n${lines}`;
    return Promise.resolve({
      exit: 0,
      json: { items: found.map((preset) => presetJson(preset, lang)) },
      text: [...listed, "", below].join("\n"),
      plain: found.flatMap(({ key, sources, checkedOn }) =>
        sources.map(({ kind, url }) => [key, kind, url, checkedOn ?? ""].join("\t")),
      ),
      quiet: found.map(({ key }) => key),
    });
  },
};

function presetJson(preset: ProviderPreset, lang: Lang): Readonly<Record<string, unknown>> {
  const { words: _words, ...told } = preset;
  return { ...told, lines: pasted([preset], lang) };
}

function pasted(presets: readonly ProviderPreset[], lang: Lang): string {
  return providerLines(
    presets.map((preset) => ({ provider: preset.key, preset })),
    lang,
  );
}

function presetText(preset: ProviderPreset, { lang, terminal }: { lang: Lang; terminal: Terminal }): string {
  const say = presetWords(lang);
  const state = preset.checkedOn === null ? "unknown" : "ok";
  const checked = preset.checkedOn === null ? say.notCheckedShort : checkedText(preset, lang);
  return [
    `${terminal.paint(terminal.glyph(state), state)} ${terminal.pad(preset.key, 14)} ${terminal.pad(preset.name[lang], 24)} ${checked}`,
    ...preset.sources.map(({ kind, url }) => `    ${terminal.pad(kind, 12)} ${url}`),
    `    ${terminal.pad(say.support, 12)} ${preset.support}`,
    `    ${terminal.pad(say.console, 12)} ${preset.console}`,
  ].join("\n");
}
