import { collectorScript } from "../../clients/host-logs.ts";
import { hostSudoers, sudoersUserForm } from "../../clients/host-sudoers.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import { hostCollectorWords } from "../../words/host-collector.ts";
import { hostWords } from "../../words/hosts.ts";
import type { Answer, Command, Context } from "../command.ts";

const collectorPath = "/usr/local/libexec/koboshi-read";

export const hostCollector: Command = {
  name: "host collector",
  summary: {
    ja: "読み取り専用の鍵に結び付けるプログラムを出力する",
    en: "print the program that a read-only SSH key is tied to",
  },
  usage: "[--sudoers USER]",
  examples: [
    "koboshi host collector > koboshi-read",
    `koboshi host collector | ssh root@web1 'install -D -m 755 /dev/stdin ${collectorPath}'`,
    "koboshi host collector --sudoers koboshi > koboshi.sudoers",
  ],
  options: { sudoers: { type: "string" } },
  run(context) {
    const { lang, hint, values } = context;
    if (typeof values["sudoers"] === "string") return Promise.resolve(sudoersOf(values["sudoers"], context));
    hint(hostWords(lang).collectorHow(collectorPath));
    const authorized = `command="${collectorPath} /var/log/messages",restrict`;
    const json = { path: collectorPath, authorized, script: collectorScript };
    return Promise.resolve({ exit: 0, json, text: collectorScript });
  },
};

/** @throws KoboshiError KB1001 for what is no plain user name */
function sudoersOf(user: string, { lang, hint }: Context): Answer {
  const say = hostCollectorWords(lang);
  if (!sudoersUserForm.test(user)) throw new KoboshiError("KB1001", { what: say.sudoersUser });
  hint(say.sudoersHow(user));
  const text = hostSudoers(user);
  return { exit: 0, json: { path: "/etc/sudoers.d/koboshi", user, sudoers: text }, text: text.trimEnd() };
}
