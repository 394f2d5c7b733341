import { createInterface } from "node:readline";
import { sleep, type Clock } from "../../kernel/clock.ts";
import type { VerifyFinding } from "../../kernel/model/recovery.ts";
import type { Command, Running, Workplace } from "../workplace/workplace.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import { safeText } from "../../clients/safe-text.ts";
import { collect } from "../workplace/run.ts";

/** A table that was loaded, with the columns that hold text. */
export interface ScratchTable {
  readonly table: string;
  readonly textColumns: readonly string[];
}

/** A database server of a verification's own: a private socket, no network, its folder removed at the end. */
export interface Scratch {
  /** The program that takes a dump of `database` on its standard input. @param isArchive PostgreSQL's own archive format */
  loader(database: string, isArchive: boolean): Promise<Running>;
  /** From here on the dump is loaded. @returns what keeps it from being used */
  loaded(database: string): Promise<VerifyFinding | null>;
  tables(database: string): Promise<readonly ScratchTable[]>;
  /** All rows; the values in the order of `columns`, null and empty alike as "". With no column one "" a row. */
  rows(database: string, table: ScratchTable): AsyncIterable<readonly string[]>;
  /** keys, sequences, the server's own checks of what it stored */
  sound(database: string): Promise<readonly VerifyFinding[]>;
  /** first value of the first row; the server's words when it refuses */
  ask(database: string, sql: string): Promise<Result<string | null, string>>;
  /** the same as a moment, Unix epoch UTC */
  askMoment(database: string, sql: string): Promise<Result<number | null, string>>;
  /** Makes a role that a dump names. @returns whether this server has roles */
  addRole(name: string): Promise<boolean>;
  close(): Promise<void>;
}

export interface ScratchDeps {
  readonly workplace: Workplace;
  readonly clock: Clock;
  /** IANA name: the zone in which times without one are meant */
  readonly zone: string;
}

/** Why there is no scratch server here. */
export class NoScratch extends Error {}

const quickLimitMs = 600_000;
const maxErrors = 65_536;
/** A server that has just been made answers within seconds; on a machine under load it may take longer. */
const startLimitMs = 60_000;
const pollMs = 50;

/** Runs a program that has to succeed. @throws NoScratch with its words */
export async function must(workplace: Workplace, command: Command): Promise<string> {
  const { code, stdout, stderr } = await workplace.run(command, { timeoutMs: quickLimitMs });
  if (code === 0) return stdout;
  throw new NoScratch(safeText(`${command.argv.join(" ")}: ${stderr === "" ? stdout : stderr}`, []));
}

/** The prefix that runs a program as `user`, for servers that refuse to be root; nothing for anyone but root. */
export async function asUser(workplace: Workplace, user: string): Promise<readonly string[]> {
  if ((await must(workplace, { argv: ["id", "-u"] })).trim() !== "0") return [];
  await must(workplace, { argv: ["id", "-u", user] });
  return ["setpriv", `--reuid=${user}`, `--regid=${user}`, "--clear-groups", "--no-new-privs", "--"];
}

/** A folder that only `user` may enter. */
export async function privateFolder(workplace: Workplace, as: readonly string[], user: string): Promise<string> {
  const folder = (await must(workplace, { argv: ["mktemp", "-d", "/tmp/koboshi-scratch.XXXXXX"] })).trim();
  if (as.length > 0) await must(workplace, { argv: ["chown", `${user}:`, folder] });
  return folder;
}

/** Waits until a server answers. @throws NoScratch when it ended or does not */
export async function answering({ clock }: ScratchDeps, server: Running, isUp: () => Promise<boolean>): Promise<void> {
  const errors = collect(server.stderr, maxErrors);
  server.stdout.resume();
  server.stdin.end();
  const state = { isOver: false };
  void server.ended.then(() => (state.isOver = true));
  const from = clock.monotonicMs();
  while (!state.isOver && clock.monotonicMs() - from < startLimitMs) {
    if (await isUp()) return;
    await sleep(clock, pollMs);
  }
  throw new NoScratch(safeText(`the scratch server did not start: ${errors.text().slice(-300)}`, []));
}

/** Runs a program and reads what it prints line by line. @throws ScratchRefusal when it fails */
export async function* linesOf(workplace: Workplace, command: Command): AsyncIterable<string> {
  const running = workplace.start(command);
  const errors = collect(running.stderr, maxErrors);
  running.stdin.end();
  let isWhole = false;
  try {
    yield* createInterface({ input: running.stdout, crlfDelay: Infinity });
    isWhole = true;
  } finally {
    if (!isWhole) running.kill("SIGKILL");
  }
  const { code } = await running.ended;
  if (code !== 0) throw new ScratchRefusal(safeText(errors.text(), []));
}

/** The scratch server refused a question that is ours, so what was loaded cannot be read. */
export class ScratchRefusal extends Error {}

/** The first line of an answer. */
export async function firstLine(workplace: Workplace, command: Command): Promise<Result<string | null, string>> {
  const { code, stdout, stderr } = await workplace.run(command, { timeoutMs: quickLimitMs });
  if (code !== 0) return err(safeText(stderr, []));
  const line = stdout.split("\n")[0] ?? "";
  return ok(stdout === "" ? null : line);
}

const escapes: Readonly<Record<string, string>> = { t: "\t", n: "\n", r: "\r", b: "\b", f: "\f", v: "\v", "0": "\0" };

/** One value of a line whose tabs and line ends are written with a backslash. */
export function unescapeValue(written: string): string {
  if (!written.includes("\\")) return written;
  if (written === "\\N") return "";
  return written.replaceAll(/\\(.)/gs, (_, char: string) => escapes[char] ?? char);
}
