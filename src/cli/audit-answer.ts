import type { z } from "zod";
import type { SurvivalJson } from "../api/routes/survival-json.ts";
import type { AuditReport, CopyOutcome, DataOutcome, LossEvent } from "../kernel/ports-audit.ts";
import { instantMs } from "../readers/hardware/instant.ts";

/** The hub's answer, as a program reads it. */
export type AuditAnswer = z.output<typeof SurvivalJson>;

/** The report the hub's answer was made from, as far as it is shown here: without the grid's places and the drills' trend. */
export function reportOf(answer: AuditAnswer): AuditReport {
  const { without, planned, ok, lost, unknown, uncopiedHosts, uncopiedLost, own, down, page } = answer;
  const copies = answer.copies.map(copyOf);
  return {
    atMs: atMs(answer.at) ?? 0,
    planned,
    without,
    ok,
    lost,
    unknown,
    uncopiedHosts,
    own,
    outcome: {
      event: eventOf(answer.event),
      copies,
      data: answer.data.map((one) => dataOf(one, copies)),
      uncopiedHosts: uncopiedLost,
      down,
      hubStays: own?.hubStays ?? "unknown",
      page,
      recoverSeconds: answer.recoverSeconds,
      loseSeconds: answer.loseSeconds,
    },
    overview: overviewOf(answer),
    liveAt: answer.data.map(({ name }) => ({ data: name, host: "", place: null })),
    trend: [],
  };
}

function atMs(text: string | null): number | null {
  return text === null ? null : instantMs(text);
}

function eventOf({ unnoticedSeconds, ...event }: AuditAnswer["event"]): LossEvent {
  return { ...event, unnoticedMs: unnoticedSeconds * 1_000 };
}

function copyOf({ newestAt, checkedAt, why, reason: _word, ...rest }: AuditAnswer["copies"][number]): CopyOutcome {
  return { ...rest, newestAtMs: atMs(newestAt), checkedAtMs: atMs(checkedAt), reason: why };
}

function dataOf(one: AuditAnswer["data"][number], copies: readonly CopyOutcome[]): DataOutcome {
  const { name: data, fate, live, surviving, loseSeconds, loseWorstSeconds, loseTargetSeconds, recovery } = one;
  const best = copies.find(({ of, place }) => of === one.fromPlan && place === one.from) ?? null;
  const told = { loseSeconds, loseWorstSeconds, loseTargetSeconds, recovery };
  return { data, fate, live, copies: one.copies, surviving, best, reason: one.why, ...told };
}

function overviewOf({ events, eventsLeft, questions, help, cuts }: AuditAnswer): AuditReport["overview"] {
  if (events === null) return null;
  return {
    rows: events.map(({ lost, unknown, ...event }) => ({ event: eventOf(event), lost, unknown })),
    rowsLeft: eventsLeft ?? 0,
    questions: questions ?? [],
    help,
    cuts: (cuts ?? []).map(({ data, sure, events: named }) => ({
      data,
      sure,
      events: named.map(({ event, alike }) => ({ event: eventOf(event), alike })),
    })),
  };
}
