import { elapsedMs, stampNow, type Clock, type Stamp } from "../../kernel/clock.ts";
import { randomId } from "../../kernel/ids.ts";
import { componentId, nameOf } from "../../kernel/model/component.ts";
import type { Facts } from "../../kernel/model/observation.ts";
import type { Signal, SignalChange } from "../../kernel/model/signal.ts";
import type { PeopleReport } from "../../kernel/ports-people.ts";

/** What people's words amount to: one alone may have a loose cable, three at once may not. */
export interface PeopleJudge {
  /** @returns what is to be told now that this was said */
  heard(report: PeopleReport): readonly SignalChange[];
  /** @returns what has become quiet */
  look(): readonly SignalChange[];
}

const fewestSources = 3;
const withinMs = 600_000;
const quietAfterMs = 1_800_000;

export interface Before {
  readonly openSignals: readonly Signal[];
  /** of the last half hour, oldest first */
  readonly reports: readonly PeopleReport[];
}

export function createPeopleJudge(clock: Clock, { openSignals, reports }: Before): PeopleJudge {
  const own = openSignals.filter(({ kind, closedAt }) => kind === "people" && closedAt === null);
  const open = new Map(own.map((signal) => [nameOf(signal.subject), signal]));
  let said = reports.filter(({ canReach }) => !canReach);

  function of(service: string, lastMs: number): readonly PeopleReport[] {
    const now = stampNow(clock);
    return said.filter((one) => one.service === service && elapsedMs(one.at, now) < lastMs);
  }

  return {
    heard(report) {
      if (report.canReach) return [];
      said = [...said.filter(({ at }) => elapsedMs(at, report.at) < quietAfterMs), report];
      const known = open.get(report.service);
      const lately = of(report.service, known === undefined ? withinMs : quietAfterMs);
      if (known === undefined && sourcesOf(lately).size < fewestSources) return [];
      const facts = factsOf(lately);
      // one more of the same is no news
      if (known !== undefined && known.facts["sources"] === facts["sources"]) return [];
      const signal =
        known === undefined ? opened(report.service, lately, { facts, now: report.at }) : { ...known, facts };
      open.set(report.service, signal);
      return [{ change: known === undefined ? "opened" : "changed", signal }];
    },
    look() {
      const quiet = [...open].filter(([service]) => of(service, quietAfterMs).length === 0);
      return quiet.map(([service, signal]) => {
        open.delete(service);
        return { change: "closed", signal: { ...signal, closedAt: stampNow(clock) } };
      });
    },
  };
}

function sourcesOf(reports: readonly PeopleReport[]): ReadonlySet<string> {
  return new Set(reports.map(({ source }) => source));
}

function factsOf(reports: readonly PeopleReport[]): Facts {
  const networks = [...new Set(reports.map(({ network }) => network))].toSorted();
  const devices = [...new Set(reports.map(({ device }) => device))].toSorted();
  return { reports: reports.length, sources: sourcesOf(reports).size, networks, devices };
}

function opened(
  service: string,
  reports: readonly PeopleReport[],
  { facts, now }: { facts: Facts; now: Stamp },
): Signal {
  return {
    id: randomId(),
    kind: "people",
    subject: componentId("service", service),
    checkId: null,
    severity: "info",
    openedAt: now,
    startedAt: reports[0]?.at ?? now,
    closedAt: null,
    layer: null,
    error: null,
    failingFrom: [],
    workingFrom: [],
    facts,
  };
}
