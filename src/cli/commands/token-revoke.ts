import { KoboshiError } from "../../kernel/errors.ts";
import { accountCliWords } from "../../words/accounts-cli.ts";
import type { Command } from "../command.ts";

export const tokenRevoke: Command = {
  name: "token revoke",
  summary: { ja: "API トークンをすぐに使えなくする", en: "void an API token at once" },
  usage: "NAME",
  examples: ["koboshi token revoke grafana", "koboshi token revoke grafana --json", "koboshi token revoke grafana -q"],
  async run({ args, hub, lang }) {
    const [name] = args;
    if (name === undefined) throw new KoboshiError("KB1001", { what: "token revoke NAME" });
    const token = await hub().post(`/api/v1/tokens/${encodeURIComponent(name)}/revoke?lang=${lang}`);
    return { exit: 0, json: { token }, text: accountCliWords(lang).revoked(name), quiet: [name] };
  },
};
