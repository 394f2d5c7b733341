import { stampNow, type Clock } from "../kernel/clock.ts";
import { KoboshiError } from "../kernel/errors.ts";
import type { Log } from "../kernel/log.ts";
import type { Diagnosis } from "../kernel/model/diagnosis.ts";
import { isOpen, type Incident } from "../kernel/model/incident.ts";
import type { Site } from "../kernel/model/site.ts";
import type { CheckStatus, StateWord } from "../kernel/model/status.ts";
import type { BothLangs, CauseInfo, DiagnosisDesk } from "../kernel/ports-diagnosis.ts";
import type { InsideSources } from "../kernel/ports-diagnosis-inside.ts";
import type { DiagnosisSources } from "../kernel/ports-diagnosis-sources.ts";
import type { HostDesk } from "../kernel/ports-hosts.ts";
import { err, ok, type Result } from "../kernel/result.ts";
import type { Ledger } from "../storage/ledger/ledger.ts";
import { learnedWords } from "../words/learned.ts";
import { foundBefore } from "./seen-before.ts";
import { createDiagnosisBook, type CourseOptions } from "./book.ts";
import { openCatalogue } from "./catalogue/desk.ts";
import { createDiagnostician, type Diagnostician } from "./diagnostician.ts";
import { gatherers } from "./gather/index.ts";
import { insideGatherers } from "./gather/inside.ts";
import { otherUnknown } from "./engine/unknown.ts";
import { openLearning } from "./learned/learning.ts";
import type { Catalogue } from "./model.ts";
import { createPictureKeeper, type Drawn } from "./pictures/keeper.ts";
import { createUsualBook, type UsualBook, type UsualDeps } from "./usual/usual.ts";

export interface DiagnosesDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly ledger: Ledger;
  site(): Site;
  checks(): readonly CheckStatus[];
  readonly sources: DiagnosisSources;
  readonly inside: Inside;
  /** `causes/` beside the configuration; null: only what is shipped */
  readonly causesFolder: string | null;
}

/** What is known of the machines from inside. */
export interface Inside extends Pick<InsideSources, "logs" | "metrics"> {
  readonly hosts: Pick<HostDesk, "host" | "hosts" | "ask" | "lookNow">;
}

/** Every incident gets its diagnosis; a person may ask again, and say what it was. */
export interface Diagnoses extends DiagnosisDesk {
  /** What a page looked like when a check of the hub's own looked at it. */
  drawn(picture: Drawn): void;
  /** every step of every diagnosis, once it is in the ledger */
  onStep(listener: (diagnosis: Diagnosis) => void): () => void;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export function createDiagnoses(deps: DiagnosesDeps): Diagnoses {
  const { clock, log, ledger, site, sources } = deps;
  const causes = openCatalogue(deps.causesFolder);
  for (const { file, line, message } of causes.problems)
    log.warn("cause left out", { file, line, problem: message.en });
  const usual = openUsualBook({ ...deps, answered: (host, answers) => habits.answered(host, answers) });
  const allGatherers = [...gatherers(sources), ...insideGatherers({ ...sources, ...deps.inside, usual: usual.of })];
  const diagnostician = createDiagnostician({ clock, log, catalogue: causes.catalogue, gatherers: allGatherers });
  const { habits, learned, fitting } = openLearning({ ...deps, catalogue: causes.catalogue, usual: usual.of });
  const pictures = createPictureKeeper({ clock, log, ledger, site });
  const book = createDiagnosisBook({ clock, log, ledger, course: (incident, options) => course(incident, options) });

  async function course(incident: Incident, { signal, onStep }: CourseOptions): Promise<Diagnosis> {
    const taught = await learned.now();
    const { id, subject, startedAt, scope } = incident;
    const newest = await ledger.read.newestDiagnosis(id);
    const known = foundBefore(newest?.diagnosis ?? null, causes.catalogue, clock.nowMs());
    const question = { incidentId: id, subject, startedAtMs: startedAt.atMs, scope, known };
    return diagnostician.diagnose(question, {
      site: site(),
      cells: deps.checks(),
      checks: deps.checks,
      ...taught,
      signal,
      onStep,
    });
  }

  return {
    onStep: book.onStep,
    async start() {
      usual.start();
      await habits.start();
      await fitting.start();
      pictures.start();
      await book.start();
    },
    async stop() {
      await usual.stop();
      await habits.stop();
      await fitting.stop();
      await pictures.stop();
      await book.stop();
    },
    again: (input) => again({ ...deps, begin: book.again }, input),
    async without({ incidentId, causes: gone }) {
      const unknown = gone.find((id) => !causes.catalogue.causes.has(id));
      if (unknown !== undefined) return err(new KoboshiError("KB4411", { id: unknown }));
      const newest = await ledger.read.newestDiagnosis(incidentId);
      if (newest === null) return err(new KoboshiError("KB1002", { what: `#${incidentId}` }));
      const now = { site: site(), cells: deps.checks(), ...(await learned.now()) };
      return ok(diagnostician.without(gone, newest.diagnosis, now));
    },
    confirm: (input) => confirm(deps, diagnostician, input),
    ...learned.faces,
    drawn: pictures.drawn,
    causes: (): readonly CauseInfo[] => [...causes.catalogue.causes.values()],
    blindSpots: () => diagnostician.blindSpots(site(), deps.checks()),
  };
}

/** How machines are while all is well: kept, so that a diagnosis can say what is not as usual. */
function openUsualBook({
  clock,
  log,
  ledger,
  site,
  checks,
  inside,
  answered,
}: DiagnosesDeps & Required<Pick<UsualDeps, "answered">>): UsualBook {
  const isOn = (service: string, host: string): boolean => site().services.get(service)?.on === host;
  return createUsualBook({
    clock,
    log,
    hosts: inside.hosts,
    isCalm: (host) =>
      inside.hosts.host(host)?.state === "ok" &&
      checks().every(({ service, state }) => !isOn(service, host) || isWell(state)),
    read: (key) => ledger.read.setting(key),
    write: (key, value) => ledger.transaction((tx) => tx.putSetting(key, value)),
    answered,
  });
}

function isWell(state: StateWord): boolean {
  return state === "ok" || state === "paused";
}

type Deps = Pick<DiagnosesDeps, "ledger" | "clock">;

async function again(
  { ledger, begin }: Deps & { begin(incidentId: number): void },
  { incidentId, actor }: Parameters<DiagnosisDesk["again"]>[0],
): Promise<Result<Incident, KoboshiError>> {
  const incident = await ledger.read.incident(incidentId);
  if (incident === null) return err(new KoboshiError("KB1002", { what: `#${incidentId}` }));
  if (!isOpen(incident)) return err(new KoboshiError("KB4412", { incident: incidentId }));
  await ledger.transaction((tx) => tx.append({ kind: "diagnosis.asked", actor, incidentId, data: {} }));
  begin(incidentId);
  return ok(incident);
}

async function confirm(
  { ledger, clock }: Deps,
  { catalogue }: Diagnostician,
  { incidentId, cause, note, actor }: Parameters<DiagnosisDesk["confirm"]>[0],
): Promise<Result<Incident, KoboshiError>> {
  const title = titleOf(cause.id, catalogue);
  if (title === null) return err(new KoboshiError("KB4411", { id: cause.id }));
  const incident = await ledger.read.incident(incidentId);
  if (incident === null) return err(new KoboshiError("KB1002", { what: `#${incidentId}` }));
  const newest = await ledger.read.newestDiagnosis(incidentId);
  const at = stampNow(clock);
  const component = cause.component ?? incident.subject;
  const confirmed = { id: cause.id, component };
  await ledger.transaction(async (tx) => {
    const seen = newest?.diagnosis.seen ?? [];
    const caseId = await tx.insertCase({ incidentId, cause: confirmed, seen, at, actor, trust: 1, note });
    const data = { caseId, cause: cause.id, component, title, note };
    await tx.append({ kind: "incident.cause-confirmed", actor, incidentId, data });
  });
  return ok(incident);
}

/** That it is none of the catalogue's causes may be certain, too. */
function titleOf(id: string, { causes }: Catalogue): BothLangs | null {
  if (id !== otherUnknown) return causes.get(id)?.title ?? null;
  return { ja: learnedWords("ja").notInCatalogue, en: learnedWords("en").notInCatalogue };
}
