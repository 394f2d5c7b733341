import type { DeviceClass, NetworkKind } from "../../kernel/ports-people.ts";
import { cliPathWords } from "../../words/cli-paths.ts";
import { deviceName, networkName } from "../../words/people.ts";
import type { Command } from "../command.ts";

interface ReportAnswer {
  readonly id: number;
  readonly at: string;
  readonly service: string;
  readonly canReach: boolean;
  readonly device: DeviceClass;
  readonly network: NetworkKind;
  readonly isp: string | null;
  readonly comment: string | null;
  readonly source: string;
}

export const peopleLs: Command = {
  name: "people ls",
  summary: {
    ja: "利用者からの「使えない」の報告(新しいものが先)",
    en: "what people reported of the services, newest first",
  },
  usage: "",
  examples: ["koboshi people ls", "koboshi people ls --plain", "koboshi people ls --json"],
  async run({ hub, lang, terminal }) {
    const say = cliPathWords(lang);
    const answer = await hub().get<{ items: ReportAnswer[]; turnedAway: number }>("/api/v1/people-reports");
    const rows = answer.items.map(({ at, service, canReach, network, device, isp, comment }) => {
      const state = canReach ? "ok" : "down";
      const where = [networkName(network, lang), ...(isp === null ? [] : [isp]), deviceName(device, lang)].join(" · ");
      const mark = terminal.paint(`${terminal.glyph(state)} ${canReach ? say.can : say.cannot}`, state);
      return `${at}  ${terminal.pad(service, 16)} ${mark}  ${where}${comment === null ? "" : `  ${oneLine(comment)}`}`;
    });
    const more = answer.turnedAway === 0 ? [] : [say.turnedAway(answer.turnedAway)];
    return {
      exit: 0,
      json: answer,
      text: rows.length === 0 ? say.noReports : [...rows, ...more].join("\n"),
      plain: answer.items.map(({ at, service, canReach, network, device, source }) =>
        [at, service, canReach ? "yes" : "no", network, device, source].join("\t"),
      ),
      quiet: answer.items.map(({ id }) => String(id)),
    };
  },
};

/** A terminal is told nothing by a stranger but letters. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ");
}
