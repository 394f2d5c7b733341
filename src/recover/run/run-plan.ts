import { KoboshiError } from "../../kernel/errors.ts";
import type { CommitRecord } from "../../kernel/model/backup.ts";
import type { BackupRun } from "../../kernel/model/recovery.ts";
import type { Result } from "../../kernel/result.ts";
import { accessOf, openRepository, type OpenRepository } from "../restic/access.ts";
import { missingOf } from "../sets/commit-record.ts";
import { isoOf } from "../sets/moment.ts";
import { newSetId } from "../sets/set-id.ts";
import { createBook, type RunBook } from "./book.ts";
import { commitSet, recordOf } from "./commit-step.ts";
import { dumpAll } from "./dump-step.ts";
import { copyFiles } from "./files-step.ts";
import { runHook } from "./hooks.ts";
import { lockHost } from "./host-lock.ts";
import { besideSums, writeManifest } from "./manifest-step.ts";
import { prepareRun } from "./prepare.ts";
import { createSpeed, type Speed } from "./speed.ts";
import { missingSources } from "./sources.ts";
import { refusalTrouble, troubleOf, type RunTrouble } from "./trouble.ts";
import { nothingStored, type RunDeps, type RunWanted, type RunWork } from "./work.ts";

/**
 * Runs a plan into one repository: dumps, files, manifest, and last the commit record, without which there is no backup.
 * What goes wrong is in the run it returns.
 * @throws KoboshiError KB8001 another run of this plan holds the host, KB8020 the plan cannot be run
 */
export async function runPlan(deps: RunDeps, wanted: RunWanted): Promise<BackupRun> {
  const { plan, target, workplace } = wanted;
  const access = accessOf(plan, target);
  refuse(wanted, access === null);
  if (access === null) throw new Error("unreachable: refused above");
  const id = wanted.set ?? newSetId(deps.clock.nowMs());
  const holder = `${id} ${isoOf(deps.clock.nowMs())} ${target.at}`;
  const lock = await lockHost(workplace, { plan: plan.key, place: target.at, holder, folder: wanted.lockFolder });
  if (!lock.ok && lock.error.held) {
    throw new KoboshiError("KB8001", { plan: plan.key, host: plan.host, holder: lock.error.text });
  }
  const speed = createSpeed({
    clock: deps.clock,
    id,
    plan: plan.key,
    say: (progress) => wanted.onProgress?.(progress),
  });
  const book = createBook({
    clock: deps.clock,
    set: id,
    plan: plan.key,
    place: target.at,
    keep: (run) => deps.keep(run),
    onState: (state) => speed.phase(state),
  });
  if (!lock.ok) return book.end("failed", troubleOf("KB8021", `${plan.host}: ${lock.error.text}`));
  let hasEnded = false;
  try {
    await book.to("planned");
    await book.to("preparing");
    const opening = openRepository(workplace, { ...access, cacheFolder: wanted.cacheFolder ?? null });
    const repository = await opening.catch(refusalTrouble);
    if ("code" in repository) return await book.end("failed", repository);
    const { lastEnded } = lock.value;
    try {
      const run = await runOpened({ deps, wanted, id, book, speed, repository, lastEnded });
      hasEnded = run.state === "committed" || run.state === "partial";
      return run;
    } finally {
      await repository.close();
    }
  } finally {
    await lock.value.release(hasEnded);
  }
}

function refuse({ plan, target }: RunWanted, closed: boolean): void {
  const say = (why: string): never => {
    throw new KoboshiError("KB8020", { plan: plan.key, place: target.at, why });
  };
  if (plan.with !== "restic") say(plan.with);
  if (target.adopt) say("adopt");
  if (closed) say(plan.password === null ? "password" : "repo");
  const bad = plan.paths.find((path) => !path.startsWith("/") || (path !== "/" && path.endsWith("/")));
  if (bad !== undefined) say(bad);
  if (plan.paths.length === 0 && plan.databases.length === 0) say("of");
}

interface Opened {
  readonly deps: RunDeps;
  readonly wanted: RunWanted;
  readonly id: string;
  readonly book: RunBook;
  readonly speed: Speed;
  readonly repository: OpenRepository;
  readonly lastEnded: boolean;
}

async function runOpened({ deps, wanted, id, book, speed, repository, lastEnded }: Opened): Promise<BackupRun> {
  const { plan, workplace } = wanted;
  const prepared = await prepareRun(deps, wanted, { repository, lastEnded });
  if (!prepared.ok) return book.end(prepared.error.state, prepared.error);
  const env = { KOBOSHI_PLAN: plan.key, KOBOSHI_SET: id };
  const before = await runHook(workplace, plan.hooks.before, env);
  let done: Result<CommitRecord, RunTrouble> | null = null;
  if (before === null) {
    const missing = await missingSources(workplace, plan.paths);
    const sources = { missing, there: plan.paths.filter((path) => !missing.includes(path)) };
    done = await store({ ...wanted, deps, id, book, speed, repository, sources, ...prepared.value });
  }
  const state = done?.ok === true ? "stored" : "failed";
  const after = await runHook(workplace, plan.hooks.after, { ...env, KOBOSHI_STATE: state });
  if (after !== null) deps.log.warn("hook after the backup failed", { plan: plan.key, text: after.text });
  if (done === null) return book.end("failed", before);
  if (!done.ok) return book.end(done.error.state, done.error);
  const missing = missingOf(done.value);
  if (missing.length > 0) return book.end("partial", troubleOf("KB8007", missing.slice(0, 20).join(" ")));
  return book.end("committed", after);
}

/** Dumps first, files after: every row's file exists then, and an orphaned file is harmless. */
async function store(work: RunWork): Promise<Result<CommitRecord, RunTrouble>> {
  await work.book.to("dumping");
  const dumped = await dumpAll(work, nothingStored);
  if (!dumped.ok) return dumped;
  await work.book.to("filing");
  const { copied: filed, beside } = await besideSums(work, () => copyFiles(work, dumped.value));
  if (!filed.ok) return filed;
  await work.book.to("manifesting");
  const listed = await writeManifest(work, filed.value, beside);
  if (!listed.ok) return listed;
  const record = await recordOf(work, listed.value);
  if (!record.ok) return record;
  await work.book.to("committing", record.value);
  const committed = await commitSet(work, record.value);
  return committed.ok ? record : committed;
}
