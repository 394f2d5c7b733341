import type { Lang } from "../../kernel/lang.ts";
import { openCatalogue } from "../../diagnose/index.ts";
import { causeCliWords, causeLayerNames } from "../../words/diagnosis-catalogue.ts";
import { causeJson, causeLine, causesFolder, layerName, problemLines, type CauseDesk } from "../cause-text.ts";
import type { Answer, Command, Context } from "../command.ts";

export const causeLs: Command = {
  name: "cause ls",
  summary: {
    ja: "診断に使う原因(または --evidence で証拠)の一覧",
    en: "the causes diagnosis knows, or with --evidence what it looks at",
  },
  usage: "[--evidence]",
  examples: ["koboshi cause ls", "koboshi cause ls --evidence", "koboshi cause ls --json"],
  options: { evidence: { type: "boolean" } },
  run(context) {
    const desk = openCatalogue(causesFolder(context));
    const lines = problemLines(desk.problems, context.lang);
    if (lines.length > 0) {
      context.hint([causeCliWords(context.lang).problems(String(lines.length)), ...lines].join("\n"));
    }
    const answer = context.values["evidence"] === true ? evidence(desk, context) : causes(desk, context);
    return Promise.resolve({ ...answer, exit: lines.length > 0 ? 3 : 0 });
  },
};

function causes({ catalogue, problems }: CauseDesk, { lang, terminal }: Context): Answer {
  const all = [...catalogue.causes.values()];
  const layers = Object.keys(causeLayerNames).filter((layer) => all.some((cause) => cause.layer === layer));
  const own = all.filter(({ from }) => from !== "shipped").length;
  const blocks = layers.map((layer) =>
    [
      layerName(layer, lang),
      ...all.filter((cause) => cause.layer === layer).map((cause) => causeLine(cause, { lang, terminal })),
    ].join("\n"),
  );
  return {
    exit: 0,
    json: { version: catalogue.version, items: all.map(causeJson), problems },
    text: [...blocks, causeCliWords(lang).total(String(all.length), String(own))].join("\n\n"),
    plain: all.map(({ id, layer, at, weight, from }) => [id, layer, at, weight, from].join("\t")),
    quiet: all.map(({ id }) => id),
  };
}

function evidence({ catalogue, problems }: CauseDesk, { lang, terminal }: Context): Answer {
  const all = [...catalogue.evidence.values()];
  const states = (kind: (typeof all)[number], words: Lang): string =>
    kind.states.map((state) => `${state}=${kind.stateWords[state]?.[words] ?? state}`).join(" / ");
  return {
    exit: 0,
    json: {
      version: catalogue.version,
      items: all.map(({ id, title, bundle, states: names, leak, unit }) => ({
        id,
        title,
        bundle,
        states: names,
        leak,
        unit,
      })),
      problems,
    },
    text: all
      .map((kind) => `${terminal.pad(kind.id, 11)} ${kind.title[lang]}\n            ${states(kind, lang)}`)
      .join("\n"),
    plain: all.map(({ id, bundle, states: names }) => [id, bundle, names.join(" ")].join("\t")),
    quiet: all.map(({ id }) => id),
  };
}
