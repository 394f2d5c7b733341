import { KoboshiError } from "../../kernel/errors.ts";
import { componentId, type ComponentId } from "../../kernel/model/component.ts";
import type { Seen } from "../../kernel/model/diagnosis.ts";
import type { HostAnswers } from "../../kernel/model/host-answers.ts";
import type { CellStatus, CheckStatus } from "../../kernel/model/status.ts";
import type { InsideSources } from "../../kernel/ports-diagnosis-inside.ts";
import type { DiagnosisSources, PastObservation } from "../../kernel/ports-diagnosis-sources.ts";
import type { HostStatus } from "../../kernel/ports-hosts.ts";
import { err, ok } from "../../kernel/result.ts";
import { noAnswers } from "../../readers/host/read-answers.ts";
import { usualOf, type Watched } from "../gather/attempts.ts";
import type { Gatherer } from "../gather/gatherer.ts";
import { insideGatherers } from "../gather/inside.ts";
import { createPathGatherer } from "../gather/path.ts";
import { reachEvidence } from "../gather/reach.ts";
import { situationOf, type Situation } from "../gather/situation.ts";
import { createHostGatherer } from "../gather/ssh.ts";
import type { PartGraph } from "../model.ts";

export interface StandingDeps {
  readonly sources: DiagnosisSources;
  readonly inside: Omit<InsideSources, "hosts"> & { readonly hosts: Pick<InsideSources["hosts"], "host"> };
  hosts(): readonly HostStatus[];
  graph(): PartGraph;
}

/** The evidence that stands without anybody having asked for it: read as a diagnosis would read it now. */
export interface Standing {
  frame(): Promise<readonly Seen[]>;
  /** what a machine told when it was asked for its usual state anyway */
  answered(host: string, answers: HostAnswers): Promise<readonly Seen[]>;
}

const hub = componentId("vantage", "here");
/** One attempt a frame tells how quick it usually is. */
const usualRows = 12;
/** Attempts of more cells than these are not taken down. */
const mostCells = 1_000;
const mostRows = 20_000;

export function createStanding(deps: StandingDeps): Standing {
  const usual = new Map<string, readonly PastObservation[]>();
  return {
    async frame() {
      const situation = situationNow(deps, hub);
      const [reached, paths, hosts] = await Promise.all([
        reachNow(deps, situation, usual),
        gathered(createPathGatherer(deps.sources), situation, null),
        Promise.all(
          deps
            .hosts()
            .filter(isRead)
            .map((status) => hostNow(deps, status)),
        ),
      ]);
      return [...reached, ...paths, ...hosts.flat()];
    },
    async answered(host, answers) {
      const target = componentId("host", host);
      const situation = situationNow(deps, target);
      const asked = insideGatherers({ ...deps.inside, hosts: canned(deps, answers) });
      return (await Promise.all(asked.map((gatherer) => gathered(gatherer, situation, target)))).flat();
    },
  };
}

function situationNow({ sources, graph }: StandingDeps, subject: ComponentId): Situation {
  const nowMs = sources.clock.nowMs();
  const [site, cells] = [sources.site(), sources.checks()];
  return situationOf({ subject, startedAtMs: nowMs, nowMs, site, cells, graph: graph() });
}

function isRead({ reading, silence }: HostStatus): boolean {
  return reading !== null && silence === null;
}

/** What its regular looks tell; the machine itself hears nothing of it. */
function hostNow(deps: StandingDeps, { key }: HostStatus): Promise<readonly Seen[]> {
  const nowMs = deps.sources.clock.nowMs();
  // a machine that was not asked is not a silent one
  const unasked = { ...noAnswers("not-asked", nowMs), silence: null };
  const inside = { ...deps.inside, metrics: async () => [], hosts: canned(deps, unasked) };
  const target = componentId("host", key);
  return gathered(createHostGatherer(inside), situationNow(deps, target), target);
}

/** Machines that say again what they said. */
function canned({ inside }: StandingDeps, answers: HostAnswers): InsideSources["hosts"] {
  return {
    host: inside.hosts.host,
    ask: () => Promise.resolve(ok(answers)),
    lookNow: (key) => {
      const status = inside.hosts.host(key);
      return Promise.resolve(status === null ? err(new KoboshiError("KB1002", { what: key })) : ok(status));
    },
  };
}

/** @param target null: every offer */
async function gathered(
  gatherer: Gatherer,
  situation: Situation,
  target: ComponentId | null,
): Promise<readonly Seen[]> {
  const offers = gatherer.offers(situation).filter((offer) => target === null || offer.target === target);
  const { signal } = new AbortController();
  return (await Promise.all(offers.map((offer) => gatherer.gather(offer, situation, signal)))).flatMap(
    ({ seen }) => seen,
  );
}

type UsualRows = Map<string, readonly PastObservation[]>;

async function reachNow({ sources }: StandingDeps, situation: Situation, usual: UsualRows): Promise<readonly Seen[]> {
  const { fromMs, nowMs } = situation;
  const cells = cellsOf(situation);
  const checkIds = [...new Set(cells.map(({ check }) => check.id))];
  const found =
    checkIds.length === 0 ? [] : await sources.observations({ checkIds, fromMs, toMs: nowMs, limit: mostRows });
  const rows = byCell(found);
  const watched = cells.map((cell) => watchedOf(cell, { rows, usual, nowMs }));
  remember(usual, watched);
  const offsets = new Map(sources.vantages().map(({ name, clockOffsetMs }) => [name, (clockOffsetMs ?? 0) / 1_000]));
  const aheadSeconds = (vantage: string): number => offsets.get(vantage) ?? 0;
  return reachEvidence(watched, { clock: sources.clock, situation, aheadSeconds, looksDefault: () => null }).seen;
}

interface Watching {
  readonly check: CheckStatus;
  readonly cell: CellStatus;
}

function cellsOf({ cells }: Situation): readonly Watching[] {
  const running = cells.filter(({ state }) => state !== "paused");
  return running.flatMap((check) => check.cells.map((cell) => ({ check, cell }))).slice(0, mostCells);
}

/** @param found newest first @returns oldest first */
function byCell(found: readonly PastObservation[]): ReadonlyMap<string, readonly PastObservation[]> {
  const rows = new Map<string, PastObservation[]>();
  for (const row of found.toReversed()) {
    const key = cellKey(row.checkId, row.vantage);
    const list = rows.get(key);
    if (list === undefined) rows.set(key, [row]);
    else list.push(row);
  }
  return rows;
}

function cellKey(checkId: string, vantage: string): string {
  return `${checkId} ${vantage}`;
}

/** The newest good attempt of each cell; cells that are gone are forgotten. */
function remember(usual: UsualRows, watched: readonly Watched[]): void {
  const here = new Set(watched.map(({ check, vantage }) => cellKey(check.id, vantage)));
  for (const key of usual.keys()) if (!here.has(key)) usual.delete(key);
  for (const { check, vantage, earlier } of watched) {
    const newest = earlier.at(-1);
    if (newest?.outcome !== "up") continue;
    const key = cellKey(check.id, vantage);
    usual.set(key, [...(usual.get(key) ?? []), newest].slice(-usualRows));
  }
}

interface Known {
  readonly rows: ReadonlyMap<string, readonly PastObservation[]>;
  readonly usual: UsualRows;
  readonly nowMs: number;
}

function watchedOf({ check, cell }: Watching, { rows, usual, nowMs }: Known): Watched {
  const key = cellKey(check.id, cell.vantage);
  return {
    check,
    vantage: cell.vantage,
    now: cell.stale ? null : cell.last,
    silence: cell.stale ? "parent-down" : "timeout",
    atMs: cell.last?.atMs ?? nowMs,
    earlier: rows.get(key) ?? [],
    usual: usualOf(usual.get(key) ?? []),
  };
}
