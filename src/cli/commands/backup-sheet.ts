import type { Command } from "../command.ts";
import { sheetText } from "../../words/recovery-sheet.ts";
import { siteOf, type OpenDoor } from "./backup-restore.ts";

export function backupSheet(openDoor: OpenDoor): Command {
  return {
    name: "backup sheet",
    summary: {
      ja: "印刷しておく復元手順(koboshi がなくても restic だけで戻せる手順。パスワードは載りません)",
      en: "the sheet to print: how to restore with plain restic when koboshi is gone; no passwords on it",
    },
    usage: "PLAN",
    examples: [
      "koboshi backup sheet shop-data",
      "koboshi backup sheet shop-data --lang en | lp",
      "koboshi backup sheet shop-data --json",
    ],
    async run(context) {
      const { args, clock, lang } = context;
      const site = siteOf(context);
      const door = await openDoor({ clock, site });
      const facts = await door.sheet(args[0] ?? "");
      const text = sheetText(facts, { lang, timeZone: site.timeZone, printedAtMs: clock.nowMs() });
      const read = facts.copies.filter(({ record }) => record !== null);
      return {
        // 3: printed, but of no copy the ids are known
        exit: read.length === 0 ? 3 : 0,
        json: { facts, text },
        text,
        quiet: read.map(({ record }) => record?.set ?? ""),
      };
    },
  };
}
