import type { JSX } from "preact";
import type { HostStatus } from "../../kernel/ports-hosts.ts";
import type { StateWord } from "../../kernel/model/status.ts";
import { Glyph, StateMark } from "../../render/parts.tsx";
import { hostWords } from "../../words/hosts.ts";
import { age, type PageContext } from "../context.ts";
import type { Page } from "../frame.tsx";
import { cellsOf, columnKeys, reasonsOf, type Cell } from "./host-cells.ts";
import { HostHowTo } from "./host-how-to.tsx";

const order: readonly StateWord[] = ["down", "unknown", "warning", "maintenance", "paused", "ok"];
/** reasons beside a host's name; its page has all */
const mostReasons = 2;

export function hostPath(key: string): string {
  return `/hosts/${encodeURIComponent(key)}`;
}

/** Every machine with its vitals, sick ones first. */
export function hostsPage(context: PageContext, hosts: readonly HostStatus[]): Page {
  const sorted = hosts.toSorted(
    (a, b) => order.indexOf(a.state) - order.indexOf(b.state) || a.key.localeCompare(b.key),
  );
  return {
    title: hostWords(context.lang).title,
    here: "hosts",
    mark: sorted[0]?.state ?? "paused",
    wide: true,
    body: <Hosts context={context} hosts={sorted} />,
  };
}

function Hosts({ context, hosts }: { context: PageContext; hosts: readonly HostStatus[] }): JSX.Element {
  const { lang } = context;
  const say = hostWords(lang);
  const counts = order
    .map((state) => [state, hosts.filter((host) => host.state === state).length] as const)
    .filter(([, count]) => count > 0);
  return (
    <>
      <h1>{say.title}</h1>
      <p>{say.lead}</p>
      {hosts.length === 0 ? (
        <>
          <p>{say.empty}</p>
          <HostHowTo context={context} host="web1" />
        </>
      ) : (
        <>
          <p>
            {say.counts(hosts.length)}:{" "}
            {counts.map(([state, count]) => (
              <span key={state} class="linked">
                <StateMark state={state} lang={lang} /> {count}
              </span>
            ))}
          </p>
          <Table context={context} hosts={hosts} />
        </>
      )}
    </>
  );
}

function Table({ context, hosts }: { context: PageContext; hosts: readonly HostStatus[] }): JSX.Element {
  const say = hostWords(context.lang);
  return (
    <table class="cards">
      <thead>
        <tr>
          <th scope="col">{say.name}</th>
          {columnKeys.map((key) => (
            <th key={key} scope="col">
              {say[key]}
            </th>
          ))}
          <th scope="col">{say.seen}</th>
        </tr>
      </thead>
      <tbody>
        {hosts.map((host) => (
          <Row key={host.key} context={context} host={host} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ context, host }: { context: PageContext; host: HostStatus }): JSX.Element {
  const { lang } = context;
  const say = hostWords(lang);
  const cells = cellsOf(host, lang);
  const isBlank = columnKeys.every((key) => cells[key].text === null);
  const reasons = reasonsOf(context, host).slice(0, mostReasons);
  return (
    <tr>
      <th scope="row">
        <StateMark state={host.state} lang={lang} /> <a href={hostPath(host.key)}>{host.key}</a>
        {host.at === null ? null : <span class="mut"> {host.at}</span>}
        {reasons.map((reason) => (
          <p key={reason} class="mut">
            {reason}
          </p>
        ))}
      </th>
      {isBlank ? (
        <td colSpan={columnKeys.length} class="mut">
          {say.notObserved}
        </td>
      ) : (
        columnKeys.map((key) => (
          <td key={key} data-l={say[key]}>
            <CellText cell={cells[key]} unseen={say.notObserved} />
          </td>
        ))
      )}
      <td data-l={say.seen}>{host.readAt === null ? say.neverSeen : say.ago(age(context, host.readAt))}</td>
    </tr>
  );
}

/** A figure beyond its bound has a shape beside it, so that colour is never alone. */
function CellText({ cell, unseen }: { cell: Cell; unseen: string }): JSX.Element {
  if (cell.text === null) return <span class="mut">{unseen}</span>;
  if (cell.state === "ok") return <>{cell.text}</>;
  return (
    <span class={`mark c-${cell.state}`}>
      <Glyph state={cell.state} /> {cell.text}
    </span>
  );
}
