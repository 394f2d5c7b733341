import type { JSX } from "preact";
import type { CheckStatus, SiteStatus } from "../../kernel/model/status.ts";
import { StateMark } from "../../render/parts.tsx";
import { duration } from "../../words/format.ts";
import { serviceWords } from "../../words/services.ts";
import { glyphs } from "../../words/states.ts";
import type { PageContext } from "../context.ts";
import type { Filter } from "../filter.ts";
import type { Page } from "../frame.tsx";
import { checkHref, worstOf } from "../things.ts";
import { FilterForm, NothingFound, Unreadable } from "./services.tsx";

export const checksPerPage = 200;

export interface CheckList {
  /** null: the present state cannot be read */
  readonly status: SiteStatus | null;
  readonly shown: readonly CheckStatus[];
  readonly found: number;
  /** 1 and up */
  readonly page: number;
  readonly filter: Filter;
}

/** Every check in one table. */
export function checksPage(context: PageContext, list: CheckList): Page {
  const say = serviceWords(context.lang);
  const worst = list.status === null ? "unknown" : worstOf(list.status.services.map(({ state }) => state));
  return {
    title: `${glyphs[worst]} ${say.checks}`,
    mark: worst,
    here: "checks",
    wide: true,
    body: <Checks context={context} list={list} />,
  };
}

function Checks({ context, list }: { context: PageContext; list: CheckList }): JSX.Element {
  const say = serviceWords(context.lang);
  if (list.status === null) return <Unreadable context={context} title={say.checks} />;
  const none = list.status.services.every(({ checks }) => checks.length === 0);
  return (
    <>
      <h1>{say.checks}</h1>
      {none ? (
        <>
          <p>{say.checksEmpty}</p>
          <div class="act">
            <a class="btn" href="/settings/config">
              {say.addFirst}
            </a>
          </div>
        </>
      ) : (
        <FilterForm context={context} action="/checks" filter={list.filter} />
      )}
      {list.found === 0 && !none ? <NothingFound context={context} filter={list.filter} all="/checks" /> : null}
      {list.shown.length === 0 ? null : <Table context={context} checks={list.shown} />}
      <Paging context={context} list={list} />
    </>
  );
}

function Table({ context, checks }: { context: PageContext; checks: readonly CheckStatus[] }): JSX.Element {
  const { lang, site } = context;
  const say = serviceWords(lang);
  return (
    <div class="scroll" role="group" aria-label={say.checks} tabIndex={0}>
      <table class="cards">
        <thead>
          <tr>
            <th scope="col">{say.checks}</th>
            <th scope="col">{say.state}</th>
            <th scope="col">{say.service}</th>
            <th scope="col">{say.kind}</th>
            <th scope="col">{say.every}</th>
          </tr>
        </thead>
        <tbody>
          {checks.map((check) => (
            <tr data-live={`c-${encodeURIComponent(check.id)}`} key={check.id}>
              <th scope="row">
                <a href={checkHref(check.id)}>{check.name}</a>
              </th>
              <td>
                <StateMark state={check.state} lang={lang} />
                {check.confirming ? <span class="mut"> {say.confirming}</span> : null}
              </td>
              <td>
                <a href={`/services/${encodeURIComponent(check.service)}`}>
                  {site.services.get(check.service)?.name ?? check.service}
                </a>
              </td>
              <td>{check.kind}</td>
              <td>{duration(check.everyMs, lang)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Paging({ context, list }: { context: PageContext; list: CheckList }): JSX.Element | null {
  const { found, page, filter } = list;
  if (found <= checksPerPage) return null;
  const say = serviceWords(context.lang);
  const to = Math.min(found, page * checksPerPage);
  const href = (number: number): string =>
    `/checks?${new URLSearchParams({ q: filter.text, page: String(number) }).toString()}`;
  return (
    <div class="act">
      {page > 1 ? (
        <a class="btn" href={href(page - 1)}>
          {say.previousPage}
        </a>
      ) : null}
      {to < found ? (
        <a class="btn" href={href(page + 1)}>
          {say.nextPage}
        </a>
      ) : null}
      <p>{say.shownOf((page - 1) * checksPerPage + 1, to, found)}</p>
    </div>
  );
}
