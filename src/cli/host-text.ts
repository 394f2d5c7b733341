import type { Lang } from "../kernel/lang.ts";
import type { HostReading } from "../kernel/model/host-reading.ts";
import type { Severity } from "../kernel/model/signal.ts";
import type { StateWord } from "../kernel/model/status.ts";
import type { HostFinding } from "../kernel/ports-hosts.ts";
import { dateTime, duration, fullDateTime } from "../words/format.ts";
import { findingText, ratioText, secondsText, sizeText } from "../words/host-findings.ts";
import { hostLookWords } from "../words/host-look.ts";
import type { Terminal } from "./terminal.ts";

export interface HostSeen {
  readonly host: string;
  readonly reading: HostReading;
  readonly findings: readonly HostFinding[];
}

export interface Shown {
  readonly lang: Lang;
  readonly terminal: Terminal;
}

interface Look extends Shown {
  readonly say: ReturnType<typeof hostLookWords>;
  readonly timeZone: string;
}

type Part = (reading: HostReading, look: Look) => readonly string[];

const titleCells = 22;
/** So many rows of one sort fit on a screen beside the rest. */
const mostRows = 12;
const stateOf: Readonly<Record<Severity, StateWord>> = { critical: "down", warning: "warning", info: "ok" };
const containerDisk = /^(?:tmpfs|devtmpfs|ramfs)$/;

/** What is wrong first, each with one next step; then the figures; last what nobody could see. */
export function hostText({ host, reading, findings }: HostSeen, shown: Shown): string {
  const say = hostLookWords(shown.lang);
  const look: Look = { ...shown, say, timeZone: reading.clock?.zone ?? "UTC" };
  return [
    ...headline(host, findings, look),
    "",
    ...parts.flatMap((part) => part(reading, look)),
    ...unseen(reading, look),
  ].join("\n");
}

function headline(host: string, findings: readonly HostFinding[], look: Look): readonly string[] {
  const { terminal, say } = look;
  const mark = (state: StateWord, text: string): string => terminal.paint(`${terminal.glyph(state)} ${text}`, state);
  const [worst] = findings;
  if (worst === undefined) return [mark("ok", say.allRight(host))];
  const rows = findings.slice(0, mostRows * 2).flatMap((finding) => {
    const { sentence, next } = findingText(finding, look);
    return [mark(stateOf[finding.severity], sentence), ...(next === "" ? [] : [`    ${say.next(next)}`])];
  });
  return [
    mark(stateOf[worst.severity], say.found(host, findings.length)),
    ...rows,
    ...rest(findings.length, mostRows * 2, look),
  ];
}

function rest(count: number, shown: number, { say }: Look): readonly string[] {
  return count > shown ? [`    ${say.more(count - shown)}`] : [];
}

/** A title, and what stands beside it; further rows are indented to the same column. */
function row(title: string, texts: readonly string[], { terminal }: Look): readonly string[] {
  return texts.map((text, index) => `${terminal.pad(index === 0 ? title : "", titleCells)}${text}`);
}

const system: Part = ({ system: facts, identity }, look) => {
  if (facts === null) return [];
  const up = look.say.up(duration(facts.uptimeSeconds * 1_000, look.lang));
  const kind = facts.virtualisation === null ? [] : [facts.virtualisation];
  return row(
    look.say.system,
    [[identity?.hostname ?? "", facts.os, facts.kernel, ...kind, up].join("  ").trim()],
    look,
  );
};

const load: Part = ({ load: facts, cpu }, look) => {
  const { say } = look;
  const loads =
    facts === null
      ? []
      : row(
          say.load,
          [
            `${[facts.one, facts.five, facts.fifteen].map((value) => value.toFixed(2)).join(" / ")}  (${say.cores(facts.cores)})`,
          ],
          look,
        );
  if (cpu === null) return loads;
  const busy = ratioText(1 - cpu.idleRatio - cpu.ioWaitRatio);
  return [...loads, ...row(say.cpu, [say.cpuParts(busy, ratioText(cpu.ioWaitRatio), ratioText(cpu.stealRatio))], look)];
};

const memory: Part = ({ memory: facts, swap }, look) => {
  const { say } = look;
  const rows: string[] = [];
  if (facts !== null) {
    const text = say.available(sizeText(facts.availableBytes), sizeText(facts.totalBytes));
    rows.push(...row(say.memory, [`${text}${facts.availableIsEstimate ? say.estimate : ""}`], look));
  }
  if (swap !== null) {
    const used = say.used(sizeText(swap.totalBytes - swap.freeBytes), sizeText(swap.totalBytes));
    rows.push(...row(say.swap, [swap.totalBytes === 0 ? say.noSwap : used], look));
  }
  return rows;
};

/** Fullest first; of those kept in memory only what is filling. */
const disks: Part = ({ disks: all }, look) => {
  const { say, terminal } = look;
  const fullest = (all ?? [])
    .filter(({ type, freeRatio }) => !containerDisk.test(type) || freeRatio < 0.5)
    .toSorted((a, b) => a.freeRatio - b.freeRatio);
  const texts = fullest
    .slice(0, mostRows)
    .map(({ mount, freeRatio, freeBytes, sizeBytes, inodesFreeRatio, readOnly }) =>
      [
        terminal.pad(mount, 18),
        say.disk(ratioText(1 - freeRatio), sizeText(freeBytes), sizeText(sizeBytes)),
        ...(inodesFreeRatio === null ? [] : [say.inodes(ratioText(1 - inodesFreeRatio))]),
        ...(readOnly ? [say.readOnly] : []),
      ].join("  "),
    );
  return [...row(say.disks, texts, look), ...rest(fullest.length, mostRows, look)];
};

const traffic: Part = ({ io, network }, look) => {
  const { say, terminal } = look;
  const busy = (io ?? []).filter(({ busyRatio, awaitMs }) => busyRatio > 0 || awaitMs !== null).slice(0, 4);
  const ioTexts = busy.map(({ device, busyRatio, awaitMs, ...moved }) => {
    const wait = awaitMs === null ? "—" : secondsText(awaitMs / 1_000);
    const read = sizeText(moved.readBytesPerSecond);
    const written = sizeText(moved.writeBytesPerSecond);
    return `${terminal.pad(device, 18)}  ${say.ioParts(ratioText(busyRatio), wait)}  ${say.ioMoved(read, written)}`;
  });
  const moving = (network ?? []).filter((one) => one.receivedBytesPerSecond + one.sentBytesPerSecond + one.errors > 0);
  const netTexts = moving.slice(0, 4).map(({ name, receivedBytesPerSecond, sentBytesPerSecond, errors, drops }) => {
    const troubles = errors + drops === 0 ? "" : `  ${say.netErrors(errors, drops)}`;
    return `${terminal.pad(name, 18)}  ${say.netParts(sizeText(receivedBytesPerSecond), sizeText(sentBytesPerSecond))}${troubles}`;
  });
  return [...row(say.io, ioTexts, look), ...row(say.network, netTexts, look)];
};

const clock: Part = ({ clock: facts }, look) => {
  if (facts === null) return [];
  const { say } = look;
  const { offsetSeconds, uncertaintySeconds, zone, service } = facts;
  const sign = offsetSeconds < 0 ? "-" : "+";
  const offset = say.clockOffset(`${sign}${secondsText(Math.abs(offsetSeconds))}`, secondsText(uncertaintySeconds));
  const kept = [
    service.name ?? say.none,
    ...either(service.running, say.running, say.stopped),
    ...either(service.enabled, say.atBoot, say.notAtBoot),
    ...either(service.name === null ? null : service.synchronised, say.synchronised, say.notSynchronised),
    ...(service.source === null ? [] : [service.source]),
  ];
  return [
    ...row(say.clock, [`${offset}  ${zone ?? ""}`.trim()], look),
    ...row(say.timeService, [kept.join("  ")], look),
  ];
};

function either(value: boolean | null, yes: string, no: string): readonly string[] {
  return value === null ? [] : [value ? yes : no];
}

const programs: Part = ({ units, processes, oomKills }, look) => {
  const { say, timeZone, lang } = look;
  const rows: string[] = [];
  if (units !== null) {
    const failed = units.failed.slice(0, mostRows).join(", ");
    rows.push(
      ...row(say.units, [failed === "" ? say.noneFailed(Object.keys(units.states).length) : say.failed(failed)], look),
    );
  }
  if (processes !== null) {
    const top = processes.top.slice(0, 5).map(({ name, user, cpuRatio, memoryBytes }) => {
      return `${name} (${user}) ${Math.round(cpuRatio * 100)} % ${sizeText(memoryBytes)}`;
    });
    const counts = say.counts(processes.total, processes.zombies, processes.uninterruptible);
    rows.push(...row(say.processes, [counts, top.join(", ")], look));
  }
  if (oomKills !== null) {
    const texts = oomKills.slice(0, 3).map(({ atMs, process }) => {
      return `${atMs === null ? "" : dateTime(atMs, timeZone, lang)}  ${process}`.trim();
    });
    rows.push(...row(say.kills, texts.length === 0 ? [say.noKills] : texts, look));
  }
  return rows;
};

const listeners: Part = ({ listeners: all }, look) => {
  const texts = (all ?? []).slice(0, mostRows).map(({ protocol, address, port, program }) => {
    const written = address.includes(":") ? `[${address}]` : address;
    return `${protocol} ${written}:${port}${program === null ? "" : `  ${program}`}`;
  });
  return [...row(look.say.listeners, texts, look), ...rest(all?.length ?? 0, mostRows, look)];
};

const jobs: Part = ({ cron }, look) => {
  if (cron === null) return [];
  const { say, timeZone, lang } = look;
  const count = (verdict: string): number => cron.filter((job) => job.verdict === verdict).length;
  const time = (atMs: number | null): string => (atMs === null ? "—" : dateTime(atMs, timeZone, lang));
  const texts = cron.slice(0, mostRows).map(({ where, line, lastDueAtMs, lastRunAtMs }) => {
    const short = line.length > 70 ? `${line.slice(0, 69)}…` : line;
    return `${where}  ${short.replaceAll(/\s+/g, " ")}  ${say.due(time(lastDueAtMs))}  ${say.lastRan(time(lastRunAtMs))}`;
  });
  const summary = say.jobs(count("ran"), count("missed"), count("unproven"));
  return [...row(say.cron, [summary, ...texts], look), ...rest(cron.length, mostRows, look)];
};

const upkeep: Part = ({ certificates, updates }, look) => {
  const { say, timeZone, lang } = look;
  const rows: string[] = [];
  const [first] = certificates ?? [];
  if (first !== undefined) {
    const ends = say.firstEnds(fullDateTime(first.notAfterMs, timeZone, lang));
    rows.push(...row(say.certificates, [`${certificates?.length ?? 0}  ${ends}  ${first.path}`], look));
  }
  if (updates !== null) {
    const { pending, security, rebootRequired } = updates;
    const texts = [
      say.pending(pending),
      ...(security === null ? [] : [say.security(security)]),
      ...(rebootRequired === true ? [say.reboot] : []),
    ];
    rows.push(...row(say.updates, [texts.join("  ")], look));
  }
  return rows;
};

const parts: readonly Part[] = [system, load, memory, disks, traffic, clock, programs, listeners, jobs, upkeep];

/** Never the same as "fine": which parts are missing, and why. */
function unseen({ unobserved }: HostReading, look: Look): readonly string[] {
  const { say } = look;
  const wanted = Object.entries(unobserved).filter(([, reason]) => reason !== "not-asked");
  const texts = wanted.map(
    ([part, reason]) => `${partName(part.replace(/\.part$/, ""), say)}: ${reasonText(reason, look.lang)}`,
  );
  return row(say.unobserved, texts, look);
}

/** Why something was not observed, in words. */
export function reasonText(reason: string, lang: Lang): string {
  const say = hostLookWords(lang);
  const known: Readonly<Record<string, string>> = {
    "needs-root": say.reasonNeedsRoot,
    "not-installed": say.reasonNotInstalled,
    timeout: say.reasonTimeout,
    "cut-off": say.reasonCutOff,
    "not-asked": say.reasonNotAsked,
    "too-long": say.reasonTooLong,
    "one-look": say.reasonOneLook,
    "no-lists": say.reasonNoLists,
    failed: say.reasonFailed,
    "not-read": say.reasonNotRead,
  };
  return known[reason] ?? reason;
}

function partName(part: string, say: Look["say"]): string {
  const names: Readonly<Record<string, string>> = {
    system: say.system,
    load: say.load,
    cpu: say.cpu,
    memory: say.memory,
    swap: say.swap,
    disks: say.disks,
    io: say.io,
    network: say.network,
    clock: say.clock,
    units: say.units,
    processes: say.processes,
    listeners: say.listeners,
    oomKills: say.kills,
    cron: say.cron,
    certificates: say.certificates,
    updates: say.updates,
  };
  return names[part] ?? part;
}
