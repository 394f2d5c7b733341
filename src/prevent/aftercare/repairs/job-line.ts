import type { AftercareInput, JobOccurrence } from "../../../kernel/model/aftercare.ts";
import { look } from "../outcome.ts";

/** A line of a crontab as cron would run it. */
export interface JobLine {
  readonly user: string;
  readonly command: string;
  /** what follows an unescaped `%`; null: nothing */
  readonly input: string | null;
  /** settings above the line, and cron's own */
  readonly environment: Readonly<Record<string, string>>;
}

/** A place where a secret was hidden: such a line is not the one that cron runs. */
const masked = "***";
/** The five fields or the word before the command. */
const times = /^\s*-?(?:@[a-z]+|(?:\S+[ \t]+){4}\S+)[ \t]+/;
const assignment = /^\s*([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/;

/** Null: koboshi cannot run it as cron would: a part is hidden, or its file could not be read. */
export function jobLine(occurrence: JobOccurrence, input: AftercareInput): JobLine | null {
  const place = /^(?:crontab of (.+)|(\/.+)):(\d+)$/.exec(occurrence.where);
  if (place === null || occurrence.line.includes(masked)) return null;
  const [, owner, path, number] = place;
  const rest = occurrence.line.replace(times, "");
  const [user, command] = owner === undefined ? splitUser(rest) : [owner, rest];
  const rows = rowsOf(input, owner, path);
  if (rows === null || command === "" || !/^[a-z_][\w.-]*\$?$/i.test(user)) return null;
  const environment = environmentOf(rows.slice(0, Number(number) - 1), user);
  return environment === null ? null : { user, ...splitInput(command), environment };
}

function splitUser(rest: string): readonly [string, string] {
  const match = /^(\S+)\s+([\s\S]+)$/.exec(rest);
  return [match?.[1] ?? "", match?.[2] ?? ""];
}

/** The table as it was before the work, else as it is. */
function rowsOf({ before, after }: AftercareInput, owner?: string, path?: string): readonly string[] | null {
  const paths = path === undefined ? spools.map((spool) => `${spool}/${owner}`) : [path];
  for (const snapshot of [before, after]) {
    const cron = look(snapshot, "cron", "before").section ?? {};
    const text = paths.map((each) => cron[`file ${each}`]).find((each) => each?.includes("\n") === true);
    if (text !== undefined) return text.split("\n").slice(1);
  }
  return null;
}

const spools = ["/var/spool/cron/crontabs", "/var/spool/cron", "/var/spool/cron/tabs"];

/** Null: one of the settings is hidden. HOME is the user's own unless it is set. */
function environmentOf(rows: readonly string[], user: string): Readonly<Record<string, string>> | null {
  const found: Record<string, string> = { SHELL: "/bin/sh", PATH: "/usr/bin:/bin" };
  for (const row of rows) {
    const [, name = "", value = ""] = assignment.exec(row) ?? [];
    if (name === "") continue;
    if (value.includes(masked)) return null;
    found[name] = value.replace(/^(["'])(.*)\1$/, "$2");
  }
  return { ...found, LOGNAME: user, USER: user };
}

/** The first unescaped `%` ends the command; each further one is a line break of its input. Source: crontab(5). */
function splitInput(text: string): { readonly command: string; readonly input: string | null } {
  const parts = text.split(/(?<!\\)%/).map((part) => part.replaceAll(String.raw`\%`, "%"));
  const [command = "", ...input] = parts;
  return { command: command.trim(), input: input.length === 0 ? null : `${input.join("\n")}\n` };
}
