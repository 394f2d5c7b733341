import fs from "node:fs";
import { text } from "node:stream/consumers";
import { KoboshiError } from "../../kernel/errors.ts";
import { accountCliWords } from "../../words/accounts-cli.ts";
import type { Context } from "../command.ts";

export const passwordOptions = {
  "password-file": { type: "string" },
  generate: { type: "boolean" },
  temporary: { type: "boolean" },
} as const;

/**
 * A password typed at the terminal, given on stdin or in a file; never as a word of the command, which everyone on the
 * machine could read. null: one is to be made. @throws KoboshiError KB1001 without any, KB3006 when the two typed differ
 */
export async function readPassword(
  { values, lang }: Context,
  name: string,
): Promise<{ readonly password: string | null; readonly temporary: boolean }> {
  if (values["generate"] === true) return { password: null, temporary: true };
  const temporary = values["temporary"] === true;
  const file = values["password-file"];
  const words = accountCliWords(lang);
  if (typeof file === "string" && file !== "-") return { password: firstLine(readFile(file)), temporary };
  if (process.stdin.isTTY && file === undefined) {
    if (values["no-input"] === true) throw new KoboshiError("KB1001", { what: words.noPassword });
    const password = await typeHidden(words.prompt(name));
    if ((await typeHidden(words.promptAgain)) !== password) throw new KoboshiError("KB3006", { why: "different" });
    return { password, temporary };
  }
  const password = firstLine(await text(process.stdin));
  if (password === "") throw new KoboshiError("KB1001", { what: words.noPassword });
  return { password, temporary };
}

function readFile(file: string): string {
  try {
    return fs.readFileSync(file, "utf8");
  } catch (thrown) {
    throw new KoboshiError("KB1103", { source: file }, thrown);
  }
}

function firstLine(written: string): string {
  return written.replace(/\r?\n[^]*$/, "");
}

/** Reads a line without showing it. Pasting works: several characters may come at once. */
function typeHidden(prompt: string): Promise<string> {
  const { stdin, stderr } = process;
  return new Promise((resolve, reject) => {
    let typed = "";
    stderr.write(prompt);
    stdin.setRawMode(true).setEncoding("utf8").resume();
    stdin.on("data", take);
    function end(): void {
      stdin.off("data", take);
      stdin.setRawMode(false).pause();
      stderr.write("\n");
    }
    function take(chunk: string): void {
      for (const char of chunk) {
        if (char === "\r" || char === "\n") {
          end();
          resolve(typed);
          return;
        }
        if (char === "\u0003" || char === "\u0004") {
          end();
          reject(new KoboshiError("KB1001", { what: "^C" }));
          return;
        }
        typed = char === "\u007f" || char === "\b" ? Array.from(typed).slice(0, -1).join("") : typed + char;
      }
    }
  });
}
