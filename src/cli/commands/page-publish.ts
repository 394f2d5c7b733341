import { KoboshiError } from "../../kernel/errors.ts";
import { createLog } from "../../app/log.ts";
import { publishWithoutHub } from "../../app/offline-page.ts";
import { cliWords } from "../../words/cli.ts";
import { rfc3339 } from "../../words/format.ts";
import { whileAlive } from "../alive.ts";
import type { Answer, Command, Context } from "../command.ts";
import { readSite } from "../local-site.ts";
import { pageLines, type PageAnswer } from "../page-text.ts";

export const pagePublish: Command = {
  name: "page publish",
  summary: {
    ja: "公開ページをいま置き直し、読み戻して確かめる(koboshi が止まっていても使えます)",
    en: "publish the status page now, fetch it back and compare; works without a hub, too",
  },
  usage: "",
  examples: ["koboshi page publish", "koboshi page publish --json", "koboshi page publish --timeout 2m"],
  async run(context): Promise<Answer> {
    const { lang, terminal } = context;
    const page = await published(context);
    if (!page.configured) return { exit: 5, json: { page }, text: cliWords(lang).noPage };
    return {
      exit: page.targets.some(({ lastError }) => lastError !== null) ? 6 : 0,
      json: { page },
      text: pageLines(page, terminal, lang).join("\n"),
      quiet: page.targets.map(({ target }) => target),
    };
  },
};

/** By the hub; where none answers, from the file and the ledger, with everything the hub would see as not confirmed. */
async function published(context: Context): Promise<PageAnswer> {
  const { hub, lang, configPath } = context;
  try {
    return await hub().post<PageAnswer>(`/api/v1/page/publish?lang=${lang}`);
  } catch (thrown) {
    const site = readSite(configPath);
    if (!(thrown instanceof KoboshiError && thrown.code === "KB1201") || site === null) throw thrown;
    context.hint(cliWords(lang).withoutHub);
    const { clock } = context;
    const { targets } = await whileAlive(() => publishWithoutHub({ clock, log: createLog("error") }, site));
    return {
      configured: site.statusPage !== null,
      targets: targets.map(({ key, verifiedAt, error }) => ({
        target: key,
        verifiedAt: verifiedAt === null ? null : rfc3339(verifiedAt.atMs, site.timeZone),
        lastError:
          error === null ? null : `${error.code} ${String(error.facts["reason"] ?? error.facts["file"] ?? "")}`,
      })),
    };
  }
}
