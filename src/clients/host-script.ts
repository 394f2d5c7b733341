import fs from "node:fs";

/**
 * What is run on a machine to read it: POSIX sh, read-only, sent as standard input. The same text serves SSH, the agent and
 * this machine, so that a reading is the same from wherever it comes.
 */
export const hostScript: string = fs.readFileSync(new URL("host-script.sh", import.meta.url), "utf8");

/**
 * The command that takes `hostScript` on its standard input. A key restricted to an installed copy of the script runs that
 * instead and takes the same last word.
 * @param words `why`, alone or with sections of it: what a diagnosis asks, see model/host-answers.ts; else `quick` or `full` or names of sections; `twice`: rates without an earlier look, costs 0.4 s; `brief`: what
 * takes long may be left out; `sudo`: the commands of the shipped sudoers file may be tried
 * @throws TypeError for anything but lower-case letters
 */
export function hostCommand(words: readonly string[]): string {
  const wrong = words.find((word) => !/^[a-z]+$/.test(word));
  if (wrong !== undefined || words.length === 0) throw new TypeError(`not a part of a look: ${wrong ?? ""}`);
  return `sh -s -- ${words.join(",")}`;
}

/** So many folders are counted, for each may take a second. */
const mostFolders = 8;

/** Of the folders the file watches on a host, those whose content the machine is asked to count. */
export function countedFolders({ tracked = [] }: { readonly tracked?: readonly string[] }): readonly string[] {
  return tracked.filter((path) => path.startsWith("/")).slice(0, mostFolders);
}

/** A path as a word that such a command takes, for the section `data`: three letters a byte, octal, `a` for 0. */
export function pathWord(path: string): string {
  return `at${lettersOf(path)}`;
}

const pageForm = /^\/[\w./~-]{0,160}$/;
const mostPages = 4;

/** Pages as words, for the section `direct`; one that is written with anything but letters, figures and `.-_~/` is left out. */
export function pageWords(pages: readonly string[]): readonly string[] {
  return pages
    .filter((page) => pageForm.test(page))
    .slice(0, mostPages)
    .map((page) => `on${lettersOf(page)}`);
}

function lettersOf(path: string): string {
  const bytes = [...Buffer.from(path)].map((byte) => byte.toString(8).padStart(3, "0"));
  return bytes.join("").replaceAll(/\d/g, (digit) => "abcdefgh"[Number(digit)] ?? "");
}
