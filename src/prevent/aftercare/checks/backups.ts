import type { AftercareCheck } from "../../../kernel/model/aftercare.ts";
import { outcome } from "../outcome.ts";

/** A set that began a little before its time is the one of that time. */
const earlyMs = 60_000;

/** Each backup that was due meanwhile has its set, and no repository is left locked. */
export const backups: AftercareCheck = {
  id: "backups",
  group: "backups",
  weight: "critical",
  needs: [],
  after: ["same-machine", "clock-offset", "mounts"],
  isWaivable: true,
  appliesTo: (input) => input.backups.some(({ dueAtMs, isLocked }) => dueAtMs !== null || isLocked === true),
  compare(input) {
    const due = input.backups.filter(({ dueAtMs }) => dueAtMs !== null);
    const missing = due.filter(
      ({ dueAtMs, newestAtMs }) => newestAtMs === null || newestAtMs < (dueAtMs ?? 0) - earlyMs,
    );
    const locked = input.backups.filter(({ isLocked }) => isLocked === true);
    const facts = {
      dueCount: due.length,
      missing: missing.map(({ plan }) => plan),
      locked: locked.map(({ plan }) => plan),
      dueAtMs: missing.map(({ dueAtMs }) => dueAtMs ?? 0),
    };
    const items = [...new Set([...facts.missing, ...facts.locked])];
    return outcome(items.length > 0 ? "fail" : "pass", { facts, items });
  },
};
