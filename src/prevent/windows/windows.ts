import { elapsedMs, type Clock, type Stamp } from "../../kernel/clock.ts";
import type { Log } from "../../kernel/log.ts";
import type { LedgerEvent } from "../../kernel/event.ts";
import type { KoboshiError } from "../../kernel/errors.ts";
import type { AftercareFinding } from "../../kernel/model/aftercare.ts";
import type { Signal, SignalChange } from "../../kernel/model/signal.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { CheckStatus } from "../../kernel/model/status.ts";
import type { Window } from "../../kernel/model/window.ts";
import type { FeedDesk } from "../../kernel/ports-feeds.ts";
import type { HostStatus } from "../../kernel/ports-hosts.ts";
import type { AftercareRunner, SnapshotDesk, WindowDesk } from "../../kernel/ports-prevent.ts";
import type { Result } from "../../kernel/result.ts";
import type { Ledger } from "../../storage/ledger/ledger.ts";
import { createAfterLook } from "./after.ts";
import { createBeforeLook } from "./before.ts";
import { openBook, type Book } from "./book.ts";
import { coverOf } from "./cover.ts";
import { createDesk } from "./desk.ts";
import { followFile } from "./from-file.ts";
import { followTargets } from "./from-targets.ts";
import { createNoticeSource, type NoticeSource } from "./from-notices.ts";
import { afterRecovery, afterReboot, type Recovered } from "./from-ourselves.ts";
import { heldBy, isCovered } from "./held.ts";
import { openInbox, type Inbox } from "./inbox.ts";
import { createKeeper, createSight } from "./keeper.ts";
import { createWindowSignals } from "./signals.ts";
import type { Kept, Seen } from "./watch.ts";

export interface WindowsDeps {
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly log: Log;
  readonly snapshots: Pick<SnapshotDesk, "take" | "newestBefore">;
  readonly aftercare: AftercareRunner;
  readonly feeds: Pick<FeedDesk, "notice" | "notices">;
  site(): Site;
  checks(): readonly CheckStatus[];
  hosts(): readonly HostStatus[];
  /** false: nobody may let a window close with this */
  isWaivable(finding: AftercareFinding): boolean;
  /** writes confirmed changes down with all that follows from them */
  take(changes: readonly SignalChange[]): Promise<void>;
  /** looks at all open signals again: what was held and is still true is told */
  refold(): Promise<void>;
}

/** Windows from their plan to the proof that everything is as before. Alarms are held from the moment it is made. */
export interface Windows extends WindowDesk {
  /** follows the file and the notices, looks once, and then every few seconds */
  start(): Promise<void>;
  stop(): void;
  /** to be called when the configuration was replaced */
  apply(): Promise<void>;
  /** Counts signals that were held instead of told; each counts once, however often it is given. */
  noteHeld(signals: readonly Signal[]): Promise<void>;
  /** A repair for this window ended: it is looked at at once, and anew when it is being looked at. */
  lookAgain(id: number): Promise<void>;
  /** A recovery ended: what it was for is verified like after any work. The same incident again is the same window. */
  afterRecovery(recovered: Recovered): Promise<Result<Window, KoboshiError>>;
}

/** Repeated times farther on come near by themselves. */
const fileEveryMs = 3_600_000;

export async function createWindows(deps: WindowsDeps): Promise<Windows> {
  const { clock, log, ledger, site } = deps;
  const book = await openBook(deps);
  const notices = createNoticeSource({ book, feeds: deps.feeds, site });
  const sight = createSight({
    ...deps,
    isSaidToRun: ({ window }) => window.origin === "notice" && notices.isSaidToRun(window.reference),
    isSaidOver: ({ window }) => window.origin === "notice" && notices.isSaidOver(window),
  });
  const seen = (kept: Kept): Seen => sight.of({ ...kept, cover: coverOf(site(), kept.window.targets) }, false);
  const before = createBeforeLook({ ...deps, book });
  const after = createAfterLook({ ...deps, book, seen });
  const signals = createWindowSignals(clock, await ledger.read.openSignals());
  const inbox = await openInbox(ledger);
  const news = createNews({ ...deps, book, inbox, notices });
  const keeper = createKeeper({ clock, log, book, sight, before, after, signals, take: deps.take, news: news.look });
  return {
    ...createDesk({ ...deps, book, after, seen, look: keeper.look }),
    heldBy: (signal) => heldBy(book.alive(), signal),
    holding: (component) =>
      book
        .alive()
        .filter((holder) => isCovered(holder, component))
        .map(({ window }) => window),
    noteHeld: book.noteHeld,
    lookAgain(id) {
      after.again(id);
      return keeper.look();
    },
    async afterRecovery(recovered) {
      const made = await afterRecovery({ book, site: site() }, recovered);
      void keeper.look();
      return made;
    },
    async start() {
      await notices.followAll();
      keeper.start();
      await keeper.look();
    },
    stop: keeper.stop,
    async apply() {
      news.fileChanged();
      await keeper.look();
    },
  };
}

interface NewsDeps extends Pick<WindowsDeps, "ledger" | "site" | "hosts" | "snapshots"> {
  readonly book: Book;
  readonly inbox: Inbox;
  readonly notices: NoticeSource;
}

interface News {
  look(now: Stamp): Promise<void>;
  fileChanged(): void;
}

function createNews({ book, inbox, notices, ledger, snapshots, site, hosts }: NewsDeps): News {
  let followedAt: Stamp | null = null;

  function startOf(host: string): number | null {
    const { reading, readAt } = hosts().find(({ key }) => key === host) ?? {};
    const uptimeSeconds = reading?.system?.uptimeSeconds;
    return uptimeSeconds === undefined || readAt === undefined || readAt === null
      ? null
      : readAt.atMs - uptimeSeconds * 1_000;
  }

  async function handle({ kind, data }: LedgerEvent): Promise<void> {
    if (kind !== "host.rebooted") return notices.follow(Number(data["notice"]));
    const host = String(data["host"]);
    await afterReboot(
      { book, ledger, snapshots, site: site() },
      { host, bootId: String(data["bootId"]), startedAtMs: startOf(host) },
    );
  }

  return {
    fileChanged() {
      followedAt = null;
    },
    async look(now) {
      await inbox.look(handle);
      if (followedAt !== null && elapsedMs(followedAt, now) < fileEveryMs) return;
      await followFile(book, site());
      await followTargets(book, site());
      followedAt = now;
    },
  };
}
