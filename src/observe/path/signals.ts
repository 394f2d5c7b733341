import { elapsedMs, stampNow, type Clock, type Stamp } from "../../kernel/clock.ts";
import { randomId } from "../../kernel/ids.ts";
import type { ComponentId } from "../../kernel/model/component.ts";
import type { Facts } from "../../kernel/model/observation.ts";
import type { Signal, SignalChange } from "../../kernel/model/signal.ts";

export type PathTrouble = "loss" | "route";

export interface PathTold {
  readonly target: string;
  readonly subject: ComponentId;
  readonly checkId: string | null;
  readonly startedAt: Stamp;
  readonly facts: Facts;
}

/** The open `path` signals: of each target one for loss and one for a changed way. */
export interface PathSignals {
  of(target: string): readonly PathTrouble[];
  targets(): readonly string[];
  open(trouble: PathTrouble, told: PathTold): readonly SignalChange[];
  close(trouble: PathTrouble, target: string): readonly SignalChange[];
  /** the facts of an open one */
  facts(trouble: PathTrouble, target: string): Facts | null;
  /** closes what was a change a day ago: by now it is how things are */
  settle(): readonly SignalChange[];
}

const settledAfterMs = 86_400_000;

export function createPathSignals(clock: Clock, openSignals: readonly Signal[]): PathSignals {
  const own = openSignals.filter(({ kind, closedAt }) => kind === "path" && closedAt === null);
  const open = new Map(
    own.map((signal) => [`${String(signal.facts["trouble"])} ${String(signal.facts["target"])}`, signal]),
  );

  function close(trouble: PathTrouble, target: string): readonly SignalChange[] {
    const known = open.get(`${trouble} ${target}`);
    if (known === undefined) return [];
    open.delete(`${trouble} ${target}`);
    return [{ change: "closed", signal: { ...known, closedAt: stampNow(clock) } }];
  }

  return {
    close,
    of: (target) => (["loss", "route"] as const).filter((trouble) => open.has(`${trouble} ${target}`)),
    targets: () => [...new Set([...open.values()].map(({ facts }) => String(facts["target"])))],
    facts: (trouble, target) => open.get(`${trouble} ${target}`)?.facts ?? null,
    open(trouble, told) {
      const key = `${trouble} ${told.target}`;
      const known = open.get(key);
      const facts = { ...told.facts, trouble, target: told.target };
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
      return old.flatMap(({ facts }) => close("route", String(facts["target"])));
    },
  };
}

function opened(
  trouble: PathTrouble,
  { subject, checkId, startedAt }: PathTold,
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
    failingFrom: ["here"],
    workingFrom: [],
    facts,
  };
}
