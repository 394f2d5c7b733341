import type { StateWord } from "../../kernel/model/status.ts";
import { hostWords } from "../../words/hosts.ts";
import { stateName } from "../../words/states.ts";
import type { Command } from "../command.ts";
import { hostSummary, type HostAnswer } from "../host-answer.ts";

const order: readonly StateWord[] = ["down", "unknown", "warning", "maintenance", "paused", "ok"];

export const hostLs: Command = {
  name: "host ls",
  summary: { ja: "サーバーの一覧(悪いものが先)", en: "hosts as they are from inside, sick ones first" },
  usage: "",
  examples: ["koboshi host ls", "koboshi host ls --plain", "koboshi host ls --json"],
  async run({ hub, lang, terminal }) {
    const { items } = await hub().get<{ items: HostAnswer[] }>(`/api/v1/hosts?lang=${lang}`);
    const sorted = items.toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
    const rows = sorted.map((host) => {
      const mark = terminal.paint(`${terminal.glyph(host.state)} ${stateName(host.state, lang)}`, host.state);
      return `${mark}  ${terminal.pad(host.key, 16)} ${terminal.pad(host.at ?? "", 10)} ${hostSummary(host, lang)}`;
    });
    return {
      exit: items.some(({ state }) => state !== "ok" && state !== "paused") ? 3 : 0,
      json: { items },
      text: rows.length === 0 ? hostWords(lang).empty : rows.join("\n"),
      plain: sorted.map(({ key, state, silence, findings, readAt }) =>
        [key, state, silence?.reason ?? "", findings.map(({ kind }) => kind).join(","), readAt ?? ""].join("\t"),
      ),
      quiet: sorted.map(({ key }) => key),
    };
  },
};
