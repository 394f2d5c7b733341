import type { JSX } from "preact";
import type { HardwareHealth, HardwareSensor, SensorKind, Trap } from "../../kernel/model/hardware.ts";
import type { HardwareStatus, TrapIntakeStatus } from "../../kernel/ports-hardware.ts";
import type { StateWord } from "../../kernel/model/status.ts";
import { StateMark, Time } from "../../render/parts.tsx";
import { duration } from "../../words/format.ts";
import { hardwareWords, healthName, powerName, sensorValue, sourceStateName, trapName } from "../../words/hardware.ts";
import type { PageContext } from "../context.ts";
import type { Page } from "../frame.tsx";

export interface HardwareView {
  readonly machines: readonly HardwareStatus[];
  /** newest first */
  readonly traps: readonly Trap[];
  readonly intake: TrapIntakeStatus;
}

const order: readonly StateWord[] = ["down", "warning", "unknown", "ok", "paused"];
export const markOf: Readonly<Record<HardwareHealth, StateWord>> = {
  ok: "ok",
  warning: "warning",
  critical: "down",
  unknown: "unknown",
};
const example =
  'hosts:\n  web1:\n    address: 192.0.2.7\n    bmc: { redfish: https://192.0.2.8, user: monitor, password: "${env:BMC}" }\n  nas1:\n    address: 192.0.2.9\n    snmp: { version: 2c, community: "${env:SNMP}" }';

/** Every machine whose hardware is read, the broken ones first. */
export function hardwarePage(context: PageContext, view: HardwareView): Page {
  const machines = view.machines.toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  return {
    title: hardwareWords(context.lang).title,
    here: "hardware",
    mark: machines[0]?.state ?? "paused",
    body: <Machines context={context} view={{ ...view, machines }} />,
  };
}

function Machines({ context, view }: { context: PageContext; view: HardwareView }): JSX.Element {
  const say = hardwareWords(context.lang);
  return (
    <>
      <h1>{say.title}</h1>
      <p>{say.lead}</p>
      {view.machines.length === 0 ? (
        <>
          <p>{say.empty}</p>
          <pre>{example}</pre>
        </>
      ) : (
        <ul class="rows">
          {view.machines.map((machine) => (
            <Machine key={machine.host} context={context} machine={machine} />
          ))}
        </ul>
      )}
      <Intake context={context} intake={view.intake} />
      <Traps context={context} traps={view.traps} />
    </>
  );
}

function Machine({ context, machine }: { context: PageContext; machine: HardwareStatus }): JSX.Element {
  const { lang } = context;
  const say = hardwareWords(lang);
  const silent = machine.sources.filter(({ state }) => state !== "ok");
  return (
    <li>
      <a class="name" href={`/hardware/${encodeURIComponent(machine.host)}`}>
        {machine.host}
      </a>
      <StateMark state={machine.state} lang={lang} word={stateText(machine, context)} />
      <Facts context={context} machine={machine} />
      {silent.map(({ kind, state, reason }) => (
        <p key={kind} class="mut">
          {kind}: {sourceStateName(state, lang)} {reason}
        </p>
      ))}
      {machine.answersAtMs === null ? <p class="mut">{say.neverAnswered}</p> : null}
    </li>
  );
}

function stateText({ state, health }: HardwareStatus, { lang }: PageContext): string {
  return healthName(state === "unknown" ? "unknown" : state === "down" ? "critical" : health, lang);
}

/** The few figures a person looks for first. */
export function Facts({ context, machine }: { context: PageContext; machine: HardwareStatus }): JSX.Element {
  const { lang, now } = context;
  const say = hardwareWords(lang);
  const readings = machine.sources.flatMap(({ reading }) => (reading === null ? [] : [reading]));
  const sensors = readings.flatMap((reading) => reading.sensors);
  const drives = readings.flatMap((reading) => reading.drives);
  const hottest = sensors
    .filter(({ kind, value }) => kind === "temperature" && value !== null)
    .toSorted((a, b) => (b.value ?? 0) - (a.value ?? 0))[0];
  const facts: readonly (readonly [string, string])[] = [
    [say.power, powerName(machine.power, lang)],
    ...(hottest === undefined ? [] : [[say.temperature, sensorValue(hottest)] as const]),
    ...partsFact(sensors, { kind: "fan", title: say.fans, say }),
    ...partsFact(sensors, { kind: "psu", title: say.supplies, say }),
    ...(drives.length === 0 ? [] : [[say.drives, wellText(drives, say)] as const]),
    ...(machine.answersAtMs === null
      ? []
      : [[say.lastAnswer, say.answered(duration(Math.max(0, now.atMs - machine.answersAtMs), lang))] as const]),
  ];
  return (
    <ul class="seen">
      {facts.map(([title, value]) => (
        <li key={title}>
          {title} <b>{value}</b>
        </li>
      ))}
    </ul>
  );
}

type Say = ReturnType<typeof hardwareWords>;

function partsFact(
  sensors: readonly HardwareSensor[],
  { kind, title, say }: { kind: SensorKind; title: string; say: Say },
): readonly (readonly [string, string])[] {
  const parts = sensors.filter((sensor) => sensor.kind === kind);
  return parts.length === 0 ? [] : [[title, wellText(parts, say)]];
}

function wellText(parts: readonly { readonly health: HardwareHealth }[], say: Say): string {
  const bad = parts.filter(({ health }) => health === "critical" || health === "warning").length;
  return bad === 0 ? `${parts.length} ${say.all}` : say.some(bad, parts.length);
}

function Intake({ context, intake }: { context: PageContext; intake: TrapIntakeStatus }): JSX.Element {
  const say = hardwareWords(context.lang);
  const { port, problem, unwritten, lastRefusedFrom } = intake;
  if (port === null) {
    return (
      <>
        <h2>{say.traps}</h2>
        <p>{say.trapsClosed}</p>
      </>
    );
  }
  return (
    <>
      <h2>{say.traps}</h2>
      {problem === null ? (
        <p>
          {say.trapsOpen(port)} {say.trapsCounts(intake)}
        </p>
      ) : (
        <div class="notice s-warning">
          <p>{say.trapsProblem(port, problem)}</p>
        </div>
      )}
      {lastRefusedFrom === null ? null : <p class="mut">{say.trapsRefusedFrom(lastRefusedFrom)}</p>}
      {unwritten === 0 ? null : <p class="mut">{say.trapsUnwritten(unwritten)}</p>}
    </>
  );
}

const severityMarks = { critical: "down", warning: "warning", info: "unknown" } as const;

/** What a trap carries is foreign text: escaped as everything here, and folded away. */
export function Traps({ context, traps }: { context: PageContext; traps: readonly Trap[] }): JSX.Element {
  const { lang, site } = context;
  const say = hardwareWords(lang);
  if (traps.length === 0) return <p>{say.noTraps}</p>;
  return (
    <ol class="tl">
      {traps.map((trap) => (
        <li key={trap.id}>
          <Time atMs={trap.atMs} zone={site.timeZone} lang={lang} />
          <StateMark state={severityMarks[trap.severity]} lang={lang} word={trapName(trap, lang)} />{" "}
          <span class="mut">
            {trap.host ?? say.unknownHost} · {trap.from} · v{trap.version}
          </span>
          {trap.varbinds.length === 0 ? null : (
            <details>
              <summary>{trap.oid}</summary>
              <pre>{trap.varbinds.map(({ oid, text }) => `${oid} = ${text}`).join("\n")}</pre>
            </details>
          )}
        </li>
      ))}
    </ol>
  );
}
