import type { JSX } from "preact";
import { logWords } from "../../words/logs.ts";
import type { PageContext } from "../context.ts";
import type { LogView } from "./logs.tsx";

/** The form of the search; what is asked for stands in the address, so that it can be passed on. */
export function LogSearchForm({ context, view }: { context: PageContext; view: LogView }): JSX.Element {
  const say = logWords(context.lang);
  const { filter, state } = view;
  const hosts = [...new Set(state.sources.flatMap(({ host }) => (host === null ? [] : [host])))].sort();
  const hidden = (["incident", "source", "template"] as const).filter((name) => filter[name] !== "");
  return (
    <details open={view.found !== null}>
      <summary>{say.searchTitle}</summary>
      <form method="get" action="/logs" class="stack">
        {hidden.map((name) => (
          <input key={name} type="hidden" name={name} value={filter[name]} />
        ))}
        <label>
          {say.text}
          <input name="text" value={filter.text} autocomplete="off" autocapitalize="none" spellcheck={false} />
        </label>
        <label>
          {say.field}
          <input name="field" value={filter.field} placeholder="status=500" autocomplete="off" autocapitalize="none" />
        </label>
        <label>
          {say.host}
          <select name="host">
            <option value="">{say.any}</option>
            {hosts.map((host) => (
              <option key={host} value={host} selected={host === filter.host}>
                {host}
              </option>
            ))}
          </select>
        </label>
        <label>
          {say.severity}
          <select name="severity">
            <option value="">{say.anySeverity}</option>
            <option value="3" selected={filter.severity === "3"}>
              {say.errorsOnly}
            </option>
            <option value="4" selected={filter.severity === "4"}>
              {say.warningsOnly}
            </option>
          </select>
        </label>
        <label>
          {say.from}
          <input type="datetime-local" name="from" value={filter.from} />
        </label>
        <label>
          {say.to}
          <input type="datetime-local" name="to" value={filter.to} />
        </label>
        <button>{say.search}</button>
      </form>
    </details>
  );
}
