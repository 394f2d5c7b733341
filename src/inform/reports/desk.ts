import { stampNow, type Clock, type Stamp } from "../../kernel/clock.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import type { Actor } from "../../kernel/event.ts";
import { langs, type Lang } from "../../kernel/lang.ts";
import { isOpen } from "../../kernel/model/incident.ts";
import type { Site } from "../../kernel/model/site.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import type { Ledger, LedgerReads } from "../../storage/ledger/ledger.ts";
import { openBlanks, reportVersions, type ReportDocument, type ReportVersion } from "./document.ts";
import { readFacts, type ReportFacts } from "./facts.ts";
import { customerLetter } from "./letter.ts";
import { postmortem } from "./postmortem.ts";
import { emptyDraft, ReportDraft } from "./report.ts";

/** A report as it stands, before or between editions. */
export interface ReportState {
  readonly incidentId: number;
  readonly draft: ReportDraft;
  /** of the draft; 0 while nobody has saved one */
  readonly revision: number;
  readonly savedAt: Stamp | null;
  readonly savedBy: string | null;
  /** oldest first */
  readonly editions: readonly { readonly edition: number; readonly stage: string; readonly publishedAt: Stamp }[];
  /** the next edition, in one version and language */
  readonly document: ReportDocument;
  /** blanks of it that nobody has filled, in order */
  readonly openBlanks: readonly string[];
}

export interface Wanted {
  readonly incidentId: number;
  readonly version: ReportVersion;
  readonly lang: Lang;
}

/** Reports on incidents: facts by koboshi, locked; blanks by people; editions that never change. */
export interface ReportDesk {
  /** the report as it would be published now; null when there is no such incident */
  read(wanted: Wanted): Promise<ReportState | null>;
  /** a published one, as it was; null when there is none */
  published(wanted: Wanted & { edition: number }): Promise<ReportDocument | null>;
  /** @returns KB1002 no such incident; KB7001 saved by someone else since `revision`: what is stored stays */
  save(input: SaveInput): Promise<Result<{ revision: number }, KoboshiError>>;
  /** Freezes the draft as the next edition. @returns KB1002; KB7001 as for `save` */
  publish(input: {
    incidentId: number;
    revision: number;
    actor: Actor;
  }): Promise<Result<{ edition: number }, KoboshiError>>;
}

export interface SaveInput {
  readonly incidentId: number;
  /** the one the writer saw; 0 for the first */
  readonly revision: number;
  readonly draft: ReportDraft;
  readonly actor: Actor;
}

export interface ReportDeps {
  readonly ledger: Pick<Ledger, "read" | "transaction">;
  readonly clock: Clock;
  site(): Site;
}

export function createReportDesk(deps: ReportDeps): ReportDesk {
  const { ledger, clock } = deps;
  return {
    read: (wanted) => readReport(deps, wanted),
    async published({ incidentId, edition, version, lang }) {
      const editions = await ledger.read.reportEditions(incidentId);
      const found = editions.find((one) => one.edition === edition);
      return found === undefined ? null : ((found.documents as Documents)[version]?.[lang] ?? null);
    },
    save: ({ incidentId, revision, draft, actor }) =>
      ledger.transaction(async (tx) => {
        if ((await tx.incident(incidentId)) === null)
          return err(new KoboshiError("KB1002", { what: `#${incidentId}` }));
        const before = (await tx.reportDraft(incidentId))?.revision ?? 0;
        if (before !== revision) return err(new KoboshiError("KB7001", { id: incidentId }));
        const savedAt = stampNow(clock);
        await tx.putReportDraft({ incidentId, draft, revision: before + 1, savedAt, savedBy: actor });
        await tx.append({ kind: "report.saved", actor, incidentId, data: { revision: before + 1 } });
        return ok({ revision: before + 1 });
      }),
    publish: ({ incidentId, revision, actor }) =>
      ledger.transaction(async (tx) => {
        const facts = await readFacts({ read: tx }, { incidentId, site: deps.site(), at: stampNow(clock) });
        if (facts === null) return err(new KoboshiError("KB1002", { what: `#${incidentId}` }));
        const { draft, revision: before } = await readDraft(tx, facts);
        if (before !== revision) return err(new KoboshiError("KB7001", { id: incidentId }));
        const edition = (await tx.reportEditions(incidentId)).length + 1;
        const documents = allDocuments({ facts, draft, edition });
        const { stage } = draft;
        await tx.insertReportEdition({
          incidentId,
          edition,
          stage,
          documents,
          publishedAt: facts.at,
          publishedBy: actor,
        });
        await tx.append({ kind: "report.published", actor, incidentId, data: { edition, stage } });
        return ok({ edition });
      }),
  };
}

type Documents = Readonly<Partial<Record<ReportVersion, Partial<Record<Lang, ReportDocument>>>>>;

function allDocuments(report: { facts: ReportFacts; draft: ReportDraft; edition: number }): Documents {
  const inAll = (version: ReportVersion): Partial<Record<Lang, ReportDocument>> =>
    Object.fromEntries(langs.map((lang) => [lang, write({ ...report, lang }, version, "published")]));
  return Object.fromEntries(reportVersions.map((version) => [version, inAll(version)]));
}

function write(
  report: Parameters<typeof customerLetter>[0],
  version: ReportVersion,
  state: "draft" | "published",
): ReportDocument {
  return version === "customer" ? customerLetter(report) : postmortem(report, state);
}

async function readReport(
  { ledger, clock, site }: ReportDeps,
  { incidentId, version, lang }: Wanted,
): Promise<ReportState | null> {
  const facts = await readFacts(ledger, { incidentId, site: site(), at: stampNow(clock) });
  if (facts === null) return null;
  const { draft, revision, savedAt, savedBy } = await readDraft(ledger.read, facts);
  const editions = await ledger.read.reportEditions(incidentId);
  const document = write({ facts, draft, edition: editions.length + 1, lang }, version, "draft");
  return { incidentId, draft, revision, savedAt, savedBy, editions, document, openBlanks: openBlanks(document) };
}

type Draft = Pick<ReportState, "draft" | "revision" | "savedAt" | "savedBy">;

/** An incident that is over is reported on for the last time, unless people say otherwise. */
async function readDraft(read: LedgerReads, { incident }: ReportFacts): Promise<Draft> {
  const stored = await read.reportDraft(incident.id);
  if (stored === null) {
    const draft: ReportDraft = { ...emptyDraft, stage: isOpen(incident) ? "first" : "final" };
    return { draft, revision: 0, savedAt: null, savedBy: null };
  }
  const { revision, savedAt, savedBy } = stored;
  return { draft: ReportDraft.parse(stored.draft), revision, savedAt, savedBy };
}
