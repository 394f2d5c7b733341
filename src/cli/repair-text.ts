import type { z } from "zod";
import type { RepairJson } from "../api/window-schemas.ts";
import { KoboshiError } from "../kernel/errors.ts";
import type { Lang } from "../kernel/lang.ts";
import { safeLine } from "../words/one-line.ts";
import { repairMark, repairStateName, repairWords, safeTwiceText, stepStateName } from "../words/repair-faces.ts";
import type { Shown } from "./window-text.ts";

export type RepairAnswer = z.output<typeof RepairJson>;

/** Reads `7` or `#7`. @throws KoboshiError KB1001 */
export function repairIdOf(args: readonly string[], lang: Lang): number {
  const match = /^#?([1-9]\d{0,8})$/.exec(args[0] ?? "");
  if (match === null) throw new KoboshiError("KB1001", { what: repairWords(lang).needsId });
  return Number(match[1]);
}

export function repairUrl(id: number, lang: Lang, verb = ""): string {
  return `/api/v1/repairs/${id}${verb}?lang=${lang}`;
}

/** `▲ 承認待ち  #7 web1: 時計を合わせます(保守 3)`. */
export function repairLine(repair: RepairAnswer, { lang, terminal }: Shown): string {
  const mark = repairMark(repair.state);
  const state = terminal.paint(`${terminal.glyph(mark)} ${repairStateName(repair.state, lang)}`, mark);
  const window = repair.window === null ? "" : `  ${repairWords(lang).forWindow(repair.window)}`;
  return `${state}  #${repair.id} ${repair.host}: ${repair.title[lang]}${window}`;
}

/** The repair with every command exactly as it runs, what to know first, and what became of each step. */
export function repairLines(repair: RepairAnswer, { lang, terminal }: Shown): readonly string[] {
  const say = repairWords(lang);
  const isOffered = repair.state === "offered";
  return [
    repairLine(repair, { lang, terminal }),
    ...(repair.reason === null ? [] : [`${say.reason}: ${safeLine(repair.reason)}`]),
    ...(isOffered ? [say.every(repair.steps.length, repair.host)] : []),
    ...(isOffered ? repair.warnings.map((warning) => `${terminal.glyph("warning")} ${warning[lang]}`) : []),
    ...repair.steps.flatMap((step, nth) => [
      `${nth + 1}. ${step.says[lang]}${isOffered ? "" : `  ${stepStateName(step.state, lang)}`}${step.code === null ? "" : ` (${step.code})`}`,
      ...step.command.split("\n").map((line) => `     ${safeLine(line)}`),
      ...(isOffered ? [`     ${step.undo === null ? say.noUndo : `${say.undo}: ${safeLine(step.undo)}`}`] : []),
      ...(step.trouble === null ? [] : [`     → ${safeLine(step.trouble[lang])}`]),
      ...outputLines(step.output),
    ]),
    ...(isOffered ? [safeTwiceText(repair.safeTwice, lang), `sha256 ${repair.sha256}`] : []),
    ...(repair.state === "unknown" ? [say.unknownHow] : []),
  ];
}

const mostOutputLines = 5;

/** The end of what a command wrote; foreign text, so each line stays on its own. */
function outputLines(output: string): readonly string[] {
  return output
    .split("\n")
    .map(safeLine)
    .filter((line) => line !== "")
    .slice(-mostOutputLines)
    .map((line) => `     > ${line}`);
}

/** 0 done or still under way, 1 failed, 3 nobody knows what became of it. */
export function repairExit({ state }: RepairAnswer): number {
  if (state === "failed") return 1;
  return state === "unknown" ? 3 : 0;
}

/** One step a line for programs. */
export function repairRows(repair: RepairAnswer): readonly string[] {
  return repair.steps.map(({ id, state, code, command }) =>
    [repair.id, id, state, code ?? "", safeLine(command)].join("\t"),
  );
}
