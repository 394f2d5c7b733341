import { createHash } from "node:crypto";
import { stampNow, type Clock } from "../../kernel/clock.ts";
import type { DeleteProof } from "../../kernel/model/recovery.ts";
import { openTrust } from "../restic/trust.ts";
import type { Workplace } from "../workplace/workplace.ts";
import { openStore, type StoreAddress } from "./open-store.ts";
import type { CanaryStore, LossWay } from "./store.ts";

export interface ProofWanted {
  readonly plan: string;
  readonly place: string;
  /** the writer's machine */
  readonly workplace: Workplace;
  /** the repository with the writer's credential in it */
  readonly writer: StoreAddress;
  /** with the maintainer's; null: not given, so nothing is deleted to compare */
  readonly maintainer: StoreAddress | null;
  /** how long the storage is said to keep everything; null: nothing is said */
  readonly lockedForMs?: number | null;
  /** full id of a snapshot that this run has made for the purpose; null: none */
  readonly canarySnapshot: string | null;
}

type Tried = DeleteProof["tried"][number];
interface Trial {
  readonly result: DeleteProof["result"];
  readonly tried: readonly Tried[];
}

const canaryBytes = 512;

/** Texts of its own that nobody else has: hexadecimal digits, so that every tool carries them unchanged. */
function makeCanary(): Canary {
  const text = Buffer.from(crypto.getRandomValues(new Uint8Array(canaryBytes / 2))).toString("hex");
  return { name: `data/${createHash("sha256").update(text).digest("hex")}`, text };
}

/**
 * Finds out by trying whether the writer can lose what is stored, on objects this run has made, each addressed by its full
 * name: no list, no pattern, no request on a folder, a bucket or the repository. Judged by what is there, never by an answer.
 */
export async function proveUndeletable(clock: Clock, wanted: ProofWanted): Promise<DeleteProof> {
  const at = stampNow(clock);
  const { plan, place, workplace, writer, maintainer, canarySnapshot, lockedForMs = null } = wanted;
  const trust = await openTrust(workplace, writer.ca ?? null);
  try {
    const deps = { clock, workplace, written: new Map(), ca: trust.path };
    const store = await openStore(deps, writer);
    if (!store.ok) return { plan, place, at, ...notTried(store.error) };
    const control = maintainer === null ? null : await openStore(deps, maintainer);
    const lockedUntilMs = lockedForMs === null ? null : at.atMs + lockedForMs;
    const trying = { control: control?.ok === true ? control.value : null, canarySnapshot, lockedUntilMs };
    return { plan, place, at, ...(await tryAll(store.value, trying)) };
  } finally {
    await trust.close();
  }
}

function notTried(answer: string): Trial {
  return { result: "inconclusive", tried: [{ way: "write", answer, intact: false }] };
}

interface Trying {
  readonly control: CanaryStore | null;
  readonly canarySnapshot: string | null;
  /** Unix epoch: until when a lock is claimed to hold what is written now; null: nothing is claimed */
  readonly lockedUntilMs: number | null;
}

/** All ways on one canary after the other: a new one whenever one was lost. */
export async function tryAll(store: CanaryStore, trying: Trying): Promise<Trial> {
  const { canarySnapshot } = trying;
  const tried: Tried[] = [];
  let canary: Canary | null = null;
  for (const way of store.ways) {
    const step = await tryWay(store, way, canary);
    tried.push(...step.tried);
    canary = step.canary;
    if (step.isOver) return { result: lostSome(tried.slice(0, -1)) ? "deletable" : "inconclusive", tried };
  }
  if (canarySnapshot !== null) tried.push(...(await trySnapshot(store, canarySnapshot)));
  if (!lostSome(tried) && canary !== null) return conclude({ store, trying, canary, tried });
  if (canary !== null) await store.remove(canary.name);
  return { result: lostSome(tried) ? "deletable" : "inconclusive", tried };
}

interface Canary {
  readonly name: string;
  readonly text: string;
}

interface Step {
  readonly tried: readonly Tried[];
  /** what is left to try the next way on */
  readonly canary: Canary | null;
  /** nothing can be written or read any more */
  readonly isOver: boolean;
}

async function tryWay(store: CanaryStore, way: LossWay, left: Canary | null): Promise<Step> {
  const canary = left ?? makeCanary();
  if (left === null) {
    const answer = await store.put(canary.name, canary.text);
    if ((await seen(store, canary.name, canary.text)) !== "intact") {
      return { tried: [{ way: "write", answer, intact: false }], canary: null, isOver: true };
    }
  }
  const other = makeCanary().text;
  const answer = await store.lose(way, canary.name, other);
  const now = await seen(store, canary.name, canary.text);
  const tried = [{ way, answer, intact: now === "intact" }];
  // a storage that no longer answers may hold it still: nothing is proven then
  if (now === "unreadable" && way !== "permissions") return { tried, canary, isOver: true };
  if (now === "intact") return { tried, canary, isOver: false };
  await store.remove(canary.name);
  return { tried, canary: null, isOver: false };
}

const lostSome = (tried: readonly Tried[]): boolean => tried.some(({ intact }) => !intact);

interface Concluding {
  readonly store: CanaryStore;
  readonly trying: Trying;
  readonly canary: Canary;
  readonly tried: readonly Tried[];
}

/** A refusal could also be a storage that refuses everything: who may delete must be able to, unless a lock lets nobody. */
async function conclude({ store, trying, canary, tried }: Concluding): Promise<Trial> {
  const lock = await seeLock(store, canary.name, trying.lockedUntilMs);
  const known = [...tried, ...lock.tried];
  if (lock.isTooShort) return { result: "inconclusive", tried: known };
  const { control } = trying;
  if (control === null || lock.isFinal) return { result: "refused", tried: known };
  const answer = await control.remove(canary.name);
  // seen by the one who deleted: the writer's server may still hold in memory what is gone
  const now = await seen(control, canary.name, canary.text);
  const all = [...known, { way: "control", answer, intact: now === "intact" }];
  return { result: now === "gone" ? "refused" : "inconclusive", tried: all };
}

interface LockTold {
  readonly tried: readonly Tried[];
  /** shorter than claimed, or none: what happens after it nobody has tried */
  readonly isTooShort: boolean;
  readonly isFinal: boolean;
}

/** Between the canary and the look at its lock, and between two clocks. */
const lockMarginMs = 3_600_000;

async function seeLock(store: CanaryStore, name: string, claimedUntilMs: number | null): Promise<LockTold> {
  const none = { tried: [], isTooShort: false, isFinal: false };
  if (store.lock === undefined) return none;
  const { untilMs, isFinal, answer } = await store.lock(name);
  if (untilMs === null && claimedUntilMs === null) return none;
  const isTooShort = claimedUntilMs !== null && (untilMs ?? 0) < claimedUntilMs - lockMarginMs;
  return { tried: [{ way: "lock", answer, intact: !isTooShort }], isTooShort, isFinal };
}

async function trySnapshot(store: CanaryStore, id: string): Promise<readonly Tried[]> {
  const name = `snapshots/${id}`;
  const before = await store.read(name);
  if (before === "gone" || before === "unreadable") return [];
  const answer = await store.remove(name);
  return [{ way: "delete-snapshot", answer, intact: (await seen(store, name, before.text)) === "intact" }];
}

/** Read twice before it counts as unreadable: a storage may be busy for a moment. */
async function seen(
  store: CanaryStore,
  name: string,
  text: string,
): Promise<"intact" | "changed" | "gone" | "unreadable"> {
  let found = await store.read(name);
  if (found === "unreadable") found = await store.read(name);
  if (found === "gone" || found === "unreadable") return found;
  return found.text === text ? "intact" : "changed";
}
