import { many } from "../kernel/fields.ts";
import type { ConfigWords } from "../words/config.ts";
import { draft, prefix, type Draft, type Path, type Sentence } from "./finding.ts";
import { isOwn } from "./own-data.ts";
import type { RootConfig } from "./schema.ts";
import { suggest } from "./suggest.ts";
import { isMap } from "./walk.ts";

type Kind = "service" | "host" | "place" | "person" | "vantage" | "channel" | "backup";
type Target = Kind | "any";

/** A name of the file that stands for something else of the file. */
interface Reference {
  readonly path: Path;
  readonly name: string;
  readonly to: Target;
}

/** Everything that can be named, taken from what is written, so that an entry with an error in it still has its name. */
export type Names = Readonly<Record<Kind | "provider", readonly string[]>>;

const sections: Readonly<Record<Kind, string>> = {
  service: "services",
  host: "hosts",
  place: "places",
  person: "people",
  vantage: "vantages",
  channel: "notify.channels",
  backup: "backups",
};

function keys(of: unknown): string[] {
  return isMap(of) ? Object.keys(of) : [];
}

export function namesOf(value: Readonly<Record<string, unknown>>): Names {
  const notify = value["notify"];
  const places = isMap(value["places"]) ? Object.values(value["places"]) : [];
  const providers = places.flatMap((place) =>
    isMap(place) && typeof place["provider"] === "string" ? place["provider"] : [],
  );
  return {
    service: keys(value["services"]),
    host: keys(value["hosts"]),
    place: keys(value["places"]),
    person: keys(value["people"]),
    vantage: vantageNames(value["vantages"]),
    channel: isMap(notify) ? keys(notify["channels"]) : [],
    backup: keys(value["backups"]),
    provider: [...new Set([...keys(value["providers"]), ...providers])],
  };
}

function vantageNames(written: unknown): string[] {
  if (!Array.isArray(written)) return ["here"];
  return written
    .map((entry: unknown) => String(isMap(entry) ? (entry["name"] ?? "") : entry))
    .filter((name) => name !== "");
}

/** Names that lead nowhere, and circles of needs. */
export function checkReferences(config: RootConfig, names: Names): Draft[] {
  const sets = new Map(Object.entries(names).map(([kind, list]) => [kind, new Set(list)]));
  const isNamed = (kind: Kind, name: string): boolean => sets.get(kind)?.has(name) === true;
  return [
    ...references(config).flatMap((reference) => checkReference(reference, names, isNamed)),
    ...cycles(config),
    ...repeatedVantages(names),
  ];
}

function each(path: Path, names: string | readonly string[] | undefined, to: Target): Reference[] {
  if (typeof names === "string") return [{ path, name: names, to }];
  return many(names).map((name, index) => ({ path: [...path, index], name, to }));
}

function references(config: RootConfig): Reference[] {
  return [
    ...serviceReferences(config),
    ...Object.entries(config.hosts).flatMap(([key, host]) => each(["hosts", key, "at"], host.at, "place")),
    ...config.vantages.flatMap((vantage, index) =>
      typeof vantage === "string" ? [] : each(["vantages", index, "at"], vantage.at, "place"),
    ),
    ...notifyReferences(config),
    ...each(["status_page", "show"], config.status_page?.show, "service"),
    ...(config.status_page?.publish ?? []).flatMap(({ at }, index) =>
      each(["status_page", "publish", index, "at"], at, "place"),
    ),
    ...recoverReferences(config),
    ...preventReferences(config),
  ];
}

function serviceReferences(config: RootConfig): Reference[] {
  return Object.entries(config.services).flatMap(([key, service]) => {
    if (typeof service === "string") return [];
    const at = ["services", key];
    const checks = (service.checks ?? []).flatMap((check, index) => checkReferencesOf(check, [...at, "checks", index]));
    return [...each([...at, "on"], service.on, "host"), ...each([...at, "needs"], service.needs, "service"), ...checks];
  });
}

function checkReferencesOf(check: unknown, at: Path): Reference[] {
  if (!isMap(check)) return [];
  const from = check["from"] as string | string[] | undefined;
  const log = typeof check["log"] === "string" ? check["log"].split(":")[0] : undefined;
  const on = typeof check["on"] === "string" ? check["on"] : undefined;
  return [
    ...each([...at, "from"], from, "vantage"),
    ...each([...at, "log"], log, "host"),
    ...each([...at, "on"], on, "host"),
  ];
}

function notifyReferences(config: RootConfig): Reference[] {
  return Object.entries(config.notify.escalate).flatMap(([policy, steps]) =>
    steps.flatMap(({ tell, by }, index) => {
      const at = ["notify", "escalate", policy, index];
      return [...each([...at, "tell"], tell, "person"), ...each([...at, "by"], by, "channel")];
    }),
  );
}

function recoverReferences(config: RootConfig): Reference[] {
  const backups = Object.entries(config.backups ?? {}).flatMap(([key, { of, to, drill }]) => {
    const at = ["backups", key];
    return [
      ...(isOwn(of.host, config) ? [] : each([...at, "of", "host"], of.host, "host")),
      ...to.flatMap((entry, index) => each([...at, "to", index, "at"], entry.at, "place")),
      ...each([...at, "drill", "restore_to", "boot_check"], drill?.restore_to.boot_check, "service"),
    ];
  });
  const events = Object.entries(config.audit?.events ?? {}).flatMap(([name, { lost, acts }]) => {
    const at = ["audit", "events", name];
    return [...each([...at, "lost"], lost, "any"), ...each([...at, "acts"], acts, "any")];
  });
  const automation = Object.entries(config.automation ?? {}).flatMap(([name, { on }]) =>
    each(["automation", name, "on"], on, "any"),
  );
  const people = Object.entries(config.people).flatMap(([name, person]) =>
    typeof person === "string"
      ? []
      : [...each(["people", name, "can"], person.can, "any"), ...each(["people", name, "keys"], person.keys, "backup")],
  );
  const also = Object.entries(config.backups ?? {}).flatMap(([name, { key }]) =>
    (key?.also ?? []).flatMap((holder, index) =>
      holder.startsWith("person:") ? each(["backups", name, "key", "also", index], holder, "person") : [],
    ),
  );
  return [...backups, ...events, ...automation, ...people, ...also];
}

function preventReferences(config: RootConfig): Reference[] {
  return [
    ...Object.entries(config.jobs ?? {}).flatMap(([key, job]) => each(["jobs", key, "on"], job.on, "host")),
    ...(config.maintenance ?? []).flatMap(({ affects }, index) =>
      each(["maintenance", index, "affects"], affects, "any"),
    ),
    ...(config.freeze ?? []).flatMap((entry, index) => each(["freeze", index, "for"], entry.for, "any")),
    ...each(["changes", "approvers"], config.changes?.approvers, "person"),
  ];
}

type IsNamed = (kind: Kind, name: string) => boolean;

function checkReference({ path, name, to }: Reference, names: Names, isNamed: IsNamed): Draft[] {
  if (to === "any") return checkTarget(path, name, names);
  const bare = name.startsWith(`${to}:`) ? name.slice(to.length + 1) : name;
  return isNamed(to, bare) ? [] : [unknown({ path, name: bare, to }, names)];
}

const unknownWords: Readonly<Record<Kind, (words: ConfigWords) => (path: string, name: string) => string>> = {
  service: (w) => w.unknownService,
  host: (w) => w.unknownHost,
  place: (w) => w.unknownPlace,
  person: (w) => w.unknownPerson,
  vantage: (w) => w.unknownVantage,
  channel: (w) => w.unknownChannel,
  backup: (w) => w.unknownBackup,
};

function unknown({ path, name, to }: Reference & { to: Kind }, names: Names): Draft {
  const known = names[to];
  const meant = suggest(name, known);
  const hint: Sentence = (w) => {
    if (meant !== null) return w.didYouMean(meant);
    return known.length === 0 ? w.noneWritten(sections[to]) : w.writtenAre(known.slice(0, 12).join(", "));
  };
  return draft({ code: `unknown-${to}`, path, say: (w) => unknownWords[to](w)(prefix(path), name), hint });
}

/** Kinds whose members are not all written in the file: any name is taken. */
const openKinds: ReadonlySet<string> = new Set([
  "segment",
  "account",
  "credential",
  "cred",
  "repository",
  "lan",
  "isp",
  "domain",
  "cert",
  "group",
  "provider",
]);
const closedKinds = ["service", "host", "place", "person", "vantage"] as const;

/** A target is `kind:name`; the kind may be left out where only one thing has the name. */
function checkTarget(path: Path, written: string, names: Names): Draft[] {
  const [kind, name] = written.includes(":") ? split(written) : [null, written];
  if (kind !== null && openKinds.has(kind)) return [];
  const closed = closedKinds.find((known) => known === kind);
  if (closed !== undefined)
    return name === "*" || names[closed].includes(name) ? [] : [unknown({ path, name, to: closed }, names)];
  const kinds = [...closedKinds, "provider" as const].filter((known) => names[known].includes(written));
  if (kinds.length === 1) return [];
  const at = prefix(path);
  if (kinds.length > 1) {
    const forms = kinds.map((known) => `${known}:${name}`).join(", ");
    const say: Sentence = (w) => w.ambiguousTarget(at, written);
    return [draft({ code: "unknown-target", path, say, hint: (w) => w.writeKind(forms) })];
  }
  const all = [...names.host, ...names.service, ...names.place, ...names.person, ...names.vantage];
  const meant = suggest(written, all);
  const hint: Sentence = (w) => (meant === null ? w.writtenAre(all.slice(0, 12).join(", ")) : w.didYouMean(meant));
  return [draft({ code: "unknown-target", path, say: (w) => w.unknownTarget(at, written), hint })];
}

function split(written: string): [string, string] {
  const colon = written.indexOf(":");
  return [written.slice(0, colon), written.slice(colon + 1)];
}

function repeatedVantages(names: Names): Draft[] {
  return names.vantage.flatMap((name, index) => {
    if (names.vantage.indexOf(name) === index) return [];
    const path = ["vantages", index];
    return [draft({ code: "duplicate-vantage", path, say: (w) => w.duplicateVantage(name), hint: (w) => w.renameOne })];
  });
}

/** One finding for each circle, at the need that closes it. */
function cycles(config: RootConfig): Draft[] {
  const needs = new Map<string, readonly string[]>(
    Object.entries(config.services).map(([key, service]) => [
      key,
      typeof service === "string" ? [] : many(service.needs).map((name) => name.replace(/^service:/, "")),
    ]),
  );
  const done = new Set<string>();
  return [...needs.keys()].flatMap((start) =>
    done.has(start)
      ? []
      : circlesFrom(start, needs, done).map(({ circle, index }) => {
          const last = circle.at(-1) ?? start;
          return cycleDraft(circle, needPath(config, last, index));
        }),
  );
}

/** Depth first without recursion: a file may hold a chain longer than the stack is deep. */
function circlesFrom(
  start: string,
  needs: ReadonlyMap<string, readonly string[]>,
  done: Set<string>,
): { circle: readonly string[]; index: number }[] {
  const found: { circle: readonly string[]; index: number }[] = [];
  const trail = [{ key: start, next: 0 }];
  const depth = new Map([[start, 0]]);
  for (let here = trail.at(-1); here !== undefined; here = trail.at(-1)) {
    const index = here.next++;
    const need = needs.get(here.key)?.[index];
    if (need === undefined) {
      done.add(here.key);
      depth.delete(here.key);
      trail.pop();
      continue;
    }
    const from = depth.get(need);
    if (from !== undefined) found.push({ circle: trail.slice(from).map(({ key }) => key), index });
    else if (!done.has(need) && needs.has(need)) {
      depth.set(need, trail.length);
      trail.push({ key: need, next: 0 });
    }
  }
  return found;
}

function needPath(config: RootConfig, key: string, index: number): Path {
  const service = config.services[key];
  const listed = typeof service === "object" && Array.isArray(service.needs);
  return listed ? ["services", key, "needs", index] : ["services", key, "needs"];
}

function cycleDraft(circle: readonly string[], path: Path): Draft {
  const chain = [...circle, circle[0]].join(" → ");
  return draft({ code: "cycle", path, say: (w) => w.cycle(chain), hint: (w) => w.cycleHint });
}
