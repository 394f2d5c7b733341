import { createHash } from "node:crypto";
import { stampNow, type Clock } from "../../kernel/clock.ts";
import type { DeleteProof } from "../../kernel/model/recovery.ts";
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
  const { plan, place, workplace, writer, maintainer, canarySnapshot } = wanted;
  const store = await openStore(workplace, writer);
  if (!store.ok) return { plan, place, at, ...notTried(store.error) };
  const control = maintainer === null ? null : await openStore(workplace, maintainer);
  const trial = await tryAll(store.value, { control: control?.ok === true ? control.value : null, canarySnapshot });
  return { plan, place, at, ...trial };
}

function notTried(answer: string): Trial {
  return { result: "inconclusive", tried: [{ way: "write", answer, intact: false }] };
}

interface Trying {
  readonly control: CanaryStore | null;
  readonly canarySnapshot: string | null;
}

/** All ways on one canary after the other: a new one whenever one was lost. */
export async function tryAll(store: CanaryStore, { control, canarySnapshot }: Trying): Promise<Trial> {
  const tried: Tried[] = [];
  let canary: Canary | null = null;
  for (const way of store.ways) {
    const step = await tryWay(store, way, canary);
    tried.push(...step.tried);
    canary = step.canary;
    if (step.isOver) return { result: lostSome(tried.slice(0, -1)) ? "deletable" : "inconclusive", tried };
  }
  if (canarySnapshot !== null) tried.push(...(await trySnapshot(store, canarySnapshot)));
  if (!lostSome(tried) && canary !== null) return conclude({ control, canary, tried });
  if (canary !== null) await store.lose("delete", canary.name, "");
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
  if (now !== "gone") await store.lose("delete", canary.name, other);
  return { tried, canary: null, isOver: false };
}

const lostSome = (tried: readonly Tried[]): boolean => tried.some(({ intact }) => !intact);

/** A refusal could also be a storage that refuses everything: who may delete must be able to. */
async function conclude({
  control,
  canary,
  tried,
}: {
  readonly control: CanaryStore | null;
  readonly canary: Canary;
  readonly tried: readonly Tried[];
}): Promise<Trial> {
  if (control === null) return { result: "refused", tried };
  const answer = await control.lose("delete", canary.name, "");
  // seen by the one who deleted: the writer's server may still hold in memory what is gone
  const now = await seen(control, canary.name, canary.text);
  const all = [...tried, { way: "control", answer, intact: now === "intact" }];
  return { result: now === "gone" ? "refused" : "inconclusive", tried: all };
}

async function trySnapshot(store: CanaryStore, id: string): Promise<readonly Tried[]> {
  const name = `snapshots/${id}`;
  const before = await store.read(name);
  if (before === "gone" || before === "unreadable") return [];
  const answer = await store.lose("delete", name, "");
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
