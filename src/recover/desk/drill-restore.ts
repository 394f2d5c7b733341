import { randomId } from "../../kernel/ids.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import type { BackupDatabase } from "../../kernel/model/backup.ts";
import type { PhaseTime } from "../../kernel/model/recovery.ts";
import { ok } from "../../kernel/result.ts";
import { instantMs } from "../../readers/hardware/instant.ts";
import { usualLeast, type LeastSample } from "../drill/choose.ts";
import { drawnOf, filesOf, type Drawn } from "../drill/draw.ts";
import type { Size } from "../drill/estimate.ts";
import type { DrillAsk, DrillRestore, RestoredCopy } from "../drill/ports.ts";
import { startServers } from "../drill/servers.ts";
import { accessOf, openRepository, type OpenRepository } from "../restic/access.ts";
import { resticVersion } from "../restic/repository.ts";
import { refusalTrouble } from "../run/trouble.ts";
import { createRestorer } from "../restore/restore.ts";
import { readSetFiles } from "../restore/copy-files.ts";
import type { RestoreResult, RestoreTask } from "../restore/ports.ts";
import { createVerifier } from "../verify/ladder.ts";
import { createResticTool } from "../verify/restic-tool.ts";
import type { Works } from "./deps.ts";
import { keepVerification } from "./verify-copies.ts";

/**
 * Brings a copy into the isolated place: files below its folder, every dump into a server of its own there, and looks at both as a
 * verification does. On a spare host, or where the application is to be started, the databases are restored as in earnest, into
 * servers that stay.
 * @param least what a sample holds at least
 */
export function createDrillRestore(works: Works, least: LeastSample = usualLeast): DrillRestore {
  return async (ask) => {
    const target = ask.plan.to.find(({ at }) => at === ask.place);
    const access = target === undefined ? null : accessOf(ask.plan, target, "reader");
    if (access === null) throw new KoboshiError("KB8020", { plan: ask.plan.key, place: ask.place, why: "repo" });
    const opening = openRepository(ask.outside, { ...access, cacheFolder: `${ask.scratch}/cache` });
    const repository = await opening.catch(refusalTrouble);
    if ("code" in repository) return untaken(repository);
    try {
      return await restored({ works, ask, repository, least });
    } finally {
      await repository.close();
    }
  };
}

interface Restoring {
  readonly works: Works;
  readonly ask: DrillAsk;
  readonly repository: OpenRepository;
  readonly least: LeastSample;
}

async function restored({ works, ask, repository, least }: Restoring): Promise<RestoredCopy> {
  const { clock } = works;
  ask.onPhase("fetch");
  const begunMs = clock.monotonicMs();
  const isLive = ask.isSpareHost || (ask.plan.drill?.start ?? []).length > 0;
  const servers = isLive ? await startServers(ask, ask.plan.databases) : ok([]);
  if (!servers.ok) return untaken({ code: "server", text: servers.error });
  const all = await taskOf(ask, repository, servers.value);
  if ("trouble" in all) return all;
  const site = works.site();
  const drawn = ask.sampleBy === null ? null : await drawnOf({ site, ask, task: all, least, isLive });
  const restorer = createRestorer({ clock, keep: () => Promise.resolve(), onProgress: works.say });
  const isPart = drawn !== null && drawn.allBecause === null;
  const whole = isPart ? filesOf((await restorer.look(all)).units) : null;
  const result = await restorer.run(isPart ? { ...all, only: drawn.only } : all);
  const wallSeconds = (clock.monotonicMs() - begunMs) / 1_000;
  const [trouble] = result.troubles;
  const copy = copyOf(result, { wallSeconds, drawn, whole });
  if (trouble !== undefined)
    return { ...copy, trouble: { code: trouble.code, text: `${trouble.of}: ${trouble.text}` } };
  return looked(works, ask, { repository, copy, isLive });
}

interface Looking {
  readonly repository: OpenRepository;
  readonly copy: RestoredCopy;
  /** the databases were loaded already: looking at them is nothing but verification */
  readonly isLive: boolean;
}

/** Every dump in a server of its own, which is gone afterwards. */
async function looked(works: Works, ask: DrillAsk, { repository, copy, isLive }: Looking): Promise<RestoredCopy> {
  const { clock } = works;
  const phase = isLive ? "verify" : "load";
  ask.onPhase(phase);
  const begunMs = clock.monotonicMs();
  const checked = await createVerifier({ clock }).databases(
    { plan: ask.plan.key, place: ask.place },
    {
      restic: createResticTool(repository),
      record: ask.record,
      plan: ask.plan,
      workplace: ask.inside,
      zone: works.site().timeZone,
      ownDomains: [],
      // a drill has no way to production: what is garbled there already cannot be told from what the copy garbled
      liveRatio: () => Promise.resolve(null),
    },
  );
  const seconds = (clock.monotonicMs() - begunMs) / 1_000;
  // what a drill sees of a copy is known from then on, as if it had been verified
  await keepVerification(works, checked, "koboshi");
  const broken = checked.findings.find(({ severity }) => severity === "broken");
  const trouble = broken === undefined ? null : { code: broken.code, text: JSON.stringify(broken.facts) };
  const dumps = ask.record.parts.filter(({ part }) => part === "dump");
  if (dumps.length === 0) return { ...copy, trouble };
  const bytes = dumps.reduce((sum, part) => sum + part.bytes, 0);
  return {
    ...copy,
    trouble,
    phases: withPhase(copy.phases, { phase, seconds, bytes, files: dumps.length, manualSteps: 0 }),
    newestRecordAtMs: newestOf(ask),
  };
}

/** A phase that was there already takes longer for it. */
function withPhase(phases: readonly PhaseTime[], more: PhaseTime): readonly PhaseTime[] {
  const same = phases.find(({ phase }) => phase === more.phase);
  if (same === undefined) return [...phases, more];
  const both = { ...same, seconds: same.seconds + more.seconds };
  return phases.map((one) => (one === same ? both : one));
}

/** Of the business, as the dump itself had it. */
function newestOf({ record }: DrillAsk): number | null {
  const times = record.tables.flatMap(({ newest }) => (newest === null ? [] : (instantMs(newest) ?? [])));
  return times.length === 0 ? null : Math.max(...times);
}

/** Files and databases come beside each other: the time by the clock is shared out by the work each phase was. */
function copyOf(
  { run, units }: RestoreResult,
  {
    wallSeconds,
    drawn,
    whole,
  }: { readonly wallSeconds: number; readonly drawn: Drawn | null; readonly whole: Size | null },
): RestoredCopy {
  const work = run.phases.reduce((sum, { seconds }) => sum + seconds, 0);
  const share = work === 0 ? 0 : wallSeconds / work;
  const files = units.filter(({ kind, state }) => kind === "files" && state === "done");
  const times = files.map(({ fetchSeconds, verifySeconds, bytes, files: count }) => ({
    seconds: (fetchSeconds + verifySeconds) * share,
    bytes,
    files: count,
  }));
  return {
    phases: run.phases.map((phase) => ({ ...phase, seconds: phase.seconds * share })),
    newestRecordAtMs: null,
    sample:
      drawn === null
        ? null
        : {
            taken: { bytes: drawn.taken.bytes, files: drawn.taken.files },
            whole: { bytes: drawn.whole.bytes, files: drawn.whole.files },
            allBecause: drawn.allBecause,
            units: times,
            wholeFiles: whole,
          },
    trouble: null,
  };
}

function untaken({ code, text }: NonNullable<RestoredCopy["trouble"]>): RestoredCopy {
  return { phases: [], newestRecordAtMs: null, sample: null, trouble: { code, text } };
}

async function taskOf(
  ask: DrillAsk,
  repository: OpenRepository,
  databases: readonly BackupDatabase[],
): Promise<RestoreTask | RestoredCopy> {
  const { plan, place, record, outside, inside, root, signal } = ask;
  const [version, files] = [await resticVersion(repository), await readSetFiles(repository, record)];
  if (!version.ok || !files.ok) {
    const text = version.ok ? (files.ok ? "" : files.error.text) : version.error.text;
    return untaken({ code: "repository", text });
  }
  return {
    id: randomId(),
    kind: "drill",
    plan: plan.key,
    place,
    record,
    manifest: files.value.manifest,
    roots: files.value.roots,
    repository,
    resticMinor: version.value.minor,
    fetching: outside,
    loading: databases.length > 0 ? inside : outside,
    folder: root,
    only: databases.length > 0 ? [] : plan.paths,
    databases,
    confirm: null,
    confirmName: plan.key,
    looksAtText: databases.length > 0,
    downBitsPerSecond: plan.limits.downBitsPerSecond,
    signal,
  };
}
