import { componentId, type ComponentId } from "../../kernel/model/component.ts";
import { stampNow, type Clock } from "../../kernel/clock.ts";
import type { HostAnswers, WhySection } from "../../kernel/model/host-answers.ts";
import type { HostUsual, InsideSources } from "../../kernel/ports-diagnosis-inside.ts";
import type { HostStatus } from "../../kernel/ports-hosts.ts";
import { noAnswers } from "../../readers/host/read-answers.ts";
import type { HostInside } from "../evidence/inside.ts";
import { orAborted, within } from "./noted.ts";
import type { Situation } from "./situation.ts";

export interface InsideLook {
  readonly host: string;
  readonly situation: Situation;
  readonly sections: readonly WhySection[];
  /** that programs behind are asked for, with the section `direct` */
  readonly pages?: readonly string[];
  /** its vitals are wanted, too, and as they are now */
  readonly wantsReading: boolean;
  readonly signal: AbortSignal;
}

/** A reading this young needs no new look. */
const youngMs = 20_000;
/** Older ones tell of another time. */
const oldestMs = 3 * 60_000;
/** A busy machine is given so long to say at least what it is busy with. */
const askingMs = 15_500;
const lookingMs = 8_000;
/** What was seen this shortly before the first contrary attempt may show the trouble already. */
const leadMs = 60_000;
const shortLeadMs = 10_000;

/** Asks a machine, and looks into it where its last look is a while ago. It never rejects: silence is an answer. */
export async function lookInside(sources: InsideSources, look: InsideLook): Promise<HostInside> {
  const { host, situation, sections, wantsReading } = look;
  const { clock, hosts } = sources;
  const told = sections.length === 0 ? null : await asked(sources, look);
  // who does not answer is not looked into; a look of a few seconds ago says nothing of a machine that is silent now
  const isSilent = told !== null && told.silence !== null && hosts.host(host)?.by === "ssh";
  const [status, usual] = await Promise.all([
    wantsReading && !isSilent ? looked(sources, look) : Promise.resolve(hosts.host(host)),
    sources.usual(host),
  ]);
  const now = clock.nowMs();
  return {
    fromMs: situation.fromMs,
    startedAtMs: situation.startedAtMs,
    nowMs: now,
    aheadMs: aheadOf(status),
    answers: told ?? noAnswers("not-asked", now),
    reading: isSilent ? null : readingOf(sources, status),
    usual: usualBefore(usual, situation.startedAtMs),
  };
}

async function asked({ clock, hosts }: InsideSources, look: InsideLook): Promise<HostAnswers> {
  const { host, sections, pages } = look;
  const answer = await inTime(clock, { ms: askingMs, signal: look.signal }, hosts.ask(host, sections, pages));
  if (answer === null) return noAnswers("timeout", clock.nowMs());
  // an agent is not asked: it sends what it sees by itself
  return answer.ok ? answer.value : noAnswers("not-asked", clock.nowMs());
}

async function looked({ clock, hosts }: InsideSources, look: InsideLook): Promise<HostStatus | null> {
  const { host, signal } = look;
  const before = hosts.host(host);
  if (before === null || before.by !== "ssh") return before;
  const ageMs = before.readAt === null ? Infinity : stampNow(clock).monotonicMs - before.readAt.monotonicMs;
  const isSameBoot = before.readAt?.bootId === stampNow(clock).bootId;
  if (isSameBoot && ageMs < youngMs && before.silence === null) return before;
  const found = await inTime(clock, { ms: lookingMs, signal }, hosts.lookNow(host, "quick"));
  return found === null || !found.ok ? hosts.host(host) : found.value;
}

/** Null: not in time. */
async function inTime<T>(
  clock: Clock,
  { ms, signal }: { readonly ms: number; readonly signal: AbortSignal },
  waited: Promise<T>,
): Promise<T | null> {
  const limit = within(clock, signal, ms);
  try {
    return await orAborted(waited, limit.signal, null);
  } finally {
    limit.end();
  }
}

function readingOf({ clock }: InsideSources, status: HostStatus | null): HostInside["reading"] {
  if (status === null || status.reading === null || status.readAt === null || status.silence !== null) return null;
  return clock.nowMs() - status.readAt.atMs > oldestMs ? null : status.reading;
}

function aheadOf(status: HostStatus | null): number {
  return Math.round((status?.clock?.offsetSeconds ?? status?.reading?.clock?.offsetSeconds ?? 0) * 1_000);
}

/** Of a hub that knows the machine for a minute only, the first it noted; it noted it while all was calm. */
function usualBefore(usual: readonly HostUsual[], startedAtMs: number): HostUsual | null {
  const known = usual.findLast(({ atMs }) => atMs < startedAtMs - leadMs);
  return known ?? usual.find(({ atMs }) => atMs < startedAtMs - shortLeadMs) ?? null;
}

export function hostId(key: string): ComponentId {
  return componentId("host", key);
}
