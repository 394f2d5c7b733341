import { recoveryCliWords } from "../../words/recovery-cli.ts";
import { planOfArgs, runLine, type RunAnswer } from "../backup-text.ts";
import { watchRuns } from "../backup-watch.ts";
import type { Command } from "../command.ts";

/** as a shell says «interrupted» */
const interruptedExit = 130;

export const backupRun: Command = {
  name: "backup run",
  summary: { ja: "いま控えを取る", en: "take a backup now" },
  usage: "PLAN [--no-wait]",
  examples: [
    "koboshi backup run shop-data",
    "koboshi backup run shop-data --no-wait",
    "koboshi backup run shop-data --json",
  ],
  options: { "no-wait": { type: "boolean" } },
  async run({ args, values, hub, lang, terminal, clock, signal, hint }) {
    const plan = planOfArgs(args, lang);
    const client = hub();
    const say = recoveryCliWords(lang);
    const { set } = await client.post<{ set: string }>(`/api/v1/backups/${encodeURIComponent(plan)}/run?lang=${lang}`);
    const base = { schema: "koboshi.backup-run/1", plan, set };
    if (values["no-wait"] === true)
      return { exit: 0, json: { ...base, ok: null, runs: [] }, text: say.startedOnly(plan, set), quiet: [set] };
    hint(say.started(plan, set));
    const ended = await watchRuns({ client, clock, signal, hint, lang }, plan, set);
    if (ended === null) {
      hint(say.goesOn(plan));
      return { exit: interruptedExit, json: { ...base, ok: null, runs: [] }, text: "", quiet: [set] };
    }
    const { host, runs } = ended;
    const exit = exitOf(runs);
    return {
      exit,
      json: { ...base, ok: exit === 0, runs },
      text: runs.map((run) => runLine(run, { plan, host }, { lang, terminal })).join("\n"),
      plain: runs.map(({ place, state, doneBytes, trouble }) =>
        [set, place, state, doneBytes, trouble?.code ?? ""].join("\t"),
      ),
      quiet: [set],
    };
  },
};

/** One place that has the set whole is a backup; the others are findings. */
function exitOf(runs: readonly RunAnswer[]): number {
  if (runs.every(({ state }) => state === "committed")) return 0;
  return runs.some(({ state }) => state === "committed" || state === "partial") ? 3 : 1;
}
