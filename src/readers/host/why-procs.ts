import type { HostProcs } from "../../kernel/model/host-answers.ts";
import { tagged } from "./frame.ts";
import { listenersOf } from "./listeners.ts";

/** The section `procs`: who used the processor in the second looked at, who waits, who should run and is gone. */
export function procsOf(lines: readonly string[]): HostProcs | null {
  const count = /^(\d+) (\d+)$/.exec(tagged(lines, "count")[0] ?? "");
  const [begun, ended] = tagged(lines, "span").map(Number);
  const [ticks = 100, pageBytes = 4_096] = (tagged(lines, "hz")[0] ?? "").split(" ").map(Number);
  if (count === null || begun === undefined || ended === undefined || ended <= begun) return null;
  const span = { ticksInSpan: (ended - begun) * ticks, pageBytes };
  return {
    total: Number(count[1]),
    zombies: Number(count[2]),
    top: topOf(lines, span),
    held: heldOf(lines),
    stalePidFiles: tagged(lines, "stale").flatMap((row) => {
      const match = /^(\d+) (\/.*)$/.exec(row);
      return match === null ? [] : [{ pid: Number(match[1]), path: match[2] ?? "" }];
    }),
    fromTemporary: tagged(lines, "odd").flatMap((row) => {
      const match = /^(\d+) (\/\S+)/.exec(row);
      return match === null ? [] : [{ pid: Number(match[1]), path: match[2] ?? "" }];
    }),
    listeners: listenersOf(lines),
  };
}

interface Span {
  readonly ticksInSpan: number;
  readonly pageBytes: number;
}

/** `top 812 R 97 2048 www-data php-fpm8.2`: pid, state, ticks, pages, user, name; `exe 812 /usr/sbin/php-fpm8.2` */
function topOf(lines: readonly string[], { ticksInSpan, pageBytes }: Span): HostProcs["top"] {
  const exes = new Map(
    tagged(lines, "exe").map((row) => {
      const [, pid = "", path = ""] = /^(\d+) (.*)$/.exec(row) ?? [];
      return [pid, path];
    }),
  );
  return tagged(lines, "top").flatMap((row) => {
    const match = /^(\d+) \S (\d+) (-?\d+) (\S+) (.*)$/.exec(row);
    if (match === null) return [];
    const [, pid = "", used, pages, user = "", name = ""] = match;
    const cpuRatio = Math.round((Number(used) / ticksInSpan) * 1_000) / 1_000;
    const memoryBytes = Math.max(0, Number(pages)) * pageBytes;
    return [{ pid: Number(pid), name, user, cpuRatio, memoryBytes, exe: exes.get(pid) ?? null }];
  });
}

/** `held 812 D nfs_wait_bit_killable rsync` */
function heldOf(lines: readonly string[]): HostProcs["held"] {
  return tagged(lines, "held").flatMap((row) => {
    const match = /^(\d+) ([DTt]) (\S+) (.*)$/.exec(row);
    if (match === null) return [];
    const [, pid, state, at = "-", name = ""] = match;
    return [{ pid: Number(pid), name, state: state === "D" ? "D" : "T", at: at === "-" || at === "0" ? null : at }];
  });
}
