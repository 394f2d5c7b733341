import type { Clock } from "../../kernel/clock.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import type { CopyState, RestoreRun } from "../../kernel/model/recovery.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { AuditReport } from "../../kernel/ports-audit.ts";
import { createAuditDesk, readBackupsHere } from "../../recover/index.ts";
import { reportJson } from "../../api/routes/survival-json.ts";
import { auditText } from "../audit-text.ts";
import type { Command } from "../command.ts";
import { readSite } from "../local-site.ts";

/** What is proven of copies: at least what their repositories hold now. */
export type ReadProven = (
  site: Site,
  clock: Clock,
) => Promise<{
  readonly copies: readonly CopyState[];
  readonly restores: readonly RestoreRun[];
}>;

const nothing: Awaited<ReturnType<ReadProven>> = { copies: [], restores: [] };

export function auditCommand(readProven: ReadProven): Command {
  return {
    name: "audit",
    summary: {
      ja: "それがなくなったら何が残り、どれだけで戻れるか(koboshi の起動は不要)",
      en: "what survives if something is gone, and how long it takes to come back; no hub needed",
    },
    usage: "[--without TARGET …] [--planned]",
    examples: [
      "koboshi audit",
      "koboshi audit --without place:sakura --json",
      "koboshi audit --without yamada --planned",
    ],
    options: { without: { type: "string", multiple: true }, planned: { type: "boolean" } },
    async run({ values, lang, terminal, clock, configPath }) {
      const site = readSite(configPath);
      if (site === null) throw new KoboshiError("KB1102", { file: configPath, why: "—" });
      const written = values["without"];
      const without = Array.isArray(written) ? written.filter((one) => typeof one === "string") : [];
      const isPlanned = values["planned"] === true;
      const desk = createAuditDesk({
        // a plan is judged by what it declares
        facts: async () => ({ site, nowMs: clock.nowMs(), ...(isPlanned ? nothing : await readProven(site, clock)) }),
      });
      const report = await desk.audit({ planned: isPlanned, without });
      return {
        exit: report.ok ? 0 : 3,
        json: { ...reportJson(report, site.timeZone) },
        text: auditText(report, { lang, terminal, timeZone: site.timeZone }),
        plain: plainRows(report),
        quiet: [...report.lost, ...report.unknown],
      };
    },
  };
}

function plainRows({ overview, outcome }: AuditReport): readonly string[] {
  if (overview !== null) {
    return overview.rows.map(({ event, lost, unknown }) => [event.id, lost.join(","), unknown.join(",")].join("\t"));
  }
  return outcome.copies.map(({ of, place, survives, reason }) =>
    [of, place, String(survives), reason?.code ?? ""].join("\t"),
  );
}

export const audit = auditCommand(async (site, clock) => ({
  copies: (await readBackupsHere({ clock, site })).flatMap(({ copies }) => copies),
  restores: [],
}));
