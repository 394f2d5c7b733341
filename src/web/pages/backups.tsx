import type { JSX } from "preact";
import type { BackupStatus } from "../../kernel/ports-recovery.ts";
import { backupVerdict, type BackupVerdict } from "../../recover/index.ts";
import { StateMark } from "../../render/parts.tsx";
import { doubtText, timelinessMark, timelinessName } from "../../words/backups-proof.ts";
import { auditWords } from "../../words/audit.ts";
import { backupExample, backupWords, bytesText, targetText } from "../../words/backups.ts";
import { duration } from "../../words/format.ts";
import { nearTime } from "../../words/jobs.ts";
import type { PageContext } from "../context.ts";
import type { Page } from "../frame.tsx";

/** One backup with what it is worth. */
export interface JudgedBackup {
  readonly status: BackupStatus;
  readonly verdict: BackupVerdict;
}

export function judge(context: PageContext, status: BackupStatus): JudgedBackup {
  return { status, verdict: backupVerdict({ status, site: context.site, now: context.now }) };
}

const order: readonly BackupVerdict["timeliness"][] = ["missed", "unproven", "likely", "met"];

/** Every backup by what it is worth: the time of its last real restore beside its target. */
export function backupsPage(context: PageContext, statuses: readonly BackupStatus[]): Page {
  const judged = statuses
    .map((status) => judge(context, status))
    .toSorted((a, b) => order.indexOf(a.verdict.timeliness) - order.indexOf(b.verdict.timeliness));
  const worst = judged[0]?.verdict.timeliness;
  return {
    title: backupWords(context.lang).title,
    here: "backups",
    mark: worst === undefined ? "down" : timelinessMark[worst],
    body: <Backups context={context} judged={judged} />,
  };
}

function Backups({ context, judged }: { context: PageContext; judged: readonly JudgedBackup[] }): JSX.Element {
  const say = backupWords(context.lang);
  return (
    <>
      <h1>{say.title}</h1>
      <p>{say.lead}</p>
      <p>
        <a href="/survival">{auditWords(context.lang).title}</a>: {auditWords(context.lang).leadShort}
      </p>
      {judged.length === 0 ? <NothingProtected context={context} /> : <Table context={context} judged={judged} />}
    </>
  );
}

/** Not a neutral emptiness: what is not copied is lost with its host. */
function NothingProtected({ context }: { context: PageContext }): JSX.Element {
  const say = backupWords(context.lang);
  return (
    <div class="notice s-down" role="note">
      <p>
        <StateMark state="down" lang={context.lang} word={say.nothing} />
      </p>
      <p>{say.nothingHow}</p>
      <pre>{backupExample}</pre>
    </div>
  );
}

function Table({ context, judged }: { context: PageContext; judged: readonly JudgedBackup[] }): JSX.Element {
  const say = backupWords(context.lang);
  return (
    <table class="cards">
      <thead>
        <tr>
          <th scope="col">{say.plan}</th>
          <th scope="col">{say.lastGood}</th>
          <th scope="col">{say.verified}</th>
          <th scope="col">{say.lastRestore}</th>
          <th scope="col">{say.target}</th>
          <th scope="col">{say.verdict}</th>
        </tr>
      </thead>
      <tbody>
        {judged.map((one) => (
          <Row key={one.status.plan.key} context={context} one={one} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ context, one: { status, verdict } }: { context: PageContext; one: JudgedBackup }): JSX.Element {
  const { lang } = context;
  const say = backupWords(lang);
  const { plan } = status;
  return (
    <tr>
      <th scope="row">
        <a href={backupPath(plan.key)}>{plan.key}</a>
      </th>
      <td data-l={say.lastGood}>
        <LastGood context={context} one={{ status, verdict }} />
      </td>
      <td data-l={say.verified}>{whenText(context, verdict.verifiedAtMs)}</td>
      <td data-l={say.lastRestore}>{lastRestoreText(context, verdict)}</td>
      <td data-l={say.target}>{targetText(plan, lang)}</td>
      <td data-l={say.verdict}>
        <StateMark
          state={timelinessMark[verdict.timeliness]}
          lang={lang}
          word={timelinessName(verdict.timeliness, lang)}
        />
        {verdict.doubts.length === 0 ? null : <p class="mut">{doubtText(verdict.doubts[0] ?? "", lang)}</p>}
      </td>
    </tr>
  );
}

function LastGood({ context, one: { status, verdict } }: { context: PageContext; one: JudgedBackup }): JSX.Element {
  const say = backupWords(context.lang);
  const places = verdict.copies.filter(({ newest, isBroken }) => newest !== null && !isBroken).length;
  const [running] = status.running;
  return (
    <>
      {verdict.newestAtMs === null
        ? say.never
        : `${whenText(context, verdict.newestAtMs)} (${say.places(places)}, ${elsewhereText(context, verdict)})`}
      {status.plan.with === "external" ? <p class="mut">{say.external}</p> : null}
      {running === undefined ? null : (
        <p class="mut">
          {say.running}: {bytesText(running.doneBytes)}
        </p>
      )}
    </>
  );
}

function elsewhereText({ lang }: PageContext, { copiesElsewhere }: BackupVerdict): string {
  const say = backupWords(lang);
  return copiesElsewhere === 0 ? say.noneElsewhere : say.elsewhere(copiesElsewhere);
}

/** Today only the time of day; `never` where it was never. */
export function whenText({ lang, site, now }: PageContext, atMs: number | null): string {
  if (atMs === null) return backupWords(lang).never;
  return nearTime(atMs, { nowMs: now.atMs, timeZone: site.timeZone, lang });
}

export function lastRestoreText({ lang, now }: PageContext, { lastRestore, restoreSeconds }: BackupVerdict): string {
  const say = backupWords(lang);
  if (lastRestore === null || restoreSeconds === null) return say.never;
  const sinceMs = now.atMs - (lastRestore.endedAt ?? lastRestore.startedAt).atMs;
  return say.took(duration(restoreSeconds * 1_000, lang), duration(Math.max(0, sinceMs), lang));
}

export function backupPath(key: string): string {
  return `/backups/${encodeURIComponent(key)}`;
}
