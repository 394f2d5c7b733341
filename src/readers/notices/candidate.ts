import type { NoticeQuestion, NoticeQuestionId } from "../../kernel/model/provider-notice.ts";
import type { Role } from "./roles.ts";

/** A time from-to with the role it was found in; not judged yet. */
export interface Candidate {
  readonly startMs: number | null;
  readonly endMs: number | null;
  readonly role: Role | null;
  readonly doubts: readonly NoticeQuestionId[];
  readonly readings: NoticeQuestion["readings"];
  readonly assumed: readonly string[];
  readonly line: number;
  readonly block: number;
  readonly start: number;
  readonly end: number;
  /** the words say まで or until: this is an end, though no start is written beside it */
  readonly endOnly: boolean;
  /** its last day is written beside its time, not borrowed */
  readonly dated: boolean;
  /** its zone is written */
  readonly zoned: boolean;
  /** a moment alone, not from-to */
  readonly single: boolean;
}
