import type { z } from "zod";
import type { BackupDetailJson, BackupJson, RestoreRunJson, RunJson, TaskJson } from "../api/backup-schemas.ts";
import { safeText } from "../clients/safe-text.ts";
import { KoboshiError } from "../kernel/errors.ts";
import type { Lang } from "../kernel/lang.ts";
import { backupWords, bytesText, restoreStateName, targetText } from "../words/backups.ts";
import { doubtText, levelName, runMark, runStateName, timelinessMark, timelinessName } from "../words/backups-proof.ts";
import { duration } from "../words/format.ts";
import { recoveryCliWords } from "../words/recovery-cli.ts";
import { troubleText } from "../words/recovery-drill.ts";
import { runTroubleText } from "../words/recovery-restore.ts";
import { troubleWords } from "../words/run-trouble.ts";
import { wallTime } from "./incident-text.ts";
import type { Terminal } from "./terminal.ts";

export type BackupAnswer = z.output<typeof BackupJson>;
export type BackupDetailAnswer = z.output<typeof BackupDetailJson>;
export type RunAnswer = z.output<typeof RunJson>;
export type TaskAnswer = z.output<typeof TaskJson>;
type CopyAnswer = BackupAnswer["copies"][number];
type RestoreAnswer = z.output<typeof RestoreRunJson>;

export interface TextStyle {
  readonly lang: Lang;
  readonly terminal: Terminal;
}

/** The backup a command is about. @throws KoboshiError KB1001 without one */
export function planOfArgs(args: readonly string[], lang: Lang): string {
  const [key] = args;
  if (key === undefined) throw new KoboshiError("KB1001", { what: backupWords(lang).which });
  return key;
}

/** `■ 未証明  shop-data  最後の控え 3:21(2か所)  戻したことがありません / 目標 8時間 / 1日` */
export function backupLine(backup: BackupAnswer, { lang, terminal }: TextStyle): string {
  const say = recoveryCliWords(lang);
  const mark = timelinessMark[backup.verdict];
  const state = terminal.paint(`${terminal.glyph(mark)} ${timelinessName(backup.verdict, lang)}`, mark);
  const good = backup.copies.filter(({ newestAt, broken }) => newestAt !== null && !broken).length;
  const facts = [
    backup.lastGoodAt === null ? say.noGood : say.lastGood(dayTime(backup.lastGoodAt, lang), good),
    restoreText(backup, lang),
    ...(backup.copiesElsewhere === 0 ? [backupWords(lang).noneElsewhere] : [say.elsewhere(backup.copiesElsewhere)]),
    ...(backup.running.length === 0 ? [] : [backupWords(lang).running]),
  ];
  return `${state}  ${terminal.pad(backup.plan, 16)} ${facts.join("  ")}`;
}

function restoreText({ lastRestore, backWithinSeconds, loseAtMostSeconds }: BackupAnswer, lang: Lang): string {
  const say = recoveryCliWords(lang);
  const target = targetText({ backWithinMs: msOf(backWithinSeconds), loseAtMostMs: msOf(loseAtMostSeconds) }, lang);
  const seconds = lastRestore?.seconds ?? null;
  return seconds === null ? say.neverRestored(target) : say.restored(duration(seconds * 1_000, lang), target);
}

function msOf(seconds: number | null): number | null {
  return seconds === null ? null : seconds * 1_000;
}

/** `11-22 3:21`: the site's clock, not this terminal's. */
function dayTime(iso: string, lang: Lang): string {
  return `${iso.slice(5, 10)} ${wallTime(iso, lang)}`;
}

/** tab separated: plan, verdict, last good, verified, restore seconds, doubts */
export function backupPlain(backup: BackupAnswer): string {
  const { plan, verdict, lastGoodAt, verifiedAt, lastRestore, doubts } = backup;
  return [plan, verdict, lastGoodAt ?? "", verifiedAt ?? "", lastRestore?.seconds ?? "", doubts.join(",")].join("\t");
}

export function backupDetailLines(backup: BackupDetailAnswer, style: TextStyle): readonly string[] {
  const { lang } = style;
  const say = recoveryCliWords(lang);
  return [
    backupLine(backup, style),
    ...backup.doubts.map((doubt) => `  ${doubtText(doubt, lang)}`),
    ...(backup.nextAt === null ? [] : [`  ${say.next(dayTime(backup.nextAt, lang))}`]),
    "",
    ...backup.copies.flatMap((copy) => copyLines(copy, backup, style)),
    "",
    say.runs,
    ...(backup.runs.length === 0
      ? [`  ${backupWords(lang).noRuns}`]
      : backup.runs.map((run) => runLine(run, backup, style))),
    "",
    say.restores,
    ...(backup.restores.length === 0
      ? [`  ${backupWords(lang).noDrills}`]
      : backup.restores.map((run) => restoreLine(run, style))),
  ];
}

function copyLines(copy: CopyAnswer, whose: Whose, { lang, terminal }: TextStyle): readonly string[] {
  const say = recoveryCliWords(lang);
  const words = backupWords(lang);
  const time = copy.newestAt === null ? words.noSet : dayTime(copy.newestAt, lang);
  const size = copy.bytes === null ? "" : `  ${bytesText(copy.bytes)}`;
  const deletable = copy.deletable === null ? say.notProven : copy.deletable ? say.deletable : say.notDeletable;
  const broken = copy.broken ? [terminal.paint(`  ${terminal.glyph("down")} ${words.broken}`, "down")] : [];
  const trouble = copy.trouble === null ? [] : troubleLines(copy.trouble, { ...whose, place: copy.place }, lang);
  return [
    `${say.copy(copy.place, time)}${size}  ${levelName(levelOf(copy.level), lang)}  ${say.proof}: ${deletable}`,
    ...broken,
    ...trouble,
  ];
}

type Level = Parameters<typeof levelName>[0];

/** A hub of a later version may know more levels. */
export function levelOf(level: number): Level {
  return level >= 0 && level <= 6 && Number.isInteger(level) ? (level as Level) : 0;
}

interface Whose {
  readonly plan: string;
  readonly host: string;
}

/** What is wrong, and below it how to mend it. */
function troubleLines(
  { code, text }: NonNullable<CopyAnswer["trouble"]>,
  { plan, host, place }: Whose & { readonly place: string },
  lang: Lang,
): readonly string[] {
  const { message, fix } = troubleWords({ code, text: safeText(text, []) }, { plan, host, place }, lang);
  return [`    ${code} ${message}`, ...(fix === null ? [] : [`    → ${fix}`])];
}

/** What a tool says is foreign: no control character of it reaches the terminal. */
export function runLine(run: RunAnswer, whose: Whose, { lang, terminal }: TextStyle): string {
  const mark = runMark(run.state);
  const state = terminal.paint(`${terminal.glyph(mark)} ${runStateName(run.state, lang)}`, mark);
  const facts = [
    bytesText(run.doneBytes),
    ...(run.addedBytes === null ? [] : [backupWords(lang).added(bytesText(run.addedBytes))]),
  ];
  const line = `  ${dayTime(run.startedAt, lang)}  ${state}  ${recoveryCliWords(lang).copy(run.place, facts.join("  "))}`;
  const trouble = run.trouble === null ? [] : troubleLines(run.trouble, { ...whose, place: run.place }, lang);
  return [line, ...trouble].join("\n");
}

function restoreLine(run: RestoreAnswer, { lang, terminal }: TextStyle): string {
  const say = backupWords(lang);
  const mark = { running: "unknown", done: "ok", failed: "down", interrupted: "warning" } as const;
  const state = terminal.paint(
    `${terminal.glyph(mark[run.state])} ${restoreStateName(run.state, lang)}`,
    mark[run.state],
  );
  const length = run.seconds === null ? "" : `  ${duration(run.seconds * 1_000, lang)}`;
  const kind = run.kind === "drill" ? say.drill : say.restore;
  const line = `  ${dayTime(run.startedAt, lang)}  ${state}${length}  ${kind}  ${say.to(run.target, run.folder)}  ${run.id}`;
  return run.trouble === null ? line : `${line}\n    ${safeText(whyOf(run, run.trouble, lang), [])}`;
}

function whyOf({ kind }: RestoreAnswer, trouble: NonNullable<RestoreAnswer["trouble"]>, lang: Lang): string {
  return kind === "drill" ? troubleText(trouble, lang) : runTroubleText(trouble, lang);
}
