import type { CronFlavour } from "../../readers/schedule/daemon/cron-loop.ts";
import { readCrontab, type CronFile, type CrontabLine, type Remark } from "./crontab-lines.ts";
import type { WantedLine } from "./cron-jobs.ts";
import type { SeenCron } from "./snapshot-cron.ts";

export interface WantedLines {
  readonly lines: readonly WantedLine[];
  readonly remarks: readonly Remark[];
}

/**
 * What stood in the crontabs: as they were before; where one was changed since, its new lines from then on and its old ones
 * until then.
 */
export function wantedLines(before: SeenCron | null, after: SeenCron | null, flavour: CronFlavour): WantedLines {
  const hasAnacron = (before ?? after)?.anacrontab !== null;
  const paths = [...new Set([...(before?.files ?? []), ...(after?.files ?? [])].map(({ path }) => path))];
  const found = paths.map((path) => {
    const of = (seen: SeenCron | null): CronFile | null => seen?.files.find((file) => file.path === path) ?? null;
    return linesOf(
      { path, old: of(before), now: of(after), wasSeen: before !== null, isSeen: after !== null },
      flavour,
    );
  });
  const all = found.flatMap(({ lines }) => lines);
  // Debian's own line does nothing where anacron is installed
  const lines = all.filter(({ line }) => !hasAnacron || !/-x \/usr\/sbin\/anacron/.test(line));
  const leftOut = lines[mostLines];
  return {
    lines: lines.slice(0, mostLines),
    remarks: [
      ...found.flatMap(({ remarks }) => remarks),
      ...(leftOut === undefined ? [] : [`lines-left-out ${leftOut.where}`]),
    ],
  };
}

/** No host has so many jobs; what comes behind is said to be left out. */
const mostLines = 2_000;

interface Versions {
  readonly path: string;
  readonly old: CronFile | null;
  readonly now: CronFile | null;
  readonly wasSeen: boolean;
  readonly isSeen: boolean;
}

function linesOf({ path, old, now, wasSeen, isSeen }: Versions, flavour: CronFlavour): WantedLines {
  const always = { sinceHostMs: null, untilHostMs: null };
  if (old === null || now === null || old.text === now.text) {
    const read = readCrontab(old ?? now ?? { path, mode: null, owner: null, changedAtMs: null, text: "" }, flavour);
    const isNew = old === null;
    const lines = read.lines.map((line) => ({
      ...line,
      ...always,
      sinceHostMs: isNew ? (now?.changedAtMs ?? null) : null,
    }));
    const isGone = now === null && isSeen;
    const remarks = [...(isGone ? [`crontab-gone ${path}`] : []), ...(isNew && wasSeen ? [`crontab-new ${path}`] : [])];
    return { lines, remarks: [...read.remarks, ...remarks] };
  }
  const [was, is] = [readCrontab(old, flavour), readCrontab(now, flavour)];
  return {
    lines: [
      ...was.lines.map((line) => ({ ...line, ...always, untilHostMs: has(is.lines, line) ? null : now.changedAtMs })),
      ...is.lines
        .filter((line) => !has(was.lines, line))
        .map((line) => ({ ...line, ...always, sinceHostMs: now.changedAtMs })),
    ],
    remarks: [...is.remarks, `crontab-changed ${path}`],
  };
}

function has(lines: readonly CrontabLine[], one: CrontabLine): boolean {
  return lines.some(({ user, line }) => user === one.user && line === one.line);
}
