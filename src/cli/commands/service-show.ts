import { cliServiceWords } from "../../words/cli-service.ts";
import type { Command } from "../command.ts";
import {
  checkLines,
  pastLine,
  readService,
  serviceKey,
  serviceLine,
  untilText,
  type PastAnswer,
} from "../service-text.ts";

export const serviceShow: Command = {
  name: "service show",
  summary: { ja: "サービスの様子と90日の稼働", en: "one service: what is seen, and its 90 days" },
  usage: "SERVICE",
  examples: ["koboshi service show shop", "koboshi service show shop --json", "koboshi service show shop --lang en"],
  async run({ args, hub, lang, terminal }) {
    const client = hub();
    const key = serviceKey(args, lang);
    const service = await readService(client, key);
    const past = await client.get<PastAnswer>(`/api/v1/services/${encodeURIComponent(key)}/availability`);
    const say = cliServiceWords(lang);
    const lines = [
      serviceLine(service, terminal, lang),
      pastLine(past, lang),
      ...service.pauses.slice(0, 1).map(({ until, reason }) => say.paused(untilText(until, lang), reason)),
      "",
      say.checks,
      ...checkLines(service, terminal, lang),
    ];
    return { exit: 0, json: { service, availability: past }, text: lines.join("\n"), quiet: [key] };
  },
};
