import path from "node:path";
import type { CaughtMail } from "./company/company.ts";
import { writeWhole } from "./files.ts";

/** Who of the company reads in which language. */
const readers = { ja: "yamada@ops.test", en: "sato@ops.test" } as const;

/** Writes the mails of one scenario, oldest first, into a file for each language: `mails/f01-client-filter.ja.txt`. */
export function keepMails(folder: string, id: string, mails: readonly CaughtMail[]): void {
  for (const [lang, address] of Object.entries(readers)) {
    const own = mails.filter(({ to }) => to.includes(address));
    if (own.length === 0) continue;
    const text = own.map((mail) => `Subject: ${mail.subject}\n\n${mail.text.trim()}\n`).join(`\n${"-".repeat(72)}\n\n`);
    writeWhole(path.join(folder, "mails", `${id}.${lang}.txt`), text);
  }
}
