import { sleep, type Clock } from "../../kernel/clock.ts";
import type { Result } from "../../kernel/result.ts";
import type { ResticEnd } from "../restic/outcome.ts";
import type { FetchEnd } from "./fetch-files.ts";
import type { RestorePace, RestoreTask, RestoreTrouble } from "./ports.ts";
import { baseOf, type Prepared } from "./prepare.ts";
import type { Progress } from "./progress.ts";
import { handsFor, restoreDatabase, type DatabaseDone } from "./restore-database.ts";
import { restoreFiles, type FilesDone } from "./restore-files.ts";
import { restoreSqlite } from "./restore-sqlite.ts";
import type { StreamEnd } from "./stream.ts";
import type { DatabaseUnit, Unit } from "./units.ts";

export interface UnitWanted {
  readonly clock: Clock;
  readonly task: RestoreTask;
  readonly pace: RestorePace;
  readonly prepared: Prepared;
  readonly progress: Progress;
  /** last part of the names of what is moved aside */
  readonly before: string;
  readonly signal: AbortSignal;
  readonly downBitsPerSecond: number | null;
  /** units that share folders above them are put into place one after the other */
  oneByOne<T>(how: () => Promise<T>): Promise<T>;
}

export type Done = Partial<FilesDone> &
  Partial<DatabaseDone> & { readonly fetchSeconds: number; readonly verifySeconds: number };
/** `again`: another try later may succeed */
export type End = RestoreTrouble | { readonly again: FetchEnd | StreamEnd };

/** After these another try is as good as the first. */
const hopeless: ReadonlySet<ResticEnd> = new Set([
  "wrong-password",
  "refused",
  "untrusted",
  "no-bucket",
  "no-program",
  "no-space",
]);

/** Tries a unit until it is back or another try is hopeless. */
export async function restoreUnit(unit: Unit, how: UnitWanted): Promise<Result<Done, End>> {
  for (let attempt = 0; ; attempt++) {
    const ended = await tried(unit, how);
    const waitMs = how.pace.retryMs[attempt];
    if (ended.ok || !("again" in ended.error) || !mayAgain(ended.error.again) || waitMs === undefined)
      return settled(unit, ended);
    how.progress.again(unit);
    await sleep(how.clock, waitMs, how.signal);
    if (how.signal.aborted) return { ok: false, error: { again: "stopped" } };
  }
}

async function tried(unit: Unit, how: UnitWanted): Promise<Result<Done, End>> {
  const { clock, pace, before, progress, prepared, task } = how;
  const base = (baseOf(unit, prepared.spots) ?? task.folder).replace(/\/$/, "");
  const folders = {
    stage: `${base}/.koboshi-restoring/${task.record.set}/${unit.id}`,
    before: `${base}/.koboshi-before-${before}`,
  };
  const common = { clock, stallMs: pace.stallMs, signal: how.signal, downBitsPerSecond: how.downBitsPerSecond };
  const onBytes = (bytes: number): void => progress.unit(unit, bytes);
  if (unit.kind === "files") {
    const { fetching: workplace, repository, resticMinor } = task;
    const fetching = { ...common, workplace, repository, resticMinor, onBytes };
    const isVerified = prepared.verified.has(unit.id);
    return restoreFiles(unit, { target: prepared.target, fetching, ...folders, isVerified, oneByOne: how.oneByOne });
  }
  const streaming = { ...common, sha256: unit.part.sha256, onBytes };
  if (unit.label.startsWith("sqlite/"))
    return marked(how, unit, await restoreSqlite(unit, { task, target: prepared.target, folders, streaming }));
  return marked(how, unit, await onServer(how, unit, streaming));
}

async function onServer(
  { task, before }: UnitWanted,
  unit: DatabaseUnit,
  streaming: Parameters<typeof restoreDatabase>[1]["streaming"],
): Promise<Result<Done, End>> {
  const hands = await handsFor(task, unit);
  if (hands === null) return { ok: false, error: { code: "no-program", of: unit.label, text: "" } };
  return restoreDatabase(unit, { task, hands, streaming, before }).finally(() => hands.close());
}

async function marked(
  { prepared, before }: UnitWanted,
  unit: Unit,
  ended: Result<Done, End>,
): Promise<Result<Done, End>> {
  if (ended.ok) await prepared.target.mark(`${unit.id}.done`, before);
  return ended;
}

function mayAgain(end: FetchEnd | StreamEnd): boolean {
  if (end === "stalled") return true;
  return typeof end === "object" && "end" in end && !hopeless.has(end.end);
}

/** What another try cannot mend is a trouble of the repository. */
function settled(unit: Unit, ended: Result<Done, End>): Result<Done, End> {
  if (ended.ok || !("again" in ended.error)) return ended;
  const { again } = ended.error;
  if (typeof again !== "object" || !("end" in again) || !hopeless.has(again.end)) return ended;
  return {
    ok: false,
    error: { code: again.end === "no-program" ? "no-program" : "repository", of: unit.label, text: again.text },
  };
}
