import { snapshotCommand, snapshotScript } from "../../clients/snapshot-script.ts";
import { elapsedMs, later, stampNow, type Clock } from "../../kernel/clock.ts";
import type { HostSnapshot, SnapshotSection } from "../../kernel/model/snapshot.ts";
import type { Result } from "../../kernel/result.ts";
import { readSnapshot, silentSnapshot } from "../../readers/snapshot/read-snapshot.ts";

/** What is run on a host: `command` takes `script` on its standard input. */
export interface ScriptOrder {
  readonly command: string;
  readonly script: string;
  readonly deadlineMs: number;
}

/**
 * Runs a script on a host that is looked into over SSH, over the connection of its looks, one at a time. An answer begins like
 * a look and may end in the middle; why there is none is said as a host's silence: `auth-refused`, `timeout` …
 */
export type ScriptLine = (
  host: string,
  order: ScriptOrder,
) => Promise<Result<{ readonly text: string }, { readonly reason: string }>>;

/** What tells soonest that something is missing, and costs a host about as much as a look. */
export const quickSections: readonly SnapshotSection[] = [
  "ident",
  "clock",
  "units",
  "procs",
  "ports",
  "mounts",
  "net",
  "cron",
];

const quickDeadlineMs = 20_000;
const fullDeadlineMs = 60_000;

export interface HostRead {
  readonly clock: Clock;
  readonly line: ScriptLine;
  readonly host: string;
  readonly sections: readonly SnapshotSection[];
  /** the listed commands may be tried as root */
  readonly sudo: boolean;
}

/** Takes one snapshot; a host that does not answer is one in which nothing was seen. */
export async function readHostNow({ clock, line, host, sections, sudo }: HostRead): Promise<HostSnapshot> {
  const began = stampNow(clock);
  const isQuick = sections.every((section) => quickSections.includes(section));
  const answer = await line(host, {
    command: snapshotCommand(sections, sudo),
    script: snapshotScript,
    deadlineMs: isQuick ? quickDeadlineMs : fullDeadlineMs,
  });
  const takenAt = later(began, Math.round(elapsedMs(began, stampNow(clock)) / 2));
  if (!answer.ok) return silentSnapshot(host, answer.error.reason, takenAt);
  const snapshot = readSnapshot({ host, text: answer.value.text, asked: sections, takenAt });
  return snapshot.hostClockMs === null ? silentSnapshot(host, "not-a-shell", takenAt) : snapshot;
}
