import fs from "node:fs";
import { hostScript } from "./host-script.ts";
import { snapshotSectionsScript } from "./snapshot-script.ts";

const logScript = textOf("host-logs.sh");

/** The program a key is tied to that may look into a machine and read the logs its line names, and nothing else. */
export const collectorScript = ["#!/bin/sh", logScript, textOf("host-collector.sh"), snapshotSectionsScript, hostScript]
  .join("\n")
  .trimEnd();

/** The line every answer to a command of this file begins with; what a login prints stands before it. */
export const logAnswerMark = "@@koboshi-log 1\n";

/** What may not be read ends with it. */
export const deniedExit = 13;

/** The command that lists a log and what rotation made of it: a line each, `dev inode size mtime path`. */
export function lookCommand(path: string): string {
  return command(["look", encoded(path)]);
}

export interface LogBytes {
  readonly path: string;
  /** what rotation put behind the path; empty for the path itself */
  readonly ending: string;
  readonly inode: number;
  readonly offset: number;
  readonly length: number;
}

/** The command that hands over bytes of a log, of its content when it is packed. */
export function readCommand({ path, ending, inode, offset, length }: LogBytes): string {
  const numbers = [inode, offset + 1, length].map(String);
  return command(["read", encoded(path), ending === "" ? "-" : ending, ...numbers]);
}

/** A shell runs it as it stands; the collector takes the words behind `koboshi-log` and runs its own copy. */
function command(words: readonly string[]): string {
  const script = `${logScript.replaceAll(/^#.*\n/gm, "")}koboshi_log "$@"`;
  return `exec nice -n 10 sh -c '${script.replaceAll("'", `'\\''`)}' koboshi-log ${words.join(" ")}`;
}

/** In single quotes, every byte beyond plain ones as `\0nnn`: neither a shell nor the collector reads anything into it. */
function encoded(path: string): string {
  const bytes = [...Buffer.from(path)].map((byte) => {
    const character = String.fromCharCode(byte);
    return /[\w./-]/.test(character) ? character : `\\0${byte.toString(8).padStart(3, "0")}`;
  });
  return `'${bytes.join("")}'`;
}

function textOf(name: string): string {
  return fs.readFileSync(new URL(name, import.meta.url), "utf8");
}
