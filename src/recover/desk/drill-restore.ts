import { randomId } from "../../kernel/ids.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import { instantMs } from "../../readers/hardware/instant.ts";
import type { DrillAsk, DrillRestore, RestoredCopy } from "../drill/ports.ts";
import { accessOf, openRepository, type OpenRepository } from "../restic/access.ts";
import { resticVersion } from "../restic/repository.ts";
import { createRestorer } from "../restore/restore.ts";
import { readSetFiles } from "../restore/copy-files.ts";
import type { RestoreResult, RestoreTask } from "../restore/ports.ts";
import { createVerifier } from "../verify/ladder.ts";
import { createResticTool } from "../verify/restic-tool.ts";
import type { Works } from "./deps.ts";
import { keepVerification } from "./verify-copies.ts";

/**
 * Brings a copy into the isolated place: files below its folder, every dump into a server of its own there, and looks at both as a
 * verification does.
 */
export function createDrillRestore(works: Works): DrillRestore {
  return async (ask) => {
    const target = ask.plan.to.find(({ at }) => at === ask.place);
    const access = target === undefined ? null : accessOf(ask.plan, target, "reader");
    if (access === null) throw new KoboshiError("KB8020", { plan: ask.plan.key, place: ask.place, why: "repo" });
    const repository = await openRepository(ask.outside, access);
    try {
      return await restored(works, ask, repository);
    } finally {
      await repository.close();
    }
  };
}

async function restored(works: Works, ask: DrillAsk, repository: OpenRepository): Promise<RestoredCopy> {
  const { clock } = works;
  ask.onPhase("fetch");
  const task = await taskOf(ask, repository);
  if ("trouble" in task) return task;
  const restorer = createRestorer({ clock, keep: () => Promise.resolve(), onProgress: works.say });
  const result = await restorer.run(task);
  const [trouble] = result.troubles;
  if (trouble !== undefined) return copyOf(result, { code: trouble.code, text: `${trouble.of}: ${trouble.text}` });
  ask.onPhase("load");
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
  const copy = copyOf(result, broken === undefined ? null : { code: broken.code, text: JSON.stringify(broken.facts) });
  const dumps = ask.record.parts.filter(({ part }) => part === "dump");
  if (dumps.length === 0) return copy;
  const bytes = dumps.reduce((sum, part) => sum + part.bytes, 0);
  return {
    ...copy,
    phases: [...copy.phases, { phase: "load", seconds, bytes, files: dumps.length, manualSteps: 0 }],
    newestRecordAtMs: newestOf(ask),
  };
}

/** Of the business, as the dump itself had it. */
function newestOf({ record }: DrillAsk): number | null {
  const times = record.tables.flatMap(({ newest }) => (newest === null ? [] : (instantMs(newest) ?? [])));
  return times.length === 0 ? null : Math.max(...times);
}

function copyOf(result: RestoreResult, trouble: RestoredCopy["trouble"]): RestoredCopy {
  return {
    phases: result.run.phases,
    newestRecordAtMs: null,
    units: result.units.map(({ fetchSeconds, loadSeconds, verifySeconds, bytes, files }) => ({
      seconds: fetchSeconds + loadSeconds + verifySeconds,
      bytes,
      files,
    })),
    trouble,
  };
}

async function taskOf(ask: DrillAsk, repository: OpenRepository): Promise<RestoreTask | RestoredCopy> {
  const { plan, place, record, outside, root, only, signal } = ask;
  const [version, files] = [await resticVersion(repository), await readSetFiles(repository, record)];
  if (!version.ok || !files.ok) {
    const text = version.ok ? (files.ok ? "" : files.error.text) : version.error.text;
    return { phases: [], newestRecordAtMs: null, units: [], trouble: { code: "repository", text } };
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
    loading: outside,
    folder: root,
    only: only.length > 0 ? only : plan.paths,
    databases: [],
    confirm: null,
    confirmName: plan.key,
    looksAtText: false,
    downBitsPerSecond: plan.limits.downBitsPerSecond,
    signal,
  };
}
