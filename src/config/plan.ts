import type { Check } from "../kernel/model/check.ts";
import type { Site } from "../kernel/model/site.ts";
import { Secret, UnopenedSecret } from "../kernel/secret.ts";
import { writeDuration } from "../kernel/units.ts";
import { probes } from "../observe/index.ts";
import { isSecretPath, maskUserInfo } from "./mask.ts";
import { schemaAt, textOf } from "./walk.ts";

/** What a configuration is made of, in the order a plan tells it. */
export const planNouns = [
  "site",
  "hub",
  "person",
  "place",
  "provider",
  "vantage",
  "host",
  "service",
  "check",
  "threshold",
  "job",
  "channel",
  "escalation",
  "quiet",
  "page",
  "page-target",
  "watchdog",
  "peer",
  "backup",
  "automation",
  "audit-event",
  "inactive",
] as const;
export type PlanNoun = (typeof planNouns)[number];

export interface PlanChange {
  /** `every`, `expect.within` */
  readonly key: string;
  /** null: nothing, or a secret, which is never shown */
  readonly before: string | null;
  readonly after: string | null;
  readonly secret: boolean;
}

/** One thing that a new configuration adds, changes or takes away. */
export interface PlanEntry {
  readonly action: "added" | "changed" | "removed";
  /** `threshold`: a check of which only limits change */
  readonly noun: PlanNoun;
  /** its key or id; empty for what there is only one of */
  readonly name: string;
  /** for `changed`, by key */
  readonly changes: readonly PlanChange[];
  /** counts from the next start only */
  readonly restart: boolean;
}

export interface ConfigPlan {
  readonly entries: readonly PlanEntry[];
  /** what is lost so widely that it must be confirmed: ids of checks, names of backups */
  readonly needsConfirm: readonly { readonly noun: "check" | "backup"; readonly names: readonly string[] }[];
}

/** A mistake in a file rarely takes fewer checks away than this; a person at work rarely takes more. */
const confirmedShare = 0.2;

type Things = ReadonlyMap<string, unknown>;
type Tables = Readonly<Partial<Record<PlanNoun, Things>>>;

/** What taking `after` over would do to what runs as `before`. */
export function planOf(before: Site, after: Site): ConfigPlan {
  const [old, fresh] = [tablesOf(before), tablesOf(after)];
  const entries = planNouns.flatMap((noun) => compare(noun, old[noun] ?? new Map(), fresh[noun] ?? new Map()));
  return { entries, needsConfirm: lossesOf(entries, before) };
}

function tablesOf(site: Site): Tables {
  const { notify, statusPage } = site;
  const page = statusPage === null ? null : { ...statusPage, publish: undefined };
  return {
    site: single({ name: site.name, lang: site.lang, timezone: site.timeZone, url: site.url }),
    hub: single(site.hub),
    person: site.people,
    place: site.places,
    provider: site.providers,
    vantage: site.vantages,
    host: site.hosts,
    service: site.services,
    check: new Map(site.checks.map((check) => [check.id, comparable(check)])),
    job: site.jobs,
    channel: notify.channels,
    escalation: notify.escalate,
    quiet: single(notify.quiet),
    page: single(page),
    "page-target": new Map((statusPage?.publish ?? []).map((target) => [target.key, target])),
    watchdog: single(site.watchdog),
    peer: new Map(site.peers.map((peer) => [peer.hub, peer])),
    backup: new Map((site.backupNames ?? []).map((name) => [name, site.backups?.get(name) ?? {}])),
    automation: site.automation ?? new Map<string, unknown>(),
    "audit-event": site.auditEvents ?? new Map<string, unknown>(),
    inactive: new Map(site.notActive.filter((path) => path !== "backups").map((path) => [path, {}])),
  };
}

function single(value: object | null): Things {
  return value === null ? new Map() : new Map([["", value]]);
}

/** Without what follows from elsewhere: a new vantage is not a change of every check. */
function comparable({ kind, name, target, everyMs, timeoutMs, attempts, namedVantages, spec }: Check): object {
  return { kind, name, target, everyMs, timeoutMs, attempts, from: namedVantages, spec };
}

function compare(noun: PlanNoun, before: Things, after: Things): PlanEntry[] {
  const restart = noun === "hub";
  const entries: PlanEntry[] = [];
  for (const [name, value] of after) {
    if (!before.has(name)) entries.push({ action: "added", noun, name, changes: [], restart });
    else {
      const changes = changesOf(before.get(name), value);
      const limits = noun === "check" && changes.every(isLimit);
      if (changes.length > 0)
        entries.push({
          action: "changed",
          noun: limits ? "threshold" : noun,
          name,
          changes: changes.map(shown),
          restart,
        });
    }
  }
  const gone = [...before.keys()].filter((name) => !after.has(name));
  return [...entries, ...gone.map((name): PlanEntry => ({ action: "removed", noun, name, changes: [], restart }))];
}

interface Leaf {
  readonly value: string | number | boolean | Secret | null;
  /** as it would be written */
  readonly text: string | null;
}
interface Difference {
  readonly key: string;
  readonly before: Leaf | undefined;
  readonly after: Leaf | undefined;
}

function changesOf(before: unknown, after: unknown): Difference[] {
  const [old, fresh] = [leavesOf(before), leavesOf(after)];
  const keys = [...new Set([...old.keys(), ...fresh.keys()])];
  return keys
    .map((key) => ({ key, before: old.get(key), after: fresh.get(key) }))
    .filter(({ before: one, after: other }) => !isSame(one, other));
}

function isSame(one: Leaf | undefined, other: Leaf | undefined): boolean {
  if (one?.value instanceof Secret && other?.value instanceof Secret) return sameSecret(one.value, other.value);
  return (one?.value ?? null) === (other?.value ?? null);
}

/** Closed secrets are compared by what the file says, opened ones by what they are. */
function sameSecret(one: Secret, other: Secret): boolean {
  const [closed, alsoClosed] = [one instanceof UnopenedSecret, other instanceof UnopenedSecret];
  if (one instanceof UnopenedSecret && other instanceof UnopenedSecret) return one.written() === other.written();
  return closed === alsoClosed ? one.reveal() === other.reveal() : one.source === other.source;
}

/** A limit inside the probe's own keys: slower, sooner, fuller than. */
function isLimit({ key, before, after }: Difference): boolean {
  return key.startsWith("spec.") && typeof before?.value === "number" && typeof after?.value === "number";
}

function shown({ key, before, after }: Difference): PlanChange {
  const secret = [before, after].some((leaf) => leaf?.value instanceof Secret) || isSecretPath(key.split("."));
  const say = (leaf: Leaf | undefined): string | null =>
    secret || leaf === undefined || leaf.text === null ? null : maskUserInfo(leaf.text);
  return { key: key.replace(/^spec\./, "").replace(/Ms$/, ""), before: say(before), after: say(after), secret };
}

function leavesOf(value: unknown): Map<string, Leaf> {
  const leaves = new Map<string, Leaf>();
  const kind = (value as { kind?: unknown } | null)?.kind;
  const probe = probes.find((one) => one.kind === kind);
  const visit = (here: unknown, path: readonly string[]): void => {
    if (here === undefined) return;
    if (here === null || here instanceof Secret || typeof here !== "object") {
      const leaf = here as Leaf["value"];
      const unit = path[0] === "spec" && probe !== undefined ? unitOf(probe.schema, value, path.slice(1)) : undefined;
      leaves.set(path.join("."), { value: leaf, text: textOfLeaf(leaf, path, unit) });
      return;
    }
    const entries = here instanceof Map ? [...(here as Map<string, unknown>)] : Object.entries(here);
    for (const [name, entry] of entries) visit(entry, [...path, name]);
  };
  visit(value, []);
  return leaves;
}

function unitOf(schema: Parameters<typeof schemaAt>[0], check: unknown, path: readonly string[]): string | undefined {
  const at = schemaAt(schema, (check as { spec?: unknown }).spec, path);
  return at === null ? undefined : textOf(at).unit;
}

function textOfLeaf(value: Leaf["value"], path: readonly string[], unit: string | undefined): string | null {
  if (value === null || value instanceof Secret) return null;
  if (typeof value !== "number") return String(value);
  if (unit === "duration" || path.at(-1)?.endsWith("Ms") === true) return writeDuration(value);
  return unit === "percent" ? `${Math.round(value * 10_000) / 100}%` : String(value);
}

/** A check that another of its service and kind replaces is not lost. */
function lossesOf(entries: readonly PlanEntry[], before: Site): ConfigPlan["needsConfirm"] {
  const of = (noun: PlanNoun, action: PlanEntry["action"]): string[] =>
    entries.filter((entry) => entry.noun === noun && entry.action === action).map(({ name }) => name);
  const fresh = of("check", "added").map(family);
  const lost = of("check", "removed").filter((id) => {
    const at = fresh.indexOf(family(id));
    if (at >= 0) fresh.splice(at, 1);
    return at < 0;
  });
  const backups = of("backup", "removed");
  const tooMany = lost.length > before.checks.length * confirmedShare;
  return [
    ...(tooMany ? [{ noun: "check" as const, names: lost }] : []),
    ...(backups.length > 0 ? [{ noun: "backup" as const, names: backups }] : []),
  ];
}

/** `shop/http:www.example.jp` → `shop/http` */
function family(id: string): string {
  return id.split(":")[0] ?? id;
}
