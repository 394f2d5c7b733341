import { cliWords } from "../../words/cli.ts";
import type { Command } from "../command.ts";
import { readVersion } from "../../app/version.ts";

export const version: Command = {
  name: "version",
  summary: { ja: "版を表示する", en: "print the version" },
  usage: "",
  examples: ["koboshi version", "koboshi version --json", "koboshi version -q"],
  run({ lang }) {
    const found = readVersion();
    const node = process.versions.node;
    return Promise.resolve({
      exit: 0,
      json: { version: found, node },
      text: cliWords(lang).version(found),
      quiet: [found],
    });
  },
};
