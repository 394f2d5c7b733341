import type { Command } from "./workplace.ts";

/** One word for a POSIX shell, whatever it holds. */
export function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

export function quoteWords(words: readonly string[]): string {
  return words.map((word) => quoteWord(word)).join(" ");
}

/** A command as lines of a POSIX shell; its exit status is the command's. With `exec` it takes the shell's place. */
export function commandScript({ argv, env = {}, cwd }: Command, how: "run" | "exec" = "run"): string {
  const exports = Object.entries(env).map(([name, value]) => `export ${name}=${quoteWord(value)}`);
  const folder = cwd === undefined ? [] : [`cd ${quoteWord(cwd)} || exit 126`];
  const program = how === "exec" ? [`exec ${quoteWords(argv)}`] : [quoteWords(argv), "exit $?"];
  return [...exports, ...folder, ...program].join("\n");
}
