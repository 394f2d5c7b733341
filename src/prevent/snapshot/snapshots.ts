import { stampNow, type Clock } from "../../kernel/clock.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import type { Log } from "../../kernel/log.ts";
import type { Site } from "../../kernel/model/site.ts";
import { snapshotSections, type HostSnapshot, type SnapshotSection } from "../../kernel/model/snapshot.ts";
import { isHolding } from "../../kernel/model/window.ts";
import type { SnapshotDesk, WindowDesk } from "../../kernel/ports-prevent.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import type { Ledger } from "../../storage/ledger/ledger.ts";
import { compareSnapshots } from "./diff.ts";
import { createNoise, type Noise } from "./noise.ts";
import { readHostNow, type ScriptLine } from "./read-host.ts";
import { isFull, outlived } from "./retention.ts";
import { createSnapshotRounds, type SnapshotRounds } from "./rounds.ts";
import { createShelf, type Shelf } from "./shelf.ts";

export interface SnapshotsDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly ledger: Ledger;
  readonly site: Site;
  readonly line: ScriptLine;
  /** windows are asked for only after `start` */
  readonly windows: WindowDesk["windows"];
  /** keeps what a host shows from outside, beside each snapshot */
  readonly keepOutside: (host: string) => Promise<void>;
  /** time between two quick snapshots; ten minutes when left out */
  readonly everyMs?: number;
  /** how long full ones stay; 30 when left out */
  readonly keptDays?: number;
}

/** Takes down what hosts are like, quickly in between and whole each night. */
export interface Snapshots extends SnapshotDesk {
  /** Takes a new configuration over. */
  apply(site: Site): void;
  start(): void;
  /** Waits for what is under way. */
  stop(): Promise<void>;
}

interface Desk extends SnapshotsDeps {
  readonly shelf: Shelf;
  readonly noise: Noise;
  site: Site;
}

const usualEveryMs = 600_000;
const usualKeptDays = 30;
const mostHeads = 10_000;

export async function createSnapshots(deps: SnapshotsDeps): Promise<Snapshots> {
  const { ledger, clock, log } = deps;
  const desk: Desk = { ...deps, shelf: createShelf(ledger), noise: await createNoise(ledger) };
  const rounds: SnapshotRounds = createSnapshotRounds({
    clock,
    log,
    everyMs: deps.everyMs ?? usualEveryMs,
    site: () => desk.site,
    newestFull: async (host) => (await desk.shelf.heads(host, mostHeads)).find(isFull)?.head.takenAt ?? null,
    quick: (host, sections) => quickRound(desk, host, sections),
    full: (host) => fullRound(desk, host),
    keepOutside: deps.keepOutside,
  });

  return {
    take: (host, sections) => take(desk, host, sections),
    newestBefore: (host, atMs) => desk.shelf.newest(host, atMs),
    async list(host, limit) {
      const heads = await desk.shelf.heads(host, limit);
      return heads.map(({ head: { takenAt, isComplete } }) => ({ takenAt, isComplete }));
    },
    compare: (before, after) => compareSnapshots(before, after, desk.noise.of(after.host)),
    learn: (host, differences) => desk.noise.learn(host, differences),
    forgetNoise: (host) => desk.noise.forget(host),
    apply: (site) => void (desk.site = site),
    start: () => rounds.start(),
    stop: () => rounds.stop(),
  };
}

async function take(
  desk: Desk,
  host: string,
  sections: readonly SnapshotSection[],
): Promise<Result<HostSnapshot, KoboshiError>> {
  const { site, shelf, clock, line } = desk;
  const known = site.hosts.get(host);
  if (known === undefined) return err(new KoboshiError("KB1002", { what: host }));
  if (known.look?.by !== "ssh") return err(new KoboshiError("KB4204", { host }));
  const [snapshot] = await Promise.all([
    readHostNow({ clock, line, host, sections, sudo: known.look.sudo === "listed" }),
    desk.keepOutside(host),
  ]);
  // one in which nothing was seen tells nothing to anybody later
  if (Object.keys(snapshot.sections).length > 0) await shelf.put(snapshot);
  return ok(snapshot);
}

/** @returns whether the machine was started anew since its last snapshot */
async function quickRound(desk: Desk, host: string, sections: readonly SnapshotSection[]): Promise<boolean> {
  const before = await desk.shelf.newest(host, desk.clock.nowMs());
  const taken = await take(desk, host, sections);
  if (!taken.ok || before === null) return false;
  const [was, is] = [bootId(before), bootId(taken.value)];
  return was !== null && is !== null && was !== is;
}

function bootId({ sections }: HostSnapshot): string | null {
  return sections.ident?.["boot-id"] ?? null;
}

/** A whole one, from which is learnt what changes by itself, and after which the oldest go. */
async function fullRound(desk: Desk, host: string): Promise<boolean> {
  const before = await desk.shelf.lastWhole(host);
  const taken = await take(desk, host, snapshotSections);
  if (!taken.ok || !taken.value.isComplete) return false;
  if (before !== null && bootId(before) === bootId(taken.value) && !(await wasWorkedOn(desk, before, taken.value))) {
    await desk.noise.learn(host, compareSnapshots(before, taken.value, desk.noise.of(host)));
  }
  await prune(desk, host);
  return true;
}

async function wasWorkedOn({ windows }: Desk, before: HostSnapshot, after: HostSnapshot): Promise<boolean> {
  const all = await windows({ states: null, limit: 200 });
  return all.some(({ state, startMs, endMs, closedAt, hosts, ...window }) => {
    if (state === "planned" || state === "cancelled" || !hosts.includes(after.host)) return false;
    const until = isHolding({ state }) ? Infinity : Math.max(endMs, closedAt?.atMs ?? 0);
    const from = Math.min(startMs, window.course.startedAt?.atMs ?? startMs);
    return from <= after.takenAt.atMs && until >= before.takenAt.atMs;
  });
}

async function prune({ windows, shelf, ledger, clock, keptDays = usualKeptDays }: Desk, host: string): Promise<void> {
  const open = await windows({ states: ["planned", "preparing", "open", "verifying"], limit: 200 });
  const windowStartsMs = open.filter(({ hosts }) => hosts.includes(host)).map(({ startMs }) => startMs);
  const { atMs: nowMs } = stampNow(clock);
  const old = outlived(await shelf.heads(host, mostHeads), { nowMs, keptDays, windowStartsMs });
  if (old.length === 0) return;
  await ledger.transaction(async (tx) => {
    for (let at = 0; at < old.length; at += 500) await tx.deleteSnapshots(old.slice(at, at + 500));
    await tx.dropLooseParts();
  });
}
