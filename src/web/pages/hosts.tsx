import type { JSX } from "preact";
import type { HardwareStatus } from "../../kernel/ports-hardware.ts";
import type { HostStatus } from "../../kernel/ports-hosts.ts";
import type { StateWord } from "../../kernel/model/status.ts";
import { Glyph, StateMark } from "../../render/parts.tsx";
import { hostHardwareWords } from "../../words/host-hardware.ts";
import { hostWords } from "../../words/hosts.ts";
import { age, type PageContext } from "../context.ts";
import type { Page } from "../frame.tsx";
import { cellsOf, columnKeys, reasonsOf, type Cell } from "./host-cells.ts";
import { HardwareMark } from "./host-hardware.tsx";
import { HostHowTo } from "./host-how-to.tsx";

const order: readonly StateWord[] = ["down", "unknown", "warning", "maintenance", "paused", "ok"];
/** reasons beside a host's name; its page has all */
const mostReasons = 2;

export function hostPath(key: string): string {
  return `/hosts/${encodeURIComponent(key)}`;
}

export interface HostsView {
  readonly hosts: readonly HostStatus[];
  /** by host; those whose hardware nobody asks are left out */
  readonly hardware: ReadonlyMap<string, HardwareStatus>;
}

/** Every machine with its vitals, sick ones first. */
export function hostsPage(context: PageContext, { hosts, hardware }: HostsView): Page {
  const sorted = hosts.toSorted(
    (a, b) => order.indexOf(a.state) - order.indexOf(b.state) || a.key.localeCompare(b.key),
  );
  return {
    title: hostWords(context.lang).title,
    here: "hosts",
    mark: sorted[0]?.state ?? "paused",
    wide: true,
    body: <Hosts context={context} view={{ hosts: sorted, hardware }} />,
  };
}

function Hosts({ context, view }: { context: PageContext; view: HostsView }): JSX.Element {
  const { lang } = context;
  const { hosts } = view;
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
          <Table context={context} view={view} />
        </>
      )}
    </>
  );
}

function Table({ context, view }: { context: PageContext; view: HostsView }): JSX.Element {
  const { hosts, hardware } = view;
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
          {hardware.size === 0 ? null : <th scope="col">{hostHardwareWords(context.lang).column}</th>}
          <th scope="col">{say.seen}</th>
        </tr>
      </thead>
      <tbody>
        {hosts.map((host) => (
          <Row key={host.key} context={context} host={host} hardware={hardware} />
        ))}
      </tbody>
    </table>
  );
}

interface RowProps {
  readonly context: PageContext;
  readonly host: HostStatus;
  readonly hardware: HostsView["hardware"];
}

function Row({ context, host, hardware }: RowProps): JSX.Element {
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
      {hardware.size === 0 ? null : (
        <td data-l={hostHardwareWords(lang).column}>
          <HardwareCell context={context} hardware={hardware.get(host.key) ?? null} />
        </td>
      )}
      <td data-l={say.seen}>{host.readAt === null ? say.neverSeen : say.ago(age(context, host.readAt))}</td>
    </tr>
  );
}

function HardwareCell({ context, hardware }: { context: PageContext; hardware: HardwareStatus | null }): JSX.Element {
  if (hardware === null) return <span class="mut">{hostHardwareWords(context.lang).notAsked}</span>;
  return (
    <a href={`/hardware/${encodeURIComponent(hardware.host)}`}>
      <HardwareMark context={context} hardware={hardware} />
    </a>
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
