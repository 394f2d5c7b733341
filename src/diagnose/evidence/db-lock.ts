import { evidence, type Reading } from "./evidence.ts";
import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import type { HostDatabase } from "../../kernel/model/host-service-answers.ts";
import { told } from "./inside.ts";

/** Transactions that wait and the longest one. */
export const dbLock = evidence({
  id: "db.lock",
  bundle: "db",
  title: { ja: "ロック待ち", en: "waiting for locks" },
  states: ["none", "some", "many"],
  stateWords: {
    none: { ja: "ありません", en: "none" },
    some: { ja: "少しあります", en: "some" },
    many: { ja: "多数あります", en: "many" },
  },
  leak: [0.04, 0.004],
  group: "db",
  timeoutSeconds: 4,
  risk: 1,
  unit: "count",

  read({ state, lockWaits, longestQueryMs, idleInTransaction }: HostDatabase): Reading | MissingReason {
    if (lockWaits === null) return state === "up" || state === "denied" ? "denied" : "unreachable";
    const grade = lockWaits >= manyWaits ? "many" : lockWaits > 0 ? "some" : "none";
    const detail = [
      `×${lockWaits}`,
      longestQueryMs === null ? "" : `max ${Math.round(longestQueryMs / 1_000)} s`,
      idleInTransaction === null || idleInTransaction === 0 ? "" : `idle in transaction ×${idleInTransaction}`,
    ];
    return told(grade, lockWaits, { detail: detail.filter((part) => part !== "").join(", ") });
  },
});

const manyWaits = 5;
