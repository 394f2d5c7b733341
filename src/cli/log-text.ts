import { severityWord } from "../words/logs.ts";
import type { Lang } from "../kernel/lang.ts";

/** One line as the API tells it. */
export interface EntryAnswer {
  readonly seq: number | null;
  readonly at: string;
  readonly source: string;
  readonly program: string | null;
  readonly severity: number | null;
  readonly text: string;
}

/** `2026-11-22 02:12:00 web1:/var/log/syslog sshd: Failed password …` */
export function entryText({ at, source, program, text }: EntryAnswer): string {
  return `${at.slice(0, 10)} ${at.slice(11, 19)} ${source} ${program === null ? "" : `${program}: `}${text}`;
}

/** With its severity where it is a warning or worse. */
export function markedText(entry: EntryAnswer, lang: Lang): string {
  const { severity } = entry;
  return severity !== null && severity <= 4
    ? `[${severityWord(severity, lang)}] ${entryText(entry)}`
    : entryText(entry);
}
