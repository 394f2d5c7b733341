import { KoboshiError } from "../../kernel/errors.ts";
import { accountCliWords } from "../../words/accounts-cli.ts";
import type { Command } from "../command.ts";
import { withUserDesk } from "./user-desk.ts";

export const userRm: Command = {
  name: "user rm",
  summary: { ja: "ログインできる人を外す(したことの記録は残ります)", en: "remove an account; its record stays" },
  usage: "NAME --yes",
  examples: ["koboshi user rm sato --yes", "koboshi user rm sato --yes --json", "koboshi user rm sato --yes -q"],
  async run(context) {
    const { args, values, lang } = context;
    const [name] = args;
    if (name === undefined) throw new KoboshiError("KB1001", { what: "user rm NAME --yes" });
    const say = accountCliWords(lang);
    if (values["yes"] !== true) throw new KoboshiError("KB1001", { what: say.sayYes(name) });
    await withUserDesk(context, (desk) => desk.remove(name));
    return { exit: 0, json: { removed: name }, text: say.removed(name), quiet: [name] };
  },
};
