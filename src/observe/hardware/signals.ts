import { elapsedMs, stampNow, type Clock, type Stamp } from "../../kernel/clock.ts";
import { randomId } from "../../kernel/ids.ts";
import { componentId, kindOf, nameOf } from "../../kernel/model/component.ts";
import type { HardwareSource } from "../../kernel/model/hardware.ts";
import type { Signal, SignalChange } from "../../kernel/model/signal.ts";
import type { HardwareFinding } from "./findings.ts";

/** The open `hardware` signals, one for each host, source, kind of finding and part. */
export interface HardwareSignals {
  /**
   * What a look found, all of it: what is not in it any more closes at the second look in a row without it. What was told
   * once (`log`, `trap`) is not touched.
   */
  become(where: Where, findings: readonly HardwareFinding[]): readonly SignalChange[];
  /** Something told once. Told again it lasts anew. */
  tell(where: Where, finding: HardwareFinding): readonly SignalChange[];
  /** What was told once is over. */
  end(where: Where, over: { readonly what: "log" | "trap"; readonly sensor: string }): readonly SignalChange[];
  /** Closes what was told once long enough ago, and what belongs to hosts and sources that are asked no more. */
  tidy(isAsked: (where: Where) => boolean): readonly SignalChange[];
}

export interface Where {
  readonly host: string;
  readonly source: HardwareSource | "trap";
}

/** What was told once has been seen by then. */
export const passesAfterMs = 24 * 3_600_000;
const mostToldPerHost = 10;
/** A value at its limit goes to and fro. */
const goodLooksToClose = 2;

interface Open {
  readonly where: Where;
  readonly what: string;
  readonly sensor: string;
  signal: Signal;
  goodLooks: number;
}

export function createHardwareSignals(clock: Clock, openSignals: readonly Signal[]): HardwareSignals {
  const open = new Map<string, Open>();
  for (const signal of openSignals) {
    const one = openedBefore(signal);
    if (one !== null) open.set(keyOf(one.where, one), one);
  }
  const of = ({ host, source }: Where): readonly Open[] =>
    [...open.values()].filter((one) => one.where.host === host && one.where.source === source);

  function close(one: Open): SignalChange {
    open.delete(keyOf(one.where, one));
    return { change: "closed", signal: { ...one.signal, closedAt: stampNow(clock) } };
  }

  function raise(where: Where, finding: HardwareFinding): readonly SignalChange[] {
    const key = keyOf(where, finding);
    const known = open.get(key);
    const now = stampNow(clock);
    if (known !== undefined) known.goodLooks = 0;
    if (known !== undefined && saysSo(known.signal, finding)) return [];
    const signal = known === undefined ? newSignal(where, finding, now) : { ...known.signal, ...told(where, finding) };
    open.set(key, { where, what: finding.what, sensor: finding.sensor, signal, goodLooks: 0 });
    return [{ change: known === undefined ? "opened" : "changed", signal }];
  }

  return {
    become(where, findings) {
      const now = new Set(findings.map((finding) => keyOf(where, finding)));
      const gone = of(where).filter((one) => !isToldOnce(one.what) && !now.has(keyOf(where, one)));
      const closed = gone.filter((one) => ++one.goodLooks >= goodLooksToClose).map(close);
      return [...closed, ...findings.flatMap((finding) => raise(where, finding))];
    },
    tell(where, finding) {
      const toldHere = of(where).filter((one) => isToldOnce(one.what));
      const isNew = !open.has(keyOf(where, finding));
      if (isNew && toldHere.length >= mostToldPerHost) return [];
      const known = open.get(keyOf(where, finding));
      if (known !== undefined) known.signal = { ...known.signal, openedAt: stampNow(clock) };
      return raise(where, finding);
    },
    end(where, { what, sensor }) {
      const one = open.get(keyOf(where, { what, sensor }));
      return one === undefined ? [] : [close(one)];
    },
    tidy(isAsked) {
      const now = stampNow(clock);
      const isOver = ({ where, what, signal }: Open): boolean =>
        !isAsked(where) || (isToldOnce(what) && elapsedMs(signal.openedAt, now) >= passesAfterMs);
      return [...open.values()].filter(isOver).map(close);
    },
  };
}

function isToldOnce(what: string): boolean {
  return what === "log" || what === "trap";
}

function keyOf({ host, source }: Where, { what, sensor }: { what: string; sensor: string }): string {
  return [host, source, what, sensor].join("\n");
}

function openedBefore(signal: Signal): Open | null {
  const { kind, subject, closedAt, facts } = signal;
  if (kind !== "hardware" || kindOf(subject) !== "host" || closedAt !== null) return null;
  const where = { host: nameOf(subject), source: String(facts["source"]) as Where["source"] };
  return { where, what: String(facts["what"]), sensor: String(facts["sensor"]), signal, goodLooks: 0 };
}

/** Another value beyond the same limit is no news. */
function saysSo({ severity, facts }: Signal, finding: HardwareFinding): boolean {
  return severity === finding.severity && facts["limit"] === finding.limit && facts["text"] === finding.text;
}

function told({ source }: Where, finding: HardwareFinding): Pick<Signal, "severity" | "facts"> {
  const { what, sensor, value, unit, limit, text, severity } = finding;
  return { severity, facts: { what, sensor, value, unit, limit, text, source } };
}

function newSignal(where: Where, finding: HardwareFinding, now: Stamp): Signal {
  return {
    id: randomId(),
    kind: "hardware",
    subject: componentId("host", where.host),
    checkId: null,
    openedAt: now,
    startedAt: now,
    closedAt: null,
    layer: null,
    error: null,
    failingFrom: [],
    workingFrom: [],
    ...told(where, finding),
  };
}
