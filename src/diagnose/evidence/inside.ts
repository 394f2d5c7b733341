import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import type { HostAnswers } from "../../kernel/model/host-answers.ts";
import type { HostReading } from "../../kernel/model/host-reading.ts";
import type { Facts } from "../../kernel/model/observation.ts";
import type { HostUsual } from "../../kernel/ports-diagnosis-inside.ts";
import type { Reading } from "./evidence.ts";

/** What a machine says of itself around an incident. Times Unix epoch UTC by the hub's clock unless a name says otherwise. */
export interface HostInside {
  /** the window begins */
  readonly fromMs: number;
  /** first contrary attempt */
  readonly startedAtMs: number;
  readonly nowMs: number;
  /** the machine's clock minus the hub's */
  readonly aheadMs: number;
  readonly answers: HostAnswers;
  /** null: it was not looked into, or too long ago */
  readonly reading: HostReading | null;
  /** the newest from before the incident; null: none is kept */
  readonly usual: HostUsual | null;
}

/** The figures of one moment that are kept as series, too; null: not observed. */
export interface HostMoment {
  readonly atMs: number;
  readonly loadPerCore: number | null;
  readonly cpuBusyRatio: number | null;
  readonly stealRatio: number | null;
  readonly ioWaitRatio: number | null;
  readonly memoryAvailableRatio: number | null;
  readonly disks: readonly {
    readonly mount: string;
    readonly usedRatio: number;
    readonly inodesUsedRatio: number | null;
  }[];
  readonly io: readonly { readonly device: string; readonly awaitMs: number }[];
  /** share of time in which a program waited for a disk while no disk was at work on a request; null: not observed */
  readonly ioHeldRatio: number | null;
  /** the busier direction; null: not known */
  readonly lineBytesPerSecond: number | null;
  readonly clockOffsetSeconds: number | null;
}

const keptRaw = 2_048;

/** A state with the short text that stands in brackets behind it; the text is in no language. */
export function told(
  state: string,
  value: number | null,
  { detail = "", raw = "", ...facts }: Facts & { readonly detail?: string; readonly raw?: string } = {},
): Reading {
  return { state, value, facts: detail === "" ? facts : { detail, ...facts }, raw: cut(raw) };
}

/** At most 2 KB, counted in bytes, whole characters only. */
export function cut(text: string): string {
  const bytes = Buffer.from(text, "utf8");
  return bytes.length <= keptRaw
    ? text
    : bytes
        .subarray(0, keptRaw)
        .toString("utf8")
        .replace(/\uFFFD+$/, "");
}

/** The first bound that is exceeded gives the state; bounds from the highest down. */
export function graded(value: number, bounds: readonly (readonly [number, string])[], normal: string): string {
  return bounds.find(([bound]) => value > bound)?.[1] ?? normal;
}

export function percentText(ratio: number): string {
  return `${Math.round(ratio * 100)}%`;
}

/** `812 MB` */
export function bytesText(bytes: number): string {
  const [size, unit] = bytes >= 1e9 ? [bytes / 1e9, "GB"] : bytes >= 1e6 ? [bytes / 1e6, "MB"] : [bytes / 1e3, "kB"];
  return `${size >= 100 ? Math.round(size) : Math.round(size * 10) / 10} ${unit}`;
}

const denials: ReadonlySet<string> = new Set([
  "needs-root",
  "denied",
  "auth-refused",
  "key-changed",
  "key-unconfirmed",
  "session-refused",
]);
const unset: ReadonlySet<string> = new Set([
  "not-asked",
  "not-installed",
  "old-script",
  "not-set-up",
  "no-user",
  "private-key-missing",
  "private-key-unreadable",
  "not-there",
  "not-followed",
  "not-configured",
  "no-record",
]);
const shut: ReadonlySet<string> = new Set(["refused", "unreachable", "name-not-found", "closed", "agent-silent"]);

/** Why a machine did not say it, in the words of a diagnosis. */
export function whyNot({ silence, unobserved }: HostAnswers, section: string): MissingReason {
  return reasonOf(silence ?? unobserved[section] ?? "not-asked");
}

export function reasonOf(code: string): MissingReason {
  if (denials.has(code)) return "denied";
  if (unset.has(code)) return "not-configured";
  return shut.has(code) ? "unreachable" : "timeout";
}

/** A time by the machine's own clock lies in the window, or up to `beforeMs` before it. */
export function isRecent(atMs: number | null, { fromMs, aheadMs }: HostInside, beforeMs = 0): boolean {
  return atMs !== null && atMs - aheadMs >= fromMs - beforeMs;
}
