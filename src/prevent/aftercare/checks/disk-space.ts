import type { AftercareCheck } from "../../../kernel/model/aftercare.ts";
import { comparing, isRead, keyed, listed, type Section } from "../outcome.ts";

/** More than this above what it was, or as full as this; PREVENT §2.4. */
const mostGrowth = 10;
const fullPercent = 95;

/** No file system filled up meanwhile. */
export const diskSpace: AftercareCheck = {
  id: "disk-space",
  group: "disk",
  weight: "warning",
  needs: ["mounts"],
  after: ["same-machine", "mounts"],
  isWaivable: true,
  appliesTo: isRead,
  compare(input) {
    return comparing(input, "mounts", (before, after) => {
      const items = [...fuller(before, after, "use"), ...fuller(before, after, "inodes")];
      const used = [...keyed(after, "use").values()].map((value) => percent(value) ?? 0);
      return listed("warn", { items, facts: { fullestPercent: Math.max(0, ...used) } });
    });
  },
};

function fuller(before: Section, after: Section, word: "use" | "inodes"): readonly string[] {
  return [...keyed(after, word)].flatMap(([point, value]) => {
    const [was, is] = [percent(before[`${word} ${point}`]), percent(value)];
    if (is === null || was === null) return [];
    const isFuller = is > was + mostGrowth || (is >= fullPercent && is > was);
    return isFuller ? [`${point} ${was}% → ${is}%${word === "inodes" ? " inodes" : ""}`] : [];
  });
}

function percent(value: string | undefined): number | null {
  const found = /^(\d+)%/.exec(value ?? "")?.[1];
  return found === undefined ? null : Number(found);
}
