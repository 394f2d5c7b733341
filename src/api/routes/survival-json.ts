import { z } from "zod";
import type { AuditReport, CopyOutcome } from "../../kernel/ports-audit.ts";
import { rfc3339 } from "../../words/format.ts";

const Truth = z.union([z.boolean(), z.literal("unknown")]);
const Seconds = z.number().nullable();
const Time = z.string().nullable().meta({ description: "RFC 3339 with the site zone's offset" });
const Event = z.object({ id: z.string(), kind: z.string(), of: z.string().nullable() });
const Fact = z.object({ code: z.string(), of: z.string() });
const Reason = z.object({ code: z.string(), by: z.array(z.string()), fact: Fact.nullable() });
const Counts = z.object({ lost: z.int(), unknown: z.int() });

export const SurvivalJson = z.object({
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
      loseSeconds: Seconds,
      loseWorstSeconds: Seconds,
      recoverSeconds: z.object({ p10: Seconds, p50: Seconds, p90: Seconds }).nullable(),
      target: z.string().nullable().meta({ description: "met, missed, unproven or no-target" }),
    }),
  ),
  down: z.array(z.string()),
  page: z.object({ seen: Truth, changed: Truth }).nullable(),
  uncopiedHosts: z.array(z.string()),
  events: z.array(Event.extend({ lost: z.array(z.string()), unknown: z.array(z.string()) })).nullable(),
  questions: z.array(z.object({ fact: Fact, decides: z.int() })).nullable(),
  help: z
    .object({
      change: z.object({ kind: z.string(), of: z.string(), at: z.string().nullable(), fact: Fact.nullable() }),
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
    why: reason === null ? null : { ...reason, by: [...reason.by] },
  });
  return {
    without: [...report.without],
    planned: report.planned,
    copies: outcome.copies.map(copy),
    lost: [...report.lost],
    unknown: [...report.unknown],
    recoverSeconds: outcome.recoverSeconds,
    loseSeconds: outcome.loseSeconds,
    ok: report.ok,
    data: outcome.data.map(({ data, fate, live, copies, surviving, best, recovery, ...rest }) => ({
      name: data,
      fate,
      live,
      copies,
      surviving,
      from: best?.place ?? null,
      loseSeconds: rest.loseSeconds,
      loseWorstSeconds: rest.loseWorstSeconds,
      recoverSeconds: recovery === null ? null : { p10: recovery.p10, p50: recovery.p50, p90: recovery.p90 },
      target: recovery?.verdict ?? null,
    })),
    down: [...outcome.down],
    page: outcome.page,
    uncopiedHosts: [...report.uncopiedHosts],
    ...overviewJson(overview),
  };
}

function overviewJson(overview: AuditReport["overview"]): Pick<SurvivalJson, "events" | "questions" | "help" | "cuts"> {
  if (overview === null) return { events: null, questions: null, help: null, cuts: null };
  return {
    events: overview.rows.map(({ event, lost, unknown }) => ({ ...event, lost: [...lost], unknown: [...unknown] })),
    questions: overview.questions.map(({ fact, decides }) => ({ fact, decides })),
    help: overview.help,
    cuts: overview.cuts.map(({ data, events, sure }) => ({ data: [...data], events: [...events], sure })),
  };
}
