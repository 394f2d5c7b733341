import { readDueFile } from "../schedule/crontab-file.ts";
import type { TimedSchedule } from "../schedule/schedule.ts";

/** A file as the script sends it. */
export interface SentFile {
  readonly path: string;
  /** null: the script could not see it */
  readonly changedAtMs: number | null;
  readonly text: string;
}

/** One line of a crontab that starts something. */
export interface CronLine {
  readonly where: string;
  readonly line: string;
  readonly user: string | null;
  /** as the daemon's log writes it: up to the first `%`, blanks made one; not to be shown */
  readonly command: string;
  /** null: at boot, or not to be read */
  readonly schedule: TimedSchedule | null;
  readonly changedAtMs: number | null;
}

export interface CronForm {
  readonly timeZone: string;
  readonly daemon: "debian" | "cronie";
}

const mostLines = 2_000;
/** What packages and editors leave behind in /etc/cron.d. */
const leftBehind = /(?:~|\.(?:bak|orig|rpmsave|rpmnew|rpmorig|swp|dpkg-\w+|ucf-\w+))$/;

/** The lines `f MODE USER CHANGED PATH` with the text below each, every line of it behind a bar. */
export function sentFiles(lines: readonly string[]): readonly SentFile[] {
  const files: { path: string; changedAtMs: number | null; rows: string[]; endsInLine: boolean }[] = [];
  for (const line of lines) {
    const head = /^f \S+ \S+ (\S+) (\/.*)$/.exec(line);
    const file = files.at(-1);
    if (head !== null) {
      const seconds = Number(head[1]);
      const changedAtMs = Number.isFinite(seconds) ? seconds * 1_000 : null;
      files.push({ path: head[2] ?? "", changedAtMs, rows: [], endsInLine: true });
    } else if (file !== undefined && line.startsWith("|")) file.rows.push(line.slice(1));
    else if (file !== undefined && line === "no-line-end") file.endsInLine = false;
  }
  return files.map(({ path, changedAtMs, rows, endsInLine }) => ({
    path,
    changedAtMs,
    text: rows.join("\n") + (endsInLine && rows.length > 0 ? "\n" : ""),
  }));
}

/** Every line of the crontabs among the files that starts something, with its times as the daemon would run them. */
export function cronLines(files: readonly SentFile[], form: CronForm): readonly CronLine[] {
  return files.flatMap((file) => linesOf(file, form)).slice(0, mostLines);
}

function linesOf(file: SentFile, form: CronForm): readonly CronLine[] {
  const isSystem = file.path === "/etc/crontab" || file.path.startsWith("/etc/cron.d/");
  if (!isSystem && !file.path.startsWith("/var/spool/cron/")) return [];
  const name = file.path.slice(file.path.lastIndexOf("/") + 1);
  // Debian's cron passes over names with a dot
  const isPassedOver = leftBehind.test(name) || (form.daemon === "debian" && name.includes("."));
  if (file.path.startsWith("/etc/cron.d/") && isPassedOver) return [];
  const schedules = new Map(
    readDueFile(file.text, { system: isSystem, ...form }).lines.map(({ line, schedule }) => [line, schedule]),
  );
  return file.text.split("\n").flatMap((row, index) => {
    const parts = partsOf(row, isSystem);
    if (parts === null) return [];
    const place = isSystem ? file.path : `crontab of ${name}`;
    return [
      {
        where: `${place}:${index + 1}`,
        line: row.trim().slice(0, 1_000),
        user: isSystem ? parts.user : name,
        command: loggedCommand(parts.command),
        schedule: schedules.get(index + 1) ?? null,
        changedAtMs: file.changedAtMs,
      },
    ];
  });
}

function partsOf(row: string, isSystem: boolean): { user: string | null; command: string } | null {
  const text = row.slice(0, 4_000);
  if (/^\s*(?:#|$)/.test(text) || /^\s*(?:[A-Za-z_]\w*|"[^"]*"|'[^']*')\s*=/.test(text)) return null;
  const rest = /^\s*(?:@[a-z]+|(?:\S+[ \t]+){4}\S+)[ \t]+(.+)$/.exec(text)?.[1];
  if (rest === undefined) return null;
  if (!isSystem) return { user: null, command: rest };
  const match = /^(\S+)[ \t]+(.+)$/.exec(rest);
  return match === null ? null : { user: match[1] ?? null, command: match[2] ?? "" };
}

/** The command as it stands in the log: what follows an unescaped `%` is its input. Source: crontab(5). */
export function loggedCommand(command: string): string {
  const upTo = /^(?:\\.|[^%\\])*/.exec(command)?.[0] ?? "";
  return oneBlank(upTo.replaceAll(String.raw`\%`, "%"));
}

export function oneBlank(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
