import { elapsedMs, stampNow, type Clock, type Stamp, type Timer } from "../../kernel/clock.ts";
import { errorText } from "../../kernel/errors.ts";
import type { Log } from "../../kernel/log.ts";
import type { SignalChange } from "../../kernel/model/signal.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { CheckStatus } from "../../kernel/model/status.ts";
import type { HostStatus } from "../../kernel/ports-hosts.ts";
import { ok } from "../../kernel/result.ts";
import type { AfterLook } from "./after.ts";
import type { BeforeLook } from "./before.ts";
import type { Book } from "./book.ts";
import type { Holder } from "./held.ts";
import { createRounds } from "./rounds.ts";
import { lookAt, machinesOf, seenBy } from "./seen.ts";
import type { WindowSignals } from "./signals.ts";
import { step } from "./step.ts";
import type { Kept, Seen, Stepped } from "./watch.ts";

const everyMs = 5_000;
/** Windows farther away are not looked at: nothing can happen to them but what people do. */
const nearMs = 25 * 3_600_000;
/** How old what is remembered of a machine may become: its clock and ours drift apart. */
const rememberedMs = 30 * 60_000;

export interface SightDeps {
  readonly clock: Clock;
  site(): Site;
  checks(): readonly CheckStatus[];
  hosts(): readonly HostStatus[];
  /** the notice of this number says that its work is under way */
  isSaidToRun(holder: Holder): boolean;
  /** the notice of this number says that its work is over */
  isSaidOver(holder: Holder): boolean;
}

/** What the windows see of their targets. */
export interface Sight {
  /** one look at all of them; rounds are counted by it */
  look(holders: readonly Holder[]): void;
  /** of the last look */
  of(holder: Holder, isPreparing: boolean): Seen;
}

export function createSight({ clock, site, checks, hosts, isSaidToRun, isSaidOver }: SightDeps): Sight {
  const rounds = createRounds();
  let last: Pick<Seen, "now" | "units" | "machines"> = { now: stampNow(clock), units: new Map(), machines: new Map() };
  return {
    look(holders) {
      const units = new Set(holders.flatMap(({ cover }) => cover.units));
      const world = { now: stampNow(clock), site: site(), checks: checks(), hosts: hosts() };
      last = { now: world.now, units: lookAt(world, units, rounds), machines: machinesOf(world.hosts) };
    },
    of: (holder, isPreparing) =>
      seenBy(
        { units: holder.cover.units, hosts: holder.window.hosts },
        { ...last, isSaidToRun: isSaidToRun(holder), isSaidOver: isSaidOver(holder), isPreparing },
      ),
  };
}

export interface KeeperDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly book: Book;
  readonly sight: Sight;
  readonly before: BeforeLook;
  readonly after: AfterLook;
  readonly signals: WindowSignals;
  take(changes: readonly SignalChange[]): Promise<void>;
  /** what is to be done before each look: news from others, the file's next times */
  news(now: Stamp): Promise<void>;
}

/** Looks at the windows every few seconds and carries each on to where it stands. */
export interface Keeper {
  look(): Promise<void>;
  start(): void;
  stop(): void;
}

export function createKeeper(deps: KeeperDeps): Keeper {
  const { clock, log } = deps;
  let timer: Timer | null = null;
  let isStopped = true;
  let turn: Promise<void> = Promise.resolve();

  /** One after the other; what fails is told and tried again at the next. */
  function look(): Promise<void> {
    turn = turn
      .then(() => lookOnce(deps))
      .catch((thrown: unknown) => {
        log.error("windows not looked at", { error: errorText(thrown) });
      });
    return turn;
  }

  async function round(): Promise<void> {
    await look();
    if (!isStopped) timer = clock.after(everyMs, () => void round());
  }

  return {
    look,
    start() {
      isStopped = false;
      void round();
    },
    stop() {
      isStopped = true;
      timer?.cancel();
    },
  };
}

async function lookOnce(deps: KeeperDeps): Promise<void> {
  const { clock, book, sight, before, after, signals } = deps;
  await attempt(deps.log, "news of windows not followed", () => deps.news(stampNow(clock)));
  const nowMs = clock.nowMs();
  const near = book.alive().filter(({ window }) => window.state !== "planned" || window.startMs - nearMs <= nowMs);
  sight.look(near);
  for (const holder of near) {
    before.begin(holder, nowMs);
    await attempt(deps.log, "a window not carried on", () => carryOn(deps, holder));
  }
  const alive = book.alive();
  after.keepOnly(new Set(alive.filter(({ window }) => window.state === "verifying").map(({ window }) => window.id)));
  for (const holder of alive) if (holder.window.state === "verifying") after.begin(holder);
  const changes = signals.look(alive);
  if (changes.length > 0) await deps.take(changes);
}

/** One that fails does not keep the others from going on. */
async function attempt(log: Log, sentence: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    log.error(sentence, { error: errorText(thrown) });
  }
}

async function carryOn({ book, sight, before, clock }: KeeperDeps, holder: Holder): Promise<void> {
  const seen = sight.of(holder, before.isBusy(holder, clock.nowMs()));
  if (!isNews(holder, step(holder, seen))) return;
  await book.decide(holder.window.id, async (kept) => ok(step(kept, seen)));
}

/** Worth a place on the disk. */
function isNews(before: Kept, { window, watch, events }: Stepped): boolean {
  if (events.length > 0 || JSON.stringify(window) !== JSON.stringify(before.window)) return true;
  const { machines: then, ...restThen } = before.watch;
  const { machines: now, ...restNow } = watch;
  if (JSON.stringify(restThen) !== JSON.stringify(restNow)) return true;
  return Object.entries(now).some(([host, machine]) => {
    const known = then[host];
    if (known === undefined || known.bootId !== machine.bootId || known.machineId !== machine.machineId) return true;
    return elapsedMs(known.readAt, machine.readAt) >= rememberedMs;
  });
}
