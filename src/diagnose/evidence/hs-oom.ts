import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { evidence, type Reading } from "./evidence.ts";
import { isRecent, told, whyNot, type HostInside } from "./inside.ts";

/** Processes the kernel killed since before the incident. */
export const hsOom = evidence({
  id: "hs.oom",
  bundle: "ssh",
  title: { ja: "OOM による強制終了", en: "killed for want of memory" },
  states: ["no", "yes"],
  stateWords: {
    no: { ja: "ありません", en: "none" },
    yes: { ja: "発生しています", en: "happened" },
  },
  leak: [0.003],
  // an event, not a level: what is free afterwards says nothing of it
  group: null,
  timeoutSeconds: 8,
  risk: 1,
  unit: "count",

  read(inside: HostInside): Reading | MissingReason {
    const { answers, reading } = inside;
    const now = answers.vmstat?.oomKillsNow ?? 0;
    const listed = reading?.oomKills ?? null;
    const kills = listed?.filter(({ atMs }) => isRecent(atMs, inside)) ?? [];
    if (answers.vmstat === null && listed === null) return whyNot(answers, "vmstat");
    const count = Math.max(now, kills.length);
    // this second has no kill, and of those before it the kernel tells only whoever may read its log
    if (count === 0 && listed === null && answers.vmstat?.oomKills !== 0) return "denied";
    const names = [...new Set(kills.map(({ process }) => process))];
    return told(count > 0 ? "yes" : "no", count, {
      detail: detailOf(names, count),
      raw: kills.map(({ text }) => text).join("\n"),
    });
  },
});

function detailOf(names: readonly string[], count: number): string {
  return count > 0 ? [names.join(" "), `×${count}`].filter((part) => part !== "").join(" ") : "";
}
