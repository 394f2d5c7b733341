import { elapsedMs, type Stamp } from "../../kernel/clock.ts";
import type { Lang } from "../../kernel/lang.ts";
import type { Incident } from "../../kernel/model/incident.ts";
import type { RestoreRun } from "../../kernel/model/recovery.ts";
import type { Site } from "../../kernel/model/site.ts";
import { phaseName } from "../../words/backups-proof.ts";
import { bytesText, restoreStateName } from "../../words/backups.ts";
import { duration, fullDateTime, list as listed } from "../../words/format.ts";
import { reportRecoveryWords } from "../../words/report-recovery.ts";
import { fact, heading, list, text, type Block, type Line } from "./document.ts";
import type { ReportFacts } from "./facts.ts";
import { fill } from "./fill.ts";

/** Real restores since the incident began, of plans that copy a host it is about, oldest first. */
export function recoveriesOf(
  runs: readonly RestoreRun[],
  { incident, hit, site, at }: { incident: Incident; hit: readonly string[]; site: Site; at: Stamp },
): readonly RestoreRun[] {
  const hosts = new Set(hit.flatMap((key) => site.services.get(key)?.on ?? []));
  const isAbout = (plan: string): boolean => {
    const host = site.backups?.get(plan)?.host;
    return host !== undefined && (hosts.has(host) || incident.subject === `host:${host}`);
  };
  return runs
    .filter(({ kind, plan }) => kind === "restore" && isAbout(plan))
    .filter(({ startedAt }) => startedAt.atMs >= incident.startedAt.atMs && startedAt.atMs <= at.atMs)
    .toSorted((a, b) => a.startedAt.atMs - b.startedAt.atMs);
}

type Told = Pick<ReportFacts, "recoveries" | "incident" | "site" | "lastedMs">;

/** For people inside: what came from where, and how long every step took; nothing when nothing was restored. */
export function recoveryBlocks({ recoveries, incident, lastedMs }: Told, lang: Lang): readonly Block[] {
  const [first, last] = [recoveries[0], recoveries.at(-1)];
  if (first === undefined || last === undefined) return [];
  const say = reportRecoveryWords(lang);
  const step = (words: string, ms: number): readonly Line[] => [[text(words)], [fact(duration(ms, lang))], []];
  const over = incident.resolvedAt;
  const rows = [
    step(say.decide, elapsedMs(incident.detectedAt, first.startedAt)),
    ...recoveries.flatMap((run) => phaseRows(run, lang)),
    ...(over === null || last.endedAt === null || over.atMs < last.endedAt.atMs
      ? []
      : [step(say.answer, elapsedMs(last.endedAt, over))]),
    ...(over === null ? [] : [step(say.all, lastedMs)]),
  ];
  return [
    heading(say.heading),
    list(...recoveries.flatMap((run) => runLines(run, lang))),
    { kind: "table", head: [say.step, say.took, say.amount], rows },
  ];
}

function runLines(run: RestoreRun, lang: Lang): readonly Line[] {
  const say = reportRecoveryWords(lang);
  const { plan, place, set, target, state, lostSeconds } = run;
  const shown = { plan: fact(plan), place: fact(place), set: fact(set, `/restores/${run.id}`), target: fact(target) };
  return [
    fill(say.copy, { ...shown, state: fact(restoreStateName(state, lang)) }),
    ...(lostSeconds === null ? [] : [fill(say.lost, { lost: fact(duration(lostSeconds * 1_000, lang)) })]),
  ];
}

function phaseRows(run: RestoreRun, lang: Lang): readonly (readonly Line[])[] {
  const phases = run.phases.map(({ phase, seconds, bytes }): readonly Line[] => [
    [text(`${run.plan}: ${phaseName(phase, lang)}`)],
    [fact(duration(seconds * 1_000, lang), `/restores/${run.id}`)],
    bytes === 0 ? [] : [fact(bytesText(bytes))],
  ]);
  // one that was cut off has the end it was given when that was noticed
  if (run.endedAt === null || run.state === "interrupted") return phases;
  const whole = fact(duration(elapsedMs(run.startedAt, run.endedAt), lang), `/restores/${run.id}`);
  return [...phases, [[text(`${run.plan}: ${reportRecoveryWords(lang).whole}`)], [whole], []]];
}

/** For customers: to which moment their data were brought back, and how long it took; no name of a machine. */
export function recoveryLines({ recoveries, site }: Told, lang: Lang): readonly Line[] {
  const say = reportRecoveryWords(lang);
  return recoveries.flatMap((run) => {
    if (run.state !== "done" || run.endedAt === null) return [];
    const phases = run.phases.map(
      ({ phase, seconds }) => `${phaseName(phase, lang)} ${duration(seconds * 1_000, lang)}`,
    );
    const shown = {
      took: fact(duration(elapsedMs(run.startedAt, run.endedAt), lang)),
      phases: fact(listed(phases, lang)),
    };
    if (run.lostSeconds === null) return [fill(say.letterUnknown, shown)];
    const dataAt = fullDateTime(run.startedAt.atMs - run.lostSeconds * 1_000, site.timeZone, lang);
    return [fill(say.letter, { ...shown, data: fact(dataAt) })];
  });
}
