import fs from "node:fs";

/**
 * What is run on a machine to read it: POSIX sh, read-only, sent as standard input. The same text serves SSH, the agent and
 * this machine, so that a reading is the same from wherever it comes.
 */
export const hostScript: string = fs.readFileSync(new URL("host-script.sh", import.meta.url), "utf8");

/**
 * The command that takes `hostScript` on its standard input. A key restricted to an installed copy of the script runs that
 * instead and takes the same last word.
 * @param words `quick` or `full` or names of sections; `twice`: rates without an earlier look, costs 0.4 s; `brief`: what
 * takes long may be left out; `sudo`: the commands of the shipped sudoers file may be tried
 * @throws TypeError for anything but lower-case letters
 */
export function hostCommand(words: readonly string[]): string {
  const wrong = words.find((word) => !/^[a-z]+$/.test(word));
  if (wrong !== undefined || words.length === 0) throw new TypeError(`not a part of a look: ${wrong ?? ""}`);
  return `sh -s -- ${words.join(",")}`;
}
