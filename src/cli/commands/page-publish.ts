import { cliWords } from "../../words/cli.ts";
import type { Answer, Command } from "../command.ts";
import { pageLines, type PageAnswer } from "../page-text.ts";

export const pagePublish: Command = {
  name: "page publish",
  summary: {
    ja: "公開ページをいま置き直し、読み戻して確かめる",
    en: "publish the status page now, fetch it back and compare",
  },
  usage: "",
  examples: ["koboshi page publish", "koboshi page publish --json", "koboshi page publish --timeout 2m"],
  async run({ hub, lang, terminal }): Promise<Answer> {
    const page = await hub().post<PageAnswer>(`/api/v1/page/publish?lang=${lang}`);
    if (!page.configured) return { exit: 5, json: { page }, text: cliWords(lang).noPage };
    return {
      exit: page.targets.some(({ lastError }) => lastError !== null) ? 6 : 0,
      json: { page },
      text: pageLines(page, terminal, lang).join("\n"),
      quiet: page.targets.map(({ target }) => target),
    };
  },
};
