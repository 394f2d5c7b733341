import { stampNow, type Clock, type Stamp } from "../../kernel/clock.ts";
import { randomId } from "../../kernel/ids.ts";
import { componentId } from "../../kernel/model/component.ts";
import type { BackupPlan } from "../../kernel/model/backup.ts";
import type { Signal, SignalChange } from "../../kernel/model/signal.ts";
import type { BackupFinding } from "./finding.ts";

/** The open `backup` signals: of each plan one for each trouble and place. Their subject is the plan's host. */
export interface BackupSignals {
  /** What is wrong with the plan now, all of it: what is not in it any more closes. */
  become(plan: BackupPlan, findings: readonly BackupFinding[]): readonly SignalChange[];
  /** those open now */
  open(): readonly Signal[];
  /** Closes what belongs to plans that are no longer in the file. */
  tidy(isKept: (plan: string) => boolean): readonly SignalChange[];
}

export function createBackupSignals(clock: Clock, openSignals: readonly Signal[]): BackupSignals {
  const own = openSignals.filter(({ kind, closedAt }) => kind === "backup" && closedAt === null);
  const open = new Map(own.map((signal) => [keyOf(signal), signal]));

  function close(key: string, signal: Signal): SignalChange {
    open.delete(key);
    return { change: "closed", signal: { ...signal, closedAt: stampNow(clock) } };
  }

  function raise(plan: BackupPlan, finding: BackupFinding): readonly SignalChange[] {
    const made = signalOf(plan, finding, stampNow(clock));
    const key = keyOf(made);
    const known = open.get(key);
    if (known !== undefined && saysSo(known, made)) return [];
    const { severity, facts, error, subject } = made;
    const signal = known === undefined ? made : { ...known, severity, facts, error, subject };
    open.set(key, signal);
    return [{ change: known === undefined ? "opened" : "changed", signal }];
  }

  return {
    become(plan, findings) {
      const told = new Set(findings.map((finding) => keyOf({ facts: factsOf(plan, finding) })));
      const gone = [...open].filter(([key, { facts }]) => facts["plan"] === plan.key && !told.has(key));
      return [...gone.map(([key, signal]) => close(key, signal)), ...findings.flatMap((one) => raise(plan, one))];
    },
    open: () => [...open.values()],
    tidy: (isKept) =>
      [...open].filter(([, { facts }]) => !isKept(String(facts["plan"]))).map(([key, signal]) => close(key, signal)),
  };
}

function keyOf({ facts }: Pick<Signal, "facts">): string {
  return [facts["plan"], facts["trouble"], facts["place"]].map(String).join("\n");
}

function factsOf({ key }: BackupPlan, { trouble, place, facts }: BackupFinding): Signal["facts"] {
  return { ...facts, plan: key, trouble, place };
}

/** One more failed run, or one hour more of age, is no news. */
function saysSo(known: Signal, made: Signal): boolean {
  const same = (name: string): boolean => JSON.stringify(known.facts[name]) === JSON.stringify(made.facts[name]);
  return known.severity === made.severity && known.subject === made.subject && ["code", "codes", "reasons"].every(same);
}

function signalOf(plan: BackupPlan, finding: BackupFinding, now: Stamp): Signal {
  const { trouble, severity, startedAtMs, facts } = finding;
  const [code, text] = [facts["code"], facts["text"]];
  return {
    id: randomId(),
    kind: "backup",
    subject: componentId("host", plan.host),
    checkId: null,
    severity,
    openedAt: now,
    startedAt: { ...now, atMs: startedAtMs, monotonicMs: now.monotonicMs + startedAtMs - now.atMs },
    closedAt: null,
    layer: null,
    error:
      typeof code === "string" ? { code: `backup-${trouble}`, text: `${code} ${String(text ?? "")}`.trim() } : null,
    failingFrom: [],
    workingFrom: [],
    facts: factsOf(plan, finding),
  };
}
