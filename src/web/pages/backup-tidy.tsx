import type { JSX } from "preact";
import type { TidyAnswer } from "../../kernel/ports-recovery.ts";
import { safeText } from "../../clients/safe-text.ts";
import { instantMs } from "../../readers/hardware/instant.ts";
import { StateMark } from "../../render/parts.tsx";
import { backupKeepingWords, keptText, nothingGoesText } from "../../words/backup-keeping.ts";
import { backupWords } from "../../words/backups.ts";
import { dateTime } from "../../words/format.ts";
import type { PageContext } from "../context.ts";
import type { Page } from "../frame.tsx";
import { VerbForm } from "./actions.tsx";
import { backupPath } from "./backups.tsx";

export interface TidyView {
  readonly plan: string;
  /** in the file's order; what was looked at, or what was done */
  readonly answers: readonly TidyAnswer[];
  /** what would go differs from what was shown: nothing was done */
  readonly hasMoved: boolean;
}

/** Ids of the sets that would go, as the form carries them back: what was not seen is not removed. */
export function goingOf(answers: readonly TidyAnswer[]): string {
  return answers
    .filter(({ state, refusals }) => state === "planned" && refusals.length === 0)
    .flatMap(({ place, sets }) => sets.flatMap(({ set, keeps }) => (keeps.length === 0 ? [`${place}/${set}`] : [])))
    .toSorted()
    .join(" ");
}

/** What retention lets go at each place: first to be looked at, then removed by a second press. */
export function tidyPage(context: PageContext, view: TidyView): Page {
  const say = backupKeepingWords(context.lang);
  const path = backupPath(view.plan);
  return {
    title: `${say.tidyTitle}: ${view.plan}`,
    here: "backups",
    mark: "unknown",
    body: (
      <>
        <h1>
          {say.tidyTitle}: {view.plan}
        </h1>
        <p>{say.tidyHow}</p>
        {view.hasMoved ? (
          <div class="notice s-warning" role="alert">
            <p>{say.tidyMoved}</p>
          </div>
        ) : null}
        {view.answers.length === 0 ? <p>{say.noOwn}</p> : null}
        {view.answers.map((answer) => (
          <Place key={answer.place} context={context} answer={answer} />
        ))}
        <Confirm context={context} view={view} />
        <p>
          <a href={path}>{backupWords(context.lang).back}</a>
        </p>
      </>
    ),
  };
}

function Place({ context, answer }: { context: PageContext; answer: TidyAnswer }): JSX.Element {
  const { lang, site } = context;
  const say = backupKeepingWords(lang);
  const { place, sets, state, removed } = answer;
  const trouble = answer.trouble === null ? null : safeText(answer.trouble, []);
  const going = sets.filter(({ keeps }) => keeps.length === 0).length;
  const head =
    nothingGoesText({ ...answer, trouble }, lang) ?? (state === "done" ? say.gone(removed) : say.tidyWillGo(going));
  return (
    <section aria-label={place}>
      <h2>{place}</h2>
      <p>
        {state === "failed" ? <StateMark state="down" lang={lang} /> : null} {head}
      </p>
      {sets.length === 0 ? null : (
        <table class="cards">
          <thead>
            <tr>
              <th scope="col">{backupWords(lang).set}</th>
              <th scope="col">{say.when}</th>
              <th scope="col">{say.fate}</th>
            </tr>
          </thead>
          <tbody>
            {sets.map(({ set, at, keeps }) => (
              <tr key={set}>
                <th scope="row">
                  <code>{set}</code>
                </th>
                <td data-l={say.when}>{dateTime(instantMs(at) ?? 0, site.timeZone, lang)}</td>
                <td data-l={say.fate}>{keptText(keeps, lang)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function Confirm({ context, view }: { context: PageContext; view: TidyView }): JSX.Element | null {
  const say = backupKeepingWords(context.lang);
  const seen = goingOf(view.answers);
  if (seen === "") return null;
  const count = seen.split(" ").length;
  const path = `${backupPath(view.plan)}/tidy`;
  return (
    <VerbForm context={context} action={path} back={path} stack>
      <p>{say.tidySure(count)}</p>
      <input type="hidden" name="seen" value={seen} />
      <button>{say.tidyNow(count)}</button>
    </VerbForm>
  );
}
