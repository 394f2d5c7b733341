import type { Lang } from "../../kernel/lang.ts";
import type { HostReading } from "../../kernel/model/host-reading.ts";
import type { HostFinding, HostStatus } from "../../kernel/ports-hosts.ts";
import type { StateWord } from "../../kernel/model/status.ts";
import { findingText, ratioText } from "../../words/host-findings.ts";
import { silenceText } from "../../words/host-silence.ts";
import { hostWords } from "../../words/hosts.ts";
import type { PageContext } from "../context.ts";

/** One figure of a host in a few signs, with the state it is marked by; `text` null: not observed. */
export interface Cell {
  readonly text: string | null;
  readonly state: StateWord;
}

const unseen: Cell = { text: null, state: "unknown" };

/** The cells of the list, in its order of columns. Old figures are not shown among those of now. */
export function cellsOf(host: HostStatus, lang: Lang): Readonly<Record<ColumnKey, Cell>> {
  const { reading, silence, findings } = host;
  const isOld = silence !== null && silence.reason !== "key-changed";
  const cell = (key: ColumnKey): Cell => {
    const { read, kinds } = columns[key];
    const text = reading === null || isOld ? null : read(reading, lang);
    return text === null ? unseen : { text, state: worst(findings.filter(({ kind }) => kinds.includes(kind))) };
  };
  return Object.fromEntries(columnKeys.map((key) => [key, cell(key)])) as Record<ColumnKey, Cell>;
}

interface Column {
  /** findings that mark it */
  readonly kinds: readonly string[];
  /** null: not observed */
  read(reading: HostReading, lang: Lang): string | null;
}

const columns: Readonly<Record<ColumnKey, Column>> = {
  cpu: {
    kinds: ["cpu-steal"],
    read: ({ cpu }) => (cpu === null ? null : ratioText(Math.max(0, 1 - cpu.idleRatio - cpu.ioWaitRatio))),
  },
  load: { kinds: ["load-high"], read: ({ load }) => load?.one.toFixed(2) ?? null },
  memory: {
    kinds: ["memory-low", "swap-full"],
    read: ({ memory }) =>
      memory === null ? null : ratioText(1 - memory.availableBytes / Math.max(1, memory.totalBytes)),
  },
  disk: {
    kinds: ["disk-full", "inodes-full", "disk-read-only"],
    read: ({ disks }) => ((disks ?? []).length === 0 ? null : ratioText(Math.max(...(disks ?? []).map(usedOf)))),
  },
  ioWait: { kinds: ["stuck-processes"], read: ({ cpu }) => (cpu === null ? null : ratioText(cpu.ioWaitRatio)) },
  clock: { kinds: ["clock-off"], read: ({ clock }) => (clock === null ? null : signedSeconds(clock.offsetSeconds)) },
  timeService: {
    kinds: ["time-service"],
    read: ({ clock }, lang) => (clock === null ? null : (clock.service.name ?? hostWords(lang).none)),
  },
  units: {
    kinds: ["unit-failed", "unit-stopped"],
    read: ({ units }, lang) => (units === null ? null : counted(units.failed.length, hostWords(lang).failedUnits)),
  },
  cron: {
    kinds: ["job-missed", "cron-stopped"],
    read: ({ cron }, lang) => (cron === null ? null : counted(missedOf(cron), hostWords(lang).missedJobs)),
  },
  updates: {
    kinds: [],
    read: ({ updates }, lang) => (updates === null ? null : hostWords(lang).pendingUpdates(updates.pending)),
  },
};

function usedOf({ freeRatio }: { readonly freeRatio: number }): number {
  return 1 - freeRatio;
}

function missedOf(cron: NonNullable<HostReading["cron"]>): number {
  return cron.filter(({ verdict }) => verdict === "missed").length;
}

function counted(count: number, say: (count: number) => string): string {
  return count === 0 ? "0" : say(count);
}

export const columnKeys = [
  "cpu",
  "load",
  "memory",
  "disk",
  "ioWait",
  "clock",
  "timeService",
  "units",
  "cron",
  "updates",
] as const;
export type ColumnKey = (typeof columnKeys)[number];

function worst(findings: readonly HostFinding[]): StateWord {
  if (findings.some(({ severity }) => severity === "critical")) return "down";
  return findings.some(({ severity }) => severity === "warning") ? "warning" : "ok";
}

/** `+0.01`, `-10800`: how far ahead a clock is. */
export function signedSeconds(seconds: number): string {
  const rounded = Math.abs(seconds) < 100 ? seconds.toFixed(2) : String(Math.round(seconds));
  return `${seconds >= 0 && !rounded.startsWith("-") ? "+" : ""}${rounded} s`;
}

/** Why it is not simply well: what keeps us from knowing, else what was found, worst first. */
export function reasonsOf({ lang, site }: PageContext, host: HostStatus): readonly string[] {
  if (host.silence !== null) return [silenceText(host.silence.reason, lang)];
  const timeZone = host.reading?.clock?.zone ?? site.timeZone;
  return host.findings.map((finding) => findingText(finding, { lang, timeZone }).sentence);
}
