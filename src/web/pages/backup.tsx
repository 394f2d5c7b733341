import type { JSX } from "preact";
import type { BackupTask } from "../../api/backup-tasks.ts";
import { databaseName } from "../../api/backup-views.ts";
import type { BackupRun } from "../../kernel/model/recovery.ts";
import type { BackupStatus, RecoveryProgress } from "../../kernel/ports-recovery.ts";
import { StateMark, Time } from "../../render/parts.tsx";
import {
  doubtText,
  levelName,
  runMark,
  runStateName,
  timelinessMark,
  timelinessName,
} from "../../words/backups-proof.ts";
import { backupKeepingWords } from "../../words/backup-keeping.ts";
import { backupWords, bytesText, targetText } from "../../words/backups.ts";
import { explainError } from "../../words/errors.ts";
import { duration } from "../../words/format.ts";
import { troubleWords } from "../../words/run-trouble.ts";
import type { PageContext } from "../context.ts";
import type { Page } from "../frame.tsx";
import { VerbForm } from "./actions.tsx";
import { Suspects, type Suspected } from "./backup-suspects.tsx";
import { Copies } from "./backup-copies.tsx";
import { Restores } from "./backup-restores.tsx";
import { backupPath, judge, lastRestoreText, whenText, type JudgedBackup } from "./backups.tsx";

export interface BackupView {
  readonly status: BackupStatus;
  /** changes that a person has to look at */
  readonly suspects: readonly Suspected[];
  /** verifications and trials that run or just ran, newest first */
  readonly tasks: readonly BackupTask[];
  progress(id: string): RecoveryProgress | null;
}

/** One backup: what it is worth, its copies with what they have proven, its runs, its restores. */
export function backupPage(context: PageContext, view: BackupView): Page {
  const one = judge(context, view.status);
  return {
    title: view.status.plan.key,
    here: "backups",
    mark: timelinessMark[one.verdict.timeliness],
    wide: true,
    body: <Backup context={context} view={view} one={one} />,
  };
}

interface Props {
  readonly context: PageContext;
  readonly view: BackupView;
  readonly one: JudgedBackup;
}

function Backup({ context, view, one }: Props): JSX.Element {
  const { lang } = context;
  const say = backupWords(lang);
  const { status, verdict } = one;
  const state = timelinessMark[verdict.timeliness];
  return (
    <>
      <section class={`v s-${state}`} aria-labelledby="verdict">
        <h1 id="verdict">{status.plan.key}</h1>
        <p>
          <StateMark state={state} lang={lang} word={timelinessName(verdict.timeliness, lang)} /> {say.lastRestore}:{" "}
          {lastRestoreText(context, verdict)} · {say.target}: {targetText(status.plan, lang)}
        </p>
      </section>
      {verdict.doubts.length === 0 ? null : (
        <>
          <h2>{say.doubts}</h2>
          <ul>
            {verdict.doubts.map((doubt) => (
              <li key={doubt}>{doubtText(doubt, lang)}</li>
            ))}
          </ul>
        </>
      )}
      <Suspects context={context} plan={status.plan.key} suspects={view.suspects} />
      <Facts context={context} one={one} />
      <Tasks context={context} tasks={view.tasks} />
      <Verbs context={context} status={status} />
      <Copies context={context} one={one} />
      <Runs context={context} view={view} />
      <Restores context={context} status={status} progress={view.progress} />
    </>
  );
}

function Facts({ context, one: { status, verdict } }: { context: PageContext; one: JudgedBackup }): JSX.Element {
  const say = backupWords(context.lang);
  const { plan, nextAtMs } = status;
  const lines = [
    `${plan.with} · host:${plan.host} · ${[...plan.paths, ...plan.databases.map(databaseName)].join(" ")}`,
    ...(nextAtMs === null ? (plan.with === "external" ? [] : [say.byHand]) : [say.next(whenText(context, nextAtMs))]),
    ...(verdict.isDrillOverdue
      ? [say.drillOverdue]
      : verdict.drillDueAtMs === null
        ? []
        : [say.drillDue(whenText(context, verdict.drillDueAtMs))]),
  ];
  return (
    <ul class="facts">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}

/** What was asked for and is not over, or could not be done. */
function Tasks({ context, tasks }: { context: PageContext; tasks: readonly BackupTask[] }): JSX.Element {
  const { lang } = context;
  const say = backupWords(lang);
  const names = { run: say.runNow, verify: say.verifyNow, prove: say.proveNow, refresh: say.refresh };
  return (
    <>
      {tasks
        .filter(({ state }) => state !== "done")
        .slice(0, 3)
        .map(({ id, kind, state, error }) => (
          <div key={id} class={`notice ${state === "failed" ? "s-down" : "s-unknown"}`} role="status">
            <p>
              {error === null
                ? say.working(names[kind])
                : say.taskFailed(names[kind], explainError(error.code, error.facts, lang).message)}
            </p>
          </div>
        ))}
    </>
  );
}

const levels = [2, 3, 4, 5] as const;

function Verbs({ context, status: { plan, running } }: { context: PageContext; status: BackupStatus }): JSX.Element {
  const { lang, viewer } = context;
  const say = backupWords(lang);
  const path = backupPath(plan.key);
  if (viewer === null)
    return (
      <p class="mut">
        <a href={`/login?next=${encodeURIComponent("/")}`}>{context.say.signIn}</a> {context.say.orCommand}{" "}
        <code>koboshi backup run {plan.key}</code>
      </p>
    );
  if (plan.with === "external") return <Restore path={path} text={say.restoreTitle} />;
  return (
    <>
      <div class="act">
        {running.length > 0 ? null : (
          <VerbForm context={context} action={`${path}/run`} back={path}>
            <button class="pri">{say.runNow}</button>
          </VerbForm>
        )}
        <VerbForm context={context} action={`${path}/refresh`} back={path}>
          <button>{say.refresh}</button>
        </VerbForm>
        {plan.drill === null ? null : (
          <VerbForm context={context} action={`${path}/drill`} back={path}>
            <button>{say.drillNow}</button>
          </VerbForm>
        )}
        <Restore path={path} text={say.restoreTitle} />
      </div>
      <details>
        <summary>{say.verifyNow}</summary>
        <VerbForm context={context} action={`${path}/verify`} back={path} stack>
          <label>
            {say.verifyLevel}
            <select name="level">
              {levels.map((level) => (
                <option key={level} value={String(level)}>
                  {levelName(level, lang)}
                </option>
              ))}
            </select>
          </label>
          <button>{say.verifyNow}</button>
        </VerbForm>
        <VerbForm context={context} action={`${path}/prove`} back={path} stack>
          <p class="mut">{say.proveHow}</p>
          <button>{say.proveNow}</button>
        </VerbForm>
      </details>
      <p>
        <a href={`${path}/tidy`}>{backupKeepingWords(lang).tidyButton}</a>
      </p>
    </>
  );
}

function Restore({ path, text }: { path: string; text: string }): JSX.Element {
  return (
    <a class="btn" href={`${path}/restore`}>
      {text}
    </a>
  );
}

const shownRuns = 20;

function Runs({ context, view: { status, progress } }: { context: PageContext; view: BackupView }): JSX.Element {
  const say = backupWords(context.lang);
  const open = new Set(status.running.map(({ set, place }) => `${set} ${place}`));
  const runs = [...status.running, ...status.runs.filter(({ set, place }) => !open.has(`${set} ${place}`))];
  return (
    <>
      <h2>{say.runs}</h2>
      {runs.length === 0 ? <p>{say.noRuns}</p> : null}
      <ol class="tl">
        {runs.slice(0, shownRuns).map((run) => (
          <Run key={`${run.set} ${run.place}`} context={context} run={run} progress={progress(run.set)} />
        ))}
      </ol>
    </>
  );
}

interface RunProps {
  readonly context: PageContext;
  readonly run: BackupRun;
  readonly progress: RecoveryProgress | null;
}

/** What the tool said is foreign text: escaped as everything here. */
function Run({ context, run, progress }: RunProps): JSX.Element {
  const { lang, site } = context;
  const say = backupWords(lang);
  const { record, endedAt, startedAt, trouble } = run;
  const facts = [
    run.place,
    ...(endedAt === null ? [] : [duration(Math.max(0, endedAt.atMs - startedAt.atMs), lang)]),
    ...(record === null ? [] : [bytesText(record.totals.bytes), say.added(bytesText(record.totals.addedBytes))]),
  ];
  return (
    <li>
      <Time atMs={startedAt.atMs} zone={site.timeZone} lang={lang} />
      <StateMark state={runMark(run.state)} lang={lang} word={runStateName(run.state, lang)} />{" "}
      <span class="mut">{facts.join(" · ")}</span>
      {endedAt === null ? <Progress context={context} run={run} progress={progress} /> : null}
      {trouble === null ? null : <RunTrouble context={context} run={run} trouble={trouble} />}
    </li>
  );
}

function RunTrouble({
  context: { lang, site },
  run: { plan, place },
  trouble,
}: Pick<RunProps, "context" | "run"> & { readonly trouble: NonNullable<BackupRun["trouble"]> }): JSX.Element {
  const host = site.backups?.get(plan)?.host ?? "—";
  const { message, fix } = troubleWords(trouble, { plan, place, host }, lang);
  return (
    <>
      <p>
        {trouble.code} {message}
      </p>
      {fix === null ? null : <p class="mut">{fix}</p>}
    </>
  );
}

function Progress({ context, run, progress }: RunProps): JSX.Element {
  const done = progress?.doneBytes ?? run.doneBytes;
  const total = progress?.totalBytes ?? run.totalBytes;
  return <ProgressLine context={context} way={{ done, total, progress }} />;
}

interface Way {
  readonly done: number;
  readonly total: number | null;
  readonly progress: RecoveryProgress | null;
}

/** A bar where the end is known, in figures everywhere. */
export function ProgressLine({
  context: { lang },
  way: { done, total, progress },
}: {
  context: PageContext;
  way: Way;
}): JSX.Element {
  const say = backupWords(lang);
  const text = total === null ? bytesText(done) : say.progress(bytesText(done), bytesText(total));
  const { bytesPerSecond: rate = null, leftSeconds: left = null } = progress ?? {};
  const pace = rate === null || left === null ? "" : ` · ${say.rate(bytesText(rate), duration(left * 1_000, lang))}`;
  return (
    <p>
      {total === null || total === 0 ? null : <progress value={done} max={total} aria-label={text} />} {text}
      {pace}
    </p>
  );
}
