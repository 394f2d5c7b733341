import { sleep, stampNow, type Stamp } from "../kernel/clock.ts";
import { errorText, KoboshiError } from "../kernel/errors.ts";
import type { Actor } from "../kernel/event.ts";
import type { RepairDesk, RepairRun } from "../kernel/ports-prevent.ts";
import { err, ok, type Result } from "../kernel/result.ts";
import { connectSsh } from "../clients/ssh.ts";
import type { LedgerTx } from "../storage/ledger/ledger.ts";
import { askAgain } from "./ask-again.ts";
import { carryOut } from "./carry-out.ts";
import { isUnasked } from "./claims.ts";
import { wayOf, type HandsDeps } from "./deps.ts";
import { hostOf } from "./reach.ts";
import { repairEvent } from "./record.ts";

/** What a composition gives; the rest has a value that is right outside of tests. */
export type RepairsDeps = Pick<HandsDeps, "clock" | "log" | "ledger" | "site" | "mask"> &
  Partial<Pick<HandsDeps, "connect" | "stepsFolder" | "patience" | "askAgainMs">>;

/** A network that is repaired comes back within minutes; nobody who approved waits longer for a machine that never answered. */
const usualPatience = { unreachedMs: 90_000, silentMs: 600_000, askEveryMs: 250 };

export function createRepairs(given: RepairsDeps): RepairDesk {
  const deps: HandsDeps = {
    connect: connectSsh,
    stepsFolder: "/var/lib/koboshi/steps",
    patience: usualPatience,
    askAgainMs: 60_000,
    ...given,
  };
  const stopping = new AbortController();
  const { signal } = stopping;
  const queue = createQueue(deps, signal);
  let asking: Promise<void> = Promise.resolve();
  return {
    repairs: (query) => deps.ledger.read.repairs(query),
    async repair(id) {
      return (await deps.ledger.read.repair(id))?.run ?? null;
    },
    offer: (input) => offer(deps, input),
    async approve(input) {
      const approved = await approve(deps, input);
      if (approved.ok) queue.add(approved.value, carryOut);
      return approved;
    },
    refuse: ({ id, actor, reason }) => dismiss(deps, { id, actor, state: "refused", reason: reason.trim() }),
    withdraw: ({ id }) => dismiss(deps, { id, actor: "koboshi", state: "withdrawn", reason: "" }),
    async start() {
      const begun = await deps.ledger.read.repairsIn({ host: null, states: ["approved", "running"] });
      for (const { run } of begun) queue.add(run, carryOut);
      asking = keepAsking(deps, queue, signal);
    },
    async stop() {
      stopping.abort();
      await asking;
      await queue.ended();
    },
  };
}

type Work = (deps: HandsDeps, id: number, signal: AbortSignal) => Promise<void>;

interface Queue {
  /** nothing happens when this repair waits already */
  add(run: RepairRun, work: Work): void;
  ended(): Promise<void>;
}

/** One repair at a time on a machine; machines do not wait for each other. */
function createQueue(deps: HandsDeps, signal: AbortSignal): Queue {
  const lines = new Map<string, Promise<void>>();
  const queued = new Set<number>();
  return {
    add({ id, host }, work) {
      if (queued.has(id)) return;
      queued.add(id);
      const before = lines.get(host) ?? Promise.resolve();
      const mine = before
        .then(() => (signal.aborted ? undefined : work(deps, id, signal)))
        .catch((thrown: unknown) =>
          deps.log.error("repair not carried on", { repair: id, host, text: errorText(thrown) }),
        )
        .finally(() => {
          queued.delete(id);
          if (lines.get(host) === mine) lines.delete(host);
        });
      lines.set(host, mine);
    },
    async ended() {
      await Promise.all(lines.values());
    },
  };
}

/** At once and then again and again: what became of the steps that nobody knew the end of. */
async function keepAsking(deps: HandsDeps, queue: Queue, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const unknown = await deps.ledger.read.repairsIn({ host: null, states: ["unknown"] });
      const nowMs = deps.clock.nowMs();
      for (const { run } of unknown) if (isUnasked(run, nowMs)) queue.add(run, askAgain);
    } catch (thrown) {
      deps.log.error("unknown repairs not read", { text: errorText(thrown), retryInMs: deps.askAgainMs });
    }
    await sleep(deps.clock, deps.askAgainMs, signal);
  }
}

/** One that waits is renewed in its place when its commands are others this time; what was shown of it can then not be approved. */
async function offer(
  deps: HandsDeps,
  { windowId, host, repair }: Parameters<RepairDesk["offer"]>[0],
): ReturnType<RepairDesk["offer"]> {
  if (hostOf(deps.site(), host) === null) return err(new KoboshiError("KB1002", { what: host }));
  if (repair.steps.length === 0) throw new TypeError("a repair without a step");
  const { sha256 } = await wayOf(deps, { host, repair });
  return deps.ledger.transaction(async (tx) => {
    const open = await tx.repairsIn({ host, states: ["offered", "approved", "running"] });
    const known = open.find(({ run }) => run.windowId === windowId && run.repair.id === repair.id);
    if (known !== undefined && known.run.state !== "offered") return ok(known.run);
    if (known !== undefined && known.run.sha256 === sha256) {
      // the same commands; what is said about them may be newer
      const run = { ...known.run, repair };
      await tx.putRepair({ ...known, run });
      return ok(run);
    }
    const fresh = freshRun({ windowId, host, repair, sha256, at: stampNow(deps.clock) });
    const run = known === undefined ? await tx.insertRepair(fresh) : { ...fresh, id: known.run.id };
    if (known !== undefined) await tx.putRepair({ run, bootId: null });
    await tx.append(repairEvent(run, "repair.offered"));
    return ok(run);
  });
}

function freshRun({
  at,
  ...offered
}: Pick<RepairRun, "windowId" | "host" | "repair" | "sha256"> & { readonly at: Stamp }): Omit<RepairRun, "id"> {
  const steps = offered.repair.steps.map(
    ({ id }) => ({ id, state: "waiting", code: null, output: "", at: null }) as const,
  );
  return { ...offered, state: "offered", offeredAt: at, approvedBy: null, approvedAt: null, steps };
}

/** Only what still waits can be decided. */
async function waiting(tx: LedgerTx, id: number): Promise<Result<RepairRun, KoboshiError>> {
  const stored = await tx.repair(id);
  if (stored === null) return err(new KoboshiError("KB1002", { what: `#${id}` }));
  if (stored.run.state === "offered") return ok(stored.run);
  return err(new KoboshiError("KB7202", { repair: id, state: stored.run.state }));
}

async function approve(
  deps: HandsDeps,
  { id, sha256, actor }: Parameters<RepairDesk["approve"]>[0],
): ReturnType<RepairDesk["approve"]> {
  return deps.ledger.transaction(async (tx) => {
    const found = await waiting(tx, id);
    if (!found.ok) return found;
    const now = await wayOf(deps, found.value);
    if (found.value.sha256 !== sha256 || now.sha256 !== sha256) return err(new KoboshiError("KB7201", { repair: id }));
    if (!now.way.ok) return err(new KoboshiError("KB7203", { host: found.value.host, missing: now.way.error }));
    const run = { ...found.value, state: "approved" as const, approvedBy: actor, approvedAt: stampNow(deps.clock) };
    await tx.putRepair({ run, bootId: null });
    await tx.append(repairEvent(run, "repair.approved", { actor }));
    return ok(run);
  });
}

interface Dismissal {
  readonly id: number;
  readonly actor: Actor;
  readonly state: "refused" | "withdrawn";
  /** empty: none was given */
  readonly reason: string;
}

/** Of one that waits for a decision. */
async function dismiss(deps: HandsDeps, { id, actor, state, reason }: Dismissal): ReturnType<RepairDesk["refuse"]> {
  return deps.ledger.transaction(async (tx) => {
    const found = await waiting(tx, id);
    if (!found.ok) return found;
    const said = reason === "" ? {} : { reason };
    const run = { ...found.value, state, ...said };
    await tx.putRepair({ run, bootId: null });
    await tx.append(repairEvent(run, `repair.${state}`, { actor, ...said }));
    return ok(run);
  });
}
