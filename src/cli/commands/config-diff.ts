import fs from "node:fs";
import path from "node:path";
import { compareConfigs } from "../../config/compare.ts";
import { loadConfig } from "../../config/index.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import { configEditWords } from "../../words/config-edit.ts";
import type { Answer, Command, Context } from "../command.ts";
import { errorsIn, planText, type PlanAnswer } from "../config-plan-text.ts";

export const configDiff: Command = {
  name: "config diff",
  summary: {
    ja: "動いている設定との違いを、取り込む前に見る(2つ書けば、その2つの違い)",
    en: "what would change against the running configuration; with two files, between them",
  },
  usage: "[FILE] [FILE]",
  examples: ["koboshi config diff", "koboshi config diff new.yml", "koboshi config diff old.yml new.yml --json"],
  run: async (context) => {
    const [first, second] = context.args;
    return first !== undefined && second !== undefined ? betweenFiles(context, first, second) : withHub(context);
  },
};

async function withHub(context: Context): Promise<Answer> {
  const { args, configPath, hub, lang } = context;
  const file = args[0];
  const other = file !== undefined && path.resolve(file) !== configPath;
  const body = other ? { text: readText(file) } : {};
  const answer = await hub().post<PlanAnswer>(`/api/v1/config/plan?lang=${lang}`, body);
  return answerOf(context, answer);
}

function readText(file: string): string {
  try {
    return fs.readFileSync(file, "utf8");
  } catch (cause) {
    throw new KoboshiError("KB1102", { path: file }, cause);
  }
}

function betweenFiles(context: Context, before: string, after: string): Answer {
  const [old, fresh] = [loadConfig(before), loadConfig(after)];
  const { plan, patch } = compareConfigs(old, fresh);
  const findings = [...old.findings, ...fresh.findings];
  return answerOf(context, { findings, plan, patch, mode: "here", baseHash: old.hash, hash: fresh.hash });
}

function answerOf({ lang }: Context, answer: PlanAnswer): Answer {
  const { plan, patch, findings } = answer;
  const say = configEditWords(lang);
  const json = { ok: plan !== null, ...answer };
  if (plan === null) return { exit: 65, json, text: `${patch}${say.unusable(errorsIn(findings))}` };
  const nothing = plan.entries.length === 0 && patch === "";
  return {
    exit: nothing ? 0 : 3,
    json,
    text: nothing ? say.same : [planText(plan, lang), ...(patch === "" ? [] : ["", patch.trimEnd()])].join("\n"),
    plain: plan.entries.map(({ action, noun, name }) => [action, noun, name].join("\t")),
    quiet: plan.entries.map(({ name }) => name),
  };
}
