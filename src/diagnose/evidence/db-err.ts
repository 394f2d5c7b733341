import { evidence, type Reading } from "./evidence.ts";
import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import type { HostDatabase } from "../../kernel/model/host-service-answers.ts";
import { told } from "./inside.ts";
import { type Counted } from "./log-lines.ts";
import { excerpt } from "../lines/signs.ts";

/** Crash recovery, damaged tables, panics. */
export const dbErr = evidence({
  id: "db.err",
  bundle: "db",
  title: { ja: "データベースの故障の記録", en: "faults in the database log" },
  states: ["none", "recov", "corrupt"],
  stateWords: {
    none: { ja: "ありません", en: "none" },
    recov: { ja: "復旧処理をしています", en: "recovering" },
    corrupt: { ja: "破損が記録されています", en: "damage" },
  },
  leak: [0.003, 0.001],
  group: null,
  isExact: true,
  timeoutSeconds: 4,
  risk: 1,
  unit: "count",

  /** One that starts up again after a crash says so itself, and needs no log for it. */
  read({ corrupt, recovering, database }: DatabaseFaults): Reading | MissingReason {
    const starting = database?.state === "starting" ? [{ text: database.said }] : [];
    if (corrupt === null && recovering === null && starting.length === 0) return "not-configured";
    const damage = corrupt ?? [];
    const shown = damage.length > 0 ? damage : [...(recovering ?? []), ...starting];
    const [first] = shown;
    if (first === undefined) return told("none", 0);
    return told(damage.length > 0 ? "corrupt" : "recov", shown.length, {
      detail: wordsIn(first.text),
      raw: excerpt(shown),
    });
  },
});

export interface DatabaseFaults {
  /** null: no log of it is followed */
  readonly corrupt: Counted["lines"] | null;
  readonly recovering: Counted["lines"] | null;
  readonly database: HostDatabase | null;
}

function wordsIn(text: string): string {
  const from = text.search(/PANIC: |ERROR: |LOG: |FATAL: |InnoDB: |\[ERROR\]/);
  return text.slice(Math.max(0, from)).slice(0, 100);
}
