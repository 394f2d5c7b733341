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
  isExact: true,
  timeoutSeconds: 8,
  risk: 1,
  unit: "count",

  read(inside: HostInside): Reading | MissingReason {
    const { vmstat } = inside.answers;
    const listed = inside.reading?.oomKills ?? null;
    if (vmstat === null && listed === null) return whyNot(inside.answers, "vmstat");
    const kills = listed?.filter(({ atMs }) => isRecent(atMs, inside)) ?? [];
    const count = killsOf(vmstat?.oomKillsNow, kills.length);
    // this second has no kill, and of those before it the kernel tells only whoever may read its log
    if (count === 0) return listed === null && vmstat?.oomKills !== 0 ? "denied" : told("no", 0);
    const names = [...new Set(kills.map(({ process }) => process))];
    return told("yes", count, {
      detail: [...names, `×${count}`].join(" "),
      raw: kills.map(({ text }) => text).join("\n"),
    });
  },
});

/** What the kernel counted this second, or listed since before the incident: whichever is more. */
function killsOf(countedNow: number | null | undefined, listed: number): number {
  return Math.max(countedNow ?? 0, listed);
}
