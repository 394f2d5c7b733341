import type { JSX } from "preact";
import type { HardwareReading, HardwareSensor, SensorLimit, Trap } from "../../kernel/model/hardware.ts";
import type { ControllerCertificate, HardwareSourceStatus, HardwareStatus } from "../../kernel/ports-hardware.ts";
import { StateMark, Time } from "../../render/parts.tsx";
import { hardwareWords, healthName, sensorKindName, sensorValue, sourceStateName } from "../../words/hardware.ts";
import type { PageContext } from "../context.ts";
import type { Page } from "../frame.tsx";
import { VerbForm } from "./actions.tsx";
import { Facts, markOf, Traps } from "./hardware.tsx";

export interface HardwareHostView {
  readonly status: HardwareStatus;
  /** newest first */
  readonly traps: readonly Trap[];
}

const shownEntries = 50;

/** One machine: how it stands, by each way it is asked. */
export function hardwareHostPage(context: PageContext, view: HardwareHostView): Page {
  const { host, state } = view.status;
  return { title: host, here: "hardware", mark: state, body: <Machine context={context} view={view} /> };
}

function Machine({ context, view: { status, traps } }: { context: PageContext; view: HardwareHostView }): JSX.Element {
  const { lang, viewer } = context;
  const say = hardwareWords(lang);
  return (
    <>
      <section class={`v s-${status.state}`} aria-labelledby="verdict">
        <h1 id="verdict">{status.host}</h1>
        <p>
          <StateMark state={status.state} lang={lang} />
        </p>
        <Facts context={context} machine={status} />
      </section>
      <p class="mut">
        {say.silentOs} {say.noPower}
      </p>
      {viewer === null ? null : (
        <VerbForm context={context} action={`${pathOf(status)}/look`} back={pathOf(status)}>
          <button>{say.lookNow}</button>
        </VerbForm>
      )}
      {status.sources.map((source) => (
        <Source key={source.kind} context={context} source={source} status={status} />
      ))}
      <Vitals context={context} status={status} />
      <h2>{say.traps}</h2>
      <Traps context={context} traps={traps} />
    </>
  );
}

function pathOf({ host }: HardwareStatus): string {
  return `/hardware/${encodeURIComponent(host)}`;
}

interface SourceProps {
  readonly context: PageContext;
  readonly source: HardwareSourceStatus;
  readonly status: HardwareStatus;
}

function Source({ context, source, status }: SourceProps): JSX.Element {
  const { lang } = context;
  const say = hardwareWords(lang);
  const { kind, address, state, reason, tookMs, certificate, reading } = source;
  return (
    <section aria-labelledby={`source-${kind}`}>
      <h2 id={`source-${kind}`}>
        {kind} {address}
      </h2>
      <p>
        <StateMark
          state={state === "ok" ? "ok" : state === "certificate" ? "warning" : "unknown"}
          lang={lang}
          word={sourceStateName(state, lang)}
        />{" "}
        {tookMs === null ? null : <span class="mut">{say.took(tookMs)}</span>}
      </p>
      {reason === null ? null : <p class="mut">{reason}</p>}
      {certificate === null ? null : <Certificate context={context} certificate={certificate} path={pathOf(status)} />}
      {reading === null ? null : <Reading context={context} reading={reading} />}
    </section>
  );
}

interface CertificateProps {
  readonly context: PageContext;
  readonly certificate: ControllerCertificate;
  readonly path: string;
}

function Certificate({ context, certificate, path }: CertificateProps): JSX.Element {
  const say = hardwareWords(context.lang);
  const { fingerprint, trust, kept } = certificate;
  if (trust !== "changed") {
    const text = trust === "authority" ? say.certificateAuthority : say.certificateKept(fingerprint);
    return (
      <p class="mut">
        {say.certificate}: <span style="overflow-wrap:anywhere">{text}</span>
      </p>
    );
  }
  return (
    <div class="notice s-warning">
      <p>{say.certificateChanged}</p>
      <pre>{[say.certificateNow(fingerprint), say.certificateBefore(kept ?? "—")].join("\n")}</pre>
      {context.viewer === null ? null : (
        <VerbForm context={context} action={`${path}/trust`} back={path}>
          <button name="fingerprint" value={fingerprint}>
            {say.trust}
          </button>
        </VerbForm>
      )}
    </div>
  );
}

function Reading({ context, reading }: { context: PageContext; reading: HardwareReading }): JSX.Element {
  const say = hardwareWords(context.lang);
  const { maker, model, serial, firmware, sensors, drives, entries, vendor, unobserved } = reading;
  const board = [maker, model, serial === null ? null : `${say.serial} ${serial}`].filter((one) => one !== null);
  return (
    <>
      {board.length === 0 ? null : <p>{board.join(" · ")}</p>}
      {firmware.length === 0 ? null : (
        <p class="mut">
          {say.firmware}: {firmware.map(({ name, version }) => `${name} ${version}`).join(", ")}
        </p>
      )}
      <h3>{say.sensors}</h3>
      {sensors.length === 0 ? <p>{say.noSensors}</p> : <Sensors context={context} sensors={sensors} />}
      {drives.length === 0 ? null : <Drives context={context} reading={reading} />}
      {reading.source === "snmp" ? null : (
        <>
          <h3>{say.log}</h3>
          {entries.length === 0 ? <p>{say.noLog}</p> : <Log context={context} reading={reading} />}
        </>
      )}
      <Folded title={say.unobserved} texts={unobserved} />
      <Folded title={say.vendor} texts={vendor} />
    </>
  );
}

function Folded({ title, texts }: { title: string; texts: Readonly<Record<string, string>> }): JSX.Element | null {
  const lines = Object.entries(texts).map(([where, text]) => `${where}: ${text}`);
  if (lines.length === 0) return null;
  return (
    <details>
      <summary>
        {title} ({lines.length})
      </summary>
      <pre>{lines.join("\n")}</pre>
    </details>
  );
}

const worstFirst = ["critical", "warning", "unknown", "ok"];

function Sensors({ context, sensors }: { context: PageContext; sensors: readonly HardwareSensor[] }): JSX.Element {
  const { lang } = context;
  const say = hardwareWords(lang);
  const sorted = sensors.toSorted(
    (a, b) =>
      Number(worstFirst.indexOf(a.health) > 1) - Number(worstFirst.indexOf(b.health) > 1) ||
      a.kind.localeCompare(b.kind),
  );
  return (
    <div class="scroll" role="region" aria-label={say.sensors} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th>{say.sensor}</th>
            <th>{say.value}</th>
            <th>{say.limits}</th>
            <th>{say.state}</th>
          </tr>
        </thead>
        <tbody>
          {sorted.map((sensor, nth) => (
            <tr key={`${sensor.name} ${nth}`}>
              <th scope="row">
                {sensor.name}
                <br />
                <span class="mut">{sensorKindName(sensor.kind, lang)}</span>
              </th>
              <td>{sensorValue(sensor)}</td>
              <td>{limitsText(sensor)}</td>
              <td>
                <StateMark state={markOf[sensor.health]} lang={lang} word={healthName(sensor.health, lang)} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** `▲ ≥ 80 ■ ≥ 90` */
function limitsText({ low, high }: HardwareSensor): string {
  return [...limitText(high, "≥ "), ...limitText(low, "≤ ")].join(" ") || "—";
}

function limitText({ warning, critical }: SensorLimit, sign: string): readonly string[] {
  return [...(warning === null ? [] : [`▲ ${sign}${warning}`]), ...(critical === null ? [] : [`■ ${sign}${critical}`])];
}

function Drives({ context, reading }: { context: PageContext; reading: HardwareReading }): JSX.Element {
  const { lang } = context;
  const say = hardwareWords(lang);
  return (
    <>
      <h3>{say.drives}</h3>
      <ul class="rows">
        {reading.drives.map(({ name, model, serial, sizeBytes, health, failurePredicted, lifeLeftRatio }, nth) => (
          <li key={`${name} ${nth}`}>
            <span class="name">{name}</span>
            <StateMark state={markOf[health]} lang={lang} word={healthName(health, lang)} />
            <p class="mut">
              {[
                model,
                serial,
                sizeBytes === null ? null : `${Math.round(sizeBytes / 1e9).toLocaleString("en-US")} GB`,
                lifeLeftRatio === null ? null : say.lifeLeft(Math.round(lifeLeftRatio * 100)),
                failurePredicted === true ? say.failurePredicted : null,
              ]
                .filter((one) => one !== null)
                .join(" · ")}
            </p>
          </li>
        ))}
      </ul>
    </>
  );
}

const severityMarks = { critical: "down", warning: "warning", info: "unknown" } as const;

function Log({ context, reading }: { context: PageContext; reading: HardwareReading }): JSX.Element {
  const { lang, site } = context;
  const say = hardwareWords(lang);
  return (
    <>
      <p class="mut">{say.logClock}</p>
      <ol class="tl">
        {reading.entries.slice(0, shownEntries).map(({ key, atMs, severity, text }) => (
          <li key={key}>
            {atMs === null ? (
              <span class="mut">{say.noTime}</span>
            ) : (
              <Time atMs={atMs} zone={site.timeZone} lang={lang} />
            )}{" "}
            <StateMark
              state={severityMarks[severity]}
              lang={lang}
              word={healthName(severity === "info" ? "ok" : severity, lang)}
            />{" "}
            {text}
          </li>
        ))}
      </ol>
    </>
  );
}

function percent(ratio: number): string {
  return `${Math.round(ratio * 100)}%`;
}

function Vitals({ context, status }: { context: PageContext; status: HardwareStatus }): JSX.Element | null {
  const say = hardwareWords(context.lang);
  const { vitals } = status;
  if (vitals === null) return null;
  const { load, cpu, memory, disks } = vitals;
  const facts: readonly (readonly [string, string])[] = [
    ...(load === null ? [] : [[say.load, `${load.one} / ${load.cores}`] as const]),
    ...(cpu === null ? [] : [[say.cpu, percent(1 - cpu.idleRatio)] as const]),
    ...(memory === null
      ? []
      : [[say.memory, percent(memory.availableBytes / Math.max(1, memory.totalBytes))] as const]),
    ...(disks ?? []).slice(0, 20).map(({ mount, freeRatio }) => [say.disk(mount), percent(freeRatio)] as const),
  ];
  return (
    <>
      <h2>{say.vitals}</h2>
      <ul class="seen">
        {facts.map(([title, value]) => (
          <li key={title}>
            {title} <b>{value}</b>
          </li>
        ))}
      </ul>
    </>
  );
}
