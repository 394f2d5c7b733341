import { stampNow } from "../../kernel/clock.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import type { Actor, EventKind } from "../../kernel/event.ts";
import { isOpen, type Incident } from "../../kernel/model/incident.ts";
import type { Signal } from "../../kernel/model/signal.ts";
import type { NoticeKind } from "../../kernel/model/notice.ts";
import type { IncidentVerbs } from "../../kernel/ports.ts";
import type { HealthBlocker } from "../../kernel/ports-health.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import type { LedgerTx, StoredSignal } from "../../storage/ledger/ledger.ts";
import type { IncidentDeps } from "./keep.ts";
import { noticeSnapshot } from "./snapshot.ts";

type Outcome = Result<Incident, KoboshiError>;
type VerbDeps = Omit<IncidentDeps, "folder" | "judge">;
const namedBlockers = 3;
type OnOpen = Omit<IncidentVerbs, "open">;
type Input<Verb extends keyof OnOpen> = Parameters<OnOpen[Verb]>[0];
const longestNoteChars = 4_000;

/** What people do to incidents that are open, each in one transaction with its event and with what has to be said because of it. */
export function createIncidentVerbs(deps: VerbDeps): OnOpen {
  /** Runs `verb` on an open incident; a missing one is KB1002, an ended one KB9001. */
  function onOpen<I extends { incidentId: number }>(
    verb: (step: Step<I>) => Promise<Outcome>,
  ): (input: I) => Promise<Outcome> {
    return (input) =>
      deps.ledger.transaction(async (tx) => {
        const incident = await tx.incident(input.incidentId);
        if (incident === null) return err(new KoboshiError("KB1002", { what: `#${input.incidentId}` }));
        if (!isOpen(incident)) return err(new KoboshiError("KB9001", { id: incident.id, state: incident.state }));
        return verb({ deps, tx, incident, input });
      });
  }
  return {
    acknowledge: onOpen(acknowledge),
    note: onOpen(note),
    assign: onOpen(assign),
    async resolve(input) {
      const blockers = (await deps.health?.blockers(input.incidentId)) ?? [];
      return onOpen<Input<"resolve">>((step) => resolve(step, blockers))(input);
    },
  };
}

interface Step<I> {
  readonly deps: VerbDeps;
  readonly tx: LedgerTx;
  /** as it was before */
  readonly incident: Incident;
  readonly input: I;
}

async function acknowledge({ deps, tx, incident: before, input }: Step<Input<"acknowledge">>): Promise<Outcome> {
  if (before.acknowledgedAt !== null) return ok(before);
  const by = personOf(input.actor);
  const incident: Incident = {
    ...before,
    acknowledgedAt: stampNow(deps.clock),
    acknowledgedBy: by,
    assignedTo: before.assignedTo ?? by,
  };
  return record(deps, tx, {
    incident,
    actor: input.actor,
    event: "incident.acknowledged",
    data: { by },
    say: "acknowledged",
  });
}

async function note({ deps, tx, incident, input }: Step<Input<"note">>): Promise<Outcome> {
  const text = input.text.trim().slice(0, longestNoteChars);
  if (text === "") return err(new KoboshiError("KB1001", { what: "note" }));
  return record(deps, tx, { incident, actor: input.actor, event: "incident.noted", data: { text }, say: null });
}

async function assign({ deps, tx, incident: before, input }: Step<Input<"assign">>): Promise<Outcome> {
  const { actor, to } = input;
  if (!deps.site().people.has(to)) return err(new KoboshiError("KB1002", { what: to }));
  const incident: Incident = { ...before, assignedTo: to };
  return record(deps, tx, { incident, actor, event: "incident.assigned", data: { to }, say: "updated" });
}

async function resolve(
  { deps, tx, incident: before, input }: Step<Input<"resolve">>,
  blockers: readonly HealthBlocker[],
): Promise<Outcome> {
  const { actor, reason, falseAlarm } = input;
  const open = (await tx.signalsOf(before.id)).filter((signal) => signal.closedAt === null);
  const [reported, watched] = [open.filter(isReported), open.filter((signal) => !isReported(signal))];
  const openSignals = watched.length;
  if (openSignals + blockers.length > 0 && (reason ?? "").trim() === "") {
    return err(new KoboshiError("KB1003", { what: "reason", openSignals, ...blockerFacts(blockers) }));
  }
  const incident: Incident = {
    ...before,
    state: falseAlarm ? "false-alarm" : "resolved",
    resolvedAt: stampNow(deps.clock),
    resolvedBy: personOf(actor),
  };
  await closeReported(tx, { signals: reported, incident, actor });
  return record(deps, tx, {
    incident,
    actor,
    event: "incident.resolved",
    data: {
      reason,
      falseAlarm,
      ...(blockers.length === 0 ? {} : { despite: blockers.map(({ code, of }) => ({ code, of })) }),
    },
    say: "resolved",
  });
}

function isReported({ kind }: Signal): boolean {
  return kind === "reported";
}

/** Whoever ends the incident says that what was reported is over, too. */
async function closeReported(
  tx: LedgerTx,
  { signals, incident, actor }: { signals: readonly StoredSignal[]; incident: Incident; actor: Actor },
): Promise<void> {
  for (const { incidentId: _before, ...one } of signals) {
    const signal: Signal = { ...one, closedAt: incident.resolvedAt };
    await tx.updateSignal(signal, incident.id);
    await tx.append({ kind: "signal.closed", actor, incidentId: incident.id, data: { signal } });
  }
}

function blockerFacts(blockers: readonly HealthBlocker[]): Readonly<Record<string, string>> {
  if (blockers.length === 0) return {};
  const [named, more] = [blockers.slice(0, namedBlockers), blockers.length > namedBlockers ? " …" : ""];
  return {
    blockersJa: `${named.map(({ ja }) => ja).join("、")}${more}`,
    blockersEn: `${named.map(({ en }) => en).join("; ")}${more}`,
  };
}

interface Change {
  readonly incident: Incident;
  readonly actor: Actor;
  readonly event: EventKind;
  readonly data: Readonly<Record<string, unknown>>;
  readonly say: NoticeKind | null;
}

async function record(deps: VerbDeps, tx: LedgerTx, change: Change): Promise<Outcome> {
  const { incident, actor, event, data, say } = change;
  await tx.updateIncident(incident);
  await tx.append({ kind: event, actor, incidentId: incident.id, data });
  if (say !== null) {
    const facts = { reads: tx, clock: deps.clock, site: deps.site(), checks: deps.board.checks(), incident };
    const snapshot = await noticeSnapshot({ ...facts, kind: say, by: personOf(actor) });
    await deps.queue(tx, { incident, kind: say, snapshot });
  }
  return ok(incident);
}

/** `person:yamada` → `yamada`; others as they are. */
function personOf(actor: Actor): string {
  return actor.startsWith("person:") ? actor.slice("person:".length) : actor;
}
