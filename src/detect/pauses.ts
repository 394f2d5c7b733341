import { later, remainingMs, stampNow, type Clock, type Timer } from "../kernel/clock.ts";
import { errorText, KoboshiError } from "../kernel/errors.ts";
import type { Actor, EventKind } from "../kernel/event.ts";
import type { Log } from "../kernel/log.ts";
import type { Check } from "../kernel/model/check.ts";
import type { Site } from "../kernel/model/site.ts";
import type { CheckStatus } from "../kernel/model/status.ts";
import type { Pause, PauseVerbs } from "../kernel/ports.ts";
import { err, ok } from "../kernel/result.ts";
import type { Ledger } from "../storage/ledger/ledger.ts";

/** Checks that are held back, and the site without them. */
export interface Pauses extends PauseVerbs {
  /** The site with only the checks that run; the same object while nothing changes. */
  unpaused(site: Site): Site;
  /** The board with those held back, shown as paused, behind those that run. */
  shown(running: readonly CheckStatus[]): readonly CheckStatus[];
  /** Ends the waiting for pauses to be over; what is paused stays in the ledger. */
  stop(): void;
}

export interface PauseDeps {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly log: Log;
  site(): Site;
  /** called after the commit, when other checks run than before */
  changed(): void;
}

const settingKey = "check.pauses";
const leastMs = 60_000;
const longestMs = 30 * 86_400_000;
const longestReason = 500;
/** Timers of the machine overflow after 24 days; an hour is looked at anew. */
const longestWaitMs = 3_600_000;
/** A ledger that refuses is asked again after this. */
const leastWaitMs = 1_000;

interface Held {
  pauses: ReadonlyMap<string, Pause>;
  timer: Timer | null;
  /** the site as it was last asked for, without what is paused */
  running: { readonly of: Site; readonly site: Site } | null;
}

/** Opens what the ledger says is paused; what ended meanwhile begins again at once. */
export async function createPauses(deps: PauseDeps): Promise<Pauses> {
  const { ledger, clock, site } = deps;
  const held: Held = { pauses: parsePauses(await ledger.read.setting(settingKey)), timer: null, running: null };
  await resumeOver(deps, held);
  arm(deps, held);

  return {
    pauses: () => held.pauses,
    async pause({ checkIds, reason, forMs, actor }) {
      const unknown = unknownCheck(site(), checkIds);
      if (unknown !== null) return err(unknown);
      const why = reason.trim().slice(0, longestReason);
      if (why === "") return err(new KoboshiError("KB1001", { what: "reason" }));
      if (!(forMs >= leastMs && forMs <= longestMs)) return err(new KoboshiError("KB1001", { what: "for (1m … 30d)" }));
      const at = stampNow(clock);
      const made = checkIds.map((checkId): Pause => ({ checkId, reason: why, actor, at, until: later(at, forMs) }));
      const next = new Map([...held.pauses, ...made.map((pause) => [pause.checkId, pause] as const)]);
      await keep(deps, held, { next, told: { kind: "check.paused", actor, pauses: made } });
      return ok(made);
    },
    async resume({ checkIds, actor }) {
      const unknown = unknownCheck(site(), checkIds);
      if (unknown !== null) return err(unknown);
      const over = checkIds.flatMap((id) => held.pauses.get(id) ?? []);
      await end(deps, held, { over, actor });
      return ok(over.map(({ checkId }) => checkId));
    },
    unpaused(whole) {
      if (![...whole.checks].some(({ id }) => held.pauses.has(id))) return whole;
      if (held.running?.of !== whole) {
        const checks = whole.checks.filter(({ id }) => !held.pauses.has(id));
        held.running = { of: whole, site: { ...whole, checks } };
      }
      return held.running.site;
    },
    shown: (running) => [
      ...running.filter(({ id }) => !held.pauses.has(id)),
      ...site().checks.flatMap((check) => pausedStatus(check, held.pauses.get(check.id))),
    ],
    stop: () => held.timer?.cancel(),
  };
}

function unknownCheck({ checks }: Site, ids: readonly string[]): KoboshiError | null {
  const known = new Set(checks.map(({ id }) => id));
  const unknown = ids.find((id) => !known.has(id));
  return unknown === undefined ? null : new KoboshiError("KB1002", { what: unknown.slice(0, 200) });
}

function pausedStatus(check: Check, pause: Pause | undefined): CheckStatus[] {
  if (pause === undefined) return [];
  const { id, service, kind, name, target, everyMs, vantages } = check;
  const cells = vantages.map((vantage) => ({ vantage, state: "paused", last: null, stale: false }) as const);
  return [{ id, service, kind, name, target, everyMs, state: "paused", since: pause.at, confirming: false, cells }];
}

interface Change {
  readonly next: ReadonlyMap<string, Pause>;
  readonly told: { readonly kind: EventKind; readonly actor: Actor; readonly pauses: readonly Pause[] };
}

/** What is paused and the events that say so, in one transaction; then those who run the checks hear of it. */
async function keep(deps: PauseDeps, held: Held, { next, told }: Change): Promise<void> {
  await deps.ledger.transaction(async (tx) => {
    await tx.putSetting(settingKey, JSON.stringify([...next.values()]));
    for (const { checkId, reason, until } of told.pauses) {
      const data = { check: checkId, reason, untilMs: until.atMs };
      await tx.append({ kind: told.kind, actor: told.actor, incidentId: null, data });
    }
  });
  held.pauses = next;
  held.running = null;
  arm(deps, held);
  deps.changed();
}

async function end(
  deps: PauseDeps,
  held: Held,
  { over, actor }: { over: readonly Pause[]; actor: Actor },
): Promise<void> {
  if (over.length === 0) return;
  const ended = new Set(over.map(({ checkId }) => checkId));
  const next = new Map([...held.pauses].filter(([id]) => !ended.has(id)));
  await keep(deps, held, { next, told: { kind: "check.resumed", actor, pauses: over } });
}

/** Pauses whose time has come, and those of checks the file no longer names. */
async function resumeOver(deps: PauseDeps, held: Held): Promise<void> {
  const known = new Set(deps.site().checks.map(({ id }) => id));
  const over = [...held.pauses.values()].filter(
    ({ checkId, until }) => remainingMs(deps.clock, until) <= 0 || !known.has(checkId),
  );
  await end(deps, held, { over, actor: "koboshi" });
}

function arm(deps: PauseDeps, held: Held): void {
  held.timer?.cancel();
  held.timer = null;
  if (held.pauses.size === 0) return;
  const waits = [...held.pauses.values()].map(({ until }) => remainingMs(deps.clock, until));
  held.timer = deps.clock.after(Math.min(longestWaitMs, Math.max(leastWaitMs, Math.min(...waits))), () => {
    resumeOver(deps, held)
      .catch((thrown: unknown) => deps.log.error("a pause could not be ended", { error: errorText(thrown) }))
      .finally(() => arm(deps, held));
  });
}

/** What this hub itself wrote; a text that is none of its own pauses nothing. */
function parsePauses(text: string | null): ReadonlyMap<string, Pause> {
  const list = text === null ? [] : (JSON.parse(text) as readonly Pause[]);
  return new Map(list.map((pause) => [pause.checkId, pause]));
}
