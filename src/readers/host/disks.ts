import type { HostDisk } from "../../kernel/model/host-reading.ts";
import { tagged } from "./frame.ts";

/** Never full in a way that matters: made by the kernel, or an image that is always as full as it is long. */
const madeUp =
  /^(?:proc|sysfs|cgroup2?|devpts|devtmpfs|securityfs|debugfs|tracefs|configfs|pstore|bpf|mqueue|hugetlbfs|autofs|squashfs|erofs|iso9660|udf|fuse\.(?:lxcfs|snapfuse|gvfsd-fuse|portal)|nsfs|binfmt_misc|rpc_pipefs|fusectl|efivarfs|rootfs|ramfs)$/;
/** `emergency_ro`: what ext4 refuses to write to after an error, still mounted `rw`. Source: fs/ext4/super.c since Linux 6.15. */
const unwritable: ReadonlySet<string> = new Set(["ro", "emergency_ro"]);
const mostDisks = 500;

interface Mount {
  readonly device: string;
  readonly type: string;
  readonly readOnly: boolean;
}

interface Space {
  readonly total: number;
  readonly used: number;
  readonly free: number;
}

/** The sections `disks` and `netdisks`: `df -P` in blocks and in inodes beside the mounts. */
export function disksOf(lines: readonly string[]): readonly HostDisk[] {
  const mounts = mountsOf(tagged(lines, "m"));
  const planned = plannedOf(tagged(lines, "fstab"));
  const inodes = spacesOf(tagged(lines, "i"));
  return [...spacesOf(tagged(lines, "k"))].slice(0, mostDisks).flatMap(([mount, space]) => {
    const known = mounts.get(mount);
    if (known === undefined || madeUp.test(known.type) || space.total === 0 || /^\/(?:sys|proc)\//.test(mount))
      return [];
    const counted = inodes.get(mount);
    return [
      {
        mount,
        ...known,
        sizeBytes: space.total * 1_024,
        freeBytes: Math.max(0, space.free) * 1_024,
        freeRatio: freeRatio(space),
        inodesFreeRatio: counted === undefined || counted.total <= 0 ? null : freeRatio(counted),
        meantWritable: planned.get(mount) ?? null,
      },
    ];
  });
}

function freeRatio({ used, free }: Space): number {
  return used + free <= 0 ? 0 : Math.max(0, free) / (used + Math.max(0, free));
}

/** `/dev/sda1 1000 900 100 90% /`; the name of a share may hold blanks, a busybox `df` the same columns. */
function spacesOf(rows: readonly string[]): ReadonlyMap<string, Space> {
  const spaces = new Map<string, Space>();
  for (const row of rows) {
    const match = /\s(\d+)\s+(\d+)\s+(-?\d+)\s+(?:-?\d+%|-)\s+(\/.*)$/.exec(row.slice(0, 4_000));
    if (match === null) continue;
    const [, total, used, free, mount = ""] = match;
    if (!spaces.has(mount)) spaces.set(mount, { total: Number(total), used: Number(used), free: Number(free) });
  }
  return spaces;
}

/** Of two mounts on one point the later one covers the earlier. */
function mountsOf(rows: readonly string[]): ReadonlyMap<string, Mount> {
  return new Map(
    rows.map((row) => {
      const [device = "", mount = "", type = "", options = ""] = row.split(" ");
      return [
        plain(mount),
        { device: plain(device), type, readOnly: options.split(",").some((one) => unwritable.has(one)) },
      ];
    }),
  );
}

/** What /etc/fstab wants: true where it is to be written to. */
function plannedOf(rows: readonly string[]): ReadonlyMap<string, boolean> {
  return new Map(
    rows.map((row) => {
      const [, mount = "", , options = ""] = row.trim().split(/\s+/);
      return [plain(mount), !options.split(",").includes("ro")];
    }),
  );
}

/** The kernel writes blanks and backslashes as octal numbers. */
function plain(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCodePoint(Number.parseInt(octal, 8)));
}
