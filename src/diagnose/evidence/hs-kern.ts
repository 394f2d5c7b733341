import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { evidence, type Reading } from "./evidence.ts";
import { isRecent, told, whyNot, type HostInside } from "./inside.ts";

/** I/O errors, file system errors, hardware errors, links that went down. */
export const hsKern = evidence({
  id: "hs.kern",
  bundle: "log",
  title: { ja: "カーネルの記録", en: "kernel log" },
  states: ["none", "warn", "hwerr"],
  stateWords: {
    none: { ja: "異常はありません", en: "nothing unusual" },
    warn: { ja: "警告があります", en: "warnings" },
    hwerr: { ja: "ハードウェアのエラーがあります", en: "hardware errors" },
  },
  leak: [0.05, 0.004],
  group: null,
  isExact: true,
  timeoutSeconds: 8,
  risk: 1,
  unit: "count",

  /** Hardware announces its end up to an hour before; what else is written comes with the symptoms. */
  read(inside: HostInside): Reading | MissingReason {
    const { answers } = inside;
    if (answers.kern === null) return whyNot(answers, "kern");
    const lines = answers.kern.filter(({ atMs }) => isRecent(atMs, inside, beforeMs));
    const hard = lines.filter(({ topic }) => hardTopics.has(topic));
    const soft = lines.filter(
      ({ topic, level, atMs }) =>
        (topic !== "other" || (level !== null && level <= errorLevel)) && isFromNow(atMs, inside),
    );
    const state = hard.length > 0 ? "hwerr" : soft.length > 0 ? "warn" : "none";
    const shown = hard.length > 0 ? hard : soft;
    return told(state, shown.length, {
      detail: shown[0]?.text.slice(0, 100) ?? "",
      topics: [...new Set(shown.map(({ topic }) => topic))],
      raw: shown.map(({ text }) => text).join("\n"),
    });
  },
});

const beforeMs = 50 * 60_000;
const leadMs = 2 * 60_000;
const errorLevel = 3;

/** By the machine's own clock, since shortly before the first symptom. */
function isFromNow(atMs: number | null, { startedAtMs, aheadMs }: HostInside): boolean {
  return atMs !== null && atMs - aheadMs >= startedAtMs - leadMs;
}

/** File systems fall ill with their disk. A link that goes down is as often a cable pulled by hand: a warning. */
const hardTopics: ReadonlySet<string> = new Set(["disk-error", "file-system", "hardware"]);
