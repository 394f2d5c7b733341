import { exitCodeOf, formatFindings, loadConfig } from "../../config/index.ts";
import type { Command } from "../command.ts";

export const configCheck: Command = {
  name: "config check",
  summary: {
    ja: "設定の誤りを、場所と直し方つきで調べる",
    en: "find what is wrong in a configuration, where, and how to mend it",
  },
  usage: "[FILE] [--strict]",
  examples: ["koboshi config check", "koboshi config check koboshi.yml --strict", "koboshi config check --json"],
  options: { strict: { type: "boolean" } },
  run({ args, values, configPath, lang, terminal, verbose }) {
    const file = args[0] ?? configPath;
    const outcome = loadConfig(file, { strict: values["strict"] === true });
    const exit = exitCodeOf(outcome);
    const notActive = outcome.plan?.site.notActive ?? [];
    return Promise.resolve({
      exit,
      json: { ok: exit === 0, file, findings: outcome.findings, notActive },
      text: formatFindings(outcome, { lang, color: terminal.colour, verbose }),
      plain: outcome.findings.map(({ severity, line, column, code, path }) =>
        [severity, line, column, code, path].join("\t"),
      ),
      quiet: outcome.findings.filter(({ severity }) => severity === "error").map(({ code }) => code),
    });
  },
};
