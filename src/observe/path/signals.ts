import { elapsedMs, stampNow, type Clock, type Stamp } from "../../kernel/clock.ts";
import { randomId } from "../../kernel/ids.ts";
import type { ComponentId } from "../../kernel/model/component.ts";
import type { Facts } from "../../kernel/model/observation.ts";
import type { Signal, SignalChange } from "../../kernel/model/signal.ts";
import { wayId } from "./way-id.ts";

export type PathTrouble = "loss" | "route";

export interface PathTold {
  readonly vantage: string;
  readonly target: string;
  readonly subject: ComponentId;
  readonly checkId: string | null;
  readonly startedAt: Stamp;
  readonly facts: Facts;
}

/** The open `path` signals: of each way one for loss and one for a change. A way is named as `wayId` does. */
export interface PathSignals {
  of(way: string): readonly PathTrouble[];
  ways(): readonly string[];
  open(trouble: PathTrouble, told: PathTold): readonly SignalChange[];
  close(trouble: PathTrouble, way: string): readonly SignalChange[];
  /** the facts of an open one */
  facts(trouble: PathTrouble, way: string): Facts | null;
  /** closes what was a change a day ago: by now it is how things are */
  settle(): readonly SignalChange[];
}

const settledAfterMs = 86_400_000;

export function createPathSignals(clock: Clock, openSignals: readonly Signal[]): PathSignals {
  const own = openSignals.filter(({ kind, closedAt }) => kind === "path" && closedAt === null);
  const open = new Map(own.map((signal) => [`${String(signal.facts["trouble"])} ${wayOf(signal.facts)}`, signal]));

  function close(trouble: PathTrouble, way: string): readonly SignalChange[] {
    const known = open.get(`${trouble} ${way}`);
    if (known === undefined) return [];
    open.delete(`${trouble} ${way}`);
    return [{ change: "closed", signal: { ...known, closedAt: stampNow(clock) } }];
  }

  return {
    close,
    of: (way) => (["loss", "route"] as const).filter((trouble) => open.has(`${trouble} ${way}`)),
    ways: () => [...new Set([...open.values()].map(({ facts }) => wayOf(facts)))],
    facts: (trouble, way) => open.get(`${trouble} ${way}`)?.facts ?? null,
    open(trouble, told) {
      const key = `${trouble} ${wayId(told.vantage, told.target)}`;
      const known = open.get(key);
      const facts = { ...told.facts, trouble, vantage: told.vantage, target: told.target };
      // what is lost goes up and down; that alone is no news
      if (known !== undefined && trouble === "loss") return [];
      const signal: Signal =
        known === undefined ? opened(trouble, told, { facts, now: stampNow(clock) }) : { ...known, facts };
      open.set(key, signal);
      return [{ change: known === undefined ? "opened" : "changed", signal }];
    },
    settle() {
      const now = stampNow(clock);
      const old = [...open.values()].filter(
        ({ facts, openedAt }) => facts["trouble"] === "route" && elapsedMs(openedAt, now) >= settledAfterMs,
      );
      return old.flatMap(({ facts }) => close("route", wayOf(facts)));
    },
  };
}

/** Signals of before vantages were told apart are the hub's own. */
function wayOf({ vantage, target }: Facts): string {
  return wayId(typeof vantage === "string" ? vantage : "here", String(target));
}

function opened(
  trouble: PathTrouble,
  { vantage, subject, checkId, startedAt }: PathTold,
  { facts, now }: { facts: Facts; now: Stamp },
): Signal {
  return {
    id: randomId(),
    kind: "path",
    subject,
    checkId,
    // another way that works is only worth knowing
    severity: trouble === "loss" ? "warning" : "info",
    openedAt: now,
    startedAt,
    closedAt: null,
    layer: "route",
    error: null,
    failingFrom: [vantage],
    workingFrom: [],
    facts,
  };
}
