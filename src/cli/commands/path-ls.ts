import type { StateWord } from "../../kernel/model/status.ts";
import { cliPathWords } from "../../words/cli-paths.ts";
import { vantageName } from "../../words/incident.ts";
import { lossText, pathReason } from "../../words/paths.ts";
import type { Lang } from "../../kernel/lang.ts";
import type { Command } from "../command.ts";

interface PathAnswer {
  readonly vantage: string;
  readonly target: string;
  readonly address: string | null;
  readonly packets: { readonly lossRatio: number; readonly meanSeconds: number | null } | null;
  readonly route: { readonly hops: readonly (readonly string[])[] } | null;
  readonly unobserved: Readonly<Record<string, string>>;
  readonly troubles: readonly string[];
}

export const pathLs: Command = {
  name: "path ls",
  summary: {
    ja: "対象までの損失・遅れ・経路(異常が先)",
    en: "loss, delay and route to each target, troubled ones first",
  },
  usage: "",
  examples: ["koboshi path ls", "koboshi path ls --plain", "koboshi path ls --json"],
  async run({ hub, lang, terminal }) {
    const { items } = await hub().get<{ items: PathAnswer[] }>("/api/v1/paths");
    const rows = items.map((path) => {
      const state = stateOf(path);
      return `${terminal.paint(terminal.glyph(state), state)} ${terminal.pad(`${path.target} ← ${vantageName(path.vantage, lang)}`, 40)} ${line(path, lang)}`;
    });
    return {
      exit: items.some(({ troubles }) => troubles.length > 0) ? 3 : 0,
      json: { items },
      text: rows.length === 0 ? cliPathWords(lang).noPaths : rows.join("\n"),
      plain: items.map(({ vantage, target, address, packets, route, troubles }) =>
        [
          target,
          address ?? "",
          packets?.lossRatio ?? "",
          packets?.meanSeconds ?? "",
          route?.hops.length ?? "",
          troubles.join(","),
          vantage,
        ].join("\t"),
      ),
      quiet: items.map(({ target }) => target),
    };
  },
};

function stateOf({ troubles, packets }: PathAnswer): StateWord {
  if (troubles.length > 0) return "warning";
  return packets === null ? "unknown" : "ok";
}

function line({ packets, route, troubles, unobserved }: PathAnswer, lang: Lang): string {
  const say = cliPathWords(lang);
  const why = unobserved["packets"];
  const facts = [
    ...(troubles.includes("loss") ? [say.lossy] : []),
    ...(troubles.includes("route") ? [say.changed] : []),
    ...(packets === null
      ? [say.notMeasured(why === undefined ? "" : pathReason(why, lang))]
      : [say.lost(lossText(packets)), ...delay(packets.meanSeconds, lang)]),
    ...(route === null ? [] : [say.hops(route.hops.length)]),
  ];
  return facts.join(" · ");
}

function delay(seconds: number | null, lang: Lang): readonly string[] {
  return seconds === null ? [] : [cliPathWords(lang).delay((seconds * 1_000).toFixed(1))];
}
