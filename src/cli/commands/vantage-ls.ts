import { cliWords } from "../../words/cli.ts";
import { duration } from "../../words/format.ts";
import type { StateWord } from "../../kernel/model/status.ts";
import { vantageStateName } from "../../words/states.ts";
import type { Command } from "../command.ts";
import type { StatusAnswer } from "../incident-text.ts";

const stateOf: Readonly<Record<string, StateWord>> = {
  ok: "ok",
  blind: "unknown",
  silent: "unknown",
  "never-joined": "paused",
};

export const vantageLs: Command = {
  name: "vantage ls",
  summary: { ja: "観測地点の一覧", en: "the places that look" },
  usage: "",
  examples: ["koboshi vantage ls", "koboshi vantage ls --json", "koboshi vantage ls --plain"],
  async run({ hub, lang, terminal }) {
    const { items } = await hub().get<{ items: StatusAnswer["vantages"] }>("/api/v1/vantages");
    const rows = items.map(({ name, state, clockOffsetSeconds }) => {
      const word = stateOf[state] ?? "unknown";
      const clock =
        clockOffsetSeconds === null
          ? ""
          : `  ${cliWords(lang).clockOff(duration(Math.abs(clockOffsetSeconds) * 1000, lang))}`;
      return `${terminal.paint(terminal.glyph(word), word)} ${terminal.pad(name, 16)} ${vantageStateName(state, lang)}${clock}`;
    });
    return {
      exit: items.every(({ state }) => state === "ok") ? 0 : 3,
      json: { items },
      text: rows.join("\n"),
      plain: items.map(({ name, state, lastSeenAt }) => [name, state, lastSeenAt ?? ""].join("\t")),
      quiet: items.map(({ name }) => name),
    };
  },
};
