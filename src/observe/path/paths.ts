import type { SignalChange } from "../../kernel/model/signal.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { PathBoard } from "../../kernel/ports-paths.ts";
import { probes } from "../probes/index.ts";
import { tell, usualPace, type PathDeps, type PathDesk } from "./desk.ts";
import { createLane } from "./lane.ts";
import { burstNow, planBurst } from "./packet-looks.ts";
import { traceNow, traceSoon } from "./route-looks.ts";
import { createPathSignals, type PathSignals } from "./signals.ts";
import { targetsOf, type Target } from "./targets.ts";
import { statusOf, watchedOf, type Watched } from "./watched.ts";
import { wayId } from "./way-id.ts";

/** Looks at the network on the way to what the checks look at: loss, delay, and the routers in between. */
export interface Paths extends PathBoard {
  /** Takes the targets of the checks over; what stays goes on. */
  use(site: Pick<Site, "checks" | "hosts">): void;
  /** A check's signal was opened: the way to its target is looked at now. */
  heard(changes: readonly SignalChange[]): void;
  stop(): Promise<void>;
}

const burstsAtOnce = 8;
const tracesAtOnce = 2;
const shownRoutes = 20;

/** Reads what the ledger knows of the ways; looks only after `use`. */
export async function createPaths(deps: PathDeps): Promise<Paths> {
  const { clock, ledger } = deps;
  const stored = await ledger.read.allRoutes();
  const desk: PathDesk = {
    ...deps,
    pace: deps.pace ?? usualPace,
    watched: new Map(),
    signals: createPathSignals(clock, await ledger.read.openSignals()),
    bursts: createLane(burstsAtOnce),
    traces: createLane(tracesAtOnce),
  };
  const { watched, signals } = desk;
  let left = 0;

  return {
    use(site) {
      const { watched: wanted, leftOut } = targetsOf(site, probes);
      left = leftOut;
      const ways = new Set(wanted.map(({ vantage, host }) => wayId(vantage, host)));
      for (const [way, one] of watched) if (!ways.has(way)) end(desk, one);
      tell(
        desk,
        [...signals.ways()].filter((way) => !ways.has(way)).flatMap((way) => closeAll(signals, way)),
      );
      for (const target of wanted) {
        const known = watched.get(wayId(target.vantage, target.host));
        if (known !== undefined) known.target = target;
        else
          begin(
            desk,
            target,
            stored
              .filter((one) => one.target === target.host && one.vantage === target.vantage)
              .map(({ route }) => route),
          );
      }
    },
    heard(changes) {
      const failed = changes.filter(({ change, signal }) => change === "opened" && signal.kind !== "path");
      const checks = new Set(failed.flatMap(({ signal: { checkId } }) => (checkId === null ? [] : [checkId])));
      for (const one of watched.values()) if (one.target.checkIds.some((id) => checks.has(id))) traceSoon(desk, one);
    },
    paths: () =>
      [...watched.values()]
        .map((one) => statusOf(one, signals.of(wayId(one.vantage, one.target.host)), clock))
        .toSorted(
          (a, b) =>
            b.troubles.length - a.troubles.length || (wayId(a.target, a.vantage) < wayId(b.target, b.vantage) ? -1 : 1),
        ),
    leftOut: () => left,
    history: (target, vantage = "here") => ledger.read.routesOf({ vantage, target }, shownRoutes),
    async stop() {
      const running = [...watched.values()].flatMap(({ tracing, bursting }) => [tracing, bursting]);
      for (const one of watched.values()) end(desk, one);
      await Promise.all(running.filter((work) => work !== null));
    },
  };
}

function begin(desk: PathDesk, target: Target, routes: Parameters<typeof watchedOf>[1]): void {
  const one = watchedOf(target, routes);
  desk.watched.set(wayId(target.vantage, target.host), one);
  planBurst(desk, one);
  // the address comes with the first burst, and a trace needs it
  burstNow(desk, one, () => traceNow(desk, one));
}

function end({ watched }: PathDesk, one: Watched): void {
  one.ending.abort();
  one.burstTimer?.cancel();
  one.traceTimer?.cancel();
  watched.delete(wayId(one.vantage, one.target.host));
}

function closeAll(signals: PathSignals, way: string): readonly SignalChange[] {
  return [...signals.close("loss", way), ...signals.close("route", way)];
}
