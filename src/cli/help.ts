import type { Lang } from "../kernel/lang.ts";
import { cliWords } from "../words/cli.ts";
import type { Command } from "./command.ts";

/** The first page: what there is, a line each. */
export function overview(commands: readonly Command[], lang: Lang): string {
  const say = cliWords(lang);
  const longest = Math.max(...commands.map((command) => command.name.length));
  const rows = commands.map((command) => `  koboshi ${command.name.padEnd(longest)}  ${command.summary[lang]}`);
  return `${say.tagline}\n\n${rows.join("\n")}\n\n${say.globalFlags}\n${say.helpHint}\n`;
}

/** A command's page leads with three examples; exit codes are part of the contract and stand at its end. */
export function commandHelp(command: Command, lang: Lang): string {
  const say = cliWords(lang);
  const flags = Object.entries(command.options ?? {}).map(
    ([name, option]) => `  --${name}${option.type === "string" ? ` ${name.toUpperCase()}` : ""}`,
  );
  const parts = [
    command.examples.map((example) => `  $ ${example}`).join("\n"),
    `koboshi ${command.name} ${command.usage}`.trim(),
    command.summary[lang],
    flags.length > 0 ? `${say.flags}\n${flags.join("\n")}` : "",
    say.globalFlags,
    say.exitCodes,
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}
