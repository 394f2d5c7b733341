import { cliServiceWords } from "../../words/cli-service.ts";
import type { Command } from "../command.ts";
import { serviceLine, type ServiceAnswer } from "../service-text.ts";

export const serviceLs: Command = {
  name: "service ls",
  summary: { ja: "サービスの一覧(止まっているものが先)", en: "services, broken ones first" },
  usage: "",
  examples: ["koboshi service ls", "koboshi service ls --plain", "koboshi service ls --json | jq '.items[].state'"],
  async run({ hub, lang, terminal }) {
    const { items, next } = await hub().get<{ items: ServiceAnswer[]; next: string | null }>("/api/v1/services");
    const rows = items.map((service) => serviceLine(service, terminal, lang));
    return {
      exit: 0,
      json: { items, next },
      text: rows.length === 0 ? cliServiceWords(lang).none : rows.join("\n"),
      plain: items.map(({ key, state, because, since }) => [key, state, because ?? "", since ?? ""].join("\t")),
      quiet: items.map(({ key }) => key),
    };
  },
};
