import { KoboshiError } from "../../kernel/errors.ts";
import { accountCliWords } from "../../words/accounts-cli.ts";
import { roleName } from "../../words/accounts.ts";
import type { Command } from "../command.ts";
import { roleOf, withUserDesk } from "./user-desk.ts";
import { passwordOptions, readPassword } from "./user-password.ts";

export const userAdd: Command = {
  name: "user add",
  summary: {
    ja: "ログインできる人を加える(koboshi が止まっていても使えます)",
    en: "let someone sign in; works without a hub, too",
  },
  usage: "NAME [--role viewer|responder|admin] [--password-file FILE|-] [--generate] [--temporary]",
  examples: [
    "koboshi user add yamada --role admin",
    "koboshi user add sato --generate",
    "koboshi user add monitor --role viewer --password-file /run/secrets/monitor",
  ],
  options: { role: { type: "string" }, ...passwordOptions },
  async run(context) {
    const { args, values, lang } = context;
    const [name] = args;
    if (name === undefined) throw new KoboshiError("KB1001", { what: "user add NAME" });
    const role = roleOf(values["role"], "responder");
    const chosen = await readPassword(context, name);
    const made = await withUserDesk(context, (desk) => desk.add({ name, role, ...chosen }));
    const say = accountCliWords(lang);
    const told = made.password === null ? [] : [say.made(made.password)];
    return {
      exit: 0,
      json: { ...made },
      text: [say.added(made.account.name, roleName(role, lang)), ...told].join("\n"),
      quiet: made.password === null ? [] : [made.password],
    };
  },
};
