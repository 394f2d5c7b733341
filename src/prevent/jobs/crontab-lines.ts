import { loggedCommand, oneBlank } from "../../readers/host/crontabs.ts";
import { maskSecrets } from "../../readers/host/mask.ts";
import { readCronFields, type CronFields } from "../../readers/schedule/crontab-fields.ts";
import { isFileRefused, withoutSilentMarks } from "../../readers/schedule/daemon/crontab-text.ts";
import type { CronFlavour } from "../../readers/schedule/daemon/cron-loop.ts";
import { readDueFile, type LineFinding } from "../../readers/schedule/crontab-file.ts";
import { isZone } from "../../readers/schedule/zone.ts";

/** A file of cron as a snapshot has it. */
export interface CronFile {
  readonly path: string;
  /** octal; null: not seen */
  readonly mode: string | null;
  readonly owner: string | null;
  /** by the host's clock; null: not seen */
  readonly changedAtMs: number | null;
  readonly text: string;
}

/** A line of a crontab that starts something. */
export interface CrontabLine {
  readonly where: string;
  /** secrets masked */
  readonly line: string;
  readonly user: string | null;
  /** as the daemon's log writes it, secrets masked */
  readonly command: string;
  /** null: at boot */
  readonly fields: CronFields | null;
  /** what it says of its time */
  readonly times: string;
  readonly timeZone: string | null;
  readonly delayMs: number;
  /** the daemon writes no line for it */
  readonly isSilent: boolean;
}

/** A code of `words/jobs-after.ts` and the place it is said of, with a blank between. */
export type Remark = string;

export interface ReadFile {
  readonly lines: readonly CrontabLine[];
  readonly remarks: readonly Remark[];
}

const assignment = /^\s*(\w+|"[^"]*"|'[^']*')\s*=\s*(.*)$/;
const minuteMs = 60_000;
const longestLine = 4_000;

/** Is it one that the daemon takes jobs from? */
export function isCrontab(path: string): boolean {
  return path === "/etc/crontab" || path.startsWith("/etc/cron.d/") || path.startsWith("/var/spool/cron/");
}

/** What a daemon of this make starts from a file, and what it does not although it looks so. Never throws: it is a foreign file. */
export function readCrontab(file: CronFile, flavour: CronFlavour): ReadFile {
  const passedOver = whyPassedOver(file, flavour);
  if (passedOver !== null) return { lines: [], remarks: [`${passedOver} ${file.path}`] };
  const isSystem = !file.path.startsWith("/var/spool/cron/");
  const daemon = flavour === "cronie" ? "cronie" : "debian";
  const name = file.path.slice(file.path.lastIndexOf("/") + 1);
  const place = isSystem ? file.path : `crontab of ${name}`;
  const text = flavour === "cronie" ? withoutSilentMarks(file.text) : file.text;
  const { findings, lines } = readDueFile(text, { system: isSystem, timeZone: "UTC", daemon });
  const remarks = findings.map((finding) => `${codeOf(finding)} ${place}:${finding.line}`);
  const refused = isFileRefused(findings, daemon);
  if (refused !== null) return { lines: [], remarks: [...remarks, `file-refused ${place}`] };
  const rows = file.text.split("\n");
  const timed = new Set(lines.map(({ line }) => line));
  const found = jobRows(rows, { isSystem, flavour }).filter((row) => row.isAtBoot || timed.has(row.number));
  return {
    lines: found.flatMap((row): CrontabLine[] => {
      const fields = row.isAtBoot ? null : readCronFields(row.times);
      if (fields !== null && !fields.ok) return [];
      return [
        {
          where: `${place}:${row.number}`,
          line: maskSecrets(row.text.trim().slice(0, 1_000)),
          user: isSystem ? row.user : name,
          command: maskSecrets(loggedCommand(row.command)),
          fields: fields === null ? null : fields.value,
          times: row.times,
          timeZone: row.timeZone,
          delayMs: row.delayMs,
          isSilent: row.isSilent,
        },
      ];
    }),
    remarks: [...remarks, ...found.filter(isEitherDay).map(({ number }) => `either-day ${place}:${number}`)],
  };
}

/**
 * Why the daemon does not read the file at all. Measured with Debian's cron 3.0pl1-162: names with a dot or a tilde, files that
 * others may write, files that are not root's; of a user's own crontabs those that anyone else may read.
 */
function whyPassedOver(file: CronFile, flavour: CronFlavour): string | null {
  if (flavour !== "debian-cron") return null;
  const { path, owner } = file;
  const name = path.slice(path.lastIndexOf("/") + 1);
  const isOwn = path.startsWith("/var/spool/cron/");
  if (path.startsWith("/etc/cron.d/") && /[^\w-]/.test(name)) return "dotted-name";
  if (owner !== null && owner !== "root" && !(isOwn && owner === name)) return "wrong-owner";
  return whyMode(file, isOwn);
}

function whyMode({ mode }: CronFile, isOwn: boolean): string | null {
  const bits = mode === null ? Number.NaN : Number.parseInt(mode, 8);
  if (Number.isNaN(bits)) return null;
  if (isOwn) return (bits & 0o7577) === 0o400 ? null : "wrong-mode-user";
  return (bits & 0o22) === 0 ? null : "wrong-mode";
}

function codeOf({ code }: LineFinding): string {
  return code === "not-read" ? "line-not-read" : code;
}

interface JobRow {
  readonly number: number;
  readonly text: string;
  readonly times: string;
  readonly isAtBoot: boolean;
  readonly user: string | null;
  readonly command: string;
  readonly timeZone: string | null;
  readonly delayMs: number;
  readonly isSilent: boolean;
}

/** What lines set for those below them. */
interface Settings {
  readonly timeZone: string | null;
  readonly delayMs: number;
}

function jobRows(
  rows: readonly string[],
  { isSystem, flavour }: { isSystem: boolean; flavour: CronFlavour },
): readonly JobRow[] {
  const follows = flavour === "cronie";
  let settings: Settings = { timeZone: null, delayMs: 0 };
  return rows.flatMap((row, index): JobRow[] => {
    const text = row.slice(0, longestLine);
    const set = assignment.exec(text);
    if (set !== null && follows) settings = settingOf(set, settings);
    const isSilent = follows && text.startsWith("-");
    const job = set === null ? jobOf(isSilent ? text.slice(1) : text, isSystem) : null;
    return job === null ? [] : [{ ...job, ...settings, number: index + 1, text, isSilent }];
  });
}

function settingOf([, name, written = ""]: RegExpExecArray, before: Settings): Settings {
  const value = written.trim().replaceAll(/^["']|["']$/g, "");
  if (name === "CRON_TZ" && isZone(value)) return { ...before, timeZone: value };
  return name === "RANDOM_DELAY" ? { ...before, delayMs: (Number(value) || 0) * minuteMs } : before;
}

function jobOf(text: string, isSystem: boolean): Pick<JobRow, "times" | "isAtBoot" | "user" | "command"> | null {
  const parts = /^\s*(@[a-z]+|(?:[^\s#]\S*[ \t]+)(?:\S+[ \t]+){3}\S+)[ \t]+(.+)$/.exec(text);
  if (parts === null) return null;
  const [, times = "", rest = ""] = parts;
  const [, user = null, command = rest] = (isSystem ? /^(\S+)[ \t]+(.+)$/.exec(rest) : null) ?? [];
  return { times: oneBlank(times), isAtBoot: times === "@reboot", user, command };
}

/** Both days are restricted: it runs on either, which few expect. */
function isEitherDay({ times }: JobRow): boolean {
  const [, , day = "*", , weekday = "*"] = times.split(" ");
  return !day.startsWith("*") && !weekday.startsWith("*");
}
