import { accountCliWords } from "../../words/accounts-cli.ts";
import { roleName } from "../../words/accounts.ts";
import type { Command } from "../command.ts";
import { withUserDesk } from "./user-desk.ts";

export const userLs: Command = {
  name: "user ls",
  summary: { ja: "ログインできる人の一覧", en: "who can sign in" },
  usage: "",
  examples: ["koboshi user ls", "koboshi user ls --json", "koboshi user ls --plain"],
  async run(context) {
    const { lang, terminal } = context;
    const items = await withUserDesk(context, (desk) => desk.list());
    const say = accountCliWords(lang);
    const rows = items.map(({ name, person, role, totp, mustChangePassword, lastLoginAt }) =>
      [
        terminal.pad(person === name ? name : `${person} (${name})`, 24),
        terminal.pad(roleName(role, lang), 10),
        lastLoginAt ?? say.never,
        ...(totp ? [say.withTotp] : []),
        ...(mustChangePassword ? [say.temporary] : []),
      ].join("  "),
    );
    return {
      exit: 0,
      json: { items },
      text: rows.length === 0 ? say.nobody : rows.join("\n"),
      plain: items.map(({ name, role, totp, lastLoginAt }) => [name, role, totp, lastLoginAt ?? ""].join("\t")),
      quiet: items.map(({ name }) => name),
    };
  },
};
