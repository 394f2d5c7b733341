import type { z } from "zod";
import type { TidyJson } from "../../api/routes/backup-keeping.ts";
import { safeText } from "../../clients/safe-text.ts";
import { instantMs } from "../../readers/hardware/instant.ts";
import { backupKeepingWords, keptText, nothingGoesText } from "../../words/backup-keeping.ts";
import { rfc3339 } from "../../words/format.ts";
import { planOfArgs } from "../backup-text.ts";
import type { Command, Context } from "../command.ts";

type Tidy = z.output<typeof TidyJson>["items"][number];
const refusedExit = 77;

export const backupTidy: Command = {
  name: "backup tidy",
  summary: {
    ja: "保存の決まりから外れた古い控えを示し、--yes で消す(maintainer の資格情報だけを使います)",
    en: "show which old sets the rules let go, and with --yes let them go; with the maintainer's credential alone",
  },
  usage: "PLAN [--yes]",
  examples: [
    "koboshi backup tidy shop-data",
    "koboshi backup tidy shop-data --yes",
    "koboshi backup tidy shop-data --json",
  ],
  options: {},
  async run(context) {
    const { args, values, hub, lang } = context;
    const plan = planOfArgs(args, lang);
    const confirmed = values["yes"] === true;
    const path = `/api/v1/backups/${encodeURIComponent(plan)}/tidy?lang=${lang}`;
    const { items } = await hub().post<z.output<typeof TidyJson>>(path, { confirmed });
    return {
      exit: exitOf(items),
      json: { ok: exitOf(items) === 0, plan, items },
      text: items.length === 0 ? backupKeepingWords(lang).noOwn : items.map((one) => textOf(one, context)).join("\n"),
      plain: items.flatMap(({ place, sets }) =>
        sets.map(({ set, at, keeps }) => [place, set, at, keeps.join(",")].join("\t")),
      ),
      quiet: items.flatMap(({ sets }) => sets.flatMap(({ set, keeps }) => (keeps.length === 0 ? [set] : []))),
    };
  },
};

function exitOf(items: readonly Tidy[]): number {
  if (items.some(({ state }) => state === "failed")) return 1;
  const isRefused = items.some(({ state, refusals }) => state === "no-maintainer" || refusals.length > 0);
  return isRefused || items.length === 0 ? refusedExit : 0;
}

function textOf(tidy: Tidy, { lang }: Context): string {
  const { place, sets } = tidy;
  const lines = sets.map(({ set, at, keeps }) => {
    const time = rfc3339(instantMs(at) ?? 0, Intl.DateTimeFormat().resolvedOptions().timeZone);
    return `  ${set}  ${time}  ${keptText(keeps, lang)}`;
  });
  return [`${place}: ${headOf(tidy, lang)}`, ...lines].join("\n");
}

function headOf(tidy: Tidy, lang: Context["lang"]): string {
  const say = backupKeepingWords(lang);
  const trouble = tidy.trouble === null ? null : safeText(tidy.trouble, []);
  const nothing = nothingGoesText({ ...tidy, trouble }, lang);
  if (nothing !== null) return nothing;
  if (tidy.state === "done") return say.gone(tidy.removed);
  return say.wouldGo(tidy.sets.filter(({ keeps }) => keeps.length === 0).length);
}
