/** What a provider's notice is about. `info`: nothing of it touches a running service. */
export const providerNoticeKinds = [
  "maintenance",
  "emergency-maintenance",
  "outage",
  "degraded",
  "security",
  "end-of-service",
  "info",
] as const;
export type ProviderNoticeKind = (typeof providerNoticeKinds)[number];

/** How far it is, by the newest update: the first six of planned work, the next four of a failure. */
export const providerNoticeStates = [
  "scheduled",
  "in-progress",
  "extended",
  "completed",
  "moved",
  "cancelled",
  "investigating",
  "identified",
  "monitoring",
  "resolved",
  "none",
] as const;
export type ProviderNoticeState = (typeof providerNoticeStates)[number];

export type ProviderNoticePhase = "planned" | "ongoing" | "over" | "cancelled" | "none";

const phases: Readonly<Record<ProviderNoticeState, ProviderNoticePhase>> = {
  scheduled: "planned",
  moved: "planned",
  "in-progress": "ongoing",
  extended: "ongoing",
  investigating: "ongoing",
  identified: "ongoing",
  monitoring: "ongoing",
  completed: "over",
  resolved: "over",
  cancelled: "cancelled",
  none: "none",
};

/** Whether what is told of is still to come, under way or over. */
export function phaseOf(state: ProviderNoticeState): ProviderNoticePhase {
  return phases[state];
}

/** A time from-to as a notice gives it. */
export interface NoticeWindow {
  /** Unix epoch, UTC */
  readonly startMs: number;
  /** null: the end is not told */
  readonly endMs: number | null;
  /** nothing of it had to be guessed; a window that is not certain is a question, never a plan */
  readonly certain: boolean;
  /** the words it was read from */
  readonly text: string;
}

/** What only a person can settle. Ids are stable. */
export const noticeQuestionIds = [
  "no-window",
  "no-time",
  "no-end",
  "weekday-mismatch",
  "midnight-ambiguous",
  "day-month-order",
  "zone-unknown",
  "kind-unclear",
  "year-far",
  "end-before-start",
  "too-long",
  "past-at-receipt",
] as const;
export type NoticeQuestionId = (typeof noticeQuestionIds)[number];

export interface NoticeQuestion {
  readonly id: NoticeQuestionId;
  /** the words it is about; empty when it is about the whole notice */
  readonly text: string;
  /** what the words could mean, earliest first */
  readonly readings: readonly { readonly startMs: number; readonly endMs: number | null }[];
}

/** Where in the notice's text a value was read; `start` and `end` count UTF-16 units. */
export interface NoticeSpan {
  readonly field: "window" | "host" | "service" | "state";
  readonly start: number;
  readonly end: number;
}

/** What was read out of one notice: a proposal, never a fact. */
export interface ProviderNotice {
  readonly kind: ProviderNoticeKind;
  readonly state: ProviderNoticeState;
  /** in order of their start */
  readonly windows: readonly NoticeWindow[];
  /** days kept in reserve: never held */
  readonly alternates: readonly NoticeWindow[];
  readonly services: readonly string[];
  /** names, addresses and patterns (`users0??`, `web*`); ranges are written out */
  readonly hosts: readonly string[];
  /** said not to be affected */
  readonly exceptHosts: readonly string[];
  /** newest first; at least one */
  readonly updates: readonly {
    readonly atMs: number | null;
    readonly state: ProviderNoticeState;
    readonly text: string;
  }[];
  readonly questions: readonly NoticeQuestion[];
  /** what was taken for granted: `year`, `zone`, `next-day`, `date-of-receipt` … */
  readonly assumptions: readonly string[];
  /** the provider's own number of it */
  readonly reference: string | null;
  /** 0 to 1: how far the windows and the kind can be believed */
  readonly confidence: number;
  readonly spans: readonly NoticeSpan[];
}
