import type { JSX } from "preact";
import type { RestoreRun } from "../../kernel/model/recovery.ts";
import type { RecoveryProgress } from "../../kernel/ports-recovery.ts";
import { secondsOf } from "../../recover/index.ts";
import { StateMark, Time } from "../../render/parts.tsx";
import { phaseName } from "../../words/backups-proof.ts";
import { backupWords, bytesText, restoreStateName } from "../../words/backups.ts";
import { duration } from "../../words/format.ts";
import { troubleText } from "../../words/recovery-drill.ts";
import { sampleTexts } from "../../words/recovery-drill-sample.ts";
import { runTroubleText } from "../../words/recovery-restore.ts";
import type { PageContext } from "../context.ts";
import type { Page } from "../frame.tsx";
import { restoreMark } from "./backup-restores.tsx";
import { Seen } from "./drill-seen.tsx";
import { ProgressLine } from "./backup.tsx";
import { backupPath } from "./backups.tsx";

export interface RestoreRunView {
  readonly run: RestoreRun;
  readonly progress: RecoveryProgress | null;
}

/** One rehearsal or real restore, phase by phase. */
export function restoreRunPage(context: PageContext, view: RestoreRunView): Page {
  const { run } = view;
  const say = backupWords(context.lang);
  const title = say.runTitle(run.kind === "drill" ? say.drill : say.restore, run.plan);
  return {
    title,
    here: "backups",
    mark: restoreMark[run.state],
    body: <Run context={context} view={view} title={title} />,
  };
}

function Run({
  context,
  view: { run, progress },
  title,
}: {
  context: PageContext;
  view: RestoreRunView;
  title: string;
}): JSX.Element {
  const { lang, site } = context;
  const say = backupWords(lang);
  const state = restoreMark[run.state];
  const way = { done: progress?.doneBytes ?? 0, total: progress?.totalBytes ?? null, progress };
  return (
    <>
      <section class={`v s-${state}`} aria-labelledby="verdict">
        <h1 id="verdict">{title}</h1>
        <p>
          <StateMark state={state} lang={lang} word={restoreStateName(run.state, lang)} />{" "}
          <Time atMs={run.startedAt.atMs} zone={site.timeZone} lang={lang} />
        </p>
      </section>
      <ul class="facts">
        <li>{say.from(run.place, run.set)}</li>
        <li>{say.to(run.target, run.folder)}</li>
        {run.lostSeconds === null ? null : <li>{say.lost(duration(run.lostSeconds * 1_000, lang))}</li>}
        {run.sample === undefined ? null : sampleTexts(run.sample, lang).map((text) => <li key={text}>{text}</li>)}
      </ul>
      {run.endedAt !== null || progress === null ? null : (
        <>
          <h2>{phaseName(progress.phase, lang)}</h2>
          <ProgressLine context={context} way={way} />
        </>
      )}
      {run.trouble === null ? null : (
        <div class={`notice s-${state}`} role="note">
          <p>{run.kind === "drill" ? troubleText(run.trouble, lang) : runTroubleText(run.trouble, lang)}</p>
        </div>
      )}
      <Phases context={context} run={run} />
      {run.seen === undefined ? null : <Seen context={context} seen={run.seen} folder={run.folder} />}
      <p>
        <a href={backupPath(run.plan)}>{say.back}</a>
      </p>
    </>
  );
}

function Phases({ context, run }: { context: PageContext; run: RestoreRun }): JSX.Element | null {
  const { lang } = context;
  const say = backupWords(lang);
  if (run.phases.length === 0) return null;
  const text = (seconds: number): string => duration(seconds * 1_000, lang);
  const total = secondsOf(run);
  return (
    <table class="cards">
      <caption>{say.phases}</caption>
      <thead>
        <tr>
          <th scope="col">{say.phase}</th>
          <th scope="col">{say.time}</th>
          <th scope="col">{say.amount}</th>
          <th scope="col">{say.manual}</th>
        </tr>
      </thead>
      <tbody>
        {run.phases.map(({ phase, seconds, bytes, manualSteps }) => (
          <tr key={phase}>
            <th scope="row">{phaseName(phase, lang)}</th>
            <td data-l={say.time}>{text(seconds)}</td>
            <td data-l={say.amount}>{bytes === 0 ? say.none : bytesText(bytes)}</td>
            <td data-l={say.manual}>{manualSteps}</td>
          </tr>
        ))}
        <tr>
          <th scope="row">{say.total}</th>
          <td data-l={say.time}>{total === null ? say.none : text(total)}</td>
        </tr>
      </tbody>
    </table>
  );
}
