import type { AftercareCheck, AftercareInput } from "../../../kernel/model/aftercare.ts";
import { clockOf, jobsSeconds } from "../clock.ts";
import { outcome } from "../outcome.ts";

/** From when to when what the host wrote bears a wrong time: for the report, since it cannot be mended. */
export const timeStampedDamage: AftercareCheck = {
  id: "time-stamped-damage",
  group: "clock",
  weight: "info",
  needs: ["clock"],
  after: ["clock-offset"],
  isWaivable: true,
  appliesTo: (input) => input.outsideAfter.isHubClockSure && Math.abs(clockOf(input)?.offsetSeconds ?? 0) > jobsSeconds,
  compare(input) {
    const { outsideAfter } = input;
    const facts = {
      fromMs: wrongFromMs(input),
      toMs: outsideAfter.at.atMs,
      offsetSeconds: clockOf(input)?.offsetSeconds ?? 0,
    };
    return outcome("pass", { facts });
  },
};

/** Since its start, when it started anew; else since it went away. */
function wrongFromMs({ after, window, host }: AftercareInput): number {
  const wentMs = window.course.startedAt?.atMs ?? window.startMs;
  const isRebooted = window.course.rebooted.includes(host) && after?.uptimeSeconds != null;
  return isRebooted ? after.takenAt.atMs - Math.round((after.uptimeSeconds ?? 0) * 1_000) : wentMs;
}
