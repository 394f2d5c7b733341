import type { HostDrives, HostGroup, HostLimits, HostNic } from "../kernel/model/host-answers.ts";
import { ratioText, sizeText } from "./host-findings.ts";
import { thousands } from "./figures.ts";
import {
  isNear,
  line,
  notable,
  plain,
  rateText,
  type WhyLine,
  type WhySaying,
  type WhyTellers,
} from "./host-why-line.ts";

const mostLines = 8;
/** Pages a second from which a machine is busy with swapping. Source: DIAGNOSIS, evidence hs.swap. */
const thrashPages = 1_000;
/** Half of the time is more than a burst. */
const waitsMuchRatio = 0.5;
/** Of one core; nearly all of it. */
const wholeCore = 0.9;

/** What the machine's own parts answered. */
export const systemTellers: WhyTellers = {
  vmstat(answer, { say }) {
    const { swapInPagesPerSecond: swapIn, swapOutPagesPerSecond: swapOut, allocationStallsPerSecond: stalls } = answer;
    const moved = swapIn + swapOut;
    const kills = answer.oomKills ?? 0;
    return [
      line(say.paging(rateText(moved), rateText(answer.majorFaultsPerSecond)), moved >= thrashPages),
      ...(stalls === null || stalls === 0 ? [] : [notable(say.stalls(rateText(stalls)))]),
      ...((answer.oomKillsNow ?? 0) > 0 ? [notable(say.killedNow(answer.oomKillsNow ?? 0))] : []),
      ...(kills > 0 ? [notable(say.killed(kills))] : []),
    ];
  },
  limits: (answer, saying) => [...limitLines(answer, saying), ...queueLines(answer, saying)],
  nic: (answer, saying) => answer.flatMap((one) => nicLines(one, saying)).slice(0, mostLines),
  pressure(answer, { say }) {
    const ratio = (part: keyof typeof answer): number => answer[part]?.some10Ratio ?? 0;
    const text = say.waited(ratioText(ratio("cpu")), ratioText(ratio("memory")), ratioText(ratio("io")));
    return [line(text, Math.max(ratio("cpu"), ratio("memory"), ratio("io")) >= waitsMuchRatio)];
  },
  kern(answer, { say, time }) {
    if (answer.length === 0) return [plain(say.quietKernel)];
    const lines = answer.map(({ atMs, topic, text }) =>
      line(`${time(atMs)}  ${text}`, topic !== "other" && topic !== "link"),
    );
    return withRest(lines, say);
  },
  smart: driveLines,
  fw(answer, { say }) {
    return [
      ...(answer.hasDefaultRoute ? [] : [notable(say.noDefaultRoute)]),
      ...(Object.keys(answer.hashes).length === 0 ? [] : [plain(say.blocks(answer.blocks.length))]),
      ...withRest(
        answer.blocks.map(({ where, rule }) => plain(`${where}  ${rule}`)),
        say,
      ),
      ...(answer.jails ?? []).map(({ name, banned }) =>
        plain(say.banned(name, banned === null ? "—" : String(banned))),
      ),
    ];
  },
  procs(answer, { say }) {
    return [
      plain(say.counts(answer.total, answer.zombies)),
      ...answer.top
        .slice(0, 5)
        .map(({ name, user, cpuRatio, memoryBytes }) =>
          line(
            say.top(`${name} (${user})`, `${Math.round(cpuRatio * 100)} %`, sizeText(memoryBytes)),
            cpuRatio >= wholeCore,
          ),
        ),
      ...answer.held
        .slice(0, mostLines)
        .map(({ name, pid, state, at }) =>
          notable(state === "D" ? say.stuck(name, pid, at ?? "") : say.halted(name, pid)),
        ),
      ...answer.stalePidFiles.slice(0, mostLines).map(({ path, pid }) => notable(say.stale(path, pid))),
    ];
  },
};

/** The first of many, and how many more. */
export function withRest(lines: readonly WhyLine[], say: WhySaying["say"]): readonly WhyLine[] {
  const more = lines.length - mostLines;
  return more > 0 ? [...lines.slice(0, mostLines), plain(say.more(more))] : lines;
}

function limitLines(
  { files, threads, tracked, openFiles, groups }: HostLimits,
  { say, use }: WhySaying,
): readonly WhyLine[] {
  return [
    ...(files === null ? [] : [line(say.filesOf(use(files)), isNear(files))]),
    ...(threads === null ? [] : [line(say.threadsOf(use(threads)), isNear(threads))]),
    ...(tracked === null ? [] : [line(say.trackedOf(use(tracked)), isNear(tracked))]),
    ...(openFiles ?? []).filter(isNear).map((one) => notable(say.openFiles(`${one.name} (${one.pid})`, use(one)))),
    ...groups.slice(0, mostLines).map((one) => groupLine(one, { say, use })),
  ];
}

function groupLine(group: HostGroup, { say, use }: Pick<WhySaying, "say" | "use">): WhyLine {
  const { kind, path, used, limit, hits, hitsPerSecond } = group;
  const amount = kind === "memory" ? say.use(sizeText(used), sizeText(limit)) : use(group);
  const told = say.group(kind, path, thousands(hits));
  return line(kind === "cpu" ? told : `${told}  ${say.groupUse(amount)}`, hitsPerSecond > 0 || isNear(group));
}

function queueLines({ queues, listenOverflows: over }: HostLimits, { say }: WhySaying): readonly WhyLine[] {
  const waiting = (queues ?? []).filter((queue) => queue.waiting > 0).slice(0, mostLines);
  return [
    ...(over === null || over.total === 0
      ? []
      : [line(say.overflows(rateText(over.perSecond), thousands(over.total)), over.perSecond > 0)]),
    ...waiting.map((queue) =>
      line(say.queue(queue.local, queue.waiting, queue.backlog), isNear({ used: queue.waiting, limit: queue.backlog })),
    ),
  ];
}

function nicLines(nic: HostNic, { say }: WhySaying): readonly WhyLine[] {
  const { name, carrier, state, errorsPerSecond, dropsPerSecond, shapers } = nic;
  const bytes = nic.receivedBytesPerSecond + nic.sentBytesPerSecond;
  // what nobody plugged in or switched on has no traffic either
  if (bytes === 0 && carrier !== true && nic.errors === 0 && state !== "up") return [];
  return [
    plain(say.traffic(name, sizeText(nic.receivedBytesPerSecond), sizeText(nic.sentBytesPerSecond))),
    ...(carrier === false ? [notable(say.carrierLost(name))] : []),
    ...(errorsPerSecond + dropsPerSecond > 0
      ? [notable(say.errorRate(name, rateText(errorsPerSecond), rateText(dropsPerSecond)))]
      : []),
    ...shapers.map(({ kind, setting, overLimitPerSecond, droppedPerSecond }) => {
      const rates = { over: rateText(overLimitPerSecond), dropped: rateText(droppedPerSecond) };
      return line(
        say.shaped({ name, how: `${kind} ${setting}`.trim(), ...rates }),
        overLimitPerSecond + droppedPerSecond > 0,
      );
    }),
  ];
}

function driveLines({ disks, raids, zfs }: HostDrives, { say }: WhySaying): readonly WhyLine[] {
  if (disks.length + raids.length === 0 && zfs === null) return [plain(say.noDisks)];
  return [
    ...disks.map((disk) => diskLine(disk, say)),
    ...raids.map(({ name, level, working, wanted, rebuiltRatio }) => {
      const rebuilt = rebuiltRatio === null ? "" : say.rebuilding(ratioText(rebuiltRatio));
      return line(`${say.raid(`${name} ${level}`, working, wanted)}  ${rebuilt}`, working < wanted);
    }),
    ...(zfs === null ? [] : [notable(zfs)]),
  ];
}

function diskLine(disk: HostDrives["disks"][number], say: WhySaying["say"]): WhyLine {
  const { device, healthy, wornRatio } = disk;
  if (healthy === false) return notable(say.diskFailing(device));
  const told = [
    [disk.reallocated, say.reallocated],
    [disk.pending, say.pending],
    [disk.uncorrectable, say.uncorrectable],
  ] as const;
  const parts = told.flatMap(([count, tell]) => (count !== null && count > 0 ? [tell(count)] : []));
  const worn = wornRatio === null ? "" : `  ${say.worn(ratioText(wornRatio))}`;
  return parts.length === 0
    ? plain(`${say.diskFine(device)}${worn}`)
    : notable(`${say.diskWorn(device, parts.join("  "))}${worn}`);
}
