import { recoveryCliWords } from "../../words/recovery-cli.ts";
import { planOfArgs, runLine, type RunAnswer } from "../backup-text.ts";
import { watchRuns, type BegunRun } from "../backup-watch.ts";
import type { Command } from "../command.ts";
import { throwRefusal } from "./backup-verify.ts";

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
    const begun = await client.post<BegunRun>(`/api/v1/backups/${encodeURIComponent(plan)}/run?lang=${lang}`);
    const { set } = begun;
    const base = { schema: "koboshi.backup-run/1", plan, set };
    if (values["no-wait"] === true)
      return { exit: 0, json: { ...base, ok: null, runs: [] }, text: say.startedOnly(plan, set), quiet: [set] };
    hint(say.started(plan, set));
    const ended = await watchRuns({ client, clock, signal, hint, lang }, plan, begun);
    if (ended === null) {
      hint(say.goesOn(plan));
      return { exit: interruptedExit, json: { ...base, ok: null, runs: [] }, text: "", quiet: [set] };
    }
    const { host, runs, task } = ended;
    const lines = runs.map((run) => runLine(run, { plan, host }, { lang, terminal }));
    // what is in place by then is told before what ended it
    if (task.error !== null) lines.forEach(hint);
    throwRefusal(task);
    const exit = exitOf(runs);
    return {
      exit,
      json: { ...base, ok: exit === 0, runs },
      text: lines.join("\n"),
      plain: runs.map(({ set: written, place, state, doneBytes, trouble }) =>
        [written, place, state, doneBytes, trouble?.code ?? ""].join("\t"),
      ),
      quiet: [set],
    };
  },
};

/** One place that has the set whole is a backup; the others are findings. */
function exitOf(runs: readonly RunAnswer[]): number {
  if (runs.length > 0 && runs.every(({ state }) => state === "committed")) return 0;
  return runs.some(({ state }) => state === "committed" || state === "partial") ? 3 : 1;
}
