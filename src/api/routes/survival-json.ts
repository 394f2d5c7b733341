import { z } from "zod";
import {
  changeKinds,
  estimateSources,
  factCodes,
  lossKinds,
  reasonCodes,
  recoveryPhases,
  recoveryVerdicts,
  type AuditReport,
  type CopyOutcome,
  type CopyReason,
  type LossEvent,
  type RecoveryEstimate,
} from "../../kernel/ports-audit.ts";
import { rfc3339 } from "../../words/format.ts";

const Truth = z.union([z.boolean(), z.literal("unknown")]);
const Seconds = z.number().nullable();
const Time = z.string().nullable().meta({ description: "RFC 3339 with the site zone's offset" });
const Event = z.object({
  id: z.string(),
  kind: z.enum([...lossKinds, "custom", "without"]),
  of: z.string().nullable(),
  unnoticedSeconds: z.number().meta({ description: "how long it can go unnoticed" }),
});
const Fact = z.object({ code: z.enum(factCodes), of: z.string() });
const Reason = z.object({ code: z.enum(reasonCodes), by: z.array(z.string()), fact: Fact.nullable() });
const Recovery = z
  .object({
    plan: z.string(),
    place: z.string(),
    p10: Seconds,
    p50: Seconds,
    p90: Seconds,
    phases: z.array(
      z.object({
        phase: z.enum(recoveryPhases),
        p10: Seconds,
        p50: Seconds,
        p90: Seconds,
        from: z.enum(estimateSources).meta({ description: "what the figure was taken from" }),
        bytes: z.number().nullable(),
        bytesPerSecond: z.number().nullable(),
      }),
    ),
    fee: z.string().nullable(),
    targetSeconds: Seconds,
    verdict: z.enum(recoveryVerdicts),
  })
  .meta({ description: "the way back and its formula; seconds" });
const Counts = z.object({ lost: z.int(), unknown: z.int() });

export const SurvivalJson = z.object({
  at: z.string().meta({ description: "RFC 3339 with the site zone's offset" }),
  event: Event.meta({ description: "what `copies` and `data` are told of: the losses of `without`, or nothing" }),
  without: z.array(z.string()),
  planned: z.boolean(),
  copies: z.array(
    z.object({
      of: z.string().meta({ description: "the plan" }),
      place: z.string(),
      external: z.boolean(),
      survives: Truth,
      newestAt: Time,
      checkedAt: Time,
      undeletable: Truth,
      reason: z.string().nullable().meta({ description: "a word; what it rests on is in `why`" }),
      why: Reason.nullable(),
    }),
  ),
  lost: z.array(z.string()),
  unknown: z.array(z.string()),
  recoverSeconds: Seconds,
  loseSeconds: Seconds,
  ok: z.boolean(),
  data: z.array(
    z.object({
      name: z.string(),
      fate: z.enum(["survives", "lost", "unknown"]),
      live: Truth,
      copies: z.int(),
      surviving: z.int(),
      from: z.string().nullable(),
      fromPlan: z.string().nullable().meta({ description: "the plan whose copy at `from` brings it back" }),
      why: Reason.nullable(),
      loseSeconds: Seconds,
      loseWorstSeconds: Seconds,
      loseTargetSeconds: Seconds,
      recovery: Recovery.nullable(),
      recoverSeconds: z.object({ p10: Seconds, p50: Seconds, p90: Seconds }).nullable(),
      target: z.string().nullable().meta({ description: "met, missed, unproven or no-target" }),
    }),
  ),
  down: z.array(z.string()),
  page: z.object({ seen: Truth, changed: Truth }).nullable(),
  uncopiedHosts: z.array(z.string()),
  uncopiedLost: z.array(z.string()).meta({ description: "hosts lost with it of which nothing is copied" }),
  events: z.array(Event.extend({ lost: z.array(z.string()), unknown: z.array(z.string()) })).nullable(),
  own: z
    .object({ isCopied: z.boolean(), hubStays: Truth, lines: z.string().nullable() })
    .nullable()
    .meta({ description: "koboshi's own ledger, keys and configuration; `lines` would copy them" }),
  eventsLeft: z.int().nullable().meta({ description: "harmful losses beyond `events`, none of them worse" }),
  questions: z.array(z.object({ fact: Fact, decides: z.int() })).nullable(),
  help: z
    .object({
      change: z.object({ kind: z.enum(changeKinds), of: z.string(), at: z.string().nullable(), fact: Fact.nullable() }),
      before: Counts,
      after: Counts,
    })
    .nullable(),
  cuts: z
    .array(
      z.object({
        data: z.array(z.string()),
        events: z.array(z.object({ event: Event, alike: z.int() })),
        sure: z.boolean(),
      }),
    )
    .nullable(),
});
export type SurvivalJson = z.input<typeof SurvivalJson>;

/** The audit for programs; the same by command and API. */
export function reportJson(report: AuditReport, timeZone: string): SurvivalJson {
  const at = (ms: number | null): string | null => (ms === null ? null : rfc3339(ms, timeZone));
  const { outcome, overview } = report;
  const copy = ({ newestAtMs, checkedAtMs, reason, ...rest }: CopyOutcome): SurvivalJson["copies"][number] => ({
    ...rest,
    newestAt: at(newestAtMs),
    checkedAt: at(checkedAtMs),
    reason: reason?.code ?? null,
    why: why(reason),
  });
  return {
    at: rfc3339(report.atMs, timeZone),
    event: eventJson(outcome.event),
    without: [...report.without],
    planned: report.planned,
    copies: outcome.copies.map(copy),
    lost: [...report.lost],
    unknown: [...report.unknown],
    recoverSeconds: outcome.recoverSeconds,
    loseSeconds: outcome.loseSeconds,
    ok: report.ok,
    data: outcome.data.map(({ data, fate, live, copies, surviving, best, reason, recovery, ...rest }) => ({
      name: data,
      fate,
      live,
      copies,
      surviving,
      from: best?.place ?? null,
      fromPlan: best?.of ?? null,
      why: why(reason),
      loseSeconds: rest.loseSeconds,
      loseWorstSeconds: rest.loseWorstSeconds,
      loseTargetSeconds: rest.loseTargetSeconds,
      recovery: recovery === null ? null : recoveryJson(recovery),
      recoverSeconds: recovery === null ? null : { p10: recovery.p10, p50: recovery.p50, p90: recovery.p90 },
      target: recovery?.verdict ?? null,
    })),
    down: [...outcome.down],
    page: outcome.page,
    uncopiedHosts: [...report.uncopiedHosts],
    own: report.own,
    uncopiedLost: [...outcome.uncopiedHosts],
    ...overviewJson(overview),
  };
}

function overviewJson(
  overview: AuditReport["overview"],
): Pick<SurvivalJson, "events" | "eventsLeft" | "questions" | "help" | "cuts"> {
  if (overview === null) return { events: null, eventsLeft: null, questions: null, help: null, cuts: null };
  return {
    events: overview.rows.map(({ event, lost, unknown }) => ({
      ...eventJson(event),
      lost: [...lost],
      unknown: [...unknown],
    })),
    eventsLeft: overview.rowsLeft,
    questions: overview.questions.map(({ fact, decides }) => ({ fact, decides })),
    help: overview.help,
    cuts: overview.cuts.map(({ data, events, sure }) => ({
      data: [...data],
      events: events.map(({ event, alike }) => ({ event: eventJson(event), alike })),
      sure,
    })),
  };
}

function eventJson({ unnoticedMs, ...event }: LossEvent): SurvivalJson["event"] {
  return { ...event, unnoticedSeconds: unnoticedMs / 1_000 };
}

function recoveryJson({ phases, ...rest }: RecoveryEstimate): NonNullable<SurvivalJson["data"][number]["recovery"]> {
  return { ...rest, phases: [...phases] };
}

function why(reason: CopyReason | null): SurvivalJson["copies"][number]["why"] {
  return reason === null ? null : { ...reason, by: [...reason.by] };
}
