import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { evidence, type Reading } from "./evidence.ts";
import { told, whyNot, type HostInside } from "./inside.ts";

/** File systems that should be writable and are not. */
export const hsRo = evidence({
  id: "hs.ro",
  bundle: "ssh",
  title: { ja: "読み取り専用化", en: "read-only file systems" },
  states: ["no", "yes"],
  stateWords: {
    no: { ja: "ありません", en: "none" },
    yes: { ja: "読み取り専用になっています", en: "became read-only" },
  },
  leak: [0.001],
  group: null,
  isExact: true,
  timeoutSeconds: 8,
  risk: 1,
  unit: "count",

  /** Mounted read-only, and meant writable by /etc/fstab or writable before; what nobody says anything of is left alone. */
  read({ answers, reading, usual }: HostInside): Reading | MissingReason {
    if (reading === null || reading.disks === null) return whyNot(answers, "disks");
    const mounts = reading.disks
      .filter(({ mount, readOnly, meantWritable }) => {
        const isMeant = meantWritable ?? usual?.writable?.includes(mount) === true;
        return readOnly && isMeant;
      })
      .map(({ mount }) => mount);
    return told(mounts.length > 0 ? "yes" : "no", mounts.length, { detail: mounts.join(" ") });
  },
});
