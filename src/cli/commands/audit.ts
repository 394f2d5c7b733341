import { KoboshiError } from "../../kernel/errors.ts";
import type { AuditReport } from "../../kernel/ports-audit.ts";
import type { Site } from "../../kernel/model/site.ts";
import { reportJson } from "../../api/routes/survival-json.ts";
import { createAuditDesk } from "../../recover/index.ts";
import { reportOf, type AuditAnswer } from "../audit-answer.ts";
import { provenHere } from "../audit-facts.ts";
import { auditText } from "../audit-text.ts";
import type { Command, Context } from "../command.ts";
import { readSite } from "../local-site.ts";

/** What the answer rests on. `declared`: on what the file says, as a plan is judged. */
type JudgedBy = "hub" | "ledger" | "repositories" | "declared";

interface Judged {
  readonly report: AuditReport;
  readonly json: Readonly<Record<string, unknown>>;
  readonly judgedBy: JudgedBy;
}

export const audit: Command = {
  name: "audit",
  summary: {
    ja: "それがなくなったら何が残り、どれだけで戻れるか(koboshi が動いていなくても答えます)",
    en: "what survives if something is gone, and how long it takes to come back; answers without a hub too",
  },
  usage: "[--without TARGET …] [--planned]",
  examples: [
    "koboshi audit",
    "koboshi audit --without place:sakura --json",
    "koboshi audit --without yamada --planned",
  ],
  options: { without: { type: "string", multiple: true }, planned: { type: "boolean" } },
  async run(context) {
    const { values, lang, terminal, configPath } = context;
    const written = values["without"];
    const without = Array.isArray(written) ? written.filter((one) => typeof one === "string") : [];
    const site = readSite(configPath);
    const isPlanned = values["planned"] === true;
    const { report, json, judgedBy } = isPlanned
      ? await judgedHere(context, site, { planned: true, without })
      : ((await judgedByHub(context, without)) ?? (await judgedHere(context, site, { planned: false, without })));
    const timeZone = site?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
    return {
      exit: report.ok ? 0 : 3,
      json: { ...json, judgedBy },
      text: auditText(report, { lang, terminal, timeZone }),
      plain: plainRows(report),
      quiet: [...report.lost, ...report.unknown],
    };
  },
};

/** The running hub knows what was tried and rehearsed. @returns null when none runs */
async function judgedByHub({ hub }: Context, without: readonly string[]): Promise<Judged | null> {
  const query = new URLSearchParams(without.map((one) => ["without", one]));
  try {
    const answer = await hub().get<AuditAnswer>(`/api/v1/audit${without.length === 0 ? "" : `?${query.toString()}`}`);
    return { report: reportOf(answer), json: answer, judgedBy: "hub" };
  } catch (thrown) {
    if (thrown instanceof KoboshiError && thrown.code === "KB1201") return null;
    throw thrown;
  }
}

async function judgedHere(
  context: Context,
  site: Site | null,
  asked: { readonly planned: boolean; readonly without: readonly string[] },
): Promise<Judged> {
  const { clock, configPath } = context;
  if (site === null) throw new KoboshiError("KB1102", { path: configPath });
  // a plan is judged by what it declares
  const proven = asked.planned ? null : await provenHere(site, context);
  const { copies, restores } = proven ?? { copies: [], restores: [] };
  const desk = createAuditDesk({ facts: async () => ({ site, nowMs: clock.nowMs(), copies, restores }) });
  const report = await desk.audit(asked);
  return { report, json: { ...reportJson(report, site.timeZone) }, judgedBy: proven?.from ?? "declared" };
}

function plainRows({ overview, outcome }: AuditReport): readonly string[] {
  if (overview !== null) {
    return overview.rows.map(({ event, lost, unknown }) => [event.id, lost.join(","), unknown.join(",")].join("\t"));
  }
  return outcome.copies.map(({ of, place, survives, reason }) =>
    [of, place, String(survives), reason?.code ?? ""].join("\t"),
  );
}
