import { stampNow, type Clock, type Stamp } from "../../kernel/clock.ts";
import { randomId } from "../../kernel/ids.ts";
import { componentId, kindOf, nameOf } from "../../kernel/model/component.ts";
import type { Signal, SignalChange } from "../../kernel/model/signal.ts";
import type { Trouble } from "./judge.ts";

/** The one open signal of each job: what is wrong now replaces what was wrong before. */
export interface JobSignals {
  open(key: string): Signal | null;
  /** every job with an open signal */
  keys(): readonly string[];
  /** What has to be told so that the signal says this; nothing when it says so already. */
  become(key: string, trouble: Trouble | null): readonly SignalChange[];
}

export function createJobSignals(clock: Clock, openSignals: readonly Signal[]): JobSignals {
  const own = openSignals.filter(({ subject, closedAt }) => kindOf(subject) === "job" && closedAt === null);
  const open = new Map(own.map((signal) => [nameOf(signal.subject), signal]));

  return {
    open: (key) => open.get(key) ?? null,
    keys: () => [...open.keys()],
    become(key, trouble) {
      const known = open.get(key);
      const now = stampNow(clock);
      if (trouble === null) {
        if (known === undefined) return [];
        open.delete(key);
        return [{ change: "closed", signal: { ...known, closedAt: now } }];
      }
      if (known !== undefined && saysSo(known, trouble)) return [];
      const signal = known === undefined ? newSignal(key, trouble, now) : { ...known, ...told(trouble) };
      open.set(key, signal);
      return [{ change: known === undefined ? "opened" : "changed", signal }];
    },
  };
}

/** One more failure of a job that has failed already is no news. */
function saysSo({ kind, facts }: Signal, trouble: Trouble): boolean {
  return kind === trouble.kind && facts["trouble"] === trouble.trouble;
}

function told({ kind, trouble, error, facts }: Trouble): Pick<Signal, "kind" | "error" | "facts"> {
  return { kind, error, facts: { ...facts, trouble } };
}

function newSignal(key: string, trouble: Trouble, now: Stamp): Signal {
  return {
    id: randomId(),
    subject: componentId("job", key),
    checkId: null,
    // a run can be made up for in the morning
    severity: "warning",
    openedAt: now,
    startedAt: trouble.startedAt,
    closedAt: null,
    layer: null,
    failingFrom: [],
    workingFrom: [],
    ...told(trouble),
  };
}
