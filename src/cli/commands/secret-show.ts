import { KoboshiError } from "../../kernel/errors.ts";
import type { Command } from "../command.ts";

export const secretShow: Command = {
  name: "secret show",
  summary: {
    ja: "koboshi が作った webhook の署名鍵を表示する",
    en: "the secret koboshi made to sign a webhook's posts",
  },
  usage: "CHANNEL",
  examples: ["koboshi secret show hook", "koboshi secret show hook -q", "koboshi secret show hook --json"],
  async run({ args, hub, lang }) {
    const name = args[0];
    if (name === undefined) throw new KoboshiError("KB1001", { what: "secret show CHANNEL" });
    const path = `/api/v1/channels/${encodeURIComponent(name)}/secret?lang=${lang}`;
    const { secret } = await hub().post<{ secret: string }>(path);
    return { exit: 0, json: { channel: name, secret }, text: secret, quiet: [secret] };
  },
};
