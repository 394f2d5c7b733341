import { sleep, type Clock } from "../../kernel/clock.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import type { BackupDatabase } from "../../kernel/model/backup.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { ListedSet, RestoreFrom } from "../../kernel/ports-restore.ts";
import type { Workplace } from "../workplace/workplace.ts";
import { UnopenedSecret } from "../../kernel/secret.ts";
import { accessOf, openRepository, type OpenRepository, type ResticAccess } from "../restic/access.ts";
import type { ResticOutcome } from "../restic/outcome.ts";
import { listSnapshots } from "../restic/snapshots.ts";
import { readSets, setAtMs } from "../sets/read-sets.ts";
import { ownTag, readTags } from "../sets/tags.ts";

/** One repository that copies can be read from. */
export interface Source {
  /** key of the place; the repository itself where there is no configuration */
  readonly place: string;
  readonly access: ResticAccess;
  /** null: whichever it has */
  readonly plan: string | null;
  readonly databases: readonly BackupDatabase[];
}

export interface Listing {
  readonly clock: Clock;
  readonly workplace: Workplace;
  /** so many of each plan and place are enough; left out: all */
  readonly newest?: number | undefined;
}

/** After one place has answered. */
const patienceMs = 20_000;

/** @throws KB1002, KB8308, KB8309 */
export function sourcesOf(site: Site | null, from: RestoreFrom): readonly Source[] {
  if (from.kind === "repo") {
    const access = { repo: from.repo, password: from.password };
    return [{ place: shownRepo(from.repo), access, plan: from.plan, databases: [] }];
  }
  const plan = site?.backups?.get(from.plan);
  if (plan === undefined) throw new KoboshiError("KB1002", { what: from.plan });
  if (plan.with !== "restic") throw new KoboshiError("KB8308", { plan: plan.key, with: plan.with });
  const targets = plan.to.filter(({ at }) => from.place === null || at === from.place);
  if (targets.length === 0) throw new KoboshiError("KB1002", { what: `${plan.key}: ${from.place ?? "to"}` });
  if (plan.password === null || plan.password instanceof UnopenedSecret)
    throw new KoboshiError("KB8309", { what: plan.password?.source ?? plan.key });
  return targets.flatMap((target) => {
    const access = accessOf(plan, target, "reader");
    return access === null ? [] : [{ place: target.at, access, plan: plan.key, databases: plan.databases }];
  });
}

/** An address without the credentials that may be in it. */
export function shownRepo(repo: string): string {
  return repo.replace(/(\w+:\/\/)[^\s/@]+@/, "$1***@");
}

/**
 * Committed sets of all sources, newest first; at the same moment in the order of the file. One place that cannot be read
 * does not hide the others. @throws KB8305 or KB8309 when none can
 */
export async function listSets(
  { clock, workplace, newest }: Listing,
  sources: readonly Source[],
): Promise<readonly ListedSet[]> {
  const patience = new AbortController();
  const reading = sources.map(async (source) => {
    const read = await sourceRead({ clock, workplace, newest }, source, patience.signal);
    // where one has answered, a place that went down with what is lost is not waited for to the end
    if (!(read instanceof KoboshiError)) void sleep(clock, patienceMs, patience.signal).then(() => patience.abort());
    return read;
  });
  const read = await Promise.all(reading).finally(() => patience.abort());
  const found = read.flatMap((each) => (each instanceof KoboshiError ? [] : each));
  const refusal = read.find((each) => each instanceof KoboshiError);
  if (refusal !== undefined && read.every((each) => each instanceof KoboshiError)) throw refusal;
  return found.toSorted((a, b) => setAtMs(b.record) - setAtMs(a.record));
}

async function sourceRead(
  listing: Listing,
  source: Source,
  signal: AbortSignal,
): Promise<readonly ListedSet[] | KoboshiError> {
  const repository = await openRepository(untilGivenUp(listing.workplace, signal), source.access).catch(refused);
  if (repository instanceof KoboshiError) return repository;
  return recordsOf(repository, source, listing).finally(() => repository.close());
}

/** One place that cannot be opened does not hide the others. */
function refused(thrown: unknown): KoboshiError {
  if (thrown instanceof KoboshiError) return thrown;
  throw thrown;
}

/** Programs under way there are ended when the signal comes; files with secrets can be taken away even then. */
function untilGivenUp(workplace: Workplace, signal: AbortSignal): Workplace {
  return { ...workplace, run: (command, options = {}) => workplace.run(command, { ...options, signal }) };
}

async function recordsOf(
  repository: OpenRepository,
  { plan, place }: Source,
  { clock, newest }: Listing,
): Promise<readonly ListedSet[] | KoboshiError> {
  const plans = plan === null ? await plansIn(repository, place) : [plan];
  if (plans instanceof KoboshiError) return plans;
  const found: ListedSet[] = [];
  for (const each of plans) {
    const read = await readSets(repository, {
      plan: each,
      nowMs: clock.nowMs(),
      ...(newest === undefined ? {} : { newest }),
    });
    if (!read.ok) return unreadable(place, read.error);
    found.push(...read.value.sets.map((record) => ({ place, record })));
  }
  return found;
}

async function plansIn(repository: OpenRepository, place: string): Promise<readonly string[] | KoboshiError> {
  const listed = await listSnapshots(repository, { tags: [ownTag] });
  if (!listed.ok) return unreadable(place, listed.error);
  return [...new Set(listed.value.flatMap(({ tags }) => readTags(tags)?.plan ?? []))];
}

export function unreadable(place: string, { end, text }: ResticOutcome): KoboshiError {
  const said = end === "no-program" ? "restic" : text;
  return end === "wrong-password"
    ? new KoboshiError("KB8309", { what: `${place}: ${said}` })
    : new KoboshiError("KB8305", { place, text: said });
}
