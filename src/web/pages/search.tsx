import type { JSX } from "preact";
import { shellWords } from "../../words/web-shell.ts";
import type { PageContext } from "../context.ts";
import type { Page } from "../frame.tsx";
import type { Findable } from "../search.ts";

/** What the palette does, as a page: it needs no script. */
export function searchPage(
  context: PageContext,
  { query, found }: { query: string; found: readonly Findable[] },
): Page {
  const words = shellWords(context.lang);
  return {
    title: words.searchTitle,
    mark: "ok",
    body: (
      <>
        <h1>{words.searchTitle}</h1>
        <form action="/search" method="get" class="filter">
          <label>
            {words.searchEmpty}
            <input type="search" name="q" value={query} autocapitalize="none" />
          </label>
          <button>{words.search}</button>
        </form>
        <p class="mut">{words.searchHow}</p>
        {query === "" ? null : <Results context={context} query={query} found={found} />}
      </>
    ),
  };
}

function Results({
  context,
  query,
  found,
}: {
  context: PageContext;
  query: string;
  found: readonly Findable[];
}): JSX.Element {
  const words = shellWords(context.lang);
  if (found.length === 0) return <p role="status">{words.searchNone(query)}</p>;
  return (
    <>
      <p role="status">{words.searchFound(found.length)}</p>
      <ul class="rows">
        {found.map(({ t, u, k }) => (
          <li key={`${k} ${u} ${t}`}>
            <a class="name" href={u}>
              {t}
            </a>
            <span class="mut">{k}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
