import { exitCodeOf, formatFinding, formatFindings, loadConfig, openSecrets, thisMachine } from "../../config/index.ts";
import type { LoadOutcome } from "../../config/load.ts";
import { liveExit, liveText, tryLive } from "../config-live.ts";
import type { Answer, Command, Context } from "../command.ts";

export const configCheck: Command = {
  name: "config check",
  summary: {
    ja: "設定の誤りを、場所と直し方つきで調べる(--live は1つずつ実際に試す)",
    en: "find what is wrong in a configuration, where, and how to mend it; --live tries each thing once",
  },
  usage: "[FILE] [--strict] [--live]",
  examples: ["koboshi config check", "koboshi config check koboshi.yml --strict", "koboshi config check --live --json"],
  options: { strict: { type: "boolean" }, live: { type: "boolean" } },
  async run(context) {
    const { args, values, configPath } = context;
    const file = args[0] ?? configPath;
    const outcome = loadConfig(file, { strict: values["strict"] === true });
    const answer = told(outcome, file, context);
    if (values["live"] !== true || answer.exit !== 0) return answer;
    const results = await tryLive(outcome, context);
    if (results === null) return closedSecrets(answer, outcome, context);
    return {
      ...answer,
      exit: liveExit(results),
      json: { ...answer.json, ok: liveExit(results) === 0, live: results },
      text: `${answer.text}${liveText(results, context)}`,
      plain: results.map(({ state, name, tookMs }) => [state, name, tookMs].join("\t")),
      quiet: results.filter(({ state }) => state === "down").map(({ name }) => name),
    };
  },
};

function told(outcome: LoadOutcome, file: string, { lang, terminal, verbose }: Context): Answer {
  const exit = exitCodeOf(outcome);
  const notActive = outcome.plan?.site.notActive ?? [];
  return {
    exit,
    json: { ok: exit === 0, file, findings: outcome.findings, notActive },
    text: formatFindings(outcome, { lang, color: terminal.colour, verbose }),
    plain: outcome.findings.map(({ severity, line, column, code, path }) =>
      [severity, line, column, code, path].join("\t"),
    ),
    quiet: outcome.findings.filter(({ severity }) => severity === "error").map(({ code }) => code),
  };
}

/** Nothing can be tried with secrets that are not there. */
function closedSecrets(answer: Answer, outcome: LoadOutcome, { lang, terminal }: Context): Answer {
  const opened = outcome.plan === null ? null : openSecrets(outcome.plan, thisMachine());
  const findings = opened === null || opened.ok ? [] : opened.error;
  const lines = findings.map((finding) => formatFinding(outcome, finding, { lang, color: terminal.colour }));
  return {
    ...answer,
    exit: 65,
    json: { ...answer.json, ok: false, findings: [...outcome.findings, ...findings], live: [] },
    text: `${answer.text}${lines.join("\n")}`,
  };
}
