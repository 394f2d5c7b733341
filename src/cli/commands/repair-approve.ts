import { sleep } from "../../kernel/clock.ts";
import { repairWords } from "../../words/repair-faces.ts";
import type { Answer, Command, Context } from "../command.ts";
import { repairExit, repairIdOf, repairLines, repairRows, repairUrl, type RepairAnswer } from "../repair-text.ts";
import { askPerson } from "../restore-ask.ts";

const notConfirmedExit = 77;
const askEveryMs = 1_000;

export const repairApprove: Command = {
  name: "repair approve",
  summary: {
    ja: "修復の命令を読んだうえで承認し、実行の終わりまで待つ",
    en: "approve the commands of a repair after reading them, and wait for their end",
  },
  usage: "ID [--sha256 HASH] [--yes]",
  examples: [
    "koboshi repair approve 7",
    "koboshi repair approve 7 --yes",
    "koboshi repair approve 7 --yes --sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 --json",
  ],
  options: { sha256: { type: "string" } },
  async run(context) {
    const { args, values, hub, lang } = context;
    const id = repairIdOf(args, lang);
    const client = hub();
    const shown = await client.get<RepairAnswer>(repairUrl(id, lang));
    if (shown.state === "offered" && !(await isWanted(context, shown))) return notApproved(context, shown);
    // what was read is what may run, also when the hub offers something else by now
    const sha256 = typeof values["sha256"] === "string" ? values["sha256"] : shown.sha256;
    const begun = await client.post<RepairAnswer>(repairUrl(id, lang, "/approve"), { sha256 });
    const repair = await ended(context, begun);
    return {
      exit: repairExit(repair),
      json: { ok: repair.state === "done", repair },
      text: repairLines(repair, context).join("\n"),
      plain: repairRows(repair),
      quiet: [String(id)],
    };
  },
};

/** Every command is shown before it is asked for. */
async function isWanted(context: Context, repair: RepairAnswer): Promise<boolean> {
  const { values, hint, lang, signal } = context;
  hint(repairLines(repair, context).join("\n"));
  if (values["yes"] === true) return true;
  if (values["no-input"] === true || values["json"] === true) return false;
  const answer = await askPerson(repairWords(lang).ask, signal);
  return answer !== null && /^(?:y|yes|はい)$/i.test(answer.trim());
}

function notApproved({ lang }: Context, repair: RepairAnswer): Answer {
  const say = repairWords(lang);
  return {
    exit: notConfirmedExit,
    json: { ok: false, repair },
    text: [say.notApproved, say.toApprove(repair.id)].join("\n"),
    plain: repairRows(repair),
    quiet: [],
  };
}

/** Tells each step as it ends. */
async function ended(context: Context, begun: RepairAnswer): Promise<RepairAnswer> {
  const { hub, lang, clock, signal, hint } = context;
  const client = hub();
  let repair = begun;
  const told = new Set<string>();
  while ((repair.state === "approved" || repair.state === "running") && !signal.aborted) {
    for (const step of repair.steps.filter(({ state }) => state !== "waiting" && state !== "running")) {
      if (!told.has(step.id)) hint(`${step.says[lang]} ${step.state}`);
      told.add(step.id);
    }
    await sleep(clock, askEveryMs, signal);
    if (!signal.aborted) repair = await client.get<RepairAnswer>(repairUrl(begun.id, lang));
  }
  if (signal.aborted) hint(repairWords(lang).goesOn(begun.id));
  return repair;
}
