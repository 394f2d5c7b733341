import type { ParseArgsConfig } from "node:util";
import type { Clock } from "../kernel/clock.ts";
import type { Bilingual, Lang } from "../kernel/lang.ts";
import type { HubClient } from "./client.ts";
import type { Terminal } from "./terminal.ts";

/** What a command leaves behind; how it is printed is decided by the flags, not by the command. */
export interface Answer {
  /** exit code of UX: 0 done, 1 failed, 3 findings, 4 down, 5 not found … */
  readonly exit: number;
  /** one object, stable keys, never translated; `schema` is added as `koboshi.COMMAND/1` when absent */
  readonly json: Readonly<Record<string, unknown>>;
  /** for people, most important line first */
  readonly text: string;
  /** one record a line, tab separated, never translated */
  readonly plain?: readonly string[];
  /** ids only, for `-q` */
  readonly quiet?: readonly string[];
}

export type Values = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;

export interface Context {
  /** words after the command's name */
  readonly args: readonly string[];
  readonly values: Values;
  readonly lang: Lang;
  readonly terminal: Terminal;
  readonly clock: Clock;
  readonly configPath: string;
  readonly timeoutMs: number;
  readonly verbose: boolean;
  /** the running hub; nothing is sent before the first call */
  hub(): HubClient;
  /** progress and hints: to stderr */
  hint(text: string): void;
  /** aborts at Ctrl-C and SIGTERM */
  readonly signal: AbortSignal;
}

/** Commands by their names, each loaded when it is asked for: all of them together take a second and 100 MB. */
export type CommandTable = Readonly<Record<string, () => Promise<Command>>>;

export interface Command {
  /** as typed: `status`, `incident ls` */
  readonly name: string;
  readonly summary: Bilingual;
  /** what follows the name: `TARGET… [--nagios]` */
  readonly usage: string;
  /** three complete lines a person can paste */
  readonly examples: readonly [string, string, string];
  readonly options?: NonNullable<ParseArgsConfig["options"]>;
  run(context: Context): Promise<Answer>;
}
