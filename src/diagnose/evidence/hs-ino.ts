import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { evidence, type Reading } from "./evidence.ts";
import { graded, percentText, told, type HostMoment } from "./inside.ts";

/** The file system with the fewest inodes left. High: over 90 %; full: 99 % and more. */
export const hsIno = evidence({
  id: "hs.ino",
  bundle: "ssh",
  title: { ja: "inode の空き", en: "inodes" },
  states: ["ok", "high", "full"],
  stateWords: {
    ok: { ja: "余裕があります", en: "has room" },
    high: { ja: "残りわずかです", en: "nearly used up" },
    full: { ja: "空きがありません", en: "used up" },
  },
  leak: [0.01, 0.001],
  group: null,
  isExact: true,
  timeoutSeconds: 8,
  risk: 1,
  unit: "%",

  read({ disks }: HostMoment): Reading | MissingReason {
    const counted = disks.flatMap(({ mount, inodesUsedRatio: used }) => (used === null ? [] : [{ mount, used }]));
    const worst = counted.toSorted((a, b) => b.used - a.used)[0];
    if (worst === undefined) return "not-configured";
    const { mount, used } = worst;
    const state = graded(used, bounds, "ok");
    return told(state, Math.round(used * 100), {
      detail: `${mount} inode ${percentText(used)}`,
      mount,
      raw: counted.map((one) => `${one.mount} inode ${percentText(one.used)}`).join("\n"),
    });
  },
});

const bounds = [
  [0.985, "full"],
  [0.9, "high"],
] as const;
