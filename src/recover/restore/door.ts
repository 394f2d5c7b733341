import type { Clock } from "../../kernel/clock.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import { randomId } from "../../kernel/ids.ts";
import type { RestoreRun } from "../../kernel/model/recovery.ts";
import type { Site } from "../../kernel/model/site.ts";
import type {
  ListedSet,
  OpenRestore,
  RestoreAt,
  RestoreDoor,
  RestoreTold,
  RestoreWanted,
} from "../../kernel/ports-restore.ts";
import type { Workplace } from "../workplace/workplace.ts";
import { openRepository } from "../restic/access.ts";
import { resticVersion } from "../restic/repository.ts";
import { isoOf } from "../sets/moment.ts";
import { setAtMs } from "../sets/read-sets.ts";
import { createLocalWorkplace } from "../workplace/local.ts";
import { createSshWorkplace } from "../workplace/ssh.ts";
import { readSetFiles } from "./copy-files.ts";
import { listSets, sourcesOf, unreadable, type Source } from "./copies.ts";
import type { RestorePace, RestoreTask, TextCheck } from "./ports.ts";
import type { Prepared } from "./prepare.ts";
import { createRestorer, type Restorer } from "./restore.ts";
import { sheetFacts } from "./sheet.ts";

export interface RestoreDoorDeps {
  readonly clock: Clock;
  /** null: there is no configuration; only repositories can be restored from */
  readonly site: Site | null;
  /** keeps runs; left out: nobody does, as on a bare machine */
  keep?(run: RestoreRun): Promise<void>;
  /** left out: rows and sums are compared, texts are not */
  readonly checkText?: TextCheck;
  readonly pace?: Partial<RestorePace>;
  /** bytes per second that the last drill or restore reached from a place; left out: not known */
  rateFrom?(place: string): number | null;
}

/** What an estimate from one rate may be off by, either way. */
const rateSpread = 1.5;

export function createRestoreDoor(deps: RestoreDoorDeps): RestoreDoor {
  const { clock, site } = deps;
  const listeners = new Set<(told: RestoreTold) => void>();
  const local = createLocalWorkplace({ clock });
  const restorer = createRestorer({
    clock,
    keep: deps.keep ?? (() => Promise.resolve()),
    onProgress: (progress) => {
      for (const listener of listeners) listener(progress);
    },
    ...(deps.pace === undefined ? {} : { pace: deps.pace }),
  });
  return {
    list: (from) => listSets({ clock, workplace: local }, sourcesOf(site, from)),
    async open(wanted) {
      const sources = sourcesOf(site, wanted.from);
      const target = await targetOf(deps, wanted.target);
      try {
        const found = choose(await listSets({ clock, workplace: local }, sources), wanted);
        const source = sources.find(({ place }) => place === found.place);
        if (source === undefined) throw new Error(`no source ${found.place}`);
        return await opened(deps, restorer, { wanted, found, source, target });
      } catch (thrown) {
        await target.close();
        throw thrown;
      }
    },
    sheet: (plan) => sheetFacts({ clock, workplace: local, site }, plan),
    onProgress(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

interface Opening {
  readonly wanted: RestoreWanted;
  readonly found: ListedSet;
  readonly source: Source;
  readonly target: TargetMachine;
}

async function opened(deps: RestoreDoorDeps, restorer: Restorer, opening: Opening): Promise<OpenRestore> {
  const { found, target } = opening;
  const task = await taskOf(deps, opening);
  const close = async (): Promise<void> => {
    await task.repository.close();
    await target.close();
  };
  try {
    const prepared = await restorer.look(task);
    const rate = deps.rateFrom?.(found.place) ?? null;
    return { look: lookOf(task, prepared, rate), run: (confirm) => restorer.run({ ...task, confirm }), close };
  } catch (thrown) {
    await task.repository.close();
    throw thrown;
  }
}

async function taskOf(deps: RestoreDoorDeps, { wanted, found, source, target }: Opening): Promise<RestoreTask> {
  const repository = await openRepository(target.workplace, source.access);
  try {
    const version = await resticVersion(repository);
    if (!version.ok) throw unreadable(source.place, version.error);
    const files = await readSetFiles(repository, found.record);
    if (!files.ok) throw unreadable(source.place, files.error);
    return {
      id: randomId(),
      kind: "restore",
      plan: found.record.plan,
      place: found.place,
      record: found.record,
      ...files.value,
      repository,
      resticMinor: version.value.minor,
      fetching: target.workplace,
      loading: target.workplace,
      folder: wanted.folder,
      only: wanted.only,
      databases: wanted.databases ?? source.databases,
      confirm: null,
      confirmName: wanted.target === "localhost" ? found.record.plan : wanted.target.slice("host:".length),
      checkText: deps.checkText ?? null,
      downBitsPerSecond: source.access.downBitsPerSecond ?? null,
      signal: wanted.signal,
    };
  } catch (thrown) {
    await repository.close();
    throw thrown;
  }
}

interface TargetMachine {
  readonly workplace: Workplace;
  close(): Promise<void>;
}

async function targetOf({ clock, site }: RestoreDoorDeps, target: string): Promise<TargetMachine> {
  if (target === "localhost") return { workplace: createLocalWorkplace({ clock }), close: () => Promise.resolve() };
  const host = site?.hosts.get(target.replace(/^host:/, ""));
  const refused = (text: string): KoboshiError => new KoboshiError("KB8307", { target, folder: "/", text });
  if (host === undefined) throw new KoboshiError("KB1002", { what: target });
  const { address, port, user, privateKey, hostKey } = host;
  if (address === null || user === null || privateKey === null) throw refused("address, user, key");
  const reached = await createSshWorkplace({
    clock,
    name: `host:${host.key}`,
    address,
    port,
    user,
    privateKey,
    hostKey,
  });
  if (!reached.ok) throw refused(`${reached.error.reason} ${reached.error.seen}`);
  return { workplace: reached.value, close: () => reached.value.close() };
}

function choose(sets: readonly ListedSet[], { at, from }: RestoreWanted): ListedSet {
  const found = sets.find(({ record }) => isAt(at, record.set, setAtMs(record)));
  if (found !== undefined) return found;
  const plan = from.plan ?? [...new Set(sets.map(({ record }) => record.plan))].join(", ");
  throw new KoboshiError("KB8302", { plan: plan === "" ? "—" : plan, at: writtenAt(at) });
}

function isAt(at: RestoreAt, set: string, atMs: number): boolean {
  if (at.kind === "latest") return true;
  return at.kind === "set" ? set.startsWith(at.set) : atMs <= at.atMs;
}

function writtenAt(at: RestoreAt): string {
  return at.kind === "latest" ? "latest" : at.kind === "set" ? at.set : isoOf(at.atMs);
}

function lookOf(task: RestoreTask, prepared: Prepared, rate: number | null): OpenRestore["look"] {
  const left = prepared.units.filter(({ id }) => !prepared.done.has(id));
  const seconds = rate === null || rate <= 0 ? null : bytesOf(left) / rate;
  return {
    record: task.record,
    place: task.place,
    target: task.loading.name,
    folder: task.folder,
    bytes: bytesOf(prepared.units),
    files: prepared.units.reduce((all, { files }) => all + files, 0),
    inTheWay: prepared.inTheWay,
    freeBytes: prepared.space?.freeBytes ?? null,
    expectedSeconds: seconds === null ? null : { p10: seconds / rateSpread, p50: seconds, p90: seconds * rateSpread },
    confirmName: task.confirmName,
    doneBytes: bytesOf(prepared.units) - bytesOf(left),
    units: left.map(({ label, kind, bytes }) => ({ label, kind, bytes })),
  };
}

function bytesOf(units: readonly { readonly bytes: number }[]): number {
  return units.reduce((sum, { bytes }) => sum + bytes, 0);
}
