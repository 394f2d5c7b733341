import { hostScript } from "../../clients/host-script.ts";
import { hostWords } from "../../words/hosts.ts";
import type { Command } from "../command.ts";

const collectorPath = "/usr/local/libexec/koboshi-read";

export const hostCollector: Command = {
  name: "host collector",
  summary: {
    ja: "読み取り専用の鍵に結び付けるプログラムを出力する",
    en: "print the program that a read-only SSH key is tied to",
  },
  usage: "",
  examples: [
    "koboshi host collector > koboshi-read",
    `koboshi host collector | ssh root@web1 'install -D -m 755 /dev/stdin ${collectorPath}'`,
    "koboshi host collector --json",
  ],
  run({ lang, hint }) {
    hint(hostWords(lang).collectorHow(collectorPath));
    const script = `#!/bin/sh\n${hostScript.trimEnd()}`;
    const authorized = `command="${collectorPath}",restrict`;
    return Promise.resolve({ exit: 0, json: { path: collectorPath, authorized, script }, text: script });
  },
};
