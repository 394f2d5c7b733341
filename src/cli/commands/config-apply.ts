import fs from "node:fs";
import path from "node:path";
import { KoboshiError } from "../../kernel/errors.ts";
import { configEditWords } from "../../words/config-edit.ts";
import { planLines, planSummary } from "../../words/config-plan.ts";
import type { Command, Context } from "../command.ts";
import { errorsIn, planText, type PlanAnswer } from "../config-plan-text.ts";

type AppliedAnswer = Pick<PlanAnswer, "hash" | "plan"> & { readonly written: readonly string[] };

export const configApply: Command = {
  name: "config apply",
  summary: {
    ja: "ファイルに書かれた設定を、止めずに取り込む",
    en: "take the configuration over as its files say it, without stopping",
  },
  usage: "[FILE] [--reason TEXT] [--confirm]",
  examples: [
    "koboshi config apply",
    "koboshi config apply new.yml --reason 'more checks'",
    "koboshi config apply --confirm",
  ],
  options: { reason: { type: "string" }, confirm: { type: "boolean" } },
  async run(context) {
    const { hub, lang, values, terminal } = context;
    const say = configEditWords(lang);
    const change = changeOf(context);
    const planned = await hub().post<PlanAnswer>(`/api/v1/config/plan?lang=${lang}`, change);
    if (planned.plan === null) {
      return { exit: 65, json: { ok: false, ...planned }, text: say.unusable(errorsIn(planned.findings)) };
    }
    if (planned.plan.needsConfirm.length > 0) context.hint(planText(planned.plan, lang));
    const reason = values["reason"];
    const { hash, plan, written } = await hub().post<AppliedAnswer>(`/api/v1/config/apply?lang=${lang}`, {
      ...change,
      baseHash: planned.baseHash,
      confirm: values["confirm"] === true,
      ...(typeof reason === "string" ? { reason } : {}),
    });
    const entries = plan?.entries ?? [];
    const done = entries.length === 0 ? say.appliedSame : say.applied(planSummary(entries, lang));
    const lines = [
      `${terminal.paint(terminal.glyph("ok"), "ok")} ${done}`,
      ...planLines(entries, lang).map((line) => `  ${line}`),
      ...(written.length === 0 ? [] : [say.writtenFiles(written.join(", "))]),
      say.runningIs(hash),
    ];
    return { exit: 0, json: { ok: true, hash, plan, written }, text: lines.join("\n"), quiet: [hash] };
  },
};

/** The hub's own file is taken over as it lies there; the text of any other takes its place. */
function changeOf({ args, configPath }: Context): Readonly<Record<string, string>> {
  const file = args[0];
  if (file === undefined || path.resolve(file) === configPath) return {};
  try {
    return { text: fs.readFileSync(file, "utf8") };
  } catch (cause) {
    throw new KoboshiError("KB1102", { path: file }, cause);
  }
}
