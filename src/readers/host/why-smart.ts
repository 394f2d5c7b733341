import type { HostDrives } from "../../kernel/model/host-answers.ts";
import { tagged } from "./frame.ts";
import { figure } from "./why-samples.ts";

/** The section `smart`: what the drives say of themselves, and the kernel of its arrays. */
export function drivesOf(lines: readonly string[]): HostDrives {
  const zfs = tagged(lines, "z").join(" ").trim();
  return {
    disks: disksOf(lines),
    raids: raidsOf(tagged(lines, "m")),
    zfs: zfs === "" || /all pools are healthy|no pools available/i.test(zfs) ? null : zfs.slice(0, 500),
  };
}

function disksOf(lines: readonly string[]): HostDrives["disks"] {
  const disks: { device: string; said: string[] }[] = [];
  for (const line of lines) {
    if (line.startsWith("disk ")) disks.push({ device: line.slice(5), said: [] });
    else if (line.startsWith("s ")) disks.at(-1)?.said.push(line.slice(2));
  }
  return disks.map(({ device, said }) => ({
    device,
    healthy: healthIn(said),
    reallocated: rawValue(said, /Reallocated_Sector/i),
    pending: rawValue(said, /Current_Pending/i),
    uncorrectable: rawValue(said, /Offline_Uncorrect|Reported_Uncorrect/i) ?? plainValue(said, /Media and Data/i),
    wornRatio: wornIn(said),
    celsius: rawValue(said, /Temperature_Celsius/i) ?? plainValue(said, /^(?:Current Drive )?Temperature:/i),
  }));
}

/** ATA says `PASSED`, SAS `OK`, and both say what is failing otherwise. */
function healthIn(said: readonly string[]): boolean | null {
  const line = said.find((row) => /overall-health|Health Status/i.test(row));
  return line === undefined ? null : /:\s*(?:PASSED|OK)\b/.test(line);
}

/** The tenth column of ATA's table: `5 Reallocated_Sector_Ct 0x0033 100 100 010 Pre-fail Always - 8` */
function rawValue(said: readonly string[], name: RegExp): number | null {
  const row = said.find((one) => name.test(one) && /^\s*\d+ /.test(one));
  return figure(row?.trim().split(/\s+/)[9]);
}

/** NVMe and SAS: `Percentage Used: 3%` */
function plainValue(said: readonly string[], name: RegExp): number | null {
  const row = said.find((one) => name.test(one.trim()));
  return figure(/:\s*([\d,]+)/.exec(row ?? "")?.[1]?.replaceAll(",", ""));
}

function wornIn(said: readonly string[]): number | null {
  const used = plainValue(said, /^Percentage Used/i);
  if (used !== null) return used / 100;
  // ATA counts what is left, from 100 down, in the fourth column
  const row = said.find((one) => /Wear_Leveling|Media_Wearout/i.test(one) && /^\s*\d+ /.test(one));
  const left = figure(row?.trim().split(/\s+/)[3]);
  return left === null ? null : Math.max(0, 100 - left) / 100;
}

/** `md0 : active raid1 sdb1[1](F) sda1[0]`, then `… blocks [2/1] [U_]`, then perhaps `recovery = 12.6%`. */
function raidsOf(rows: readonly string[]): HostDrives["raids"] {
  const heads = rows.flatMap((row, at) => (/^md\S* : /.test(row) ? [at] : []));
  return heads.flatMap((at, index) => {
    const own = rows.slice(at, heads[index + 1] ?? rows.length);
    const [, name = "", level = ""] = /^(md\S*) : \S+ (?:\([^)]*\) )?(\S+)/.exec(own[0] ?? "") ?? [];
    const [, wanted, working] = /\[(\d+)\/(\d+)\]/.exec(own.join(" ")) ?? [];
    if (wanted === undefined) return [];
    const rebuilt = /(?:recovery|resync|reshape) *= *([\d.]+)%/.exec(own.join(" "))?.[1];
    const failed = [...(own[0] ?? "").matchAll(/(\S+)\[\d+\]\(F\)/g)].map(([, device = ""]) => device);
    const ratio = figure(rebuilt);
    return [
      {
        name,
        level,
        wanted: Number(wanted),
        working: Number(working),
        failed,
        rebuiltRatio: ratio === null ? null : ratio / 100,
      },
    ];
  });
}
