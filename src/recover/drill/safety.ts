import type { BackupPlan } from "../../kernel/model/backup.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { Known, MachineFacts } from "./facts.ts";
import { inService } from "./in-service.ts";
import { refusal, untold, type Refusal, type RefusalCode } from "./refusal.ts";

export interface DrillTarget {
  /** `localhost` (an isolated place on this machine) or `host:KEY` */
  readonly name: string;
  readonly plan: BackupPlan;
}

/** Before anything is connected to: all that the configuration says against the target. */
export function declaredSafe(site: Site, { name, plan }: DrillTarget): readonly Refusal[] {
  if (name === "localhost") return [];
  const key = name.replace(/^host:/, "");
  const plans = new Map([...(site.backups ?? []), [plan.key, plan]]);
  const against = [
    ...[...plans.values()].filter(({ host }) => host === key).map((one) => `backups.${one.key}.of.host`),
    ...[...site.services.values()].filter(({ on }) => on === key).map((one) => `services.${one.key}.on`),
    ...(plan.drill?.host === key ? [] : [`backups.${plan.key}.drill.restore_to.host`]),
    ...(site.hosts.get(key)?.role === "drill" ? [] : [`hosts.${key}.role`]),
  ];
  return [...against.flatMap((one) => refusal("not-declared", one)), ...named(site, { key, names: [], addresses: [] })];
}

/** Other entries of the file that mean the same machine. */
function named(
  site: Site,
  is: { readonly key: string; readonly names: readonly string[]; readonly addresses: readonly string[] },
): readonly Refusal[] {
  const own = addressOf(site, is.key);
  const means = (key: string): boolean => {
    const address = addressOf(site, key);
    return address === own || is.names.includes(address) || is.names.includes(key) || is.addresses.includes(address);
  };
  return [...site.hosts.keys()]
    .filter((key) => key !== is.key && means(key))
    .flatMap((key) => refusal("named", `hosts.${key}`));
}

function addressOf(site: Site, key: string): string {
  return (site.hosts.get(key)?.address ?? key).toLowerCase();
}

interface MachineRules {
  readonly site: Site;
  readonly siteId: string;
  readonly target: DrillTarget;
  readonly known: readonly Known[];
  /** where names of production lead, as this machine resolves them */
  readonly resolved: ReadonlyMap<string, readonly string[]>;
}

/** All that speaks against the target in what it shows of itself, read before and again after connecting. */
export function machineSafe(
  { site, siteId, target, known, resolved }: MachineRules,
  facts: MachineFacts,
): readonly Refusal[] {
  const others = known.filter(({ host }) => `host:${host}` !== target.name);
  if (target.name === "localhost") return [...markers(siteId, facts), ...itself(others, facts)];
  return [
    ...markers(siteId, facts),
    ...sameAs(others, facts, target.plan),
    ...pinned(site, target, facts),
    ...namedBy(site, target, facts),
    ...ledTo(resolved, facts),
    ...inService(site, target.plan, { facts, known: others }),
  ];
}

function markers(siteId: string, { isProduction, drillMarker }: MachineFacts): readonly Refusal[] {
  return [
    ...(isProduction === true ? refusal("production-marker", "/etc/koboshi-production") : []),
    ...(isProduction === null ? untold("production-marker", "/etc/koboshi-production") : []),
    ...(drillMarker === null ? untold("no-drill-marker", "/etc/koboshi-drill") : []),
    ...(drillMarker === "" ? refusal("no-drill-marker", "/etc/koboshi-drill") : []),
    ...(drillMarker !== null && drillMarker !== "" && drillMarker !== siteId
      ? refusal("foreign-drill-marker", drillMarker.slice(0, 80))
      : []),
  ];
}

/** The isolated place shares this machine's addresses by nature; only a known host that is this very machine counts. */
function itself(known: readonly Known[], { machineId }: MachineFacts): readonly Refusal[] {
  if (machineId === null) return untold("same-machine", "machine-id");
  const twin = known.find((other) => other.machineId === machineId);
  return twin === undefined ? [] : refusal("same-machine", twin.host);
}

/** Each identity of its own: a clone shares some of them and not others. */
function sameAs(known: readonly Known[], facts: MachineFacts, plan: BackupPlan): readonly Refusal[] {
  const shared = (
    code: RefusalCode,
    pick: (machine: MachineFacts) => readonly string[] | null,
    what: string,
  ): readonly Refusal[] => {
    const mine = pick(facts);
    if (mine === null) return untold(code, what);
    const twins = known.filter((other) => pick(other)?.some((one) => mine.includes(one)) === true);
    if (twins.length > 0) return refusal(code, [...new Set(twins.map(({ host }) => host))].join(", "));
    const source = known.find(({ host }) => host === plan.host);
    return source === undefined || pick(source) === null ? untold(code, `${plan.host}: ${what}`) : [];
  };
  return [
    ...shared("same-machine", ({ machineId }) => (machineId === null ? null : [machineId]), "machine-id"),
    ...shared("same-host-key", ({ hostKeys }) => hostKeys, "ssh"),
    ...shared("same-address", ({ addresses }) => addresses, "IP"),
    ...shared("same-address", ({ macs }) => macs, "MAC"),
  ];
}

/** The keys the file pins for other hosts must not be this machine's. */
function pinned(site: Site, target: DrillTarget, { hostKeys }: MachineFacts): readonly Refusal[] {
  return [...site.hosts.values()]
    .filter(({ key, hostKey }) => `host:${key}` !== target.name && hostKey !== null && hostKeys?.includes(hostKey))
    .flatMap(({ key }) => refusal("same-host-key", key));
}

function namedBy(site: Site, target: DrillTarget, { names, addresses }: MachineFacts): readonly Refusal[] {
  if (names === null) return untold("named", "hostname");
  return named(site, { key: target.name.replace(/^host:/, ""), names, addresses: addresses ?? [] });
}

/** A name may lead there by DNS or a hosts file, whatever the file of the site says. */
function ledTo(resolved: MachineRules["resolved"], { addresses }: MachineFacts): readonly Refusal[] {
  return [...resolved]
    .filter(([, found]) => found.some((one) => addresses?.includes(one) === true))
    .flatMap(([name]) => refusal("named", name));
}

/** What the closed room shows from inside. Null: it could not be told. */
export interface RoomFacts {
  /** a connection to an address outside was refused */
  readonly egressClosed: boolean | null;
  /** mail ends in the sink, or is refused where none can run */
  readonly mailClosed: boolean | null;
  /** names of production that do not lead into the black hole */
  readonly namesReachable: readonly string[] | null;
  readonly cronMasked: boolean | null;
  /** the machine's clock against ours, milliseconds */
  readonly clockOffsetMs: number | null;
  /** id in the claim of the target root */
  readonly claim: string | null;
}

const clockToleranceMs = 60_000;

function must(code: RefusalCode, holds: boolean | null): readonly Refusal[] {
  if (holds === null) return untold(code, code);
  return holds ? [] : refusal(code, code);
}

/** Of the isolation itself: read from inside before the first byte is restored. */
export function roomSafe(room: RoomFacts, drillId: string): readonly Refusal[] {
  return [
    ...must("egress-open", room.egressClosed),
    ...must("mail-open", room.mailClosed),
    ...(room.namesReachable === null ? untold("names-reachable", "/etc/hosts") : []),
    ...(room.namesReachable?.slice(0, 1).flatMap((name) => refusal("names-reachable", name)) ?? []),
    ...must("cron-live", room.cronMasked),
    ...(room.clockOffsetMs === null ? untold("clock-wrong", "date") : []),
    ...(room.clockOffsetMs !== null && Math.abs(room.clockOffsetMs) > clockToleranceMs
      ? refusal("clock-wrong", `${Math.round(room.clockOffsetMs / 1000)} s`)
      : []),
    ...(room.claim === drillId ? [] : refusal("not-claimed", room.claim ?? "—")),
  ];
}

/** The key a drill reads with must not be able to write. */
export function credentialSafe(canWrite: boolean | null, place: string): readonly Refusal[] {
  if (canWrite === null) return untold("writable-credential", place);
  return canWrite ? refusal("writable-credential", place) : [];
}

/** A folder lies on the plan's own host: from another machine there is nothing to read in its path. */
export function copyInReach(repo: string | null, { name, plan }: DrillTarget, place: string): readonly Refusal[] {
  const isFolder = repo !== null && (repo.startsWith("/") || repo.startsWith("local:"));
  return isFolder && name !== "localhost" ? refusal("copy-out-of-reach", `${place} (${plan.host})`) : [];
}
