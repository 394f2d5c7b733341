import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { evidence, type Reading } from "./evidence.ts";
import { told, whyNot, type HostInside } from "./inside.ts";
import type { HostDrives } from "../../kernel/model/host-answers.ts";

/** SMART and RAID, read only. */
export const hsSmart = evidence({
  id: "hs.smart",
  bundle: "log",
  title: { ja: "ディスクの健康状態", en: "health of the disks" },
  states: ["ok", "predict", "failed"],
  stateWords: {
    ok: { ja: "正常です", en: "fine" },
    predict: { ja: "故障の予兆があります", en: "failure foretold" },
    failed: { ja: "故障しています", en: "failed" },
  },
  leak: [0.02, 0.003],
  group: null,
  isExact: true,
  timeoutSeconds: 8,
  risk: 1,
  unit: "state",

  /** A disk's own verdict or a RAID without all its disks: failed; sectors it could not read, or an SSD at its end: foretold. */
  read({ answers }: HostInside): Reading | MissingReason {
    const { smart } = answers;
    if (smart === null) return whyNot(answers, "smart");
    const raw = answers.raw.smart ?? "";
    const failed = failuresIn(smart);
    if (failed.length > 0) return told("failed", failed.length, { detail: failed.join(", "), raw });
    const omens = smart.disks.filter(isFading).map(({ device }) => device);
    if (omens.length > 0) return told("predict", omens.length, { detail: omens.join(", "), raw });
    if (smart.disks.length === 0 && smart.raids.length === 0) return whyNot(answers, "smart.part");
    return told("ok", 0, { raw });
  },
});

type Disk = HostDrives["disks"][number];

const wornOut = 0.95;

function failuresIn({ disks, raids, zfs }: HostDrives): readonly string[] {
  return [
    ...disks.filter(({ healthy }) => healthy === false).map(({ device }) => `${device} FAILED`),
    ...raids
      .filter(({ working, wanted, failed }) => working < wanted || failed.length > 0)
      .map(({ name, working, wanted }) => `${name} ${working}/${wanted}`),
    ...(zfs === null ? [] : [zfs.slice(0, 80)]),
  ];
}

function isFading({ pending, uncorrectable, wornRatio }: Disk): boolean {
  return (pending ?? 0) > 0 || (uncorrectable ?? 0) > 0 || (wornRatio ?? 0) >= wornOut;
}
