import type { Lang } from "../../kernel/lang.ts";
import { cliWords } from "../../words/cli.ts";
import { list } from "../../words/format.ts";
import { stateName } from "../../words/states.ts";
import type { Command } from "../command.ts";
import { incidentLine, scopeLines, type StatusAnswer } from "../incident-text.ts";
import type { Terminal } from "../terminal.ts";

export const status: Command = {
  name: "status",
  summary: { ja: "いまの様子と、次にすること", en: "is everything all right, and what to do next" },
  usage: "[--exit-code]",
  examples: ["koboshi status", "koboshi status --exit-code", "koboshi status --json | jq .verdict"],
  options: { "exit-code": { type: "boolean" } },
  async run({ hub, lang, terminal, values }) {
    const answer = await hub().get<StatusAnswer>(`/api/v1/status?lang=${lang}`);
    return {
      exit: values["exit-code"] === true ? exitOf(answer) : 0,
      json: answer,
      text: statusText(answer, terminal, lang),
      plain: answer.services.map(({ key, state, because, since }) =>
        [key, state, because ?? "", since ?? ""].join("\t"),
      ),
      quiet: answer.incidents.map(({ id }) => String(id)),
    };
  },
};

function exitOf({ verdict }: StatusAnswer): number {
  if (verdict === "down") return 4;
  return verdict === "ok" || verdict === "empty" ? 0 : 3;
}

/** Verdict, who is hit, where it is seen from, the next step; then what is not urgent. */
function statusText(answer: StatusAnswer, terminal: Terminal, lang: Lang): string {
  const loud = answer.incidents.filter((incident) => !incident.quiet);
  const quiet = answer.incidents.filter((incident) => incident.quiet);
  const lines = [
    ...loud.flatMap((incident) => [
      incidentLine(incident, terminal, lang),
      ...scopeLines(incident, terminal, lang).map((line) => `  ${line}`),
      ...(incident.acknowledgedAt === null ? [`  ${cliWords(lang).nextAck(incident.id)}`] : []),
    ]),
    ...(loud.length === 0 ? [calmLine(answer, terminal, lang)] : []),
    ...serviceLines(answer, terminal, lang),
    ...quiet.map((incident) => incidentLine(incident, terminal, lang)),
    ...answer.attentions
      .filter(({ level }) => level !== "info")
      .map(({ level, text }) => {
        const state = level === "down" ? "down" : "warning";
        return `${terminal.paint(terminal.glyph(state), state)} ${text[lang]}`;
      }),
  ];
  return lines.join("\n");
}

function calmLine(answer: StatusAnswer, terminal: Terminal, lang: Lang): string {
  const say = cliWords(lang);
  const mark = (state: "ok" | "warning" | "unknown", text: string): string =>
    `${terminal.paint(terminal.glyph(state), state)} ${text}`;
  const unknown = answer.services.filter((service) => service.state === "unknown").map(({ name }) => name);
  if (answer.verdict === "empty") return mark("unknown", say.nothingWatched);
  if (unknown.length > 0) return mark("unknown", say.cannotJudge(list(unknown, lang)));
  if (answer.verdict === "ok") return mark("ok", say.allWell(answer.services.length, answer.vantages.length));
  return mark("warning", say.needsAttention);
}

/** Services that are not well, each in a line; the others as a number. */
function serviceLines(answer: StatusAnswer, terminal: Terminal, lang: Lang): string[] {
  const unwell = answer.services.filter((service) => service.state !== "ok");
  const well = answer.services.length - unwell.length;
  const say = cliWords(lang);
  return [
    ...unwell.map((service) => {
      const because = service.because === null ? "" : `  (${say.because(service.because)})`;
      const word = terminal.pad(stateName(service.state, lang), 12);
      return `  ${terminal.paint(`${terminal.glyph(service.state)} ${word}`, service.state)}${service.name}${because}`;
    }),
    ...(well > 0 && unwell.length > 0 ? [`${terminal.paint(terminal.glyph("ok"), "ok")} ${say.others(well)}`] : []),
  ];
}
