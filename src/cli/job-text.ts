import { KoboshiError } from "../kernel/errors.ts";
import type { Lang } from "../kernel/lang.ts";
import type { PingKind } from "../kernel/model/job.ts";
import type { StateWord } from "../kernel/model/status.ts";
import { cliJobWords } from "../words/cli-jobs.ts";
import { duration } from "../words/format.ts";
import { jobWords } from "../words/jobs.ts";
import { wallTime } from "./incident-text.ts";

/** A job as the API shows it. */
export interface JobAnswer {
  readonly key: string;
  readonly name: string;
  readonly on: string | null;
  readonly state: StateWord;
  readonly trouble: "late" | "unfinished" | "failed" | null;
  readonly schedule: {
    readonly kind: "every" | "cron" | "calendar";
    readonly everySeconds: number | null;
    readonly expression: string | null;
    readonly timeZone: string | null;
  } | null;
  readonly graceSeconds: number;
  readonly lastPingAt: string | null;
  readonly lastSuccessAt: string | null;
  readonly runningSince: string | null;
  readonly lastDurationSeconds: number | null;
  readonly expectedAt: string | null;
  readonly lateAt: string | null;
}

export interface PingLine {
  readonly kind: PingKind;
  readonly at: string;
  readonly exitCode: number | null;
  readonly durationSeconds: number | null;
  readonly from: string;
  readonly body: string | null;
}

/** The name a command is about. @throws KoboshiError KB1001 without one */
export function jobKeyOf(args: readonly string[], lang: Lang): string {
  const [key] = args;
  if (key === undefined) throw new KoboshiError("KB1001", { what: cliJobWords(lang).whichJob });
  return key;
}

/** How it stands, in one line behind its name. */
export function jobSummary(job: JobAnswer, lang: Lang): string {
  const say = jobWords(lang);
  const troubles = { failed: say.failed, unfinished: say.unfinished, late: say.late };
  const parts = [
    ...(job.trouble === null ? [] : [troubles[job.trouble]]),
    ...(job.runningSince === null ? [] : [say.running]),
    ...(job.lastPingAt === null ? [say.notHeard] : []),
    ...(job.expectedAt === null || job.trouble === "failed" ? [] : [whenText(job, lang)]),
  ];
  return parts.join(", ");
}

function whenText({ trouble, expectedAt, lateAt }: JobAnswer, lang: Lang): string {
  const say = jobWords(lang);
  if (trouble === "late" && lateAt !== null) return say.since(wallTime(lateAt, lang));
  return say.next(wallTime(expectedAt ?? "", lang));
}

export function scheduleLine({ schedule, graceSeconds }: JobAnswer, lang: Lang): string {
  const say = jobWords(lang);
  const grace = say.grace(duration(graceSeconds * 1_000, lang));
  if (schedule === null) return say.whenAny;
  const when =
    schedule.kind === "every"
      ? say.whenEvery(duration((schedule.everySeconds ?? 0) * 1_000, lang))
      : say.whenAt(schedule.expression ?? "", schedule.timeZone ?? "");
  return `${when}, ${grace}`;
}
