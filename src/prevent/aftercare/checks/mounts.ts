import type { AftercareCheck, AftercareOutcome, Repair, RepairStep } from "../../../kernel/model/aftercare.ts";
import { shellWord } from "../../../kernel/shell-word.ts";
import { repairText } from "../../../words/aftercare-repairs.ts";
import { isRead, judging, keyed, outcome, unobserved, type Section } from "../outcome.ts";
import { usualStep } from "../../../hands/usual-step.ts";

/** Every file system is where it was, from the same device, and can be written to as before; what fstab names is there too. */
export const mounts: AftercareCheck = {
  id: "mounts",
  group: "mounts",
  weight: "critical",
  needs: ["mounts"],
  after: ["same-machine"],
  isWaivable: true,
  appliesTo: isRead,
  compare: (input) => judging(input, "mounts", (after, before) => compareMounts(after, before)),
};

interface Mounted {
  readonly device: string;
  readonly type: string;
  readonly isReadOnly: boolean;
}

function compareMounts(after: Section, before: Section | null): AftercareOutcome {
  const [was, now] = [mountsOf(before ?? {}), mountsOf(after)];
  // what fstab named before and what was not mounted then is as before
  const planned = [...keyed(after, "fstab")].filter(
    ([point, value]) => point.startsWith("/") && isMeant(value) && before?.[`fstab ${point}`] === undefined,
  );
  const wanted = new Set([...was.keys(), ...planned.map(([point]) => point)]);
  const gone = [...wanted].filter((point) => !now.has(point));
  const readOnly = [...was].filter(([point, { isReadOnly }]) => !isReadOnly && now.get(point)?.isReadOnly === true);
  const other = [...was].filter(([point, mount]) => isOther(mount, now.get(point)));
  const items = [
    ...gone.map((point) => `${point} -`),
    ...readOnly.map(([point]) => `${point} ro`),
    ...other.map(([point, mount]) => `${point} ${named(mount)} → ${named(now.get(point))}`),
  ];
  const facts = { checkedCount: wanted.size, goneCount: gone.length, readOnlyCount: readOnly.length };
  if (items.length > 0) return outcome("fail", { facts, items, repairs: repairsOf(gone, after, was) });
  return before === null ? unobserved("no-before", facts) : outcome("pass", { facts });
}

/** A disk may get another name at each start; what another machine serves does not. */
function isOther(was: Mounted, is: Mounted | undefined): boolean {
  if (is === undefined) return false;
  return was.type !== is.type || (was.device.includes(":") && was.device !== is.device);
}

function named(mount: Mounted | undefined): string {
  return mount === undefined ? "-" : `${mount.device} ${mount.type}`;
}

/** Of real file systems: what a program or a session lays over them comes and goes. */
function mountsOf(section: Section): ReadonlyMap<string, Mounted> {
  const found = new Map<string, Mounted>();
  for (const [point, value] of keyed(section, "mount")) {
    const [device = "", type = "", options = ""] = value.split(" ");
    const isPassing = /^\/(?:run|proc|sys|dev|snap|media)(?:\/|$)|\/(?:overlay2|containers|kubelet|docker)\//.test(
      point,
    );
    if (isPassing || /^(?:autofs|squashfs|fuse\.(?:portal|gvfsd-fuse|lxcfs)|binfmt_misc|nsfs|cgroup2?)$/.test(type))
      continue;
    found.set(point, { device, type, isReadOnly: options.split(",").includes("ro") });
  }
  return found;
}

function isMeant(fstab: string): boolean {
  const [, type = "", options = ""] = fstab.split(" ");
  return type !== "swap" && !/(?:^|,)(?:noauto|x-systemd\.automount)(?:,|$)/.test(options);
}

/** Only what fstab knows, the outer before the inner. What became read-only after errors is not touched: that may cost data. */
function repairsOf(gone: readonly string[], after: Section, was: ReadonlyMap<string, Mounted>): readonly Repair[] {
  const known = gone.filter((point) => after[`fstab ${point}`] !== undefined).sort((a, b) => a.length - b.length);
  if (known.length === 0) return [];
  return [
    {
      id: "mount",
      title: repairText((say) => say.mountAll),
      steps: [
        ...known.map((point, index) => mountStep({ point, index, type: was.get(point)?.type ?? "" })),
        usualStep({
          id: "verify",
          says: repairText((say) => say.mounted),
          command: known
            .map((point) => `grep -F -- ${shellWord(` ${escaped(point)} `)} /proc/self/mounts`)
            .join(" && "),
        }),
      ],
      isSafeTwice: true,
      warnings: [],
    },
  ];
}

/** As /proc/self/mounts writes it. */
function escaped(point: string): string {
  return point.replaceAll(" ", String.raw`\040`);
}

/** A server of files may not answer for long. */
const remoteTimeoutMs = 180_000;

function mountStep({ point, index, type }: { point: string; index: number; type: string }): RepairStep {
  const word = shellWord(point);
  return usualStep({
    id: `mount-${index + 1}`,
    says: repairText((say) => say.mountOne(point)),
    command: `mountpoint -q ${word} || mount ${word}`,
    undo: `umount ${word}`,
    ...(/^(?:nfs|cifs|fuse|glusterfs|ceph)/.test(type) ? { timeoutMs: remoteTimeoutMs } : {}),
  });
}
