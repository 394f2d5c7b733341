import { elapsedMs, stampNow, type Clock, type Stamp } from "../../kernel/clock.ts";
import { randomId } from "../../kernel/ids.ts";
import { nameOf, kindOf, componentId, type ComponentId } from "../../kernel/model/component.ts";
import type { Facts } from "../../kernel/model/observation.ts";
import { severities, type Severity, type Signal, type SignalChange } from "../../kernel/model/signal.ts";
import { alertFacts, type AlertFacts, type TellingAlert } from "./facts.ts";

/** All open alerts about one component: one signal, however many they are. */
export interface Group {
  readonly subject: ComponentId;
  readonly counts: Record<Severity, number>;
  /** the first that came; its texts stand for all */
  first: AlertFacts | null;
  /** the earliest beginning its senders tell */
  startedAt: Stamp;
  signal: Signal | null;
  /** what the signal said when it was last told, and when */
  told: { readonly severity: Severity; readonly alerts: number; readonly at: Stamp } | null;
}

export interface Groups {
  readonly size: number;
  /** alerts open in all of them */
  alerts(): number;
  join(subject: ComponentId, alert: TellingAlert, severity: Severity): Group;
  leave(group: Group, severity: Severity): void;
  /** A signal from before a restart: its group carries it on, or it closes with the next `changes`. */
  adopt(signal: Signal): void;
  /** What is to be told now; asking again without anything new gives nothing. */
  changes(): readonly SignalChange[];
}

/** Alerts that belong to nothing of the site open at most so many subjects; the rest is one more. */
const mostForeignSubjects = 200;
const remainder = componentId("alert", "…");
/** A count that goes on climbing is told again after this, not with every alert. */
const retellMs = 10_000;
/** A sender whose clock is wrong cannot put the beginning further back than this. */
const longestAgoMs = 30 * 86_400_000;

export function createGroups(clock: Clock): Groups {
  const groups = new Map<ComponentId, Group>();
  const touched = new Set<Group>();
  let foreign = 0;
  let total = 0;

  function groupOf(subject: ComponentId, startedAt: Stamp): Group {
    const isForeign = kindOf(subject) === "alert";
    const own = isForeign && foreign >= mostForeignSubjects && !groups.has(subject) ? remainder : subject;
    const known = groups.get(own);
    if (known !== undefined) return known;
    const counts = { critical: 0, warning: 0, info: 0 };
    const group: Group = { subject: own, counts, first: null, startedAt, signal: null, told: null };
    groups.set(own, group);
    if (isForeign) foreign += 1;
    return group;
  }

  function forget(group: Group): void {
    groups.delete(group.subject);
    if (kindOf(group.subject) === "alert") foreign -= 1;
  }

  return {
    get size() {
      return groups.size;
    },
    alerts: () => total,
    join(subject, alert, severity) {
      const startedAt = startOf(alert, clock);
      const group = groupOf(subject, startedAt);
      if (startedAt.monotonicMs < group.startedAt.monotonicMs) group.startedAt = startedAt;
      group.first ??= alertFacts(alert);
      group.counts[severity] += 1;
      total += 1;
      touched.add(group);
      return group;
    },
    leave(group, severity) {
      group.counts[severity] -= 1;
      total -= 1;
      touched.add(group);
    },
    adopt(signal) {
      const group = groupOf(signal.subject, signal.startedAt);
      group.signal = signal;
      group.told = { severity: signal.severity, alerts: Number(signal.facts["alerts"] ?? 0), at: stampNow(clock) };
      touched.add(group);
    },
    changes() {
      const made: SignalChange[] = [];
      for (const group of touched) {
        const one = change(group, stampNow(clock));
        if (one !== null) made.push(one);
        const alerts = countOf(group);
        if (alerts === 0) forget(group);
        // a count held back is looked at again with the next call
        if (alerts === 0 || group.told?.alerts === alerts) touched.delete(group);
      }
      return made;
    },
  };
}

/** What there is to tell of a group now; it remembers what it told. */
function change(group: Group, now: Stamp): SignalChange | null {
  const alerts = countOf(group);
  const { signal, told } = group;
  if (alerts === 0) return signal === null ? null : { change: "closed", signal: { ...signal, closedAt: now } };
  const severity = worstOf(group);
  const isOld = told !== null && told.severity === severity;
  if (isOld && (told.alerts === alerts || elapsedMs(told.at, now) < retellMs)) return null;
  group.signal = signalOf(group, { severity, alerts, now });
  group.told = { severity, alerts, at: now };
  return { change: signal === null ? "opened" : "changed", signal: group.signal };
}

function countOf({ counts }: Group): number {
  return counts.critical + counts.warning + counts.info;
}

function worstOf({ counts }: Group): Severity {
  return severities.find((severity) => counts[severity] > 0) ?? "info";
}

function startOf({ startsAtMs }: TellingAlert, clock: Clock): Stamp {
  const now = stampNow(clock);
  const agoMs = Math.min(longestAgoMs, Math.max(0, now.atMs - startsAtMs));
  return { ...now, atMs: now.atMs - agoMs, monotonicMs: now.monotonicMs - agoMs };
}

interface Told {
  readonly severity: Severity;
  readonly alerts: number;
  readonly now: Stamp;
}

function signalOf(group: Group, { severity, alerts, now }: Told): Signal {
  const { signal, subject, startedAt, first } = group;
  return {
    id: signal?.id ?? randomId(),
    kind: "alert",
    subject,
    checkId: null,
    severity,
    openedAt: signal?.openedAt ?? now,
    startedAt: signal?.startedAt ?? startedAt,
    closedAt: null,
    layer: null,
    error: first === null ? (signal?.error ?? null) : { code: "alert", text: first.text },
    failingFrom: ["here"],
    workingFrom: [],
    facts: factsOf(group, alerts),
  };
}

function factsOf({ first, signal, subject, counts }: Group, alerts: number): Facts {
  const texts = first === null ? (signal?.facts ?? { alertname: nameOf(subject) }) : first.facts;
  return { ...texts, alerts, alertsCritical: counts.critical, alertsWarning: counts.warning };
}
