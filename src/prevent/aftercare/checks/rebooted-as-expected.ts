import type { AftercareCheck } from "../../../kernel/model/aftercare.ts";
import { comparing, isRead, outcome } from "../outcome.ts";

/** Whether it started anew, when, and whether that belongs to the work. */
export const rebootedAsExpected: AftercareCheck = {
  id: "rebooted-as-expected",
  group: "reboot",
  weight: "info",
  needs: ["ident"],
  after: [],
  isWaivable: true,
  appliesTo: isRead,
  compare(input) {
    const { host, window, after } = input;
    const uptimeSeconds = after?.uptimeSeconds ?? null;
    const bootAtMs = after === null || uptimeSeconds === null ? null : after.takenAt.atMs - uptimeSeconds * 1_000;
    return comparing(input, "ident", (was, is) => {
      const isNew = was["boot-id"] !== is["boot-id"];
      const pausedSeconds = Math.round((window.course.pausedMs[host] ?? 0) / 1_000);
      const facts = { isNew, bootAtMs, uptimeSeconds, pausedSeconds, timesLostAgain: window.course.timesLostAgain };
      const fromMs = Math.min(window.startMs, window.course.startedAt?.atMs ?? window.startMs);
      const isOutside = isNew && bootAtMs !== null && bootAtMs < fromMs - toleranceMs;
      return outcome(isOutside ? "warn" : "pass", { facts });
    });
  },
};

/** How much earlier than its window a start may lie and still belong to it. */
const toleranceMs = 120_000;
