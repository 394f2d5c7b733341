import type { Actor } from "../../kernel/event.ts";
import type { ComponentId } from "../../kernel/model/component.ts";
import { componentId } from "../../kernel/model/component.ts";
import type { Site } from "../../kernel/model/site.ts";
import { phaseOf, type ProviderNoticeState } from "../../kernel/model/provider-notice.ts";
import type { Window } from "../../kernel/model/window.ts";
import type { FeedDesk, KeptNotice, Proposal } from "../../kernel/ports-feeds.ts";
import type { Book, Change } from "./book.ts";
import { coverOf } from "./cover.ts";
import { cancelled, moved } from "./decisions.ts";
import { makeWindow } from "./made.ts";
import { believedBeforeMs } from "./step.ts";
import type { Kept } from "./watch.ts";

/** From here on a place that a notice names is taken into its window. */
const takenFrom = 0.5;
const running: ReadonlySet<ProviderNoticeState> = new Set(["in-progress", "extended"]);
const mostNotices = 200;

export interface NoticeDeps {
  readonly book: Book;
  readonly feeds: Pick<FeedDesk, "notice" | "notices">;
  site(): Site;
}

/** Turns what people confirmed of their providers' notices into windows, and keeps up with them. */
export interface NoticeSource {
  /** every notice that was confirmed, for the beginning */
  followAll(): Promise<void>;
  follow(id: number): Promise<void>;
  /** the notice says that its work is under way */
  isSaidToRun(reference: string | null): boolean;
  /** the notice says that its work is over, and said so no earlier than shortly before this time of it */
  isSaidOver(window: Pick<Window, "reference" | "startMs">): boolean;
}

export function createNoticeSource({ book, feeds, site }: NoticeDeps): NoticeSource {
  const underWay = new Set<string>();
  /** by notice: when that was read */
  const over = new Map<string, number>();

  async function followOne(notice: KeptNotice): Promise<void> {
    const reference = String(notice.id);
    const { state } = notice.newest.read;
    if (running.has(state)) underWay.add(reference);
    else underWay.delete(reference);
    if (phaseOf(state) === "over") over.set(reference, notice.newest.receivedAt.atMs);
    else over.delete(reference);
    const alive = book.alive().some(({ window }) => window.origin === "notice" && window.reference === reference);
    const isConfirmed = notice.proposal?.state === "confirmed" && state !== "cancelled";
    if (!alive && !isConfirmed) return;
    await book.change((change) => settle(change, { notice, site: site(), isConfirmed }));
  }

  return {
    async followAll() {
      const newest = await feeds.notices({ search: "", provider: null, before: null, limit: mostNotices });
      for (const notice of newest) if (notice.proposal !== null) await followOne(notice);
    },
    async follow(id) {
      const found = await feeds.notice(id);
      if (found !== null) await followOne(found.notice);
    },
    isSaidOver({ reference, startMs }) {
      const saidMs = over.get(reference ?? "");
      return saidMs !== undefined && saidMs >= startMs - believedBeforeMs;
    },
    isSaidToRun: (reference) => reference !== null && underWay.has(reference),
  };
}

interface Settling {
  readonly notice: KeptNotice;
  readonly site: Site;
  /** false: it was rejected, or its provider cancelled the work */
  readonly isConfirmed: boolean;
}

/** The windows of one notice, in order of their beginning, become those that were confirmed. */
async function settle(change: Change, { notice, site, isConfirmed }: Settling): Promise<void> {
  const { proposal } = notice;
  const wanted = isConfirmed && proposal !== null ? [...proposal.windows].sort((a, b) => a.startMs - b.startMs) : [];
  const stored = await change.tx.windowsOf("notice", String(notice.id));
  const known = stored.map(({ window, watch }) => ({ window, watch: watch as Kept["watch"] }));
  for (const [index, times] of wanted.entries()) {
    await become(change, { times, known: known[index] ?? null, notice, site });
  }
  const actor = proposal?.state === "rejected" ? (proposal.decidedBy ?? "koboshi") : "koboshi";
  for (const { window } of known.slice(wanted.length)) await drop(change, { id: window.id, actor, notice });
}

interface Becoming {
  readonly times: Proposal["windows"][number];
  readonly known: Kept | null;
  readonly notice: KeptNotice;
  readonly site: Site;
}

async function become(change: Change, { times, known, notice, site }: Becoming): Promise<void> {
  const said = known === null ? null : (known.watch.said ?? known.window);
  if (said !== null && said.startMs === times.startMs && said.endMs === times.endMs) return;
  const actor = notice.proposal?.decidedBy ?? "koboshi";
  const kept = known === null ? null : await change.find(known.window.id);
  const next = kept === null ? null : moved(kept, { ...times, actor, now: change.now });
  if (next?.ok === true) {
    const { window, watch, events } = next.value;
    return change.put({ window, watch: { ...watch, said: times }, events });
  }
  await add(change, { times, notice, site, actor });
}

interface Adding {
  readonly times: Proposal["windows"][number];
  readonly notice: KeptNotice;
  readonly site: Site;
  readonly actor: Actor;
}

/** What names nothing of ours holds nothing. */
async function add(change: Change, { times, notice, site, actor }: Adding): Promise<void> {
  const targets = targetsOf(notice, site);
  if (targets.length === 0 || times.endMs <= change.now.atMs) return;
  await makeWindow(change, {
    wanted: {
      title: notice.newest.title,
      ...times,
      timeZone: site.timeZone,
      targets,
      alternate: null,
      isPublic: true,
      checksWanted: [],
      origin: "notice",
      reference: String(notice.id),
    },
    cover: coverOf(site, targets),
    actor,
    watch: { said: times },
  });
}

function targetsOf({ proposal, matches }: KeptNotice, site: Site): readonly ComponentId[] {
  const hosts = (proposal?.hosts ?? []).filter((host) => site.hosts.has(host)).map((host) => componentId("host", host));
  if (hosts.length > 0) return hosts;
  const places = [...site.places.keys()].map((key) => componentId("place", key));
  return places.filter((id) => matches.some(({ target, points }) => target === id && points >= takenFrom));
}

async function drop(
  change: Change,
  { id, actor, notice }: { readonly id: number; readonly actor: Actor; readonly notice: KeptNotice },
): Promise<void> {
  const kept = await change.find(id);
  if (kept === null) return;
  const held = await change.tx.heldSignals(id);
  const reason = notice.newest.read.state === "cancelled" ? "notice-cancelled" : "notice-decided";
  const gone = cancelled(kept, { reason, actor, now: change.now, held });
  if (gone.ok) await change.put(gone.value);
}
