import { z } from "zod";
import { reportVersions } from "./document.ts";

/** Reports on the way: the first word, one in between, and the last. They share one number. */
export const reportStages = ["first", "interim", "final"] as const;

/** What people write into the customers' version; koboshi knows none of it. */
export const customerBlanks = [
  "signer",
  "affectedCustomers",
  "dataLoss",
  "directCause",
  "whyItHappened",
  "whyNotPrevented",
  "whyNotSooner",
  "certainty",
  "othersPart",
  "firstAid",
  "lastingFix",
  "restoreDetail",
  "noticeTrouble",
  "compensation",
] as const;

/** What only people inside read. */
export const internalBlanks = [
  "authors",
  "summary",
  "cost",
  "trigger",
  "ruledOut",
  "wentWell",
  "wentBadly",
  "lucky",
  "fiveWhys",
  "runbookDiff",
  "monitoringDiff",
  "drill",
] as const;

export const reportBlanks = [...customerBlanks, ...internalBlanks] as const;
export type ReportBlank = (typeof reportBlanks)[number];

export const measureTypes = ["prevent", "detect", "reduce", "recover", "tell"] as const;
export const measureStates = ["planned", "done"] as const;

const longestText = 4_000;
const mostMeasures = 20;
const short = z.string().trim().max(400);

/** One thing that will be done so that it does not happen again, with a date, an owner and a way to check. */
export const Measure = z.object({
  what: short.min(1),
  type: z.enum(measureTypes),
  due: short,
  owner: short,
  check: short,
  state: z.enum(measureStates),
});
export type Measure = z.infer<typeof Measure>;

/** What people add to the facts. */
export const ReportDraft = z.object({
  stage: z.enum(reportStages),
  texts: z.partialRecord(z.enum(reportBlanks), z.string().trim().max(longestText)),
  measures: z.array(Measure).max(mostMeasures),
});
export type ReportDraft = z.infer<typeof ReportDraft>;

export const emptyDraft: ReportDraft = { stage: "first", texts: {}, measures: [] };

/** What a form for a report is made from. */
export const reportForm = {
  customerBlanks,
  internalBlanks,
  measureTypes,
  measureStates,
  stages: reportStages,
  versions: reportVersions,
  Draft: ReportDraft,
} as const;
