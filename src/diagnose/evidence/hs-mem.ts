import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { evidence, type Reading } from "./evidence.ts";
import { graded, bytesText, percentText, told, type HostInside, type HostMoment } from "./inside.ts";

/** MemAvailable of MemTotal. Low: under 10 %; out: under 3 %. */
export const hsMem = evidence({
  id: "hs.mem",
  bundle: "ssh",
  title: { ja: "空きメモリ", en: "available memory" },
  states: ["ok", "low", "out"],
  stateWords: {
    ok: { ja: "余裕があります", en: "enough" },
    low: { ja: "少なくなっています", en: "low" },
    out: { ja: "ほとんど残っていません", en: "almost none left" },
  },
  leak: [0.05, 0.005],
  group: "mem",
  isExact: true,
  timeoutSeconds: 8,
  risk: 1,
  unit: "%",

  /** A group of processes at its own limit is out of memory, whatever the rest of the machine has. */
  read({ moment, inside }: MemoryUse): Reading | MissingReason {
    const { memoryAvailableRatio: available } = moment;
    const group = fullGroup(inside);
    const top = biggestOf(inside);
    if (available === null && group === null) return "not-configured";
    const state = group === null ? graded(1 - (available ?? 1), bounds, "ok") : "out";
    const detail = [
      available === null ? "" : `MemAvailable ${percentText(available)}`,
      group ?? "",
      state === "ok" || top === null ? "" : top,
    ];
    return told(state, available === null ? null : Math.round(available * 100), {
      detail: detail.filter((part) => part !== "").join(", "),
      raw: inside?.answers.raw.procs ?? "",
    });
  },
});

export interface MemoryUse {
  readonly moment: HostMoment;
  /** null: a moment of the past, of which only the figures are kept */
  readonly inside: HostInside | null;
}

const bounds = [
  [0.97, "out"],
  [0.9, "low"],
] as const;

/** Held back at its limit just now, or filled to it. */
function fullGroup(inside: HostInside | null): string | null {
  const groups = inside?.answers.limits?.groups ?? [];
  const full = groups.find(
    ({ kind, used, limit, hitsPerSecond }) => kind === "memory" && used > limit * 0.97 && hitsPerSecond > 0,
  );
  return full === undefined ? null : `cgroup ${full.path} ${bytesText(full.used)} / ${bytesText(full.limit)}`;
}

/** `mariadbd 812 MB` */
function biggestOf(inside: HostInside | null): string | null {
  const top = inside?.answers.procs?.top ?? inside?.reading?.processes?.top ?? [];
  const first = top.toSorted((a, b) => b.memoryBytes - a.memoryBytes)[0];
  return first === undefined ? null : `${first.name} ${bytesText(first.memoryBytes)}`;
}
