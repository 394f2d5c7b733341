import { KoboshiError } from "../../kernel/errors.ts";
import { accountCliWords } from "../../words/accounts-cli.ts";
import { roleName } from "../../words/accounts.ts";
import type { Command } from "../command.ts";
import { roleOf, withUserDesk } from "./user-desk.ts";

export const userRole: Command = {
  name: "user role",
  summary: { ja: "ログインできる人の役割を変える", en: "give someone another role" },
  usage: "NAME viewer|responder|admin",
  examples: ["koboshi user role sato admin", "koboshi user role sato viewer", "koboshi user role sato admin --json"],
  async run(context) {
    const { args, lang } = context;
    const [name, written] = args;
    if (name === undefined || written === undefined) throw new KoboshiError("KB1001", { what: "user role NAME ROLE" });
    const role = roleOf(written, null);
    const account = await withUserDesk(context, (desk) => desk.role({ name, role }));
    const text = accountCliWords(lang).roleChanged(name, roleName(role, lang));
    return { exit: 0, json: { account }, text, quiet: [name] };
  },
};
