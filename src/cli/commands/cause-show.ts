import { openCatalogue } from "../../diagnose/index.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import { causeJson, causesFolder, causeText } from "../cause-text.ts";
import type { Command } from "../command.ts";
import { nearest } from "../nearest.ts";

export const causeShow: Command = {
  name: "cause show",
  summary: {
    ja: "1つの原因の現れ方・最初の一手・直し方(--yaml で書き方の手本)",
    en: "one cause: its signs, first step and repair; --yaml shows it as it is written",
  },
  usage: "ID [--yaml]",
  examples: [
    "koboshi cause show disk-full",
    "koboshi cause show disk-full --yaml > my-cause.yaml",
    "koboshi cause show clock-drift --json",
  ],
  options: { yaml: { type: "boolean" } },
  run(context) {
    const [id] = context.args;
    if (id === undefined) throw new KoboshiError("KB1001", { what: "cause show ID" });
    const desk = openCatalogue(causesFolder(context));
    const cause = desk.catalogue.causes.get(id);
    if (cause === undefined) {
      const near = nearest(id, [...desk.catalogue.causes.keys()]) ?? "";
      throw new KoboshiError("KB4411", { id: id.slice(0, 100), near });
    }
    const yaml = context.values["yaml"] === true;
    return Promise.resolve({
      exit: 0,
      json: causeJson(cause),
      text: yaml ? desk.written(cause) : causeText(cause, desk, context),
      plain: cause.likelihoods.flatMap(({ evidence, relation, states }) =>
        Object.entries(states).map(([state, chance]) => [evidence, relation, state, chance].join("\t")),
      ),
      quiet: [cause.id],
    });
  },
};
