import { KoboshiError } from "../../kernel/errors.ts";
import { accountCliWords } from "../../words/accounts-cli.ts";
import type { Command } from "../command.ts";
import { withUserDesk } from "./user-desk.ts";
import { passwordOptions, readPassword } from "./user-password.ts";

export const userReset: Command = {
  name: "user reset",
  summary: {
    ja: "パスワードを忘れた人を入れるようにする(koboshi が止まっていても使えます)",
    en: "let someone in who forgot their password; works without a hub, too",
  },
  usage: "NAME [--password-file FILE|-] [--generate] [--temporary] [--totp off]",
  examples: [
    "koboshi user reset yamada",
    "koboshi user reset yamada --generate --totp off   # the phone is lost, too",
    "koboshi user reset sato --password-file new-password",
  ],
  options: { totp: { type: "string" }, ...passwordOptions },
  async run(context) {
    const { args, values, lang } = context;
    const [name] = args;
    if (name === undefined) throw new KoboshiError("KB1001", { what: "user reset NAME" });
    if (values["totp"] !== undefined && values["totp"] !== "off")
      throw new KoboshiError("KB1001", { what: "--totp off" });
    const chosen = await readPassword(context, name);
    const totp = values["totp"] === "off" ? "off" : "keep";
    const reset = await withUserDesk(context, (desk) => desk.reset({ name, totp, ...chosen }));
    const say = accountCliWords(lang);
    const told = reset.password === null ? [] : [say.made(reset.password)];
    return {
      exit: 0,
      json: { ...reset },
      text: [say.reset(name), ...told].join("\n"),
      quiet: reset.password === null ? [] : [reset.password],
    };
  },
};
