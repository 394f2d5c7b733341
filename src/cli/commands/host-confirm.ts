import { KoboshiError } from "../../kernel/errors.ts";
import { hostWords } from "../../words/hosts.ts";
import type { Command } from "../command.ts";
import { hostKeyOf, hostSummary, hostUrl, type HostAnswer } from "../host-answer.ts";

export const hostConfirm: Command = {
  name: "host confirm",
  summary: {
    ja: "サーバーが示した SSH ホスト鍵を信頼する",
    en: "believe the SSH host key that a host showed",
  },
  usage: "HOST --fingerprint SHA256:…",
  examples: [
    "koboshi host show web1",
    "koboshi host confirm web1 --fingerprint SHA256:Zx0v1mJ0Qm2f6R5cK5iM2n8f0b0iJr6t0i3mQe9m2mA",
    "koboshi host confirm web1 --fingerprint SHA256:Zx0v1mJ0Qm2f6R5cK5iM2n8f0b0iJr6t0i3mQe9m2mA --json",
  ],
  options: { fingerprint: { type: "string" } },
  async run({ args, values, hub, lang }) {
    const key = hostKeyOf(args, "host confirm");
    const { fingerprint } = values;
    if (typeof fingerprint !== "string" || !/^SHA256:[A-Za-z0-9+/]{43}$/.test(fingerprint)) {
      throw new KoboshiError("KB1001", { what: hostWords(lang).confirmNeeds });
    }
    const host = await hub().post<HostAnswer>(hostUrl(key, lang, "/confirm-key"), { fingerprint });
    return {
      exit: 0,
      json: { ok: true, host },
      text: `${hostWords(lang).confirmed} ${hostSummary(host, lang)}`,
      quiet: [key],
    };
  },
};
