import type { ComponentChildren, JSX } from "preact";
import type { HostReading } from "../../kernel/model/host-reading.ts";
import { Time } from "../../render/parts.tsx";
import { duration } from "../../words/format.ts";
import { ratioText, sizeText } from "../../words/host-findings.ts";
import { hostWords } from "../../words/hosts.ts";
import type { PageContext } from "../context.ts";
import { Part } from "./service.tsx";

/** longer lists are cut; the API has them whole */
const shown = 40;

interface Props {
  readonly context: PageContext;
  readonly reading: HostReading;
}

/** What the newest look found, part by part. */
export function HostDetails({ context, reading }: Props): JSX.Element {
  return (
    <>
      <SystemPart context={context} reading={reading} />
      <DisksPart context={context} reading={reading} />
      <ClockPart context={context} reading={reading} />
      <UnitsPart context={context} reading={reading} />
      <JobsPart context={context} reading={reading} />
      <ProcessesPart context={context} reading={reading} />
      <ListenersPart context={context} reading={reading} />
      <UpkeepPart context={context} reading={reading} />
      <UnobservedPart context={context} reading={reading} />
    </>
  );
}

interface SheetProps {
  readonly label: string;
  readonly heads: readonly string[];
  readonly rows: readonly (readonly ComponentChildren[])[];
  readonly more: string;
}

/** On a phone each row is a card of its own. */
function Sheet({ label, heads, rows, more }: SheetProps): JSX.Element {
  return (
    <>
      <table class="cards" aria-label={label}>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, shown).map(([first, ...cells], index) => (
            // rows of a reading have no name of their own and never move
            <tr key={String(index)}>
              <th scope="row">{first}</th>
              {cells.map((cell, nth) => (
                <td key={heads[nth + 1]} data-l={heads[nth + 1]}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > shown ? <p class="mut">{more}</p> : null}
    </>
  );
}

function SystemPart({ context, reading: { system, identity, load, memory, swap } }: Props): JSX.Element {
  const say = hostWords(context.lang);
  const lines = [
    ...(identity === null ? [] : [`${say.name}: ${identity.hostname}`]),
    ...(system === null
      ? []
      : [
          `${say.os}: ${system.os}`,
          `${say.kernel}: ${system.kernel}`,
          `${say.uptime}: ${duration(system.uptimeSeconds * 1_000, context.lang)}`,
        ]),
    ...(load === null
      ? []
      : [
          `${say.load}: ${[load.one, load.five, load.fifteen].map((one) => one.toFixed(2)).join(" / ")} (${load.cores})`,
        ]),
    ...(memory === null ? [] : [`${say.memory}: ${usedOf(memory.totalBytes, memory.availableBytes)}`]),
    ...(swap === null
      ? []
      : [`${say.swap}: ${swap.totalBytes === 0 ? say.none : usedOf(swap.totalBytes, swap.freeBytes)}`]),
  ];
  return (
    <Part id="system" title={say.system}>
      {lines.length === 0 ? <p class="mut">{say.notObserved}</p> : null}
      <ul class="facts">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </Part>
  );
}

function usedOf(totalBytes: number, freeBytes: number): string {
  return `${sizeText(totalBytes - freeBytes)} / ${sizeText(totalBytes)} (${ratioText(1 - freeBytes / Math.max(1, totalBytes))})`;
}

function DisksPart({ context, reading: { disks } }: Props): JSX.Element {
  const say = hostWords(context.lang);
  return (
    <Part id="disks" title={say.diskTable}>
      {disks === null ? (
        <p class="mut">{say.notObserved}</p>
      ) : (
        <Sheet
          label={say.diskTable}
          heads={[say.mount, say.used, say.size, say.inodes]}
          more={say.more(disks.length - shown)}
          rows={disks
            .toSorted((a, b) => a.freeRatio - b.freeRatio)
            .map((disk) => [
              <code key="m">{disk.mount}</code>,
              `${ratioText(1 - disk.freeRatio)}${disk.readOnly ? ` ${say.readOnly}` : ""}`,
              sizeText(disk.sizeBytes),
              disk.inodesFreeRatio === null ? "—" : ratioText(1 - disk.inodesFreeRatio),
            ])}
        />
      )}
    </Part>
  );
}

function ClockPart({ context, reading: { clock } }: Props): JSX.Element {
  const say = hostWords(context.lang);
  const either = (value: boolean | null, yes: string, no: string): string =>
    value === null ? say.notObserved : value ? yes : no;
  return (
    <Part id="clock" title={say.clock}>
      {clock === null ? (
        <p class="mut">{say.notObserved}</p>
      ) : (
        <ul class="facts">
          <li>
            {say.offBy(clock.offsetSeconds.toFixed(3), clock.uncertaintySeconds.toFixed(3))} {clock.zone}
          </li>
          <li>
            {say.timeService}:{" "}
            {clock.service.name === null
              ? say.noTimeService
              : [
                  clock.service.name,
                  either(clock.service.running, say.running, say.stopped),
                  either(clock.service.enabled, say.enabled, say.disabled),
                  either(clock.service.synchronised, say.synchronised, say.notSynchronised),
                ].join(" · ")}
          </li>
        </ul>
      )}
    </Part>
  );
}

function UnitsPart({ context, reading: { units } }: Props): JSX.Element {
  const say = hostWords(context.lang);
  const failed = units?.failed ?? [];
  return (
    <Part id="units" title={say.units}>
      {units === null ? (
        <p class="mut">{say.notObserved}</p>
      ) : failed.length === 0 ? (
        <p>{say.failedUnits(0)}</p>
      ) : (
        <ul>
          {failed.slice(0, shown).map((unit) => (
            <li key={unit}>
              <code>{unit}</code>
            </li>
          ))}
        </ul>
      )}
    </Part>
  );
}

function JobsPart({ context, reading: { cron } }: Props): JSX.Element {
  const { lang, site } = context;
  const say = hostWords(lang);
  const verdicts = {
    ran: say.verdictRan,
    missed: say.verdictMissed,
    unproven: say.verdictUnproven,
    "not-due": say.verdictNotDue,
  };
  const at = (ms: number | null): ComponentChildren =>
    ms === null ? "—" : <Time atMs={ms} zone={site.timeZone} lang={lang} />;
  return (
    <Part id="jobs" title={say.jobs}>
      {cron === null ? (
        <p class="mut">{say.notObserved}</p>
      ) : cron.length === 0 ? (
        <p>{say.none}</p>
      ) : (
        <Sheet
          label={say.jobs}
          heads={[say.job, say.lastDue, say.lastRun, say.verdict]}
          more={say.more(cron.length - shown)}
          rows={cron
            .toSorted((a, b) => Number(b.verdict === "missed") - Number(a.verdict === "missed"))
            .map((job) => [
              <span key="j">
                <code>{job.line}</code> <span class="mut">{job.where}</span>
              </span>,
              at(job.lastDueAtMs),
              at(job.lastRunAtMs),
              verdicts[job.verdict],
            ])}
        />
      )}
    </Part>
  );
}

function ProcessesPart({ context, reading: { processes } }: Props): JSX.Element {
  const say = hostWords(context.lang);
  return (
    <Part id="processes" title={say.processesTop}>
      {processes === null ? (
        <p class="mut">{say.notObserved}</p>
      ) : (
        <>
          <p>{say.processCounts(processes.total, processes.zombies, processes.uninterruptible)}</p>
          <Sheet
            label={say.processesTop}
            heads={[say.program, say.user, say.cpu, say.memory]}
            more=""
            rows={processes.top.map(({ name, pid, user, cpuRatio, memoryBytes }) => [
              <span key="p">
                <code>{name}</code> <span class="mut">{pid}</span>
              </span>,
              user,
              ratioText(cpuRatio),
              sizeText(memoryBytes),
            ])}
          />
        </>
      )}
    </Part>
  );
}

function ListenersPart({ context, reading: { listeners } }: Props): JSX.Element {
  const say = hostWords(context.lang);
  return (
    <Part id="listeners" title={say.listeners}>
      {listeners === null ? (
        <p class="mut">{say.notObserved}</p>
      ) : listeners.length === 0 ? (
        <p>{say.none}</p>
      ) : (
        <ul class="facts">
          {listeners.slice(0, shown).map(({ protocol, address, port, program }) => (
            <li key={`${protocol} ${address} ${port}`}>
              <code>
                {protocol} {address}:{port}
              </code>{" "}
              {program ?? <span class="mut">{say.needsRoot}</span>}
            </li>
          ))}
        </ul>
      )}
    </Part>
  );
}

function UpkeepPart({ context, reading: { updates, certificates } }: Props): JSX.Element {
  const { lang, site } = context;
  const say = hostWords(lang);
  return (
    <>
      <Part id="updates" title={say.updates}>
        <p>
          {updates === null
            ? say.notObserved
            : [
                say.pendingUpdates(updates.pending),
                ...(updates.security === null ? [] : [say.securityUpdates(updates.security)]),
                ...(updates.rebootRequired === true ? [say.rebootNeeded] : []),
              ].join(" · ")}
        </p>
      </Part>
      <Part id="certificates" title={say.certificates}>
        {certificates === null ? (
          <p class="mut">{say.notObserved}</p>
        ) : certificates.length === 0 ? (
          <p>{say.none}</p>
        ) : (
          <Sheet
            label={say.certificates}
            heads={[say.certificates, say.notAfter]}
            more={say.more(certificates.length - shown)}
            rows={certificates
              .toSorted((a, b) => a.notAfterMs - b.notAfterMs)
              .map(({ path, notAfterMs }) => [
                <code key="c">{path}</code>,
                <Time key="t" atMs={notAfterMs} zone={site.timeZone} lang={lang} show="full" />,
              ])}
          />
        )}
      </Part>
    </>
  );
}

function UnobservedPart({ context, reading: { unobserved } }: Props): JSX.Element | null {
  const say = hostWords(context.lang);
  const parts = Object.entries(unobserved);
  if (parts.length === 0) return null;
  return (
    <Part id="unobserved" title={say.notObservedTitle}>
      <ul class="facts">
        {parts.map(([part, reason]) => (
          <li key={part}>
            <code>{part}</code> {reason}
          </li>
        ))}
      </ul>
    </Part>
  );
}
