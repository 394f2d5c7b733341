import type { Clock } from "../../kernel/clock.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import { randomId } from "../../kernel/ids.ts";
import type { RestoreRun } from "../../kernel/model/recovery.ts";
import type { Site } from "../../kernel/model/site.ts";
import type {
  KnownLook,
  ListedSet,
  OpenRestore,
  RestoreDoor,
  RestoreTold,
  RestoreWanted,
} from "../../kernel/ports-restore.ts";
import type { Workplace } from "../workplace/workplace.ts";
import { foreignSources } from "../adopt/foreign-sources.ts";
import { openRepository } from "../restic/access.ts";
import { resticVersion } from "../restic/repository.ts";
import { createLocalWorkplace } from "../workplace/local.ts";
import { createSshWorkplace } from "../workplace/ssh.ts";
import { chooseSet } from "./choose.ts";
import { readSetFiles } from "./copy-files.ts";
import { listSets, sourcesOf, unreadable, type Source } from "./copies.ts";
import type { RestorePace, RestoreTask } from "./ports.ts";
import type { Prepared } from "./prepare.ts";
import { createRestorer, type Restorer } from "./restore.ts";
import { sheetFacts } from "./sheet.ts";

export interface RestoreDoorDeps {
  readonly clock: Clock;
  /** null: there is no configuration; only repositories can be restored from */
  readonly site: Site | null;
  /** keeps runs; left out: nobody does, as on a bare machine */
  keep?(run: RestoreRun): Promise<void>;
  /** what verifications said of a plan's copies; left out: nobody knows here */
  looksAt?(plan: string): Promise<readonly KnownLook[]>;
  readonly pace?: Partial<RestorePace>;
  /** bytes per second that the last drill or restore reached from a place; left out: not known */
  rateFrom?(place: string): number | null;
}

/** Of so many newest ones of each place one is sound, or all are looked at by name. */
const latestAmong = 8;
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
  const reading = { clock, workplace: local };
  return {
    list: (from) => listSets(reading, sourcesOf(site, from)),
    async open(wanted) {
      const sources = sourcesOf(site, wanted.from);
      const target = await targetOf(deps, wanted.target);
      try {
        const found = await chooseAmong(deps, wanted, {
          // of a long history reading every record takes longer than many a restore
          sets: await listSets(wanted.at.kind === "latest" ? { ...reading, newest: latestAmong } : reading, sources),
          everywhere: () => listSets(reading, sourcesOf(site, anyPlace(wanted.from))),
        });
        const source = sources.find(({ place }) => place === found.place);
        if (source === undefined) throw new Error(`no source ${found.place}`);
        return await opened(deps, restorer, { wanted, found, source, target });
      } catch (thrown) {
        await target.close();
        throw thrown;
      }
    },
    sheet: (plan) => sheetFacts({ ...reading, site }, plan),
    foreign: (repository) => foreignSources({ ...reading, site }, repository),
    onProgress(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

interface Listed {
  /** at the places that were asked for, newest first */
  readonly sets: readonly ListedSet[];
  /** at all places of the plan */
  everywhere(): Promise<readonly ListedSet[]>;
}

/** A refusal names what to take instead, wherever that lies: so the other places are read only for one. */
async function chooseAmong(deps: RestoreDoorDeps, wanted: RestoreWanted, listed: Listed): Promise<ListedSet> {
  const { site, looksAt } = deps;
  const { from } = wanted;
  const looks = from.kind === "plan" ? ((await looksAt?.(from.plan)) ?? []) : [];
  const choosing = { sets: listed.sets, looks, timeZone: site?.timeZone ?? "UTC" };
  try {
    return chooseSet({ ...choosing, others: listed.sets }, wanted);
  } catch (thrown) {
    if (from.kind !== "plan" || from.place === null) throw thrown;
    const others = await listed.everywhere().catch(() => listed.sets); // they cannot be read: the refusal stands
    return chooseSet({ ...choosing, others }, wanted);
  }
}

function anyPlace(from: RestoreWanted["from"]): RestoreWanted["from"] {
  return from.kind === "plan" ? { ...from, place: null } : from;
}

interface Opening {
  readonly wanted: RestoreWanted;
  readonly found: ListedSet;
  readonly source: Source;
  readonly target: TargetMachine;
}

async function opened(deps: RestoreDoorDeps, restorer: Restorer, opening: Opening): Promise<OpenRestore> {
  const { found, target } = opening;
  const task = await taskOf(opening);
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

async function taskOf({ wanted, found, source, target }: Opening): Promise<RestoreTask> {
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
      // whoever takes a set in spite of its garbled text is not kept from it by that text
      looksAtText: wanted.despite !== found.record.set,
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
