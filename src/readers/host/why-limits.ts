import type { HostGroup, HostLimits, HostUnfinished } from "../../kernel/model/host-answers.ts";
import type { UsedOf } from "../../kernel/model/host-service-answers.ts";
import { firstTagged, tagged } from "./frame.ts";
import { figure, perSecond, samplesOf, type Samples } from "./why-samples.ts";

/** The section `limits`. */
export function limitsOf(lines: readonly string[]): HostLimits | null {
  const files = (firstTagged(lines, "files") ?? "").split(/\s+/);
  const samples = samplesOf(lines);
  const number = (tag: string): number | null => figure(firstTagged(lines, tag) ?? undefined);
  const highest = [number("pid-max"), number("threads-max")].filter((one) => one !== null);
  const limits: HostLimits = {
    files: usedOf(figure(files[0]), figure(files[2])),
    threads: usedOf(number("threads"), highest.length === 0 ? null : Math.min(...highest)),
    tracked: usedOf(number("tracked"), number("tracked-max")),
    somaxconn: number("somaxconn"),
    listenOverflows: counterOf(samples, "ListenOverflows"),
    listenDrops: counterOf(samples, "ListenDrops"),
    queues: queuesOf(lines),
    unfinished: unfinishedOf(lines),
    openFiles: openFilesOf(lines),
    groups: samples === null ? [] : groupsOf(samples),
  };
  return limits.files === null && limits.threads === null ? null : limits;
}

function usedOf(used: number | null, limit: number | null): UsedOf | null {
  return used === null ? null : { used, limit };
}

function counterOf(samples: Samples | null, name: string): HostLimits["listenDrops"] {
  if (samples === null) return null;
  const [before, after] = [samples.first, samples.second].map((lines) =>
    figure(
      tagged(lines, "x")
        .find((row) => row.startsWith(`${name} `))
        ?.split(" ")[1],
    ),
  );
  if (typeof before !== "number" || typeof after !== "number") return null;
  return { total: after, perSecond: perSecond(before, after, samples.seconds) };
}

/** `q 3 128 0.0.0.0:80`: waiting, backlog, door. */
function queuesOf(lines: readonly string[]): HostLimits["queues"] {
  const rows = tagged(lines, "q").flatMap((row) => {
    const [waiting = "", backlog = "", local = ""] = row.split(" ");
    return /^\d+$/.test(waiting) && /^\d+$/.test(backlog)
      ? [{ local, waiting: Number(waiting), backlog: Number(backlog) }]
      : [];
  });
  if (rows.length === 0) return null;
  return rows.toSorted((a, b) => b.waiting - a.waiting);
}

/** `h 443 420 397 212` */
function unfinishedOf(lines: readonly string[]): readonly HostUnfinished[] {
  return tagged(lines, "h").flatMap((row) => {
    const [, port, open, unfinished, senders] = /^(\d+) (\d+) (\d+) (\d+)$/.exec(row) ?? [];
    return port === undefined
      ? []
      : [{ port: Number(port), open: Number(open), unfinished: Number(unfinished), senders: Number(senders) }];
  });
}

/** `d 812 37 1024 nginx`; `-` where only root can count. */
function openFilesOf(lines: readonly string[]): HostLimits["openFiles"] {
  const rows = tagged(lines, "d").flatMap((row) => {
    const [, pid = "", used = "", limit = "", name = ""] = /^(\d+) (\d+) (\d+|-|unlimited) (.*)$/.exec(row) ?? [];
    return pid === "" ? [] : [{ pid: Number(pid), name, used: Number(used), limit: figure(limit) }];
  });
  if (rows.length === 0) return null;
  return rows.toSorted((a, b) => fullness(b) - fullness(a)).slice(0, 20);
}

function fullness({ used, limit }: UsedOf): number {
  return limit === null ? 0 : used / Math.max(1, limit);
}

function groupsOf({ first, second, seconds }: Samples): readonly HostGroup[] {
  const before = new Map(
    tagged(first, "g")
      .flatMap(groupIn)
      .map((group) => [`${group.kind} ${group.path}`, group]),
  );
  return tagged(second, "g")
    .flatMap(groupIn)
    .map((group) => {
      // a group that was not told before had not been held back yet
      const hits = before.get(`${group.kind} ${group.path}`)?.hits ?? 0;
      return { ...group, hitsPerSecond: perSecond(hits, group.hits, seconds) };
    });
}

/** `g memory /system.slice/x.service 1000 1024 3` */
function groupIn(row: string): readonly HostGroup[] {
  const match = /^(memory|pids|cpu) (.*) (\d+) (\d+) (\d+)$/.exec(row);
  if (match === null) return [];
  const [, kind, path = "", used, limit, hits] = match;
  const counts = { used: Number(used), limit: Number(limit), hits: Number(hits), hitsPerSecond: 0 };
  return [{ kind: kind === "memory" ? "memory" : kind === "pids" ? "pids" : "cpu", path: path || "/", ...counts }];
}
