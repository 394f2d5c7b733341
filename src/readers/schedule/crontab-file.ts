import type { ScheduleProblem } from "./crontab-fields.ts";
import { readSchedule, type TimedSchedule } from "./schedule.ts";
import { isZone } from "./zone.ts";

/** One job of a crontab or one time of a timer. */
export interface DueLine {
  /** from 1 */
  readonly line: number;
  readonly schedule: TimedSchedule;
}

/** What a line does not do, although it looks as if it did. */
export type LineFinding =
  | { readonly line: number; readonly code: "not-read"; readonly problem: ScheduleProblem }
  | { readonly line: number; readonly code: "zone-ignored" | "no-command" | "no-line-end" };

export interface DueFile {
  readonly lines: readonly DueLine[];
  readonly findings: readonly LineFinding[];
}

export interface CrontabForm {
  /** with the column of the user, as in /etc/crontab */
  readonly system: boolean;
  /** the zone of the machine the daemon runs on */
  readonly timeZone: string;
  /** `debian` ignores CRON_TZ, `cronie` runs the lines below it in that zone */
  readonly daemon: "debian" | "cronie";
}

/** A line holds at most so much; a longer one is no crontab's. */
const longestLineChars = 10_000;
const assignment = /^\s*([A-Za-z_][\w]*|"[^"]*"|'[^']*')\s*=\s*(.*)$/;

/** Reads a crontab, or the `OnCalendar=` lines of a timer unit, or bare timer calendars. Never throws: it is a foreign file. */
export function readDueFile(text: string, form: CrontabForm): DueFile {
  const rows = text.split("\n");
  const isTimer = rows.some((row) => /^\s*(?:\[Timer\]|OnCalendar\s*=)/.test(row));
  return isTimer || isBareCalendar(rows, form) ? readTimer(rows, form) : readCrontab(rows, form);
}

/** Every line that says something is a timer's calendar, and none is a crontab's. */
function isBareCalendar(rows: readonly string[], { timeZone }: CrontabForm): boolean {
  const said = rows.map((row) => row.trim()).filter((row) => row !== "" && !row.startsWith("#"));
  return (
    said.length > 0 &&
    said.every((row) => {
      const read = row.length < 500 ? readSchedule(row, timeZone) : null;
      return read?.ok === true && read.value.kind === "calendar";
    })
  );
}

function readTimer(rows: readonly string[], { timeZone }: CrontabForm): DueFile {
  const lines: DueLine[] = [];
  const findings: LineFinding[] = [];
  for (const [index, row] of rows.entries()) {
    const written = /^\s*OnCalendar\s*=\s*(.*)$/.exec(row)?.[1] ?? (/^\s*(?:[#;[]|\w+\s*=|$)/.test(row) ? "" : row);
    // an empty OnCalendar= takes back those before it
    if (/^\s*OnCalendar\s*=\s*$/.test(row)) lines.length = 0;
    if (written.trim() === "") continue;
    const line = index + 1;
    const schedule = readSchedule(written, timeZone);
    if (schedule.ok) lines.push({ line, schedule: schedule.value });
    else findings.push({ line, code: "not-read", problem: schedule.error });
  }
  return { lines, findings };
}

function readCrontab(rows: readonly string[], form: CrontabForm): DueFile {
  const lines: DueLine[] = [];
  const findings: LineFinding[] = [];
  let zone = form.timeZone;
  for (const [index, row] of rows.entries()) {
    const line = index + 1;
    const text = row.slice(0, longestLineChars);
    if (/^\s*(?:#|$)/.test(text)) continue;
    const set = assignment.exec(text);
    if (set !== null) {
      const moved = zoneOf(set, form);
      if (moved === "ignored") findings.push({ line, code: "zone-ignored" });
      else if (moved !== null) zone = moved;
      continue;
    }
    // the daemon does not run a last line without its end
    if (index === rows.length - 1) findings.push({ line, code: "no-line-end" });
    else readJob(text, { line, zone, form, lines, findings });
  }
  return { lines, findings };
}

function zoneOf([, name, written = ""]: RegExpExecArray, { daemon }: CrontabForm): string | null {
  if (name !== "CRON_TZ") return null;
  const zone = written.trim().replaceAll(/^["']|["']$/g, "");
  return daemon === "cronie" && isZone(zone) ? zone : "ignored";
}

interface JobLine {
  readonly line: number;
  readonly zone: string;
  readonly form: CrontabForm;
  readonly lines: DueLine[];
  readonly findings: LineFinding[];
}

function readJob(text: string, { line, zone, form, lines, findings }: JobLine): void {
  const words = text.trim().split(/[ \t]+/);
  const isShort = words[0]?.startsWith("@") === true;
  // at boot, not at a time
  if (words[0] === "@reboot") return;
  const taken = isShort ? 1 : 5;
  if (words.length < taken + (form.system ? 2 : 1)) {
    findings.push({ line, code: "no-command" });
    return;
  }
  const schedule = readSchedule(words.slice(0, taken).join(" "), zone);
  if (schedule.ok) lines.push({ line, schedule: schedule.value });
  else findings.push({ line, code: "not-read", problem: schedule.error });
}
