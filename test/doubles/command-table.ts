import type { Command, CommandTable } from "../../src/cli/command.ts";

/** Just these commands, as the command line finds them. */
export function tableOf(...commands: readonly Command[]): CommandTable {
  return Object.fromEntries(commands.map((command) => [command.name, () => Promise.resolve(command)]));
}
