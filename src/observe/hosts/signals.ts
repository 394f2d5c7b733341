import { stampNow, type Clock, type Stamp } from "../../kernel/clock.ts";
import { randomId } from "../../kernel/ids.ts";
import { componentId, kindOf, nameOf } from "../../kernel/model/component.ts";
import type { Facts } from "../../kernel/model/observation.ts";
import type { Severity, Signal, SignalChange, SignalKind } from "../../kernel/model/signal.ts";
import type { HostFinding } from "../../kernel/ports-hosts.ts";

/** What one look found; of a kind it did not look for, nothing is known. */
export interface Looked {
  readonly found: readonly HostFinding[];
  lookedFor(findingKind: string, item: string | null): boolean;
}

/** What becomes of a kind of finding. */
export interface SignalRule {
  readonly signal: SignalKind;
  /** no second look is waited for, neither to open nor to close */
  readonly atOnce: boolean;
}

interface Judged extends SignalRule {
  readonly finding: Omit<HostFinding, "severity">;
  /** null: looked at and fine */
  readonly severity: Severity | null;
}

/** The open signals of each host, one for each finding and item: confirmed by a second look before they open or close. */
export interface HostSignals {
  /** what has to be told after one look; what it did not look for stays as it is */
  judge(host: string, looked: Looked): readonly SignalChange[];
  /** Closes what no longer applies: of hosts that are gone. */
  forget(hosts: ReadonlySet<string>): readonly SignalChange[];
  openOf(host: string): readonly Signal[];
}

/** Looks in a row that must agree. */
const looksToFlip = 2;
const kinds: ReadonlySet<SignalKind> = new Set(["vital", "clock-off", "missed", "host-key"]);

interface Doubt {
  /** the severity seen in these looks; null: fine */
  readonly severity: Severity | null;
  readonly looks: number;
  readonly since: Stamp;
}

/** @param ruleOf null: no signal comes of this kind of finding */
export function createHostSignals(
  clock: Clock,
  openSignals: readonly Signal[],
  ruleOf: (findingKind: string) => SignalRule | null,
): HostSignals {
  const open = new Map(openSignals.filter(isOurs).map((signal) => [idOfSignal(signal), signal]));
  const doubts = new Map<string, Doubt>();

  function judgeOne(host: string, one: Judged): readonly SignalChange[] {
    const id = idOf(host, one.finding.kind, one.finding.item);
    const known = open.get(id);
    if ((known?.severity ?? null) === one.severity) {
      doubts.delete(id);
      return [];
    }
    const now = stampNow(clock);
    const before = doubts.get(id);
    const looks = before !== undefined && before.severity === one.severity ? before.looks + 1 : 1;
    const doubt = { severity: one.severity, looks, since: looks === 1 ? now : (before?.since ?? now) };
    if (looks < looksToFlip && !one.atOnce) {
      doubts.set(id, doubt);
      return [];
    }
    doubts.delete(id);
    return [turn({ host, one, known, now, since: doubt.since })];
  }

  function turn({ host, one, known, now, since }: Turn): SignalChange {
    const id = idOf(host, one.finding.kind, one.finding.item);
    const { severity } = one;
    if (known !== undefined && severity === null) {
      open.delete(id);
      return { change: "closed", signal: { ...known, closedAt: now } };
    }
    const told = { kind: one.signal, severity: severity ?? "warning", facts: factsOf(one.finding) };
    const signal = known === undefined ? { ...newSignal(host, now, since), ...told } : { ...known, ...told };
    open.set(id, signal);
    return { change: known === undefined ? "opened" : "changed", signal };
  }

  /** What was told or doubted before, and was looked for now without being found. */
  function fineNow(id: string, host: string, { lookedFor }: Looked): readonly Judged[] {
    const [of, kind, item] = JSON.parse(id) as [string, string, string | null];
    const rule = of === host && lookedFor(kind, item) ? ruleOf(kind) : null;
    return rule === null ? [] : [{ ...rule, finding: { kind, item, facts: {} }, severity: null }];
  }

  return {
    judge(host, looked) {
      const there = looked.found.flatMap((finding) => judged(finding, ruleOf(finding.kind)));
      const ids = new Set(there.map(({ finding: { kind, item } }) => idOf(host, kind, item)));
      const others = [...new Set([...open.keys(), ...doubts.keys()])].filter((id) => !ids.has(id));
      const fine = others.flatMap((id) => fineNow(id, host, looked));
      return [...there, ...fine].flatMap((one) => judgeOne(host, one));
    },
    forget(hosts) {
      const gone = [...open].filter(([, { subject }]) => !hosts.has(nameOf(subject)));
      for (const [id] of gone) open.delete(id);
      const closedAt = stampNow(clock);
      return gone.map(([, signal]) => ({ change: "closed", signal: { ...signal, closedAt } }));
    },
    openOf: (host) => [...open.values()].filter(({ subject }) => nameOf(subject) === host),
  };
}

function isOurs({ closedAt, subject, kind, facts }: Signal): boolean {
  return closedAt === null && kindOf(subject) === "host" && kinds.has(kind) && typeof facts["finding"] === "string";
}

function idOfSignal({ subject, facts }: Signal): string {
  return idOf(nameOf(subject), String(facts["finding"]), itemOf(facts["item"]));
}

/** A clock that is a little off may be a look that was held up; hours are beyond doubt. */
function judged(finding: HostFinding, rule: SignalRule | null): readonly Judged[] {
  if (rule === null) return [];
  const { severity } = finding;
  const atOnce = rule.atOnce && (rule.signal !== "clock-off" || severity === "critical");
  return [{ ...rule, atOnce, finding, severity }];
}

interface Turn {
  readonly host: string;
  readonly one: Judged;
  readonly known: Signal | undefined;
  readonly now: Stamp;
  readonly since: Stamp;
}

function idOf(host: string, finding: string, item: string | null): string {
  return JSON.stringify([host, finding, item]);
}

function itemOf(value: Facts[string] | undefined): string | null {
  return typeof value === "string" ? value : null;
}

function factsOf({ kind, item, facts }: Judged["finding"]): Facts {
  return { ...facts, finding: kind, item };
}

function newSignal(host: string, now: Stamp, since: Stamp): Omit<Signal, "kind" | "severity" | "facts"> {
  return {
    id: randomId(),
    subject: componentId("host", host),
    checkId: null,
    openedAt: now,
    startedAt: since,
    closedAt: null,
    layer: null,
    error: null,
    failingFrom: [],
    workingFrom: [],
  };
}
