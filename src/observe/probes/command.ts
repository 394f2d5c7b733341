import path from "node:path";
import { z } from "zod";
import { blind, runAttempt, stop, type Attempt, type Stop } from "../../clients/attempt.ts";
import { runCommand, splitWords, type CommandEnd } from "../../clients/command.ts";
import { printable } from "../../clients/printable.ts";
import { key, oneOrMany } from "../../kernel/fields.ts";
import { defineProbe } from "../../kernel/model/probe.ts";
import { isAlarming, readPerfdata, splitPluginOutput, type PerfValue } from "../../readers/perfdata.ts";
import { textOrSecretField } from "../probe-fields.ts";

/** A result stays small: this many values, and labels no longer than this. */
const maxValues = 40;
const maxLabelChars = 60;
const maxSummaryChars = 500;
const maxTargetChars = 100;

const schema = z.strictObject({
  command: key(oneOrMany(textOrSecretField()), {
    ja: "コマンドと引数。シェルは通しません。プラグインの置き場所は探します",
    en: "command and arguments; no shell reads them; the folders of plugins are searched",
  }),
  env: key(z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), textOrSecretField()).optional(), {
    ja: "コマンドに渡す環境変数。値は ${env:…} や ${file:…} でも書けます",
    en: "variables for the command; values may be ${env:…} or ${file:…}",
  }),
  on: key(z.string().optional(), {
    ja: "実行するホスト。省くと koboshi が動くマシン",
    en: "the host to run it on; koboshi's own machine when left out",
    later: true,
  }),
});
type Spec = z.output<typeof schema>;
type Word = Exclude<Spec["command"], readonly unknown[]>;

/** What a command says by the rules of Monitoring Plugins: state by exit code, a line of text, values. */
export const command = defineProbe({
  kind: "command",
  summary: {
    ja: "コマンドの結果(Nagios プラグイン互換)",
    en: "a command's result (as Nagios plugins give it)",
  },
  schema,
  // what runs on this machine is written in the configuration, never in an address
  urlSchemes: [],
  fromUrl: () => ({ command: [] }),
  target: (spec) =>
    wordsOf(spec)
      .map((word, place) => (place === 0 ? path.basename(String(word)) : String(word)))
      .join(" ")
      .slice(0, maxTargetChars),
  hosts: () => [],
  addressedBy: [],
  program: (spec) => String(wordsOf(spec)[0] ?? ""),
  defaults: { everyMs: 60_000, timeoutMs: 30_000 },
  run: (spec, context) => runAttempt(context, (attempt) => look(attempt, spec)),
});

function wordsOf({ command: written }: Spec): readonly Word[] {
  if (Array.isArray(written)) return written;
  return typeof written === "string" ? splitWords(written) : [written];
}

function revealed(word: Word): string {
  return typeof word === "string" ? word : word.reveal();
}

async function look(attempt: Attempt, spec: Spec): Promise<Stop | null> {
  if (spec.on !== undefined) {
    return blind("application", "runs-elsewhere", `commands on ${spec.on} are not run in this version`).error;
  }
  const words = wordsOf(spec).map(revealed);
  if (words.length === 0) return blind("application", "no-command", "the command is empty").error;
  const env = Object.fromEntries(Object.entries(spec.env ?? {}).map(([name, value]) => [name, revealed(value)]));
  const ended = await runCommand(attempt, { words, env });
  return ended.ok ? judge(attempt, ended.value) : ended.error;
}

/** Source: Monitoring Plugins Development Guidelines, «Plugin Return Codes». */
function judge(attempt: Attempt, end: CommandEnd): Stop | null {
  const { summary, perfdata } = splitPluginOutput(end.stdout.trim() === "" ? end.stderr : end.stdout);
  const text = printable(summary).slice(0, maxSummaryChars);
  attempt.facts["exitCode"] = end.exitCode;
  attempt.facts["output"] = text;
  if (end.isCut) attempt.facts["outputCut"] = true;
  noteValues(attempt, readPerfdata(perfdata).slice(0, maxValues));
  if (end.exitCode === 0) return null;
  if (end.exitCode === 1) return { outcome: "degraded", layer: "application", code: "plugin-warning", text };
  if (end.exitCode === 2) return stop("application", "plugin-critical", text).error;
  if (end.exitCode === 3) return blind("application", "plugin-unknown", text).error;
  return blind("application", "plugin-fault", `ended with ${end.signal ?? end.exitCode}: ${text}`).error;
}

/** Values as `perf.label` in base units; their units and those past a threshold as lists. */
function noteValues(attempt: Attempt, values: readonly PerfValue[]): void {
  const { facts } = attempt;
  const units: string[] = [];
  const alarming: Record<"perfWarning" | "perfCritical", string[]> = { perfWarning: [], perfCritical: [] };
  for (const { label, value, unit, warning, critical } of values) {
    const name = printable(label).slice(0, maxLabelChars);
    facts[`perf.${name}`] = value;
    if (unit !== "") units.push(`${name}=${printable(unit)}`);
    if (isAlarming(value, critical)) alarming.perfCritical.push(name);
    else if (isAlarming(value, warning)) alarming.perfWarning.push(name);
  }
  if (units.length > 0) facts["perfUnits"] = units;
  for (const [name, labels] of Object.entries(alarming)) if (labels.length > 0) facts[name] = labels;
}
