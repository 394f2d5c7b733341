import { stampNow, type Clock, type Stamp } from "../../kernel/clock.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { Signal } from "../../kernel/model/signal.ts";
import { windowStates, type Window, type WindowState } from "../../kernel/model/window.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import type { Ledger, LedgerTx } from "../../storage/ledger/ledger.ts";
import type { StoredWindow } from "../../storage/ledger/nouns/windows.ts";
import { coverOf } from "./cover.ts";
import { hasReleased } from "./decisions.ts";
import { heldBy, type Holder } from "./held.ts";
import { newWatch, type Kept, type Stepped, type Watch } from "./watch.ts";

const aliveStates: readonly WindowState[] = windowStates.filter((state) => state !== "closed" && state !== "cancelled");
/** More than anybody plans; the ledger keeps the rest. */
const mostAlive = 5_000;

export interface BookDeps {
  readonly clock: Clock;
  readonly ledger: Ledger;
  site(): Site;
  /** looks at all open signals again: what was held and is still true is told */
  refold(): Promise<void>;
}

/** A change under way, in the transaction of whatever caused it. */
export interface Change {
  readonly tx: LedgerTx;
  readonly now: Stamp;
  /** what is on disk, earlier changes of this one included; null: no such window */
  find(id: number): Promise<Kept | null>;
  add(window: Omit<Window, "id">, watch: Watch): Promise<Window>;
  put(stepped: Stepped): Promise<void>;
}

/** Every window that is not over, in memory as on disk. */
export interface Book {
  /** in order of their numbers, with what their targets come to now */
  alive(): readonly Holder[];
  /** One transaction; when it is on disk, memory says the same, and what waited for nothing any more is told. */
  change<T>(work: (change: Change) => Promise<T>): Promise<T>;
  /** One window made into what `decide` says of it. KB1002 */
  decide(
    id: number,
    decide: (kept: Kept, change: Change) => Promise<Result<Stepped, KoboshiError>>,
  ): Promise<Result<Window, KoboshiError>>;
  /** Counts signals that were not told, each once. */
  noteHeld(signals: readonly Signal[]): Promise<void>;
}

export async function openBook(deps: BookDeps): Promise<Book> {
  const { ledger, clock } = deps;
  const alive = new Map<number, Kept>();
  for (const stored of await ledger.read.storedWindows({ states: aliveStates, limit: mostAlive })) {
    alive.set(stored.window.id, keptOf(stored));
  }
  let listed: { readonly of: Site; readonly holders: readonly Holder[] } | null = null;

  function remember(kept: Kept): void {
    if (aliveStates.includes(kept.window.state)) alive.set(kept.window.id, kept);
    else alive.delete(kept.window.id);
    listed = null;
  }

  /** made once for each change of a window or of the site: it is asked for at every change of a signal */
  function holders(): readonly Holder[] {
    const site = deps.site();
    if (listed?.of === site) return listed.holders;
    const kept = [...alive.values()].sort((a, b) => a.window.id - b.window.id);
    listed = { of: site, holders: kept.map((one) => ({ ...one, cover: coverOf(site, one.window.targets) })) };
    return listed.holders;
  }

  async function change<T>(work: (change: Change) => Promise<T>): Promise<T> {
    const changed = new Map<number, { readonly before: Window | null; readonly kept: Kept }>();
    const value = await ledger.transaction((tx) => {
      changed.clear();
      return work(changeIn(tx, { now: stampNow(clock), changed }));
    });
    for (const { kept } of changed.values()) remember(kept);
    const isReleased = [...changed.values()].some(
      ({ before, kept }) => before !== null && hasReleased(before, kept.window),
    );
    if (isReleased) await deps.refold();
    return value;
  }

  return {
    alive: holders,
    change,
    decide: (id, decide) =>
      change(async (one) => {
        const kept = await one.find(id);
        if (kept === null) return err(new KoboshiError("KB1002", { what: `window ${id}` }));
        const decided = await decide(kept, one);
        if (!decided.ok) return decided;
        await one.put(decided.value);
        return ok(decided.value.window);
      }),
    noteHeld: (signals) => noteHeld({ alive: holders, change }, signals),
  };
}

function changeIn(
  tx: LedgerTx,
  { now, changed }: { now: Stamp; changed: Map<number, { readonly before: Window | null; readonly kept: Kept }> },
): Change {
  return {
    tx,
    now,
    async find(id) {
      const known = changed.get(id);
      if (known !== undefined) return known.kept;
      const stored = await tx.storedWindow(id);
      return stored === null ? null : keptOf(stored);
    },
    async add(window, watch) {
      const added = await tx.insertWindow(window, watch);
      changed.set(added.id, { before: null, kept: { window: added, watch } });
      return added;
    },
    async put({ window, watch, events }) {
      const before = changed.get(window.id)?.before ?? (await tx.storedWindow(window.id))?.window ?? null;
      await tx.updateWindow(window, watch);
      for (const event of events) await tx.append(event);
      changed.set(window.id, { before, kept: { window, watch } });
    },
  };
}

function keptOf({ window, watch }: StoredWindow): Kept {
  return { window, watch: { ...newWatch, ...(watch as Partial<Watch>) } };
}

async function noteHeld({ alive, change }: Pick<Book, "alive" | "change">, signals: readonly Signal[]): Promise<void> {
  const all = alive();
  const held = signals.flatMap((signal) => {
    const window = heldBy(all, signal);
    return window === null ? [] : [{ window, signal }];
  });
  if (held.length === 0) return;
  await change(async ({ tx, now, find, put }) => {
    for (const { window, signal } of held) {
      const { id, kind, subject, severity } = signal;
      const isNew = await tx.holdSignal(window, { signal: id, kind, subject, severity, at: now });
      const kept = isNew ? await find(window) : null;
      if (kept === null) continue;
      const counted = { ...kept.window, heldSignals: kept.window.heldSignals + 1 };
      await put({ window: counted, watch: kept.watch, events: [] });
    }
  });
}
