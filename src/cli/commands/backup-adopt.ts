import { safeText } from "../../clients/safe-text.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import type { ForeignSource } from "../../kernel/ports-restore.ts";
import { backupKeepingWords } from "../../words/backup-keeping.ts";
import { dateTime, duration } from "../../words/format.ts";
import type { Command, Context } from "../command.ts";
import { readSite } from "../local-site.ts";
import { passwordOf } from "../restore-wanted.ts";
import type { OpenDoor } from "./backup-restore.ts";

const nothingThere = 5;

/** What others' backups hold already, and the lines by which they are watched and audited without sending them again. */
export function backupAdopt(openDoor: OpenDoor): Command {
  return {
    name: "backup adopt",
    summary: {
      ja: "restic や borg で取ってある控えを調べ、取り込むための設定を示す(読むだけ。koboshi の起動は不要)",
      en: "look into copies that restic or borg made already and suggest the configuration; only reads, needs no hub",
    },
    usage: "REPO --password-file F [--with restic|borg] [--at PLACE]",
    examples: [
      "koboshi backup adopt /srv/restic --password-file key.txt --at office",
      "koboshi backup adopt ssh://backup@office/./borg --with borg --password-file key.txt",
      "koboshi backup adopt rest:https://backup.example/shop --password-file key.txt --json",
    ],
    options: { "password-file": { type: "string" }, with: { type: "string" }, at: { type: "string" } },
    async run(context) {
      const { args, values, lang, clock, configPath } = context;
      const say = backupKeepingWords(lang);
      const [repo] = args;
      const tool = values["with"] ?? "restic";
      if (repo === undefined) throw new KoboshiError("KB1001", { what: say.needsRepo });
      if (tool !== "restic" && tool !== "borg") throw new KoboshiError("KB1001", { what: "--with restic|borg" });
      const site = readSite(configPath);
      const place = typeof values["at"] === "string" ? values["at"] : "office";
      const door = await openDoor({ clock, site });
      const items = (await door.foreign?.({ tool, repo, password: passwordOf(context), place })) ?? [];
      const timeZone = site?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
      return {
        exit: items.length === 0 ? nothingThere : 0,
        json: { items },
        text:
          items.length === 0
            ? say.noForeign
            : [...items.map((item) => textOf(item, context, timeZone)), say.foreignLimit].join("\n"),
        plain: items.map(({ host, paths, count }) => [host, paths.join(","), count].join("\t")),
        quiet: items.map(({ host }) => host),
      };
    },
  };
}

/** Names of hosts and paths come from a repository of others. */
function textOf(source: ForeignSource, { lang }: Context, timeZone: string): string {
  const say = backupKeepingWords(lang);
  const { host, paths, count, oldestAtMs, newestAtMs, medianGapMs, yaml } = source;
  const time = (atMs: number | null): string => (atMs === null ? "—" : dateTime(atMs, timeZone, lang));
  const gap = medianGapMs === null ? "" : `  ${duration(medianGapMs, lang)}`;
  return [
    safeText(say.found(host, paths.join(" ")), []),
    `  ${say.counted(count, time(oldestAtMs), time(newestAtMs))}${gap}`,
    say.pasteIt,
    ...yaml
      .trimEnd()
      .split("\n")
      .map((line) => `  ${line}`),
    "",
  ].join("\n");
}
