import type { JSX } from "preact";
import type { BackupStatus, RestoreOutlook, RestoreRequest } from "../../kernel/ports-recovery.ts";
import { instantMs } from "../../readers/hardware/instant.ts";
import { backupVerdict } from "../../recover/index.ts";
import { backupWords, bytesText } from "../../words/backups.ts";
import { dateTime, duration } from "../../words/format.ts";
import type { PageContext } from "../context.ts";
import type { Page } from "../frame.tsx";
import { VerbForm } from "./actions.tsx";
import { backupPath } from "./backups.tsx";

export interface RestoreView {
  readonly status: BackupStatus;
  readonly asked: RestoreRequest;
  /** null: not asked for yet */
  readonly outlook: RestoreOutlook | null;
  /** why what was asked for cannot be done; null: it can, or nothing was asked */
  readonly refusal: {
    readonly code: string;
    readonly message: string;
    readonly fix: string;
    /** id of the set that is in quarantine; null: refused for something else */
    readonly quarantined: string | null;
  } | null;
}

/** What to restore where: first what would happen, then the typed name, then it begins. */
export function restorePage(context: PageContext, view: RestoreView): Page {
  const { key } = view.status.plan;
  const say = backupWords(context.lang);
  return {
    title: say.runTitle(say.restore, key),
    here: "backups",
    mark: "unknown",
    body: (
      <>
        <h1>{say.runTitle(say.restore, key)}</h1>
        <p>{say.restoreHow}</p>
        <Refusal view={view} />
        {view.outlook === null ? null : <Outlook context={context} view={view} outlook={view.outlook} />}
        <Choice context={context} view={view} />
        <p>
          <a href={backupPath(key)}>{say.back}</a>
        </p>
      </>
    ),
  };
}

function Refusal({ view: { refusal } }: { view: RestoreView }): JSX.Element | null {
  if (refusal === null) return null;
  return (
    <div class="notice s-down" role="alert">
      <p>
        <b>
          {refusal.code} {refusal.message}
        </b>
      </p>
      <p>{refusal.fix}</p>
    </div>
  );
}

const shownSets = 50;

/** A plain GET: looking changes nothing. */
function Choice({ context, view }: { context: PageContext; view: RestoreView }): JSX.Element {
  const { status, asked, refusal } = view;
  const { lang, site } = context;
  const say = backupWords(lang);
  const sets = new Map(
    status.copies.flatMap((copy) =>
      copy.sets.slice(0, shownSets).map(({ set, snapshotAt }) => [set, snapshotAt] as const),
    ),
  );
  const at = (snapshotAt: string): string => dateTime(instantMs(snapshotAt) ?? 0, site.timeZone, lang);
  const verdict = backupVerdict({ status, site, now: context.now });
  const quarantined = new Set(verdict.copies.flatMap((copy) => copy.quarantined));
  return (
    <form method="get" action={`${backupPath(status.plan.key)}/restore`} class="stack">
      <label>
        {say.restoreAt}
        <select name="at">
          <option value="latest">{say.latest}</option>
          {[...sets].map(([set, snapshotAt]) => (
            <option key={set} value={set} selected={set === asked.at}>
              {at(snapshotAt)} ({set}){quarantined.has(set) ? ` ■ ${say.inQuarantine}` : ""}
            </option>
          ))}
        </select>
      </label>
      <label>
        {say.restoreFrom}
        <select name="place">
          <option value="">{say.anyPlace}</option>
          {status.plan.to.map((target) => (
            <option key={target.at} value={target.at} selected={target.at === asked.place}>
              {target.at}
            </option>
          ))}
        </select>
      </label>
      <label>
        {say.restoreTo}
        <input name="target" value={asked.target} required maxLength={200} />
      </label>
      <label>
        {say.restoreFolder}
        <input name="folder" value={asked.folder} required maxLength={4_096} />
      </label>
      <label>
        {say.restoreOnly}
        <textarea name="only">{asked.only.join("\n")}</textarea>
      </label>
      {refusal === null || refusal.quarantined === null ? null : (
        <label>
          {say.typeDespite(refusal.quarantined)}
          <input name="despite" autocomplete="off" maxLength={64} />
        </label>
      )}
      <button>{say.look}</button>
    </form>
  );
}

interface OutlookProps {
  readonly context: PageContext;
  readonly view: RestoreView;
  readonly outlook: RestoreOutlook;
}

function Outlook({ context, view, outlook }: OutlookProps): JSX.Element {
  const { lang, site } = context;
  const say = backupWords(lang);
  const { asked } = view;
  const { inTheWay, freeBytes, bytes } = outlook;
  const sentence = say.outlook({
    from: outlook.place,
    time: dateTime(instantMs(outlook.record.snapshotAt) ?? 0, site.timeZone, lang),
    size: bytesText(bytes),
    to: say.to(outlook.target, outlook.folder),
  });
  return (
    <section class="card" aria-labelledby="outlook">
      <h2 id="outlook">{say.outlookTitle}</h2>
      <p>
        <b>{sentence}</b>
      </p>
      {asked.despite === outlook.record.set ? (
        <p>
          <b>{say.takenDespite}</b>
        </p>
      ) : null}
      <p>{expectedText(context, outlook)}</p>
      {freeBytes === null ? null : (
        <p>
          {say.free(bytesText(freeBytes))} {freeBytes < bytes ? <b>{say.tooSmall}</b> : null}
        </p>
      )}
      <p>{inTheWay.length === 0 ? say.nothingInTheWay : say.inTheWay}</p>
      <ul>
        {inTheWay.map((path) => (
          <li key={path}>
            <code>{path}</code>
          </li>
        ))}
      </ul>
      <Begin context={context} view={view} outlook={outlook} />
    </section>
  );
}

/** The target's name as it must be typed: of `host:web1`, `web1`. */
export function typedName(target: string): string {
  return target.replace(/^host:/, "");
}

function Begin({ context, view: { asked, status }, outlook }: OutlookProps): JSX.Element | null {
  if (context.viewer === null) return null;
  const say = backupWords(context.lang);
  const path = `${backupPath(status.plan.key)}/restore`;
  const kept = { at: outlook.record.set, place: outlook.place, target: asked.target, folder: asked.folder };
  return (
    <VerbForm context={context} action={path} back={path} stack>
      <>
        {Object.entries(kept).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <input type="hidden" name="only" value={asked.only.join("\n")} />
        {asked.despite === outlook.record.set ? <input type="hidden" name="despite" value={asked.despite} /> : null}
      </>
      <label>
        {say.typeName(typedName(asked.target))}
        <input name="confirm" required autocomplete="off" maxLength={200} />
      </label>
      <button class="pri">{say.start}</button>
    </VerbForm>
  );
}

function expectedText({ lang }: PageContext, { expectedSeconds }: RestoreOutlook): string {
  const say = backupWords(lang);
  if (expectedSeconds === null) return say.expectedUnknown;
  const text = (seconds: number): string => duration(seconds * 1_000, lang);
  const { p10, p50, p90 } = expectedSeconds;
  return say.expected(text(p50), p90 === null ? say.atLeast(text(p10)) : say.between(text(p10), text(p90)));
}
