import type { Stamp } from "../../kernel/clock.ts";
import { kindOf, nameOf, type ComponentId } from "../../kernel/model/component.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { CellStatus, CheckStatus } from "../../kernel/model/status.ts";
import type { HostSilence, HostStatus } from "../../kernel/ports-hosts.ts";
import type { Rounds, UnitLook } from "./rounds.ts";
import type { Reach, Seen, SeenMachine, SeenUnit } from "./watch.ts";

/** Everything that is known at one moment; windows take their part of it. */
export interface World {
  readonly now: Stamp;
  readonly site: Pick<Site, "services">;
  readonly checks: readonly CheckStatus[];
  readonly hosts: readonly HostStatus[];
}

/** A machine that is away, as whoever logs in sees it; every other silence is of the way in. */
const awaySilences: ReadonlySet<HostSilence> = new Set(["refused", "unreachable", "timeout", "closed"]);
/** Losing it is believed when this many places see it, or all that look when they are fewer. */
const vantagesToBelieve = 2;

/** Looks at each target once, so that windows on the same one count the same rounds. */
export function lookAt(
  world: World,
  units: ReadonlySet<ComponentId>,
  rounds: Rounds,
): ReadonlyMap<ComponentId, SeenUnit> {
  rounds.keepOnly(units);
  return new Map([...units].map((unit) => [unit, rounds.look(unit, unitLook(world, unit))]));
}

function unitLook({ site, checks, hosts }: World, unit: ComponentId): UnitLook {
  const name = nameOf(unit);
  const isHost = kindOf(unit) === "host";
  const own = checks.filter(({ service, state }) => {
    if (state === "paused") return false;
    return isHost ? site.services.get(service)?.on === name : service === name;
  });
  const status = isHost ? hosts.find(({ key }) => key === name) : undefined;
  const bootId = status?.reading?.identity?.bootId ?? null;
  return own.length > 0 ? { ...byChecks(own), bootId } : { ...byLogin(status), bootId };
}

function byChecks(checks: readonly CheckStatus[]): Omit<UnitLook, "bootId"> {
  const reaches = checks.map(({ cells }) => reachOf(cells));
  const count = (reach: Reach): number => reaches.filter((one) => one === reach).length;
  const lost = count("lost");
  const newest = checks.map(({ cells }) => Math.max(-1, ...cells.map(({ last }) => last?.monotonicMs ?? -1)));
  const looked = newest.includes(-1) ? null : { firstMs: Math.min(...newest), lastMs: Math.max(...newest) };
  const known = checks.length - count("unknown");
  const met = count("well");
  const reach = known === 0 ? "unknown" : lost === known ? "lost" : met === checks.length ? "well" : "partly";
  // a round in which one could not look is no round
  return { reach: reach === "partly" && met === known ? "unknown" : reach, lostChecks: lost, isWatched: true, looked };
}

/** One check: lost when nobody meets it and enough look. */
function reachOf(cells: readonly CellStatus[]): Reach {
  const fresh = cells.filter(({ stale }) => !stale);
  const told = fresh.filter(({ last }) => last !== null && last.outcome !== "unknown");
  const met = told.filter(({ last }) => last?.outcome !== "down").length;
  if (told.length === 0) return "unknown";
  if (met === told.length) return "well";
  return met === 0 && told.length >= Math.min(vantagesToBelieve, fresh.length) ? "lost" : "partly";
}

/** A host without checks of its own is seen only by looking into it. */
function byLogin(status: HostStatus | undefined): Omit<UnitLook, "bootId"> {
  if (status === undefined || status.by === null)
    return { reach: "unknown", lostChecks: 0, isWatched: false, looked: null };
  const { silence, readAt } = status;
  const reach: Reach =
    silence === null ? (readAt === null ? "unknown" : "well") : awaySilences.has(silence.reason) ? "lost" : "unknown";
  const looked = readAt === null ? null : { firstMs: readAt.monotonicMs, lastMs: readAt.monotonicMs };
  return { reach, lostChecks: reach === "lost" ? 1 : 0, isWatched: true, looked };
}

/** The hosts that were ever read. */
export function machinesOf(hosts: readonly HostStatus[]): ReadonlyMap<string, SeenMachine> {
  return new Map(
    hosts.flatMap(({ key, reading, readAt, silence, hostKey }): readonly (readonly [string, SeenMachine])[] => {
      const identity = reading?.identity ?? null;
      if (identity === null || readAt === null) return [];
      const { bootId, machineId, dmiUuid, macs } = identity;
      const uptimeSeconds = reading?.system?.uptimeSeconds ?? null;
      const isKeyChanged = silence?.reason === "key-changed" && hostKey.seen !== null;
      return [[key, { bootId, machineId, dmiUuid, macs, uptimeSeconds, readAt, isKeyChanged }]];
    }),
  );
}

/** What one window sees of it. */
export function seenBy(
  { units, hosts }: { readonly units: readonly ComponentId[]; readonly hosts: readonly string[] },
  all: Omit<Seen, "machineIds">,
): Seen {
  const ids = [...all.machines].flatMap(([host, { machineId }]) =>
    machineId === null ? [] : [[host, machineId] as const],
  );
  return {
    ...all,
    units: new Map(
      units.flatMap((unit) => {
        const seen = all.units.get(unit);
        return seen === undefined ? [] : [[unit, seen] as const];
      }),
    ),
    machines: new Map(
      hosts.flatMap((host) => {
        const machine = all.machines.get(host);
        return machine === undefined ? [] : [[host, machine] as const];
      }),
    ),
    machineIds: new Map(ids),
  };
}
