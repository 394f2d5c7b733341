import { cliWords } from "../../words/cli.ts";
import type { Answer, Command } from "../command.ts";
import { pageLines, type PageAnswer } from "../page-text.ts";

export const pageShow: Command = {
  name: "page show",
  summary: {
    ja: "公開ページの置き場所と、置いたものが一致しているか",
    en: "where the status page lies and whether it is current",
  },
  usage: "",
  examples: ["koboshi page show", "koboshi page show --json", "koboshi page publish && koboshi page show"],
  async run({ hub, lang, terminal }): Promise<Answer> {
    const page = await hub().get<PageAnswer>(`/api/v1/page?lang=${lang}`);
    if (!page.configured) return { exit: 5, json: { page }, text: cliWords(lang).noPage };
    return {
      exit: page.targets.some(({ lastError }) => lastError !== null) ? 3 : 0,
      json: { page },
      text: pageLines(page, terminal, lang).join("\n"),
      plain: page.targets.map(({ target, verifiedAt, lastError }) =>
        [target, verifiedAt ?? "", lastError ?? ""].join("\t"),
      ),
      quiet: page.targets.map(({ target }) => target),
    };
  },
};
