import { z } from "zod";
import { many } from "../kernel/fields.ts";
import type { Check } from "../kernel/model/check.ts";
import type { Probe } from "../kernel/model/probe.ts";
import { writeDuration } from "../kernel/units.ts";
import { everyCheckKeys, probes } from "../observe/index.ts";
import { draft, prefix, type Draft, type Path, type Sentence } from "./finding.ts";
import { validateEntry } from "./issues.ts";
import { quoted } from "./mask.ts";
import type { RootConfig } from "./schema.ts";
import { isMap } from "./walk.ts";

/** A certificate is warned of three weeks ahead when the file asks for nothing else. */
const certificateWarning = "21d";

type Raw = Readonly<Record<string, unknown>>;
type Service = RootConfig["services"][string];

export interface Checks {
  readonly checks: readonly Check[];
  readonly drafts: readonly Draft[];
}

interface Context {
  readonly service: string;
  readonly vantages: readonly string[];
  /** host key → address, for keys that no name server knows */
  readonly addresses: ReadonlyMap<string, string>;
}

/** The checks that run. Kinds without a probe are left out: the loader lists them as not active. */
export function compileChecks(config: RootConfig, raw: Raw, vantages: readonly string[]): Checks {
  const checks: Check[] = [];
  const drafts: Draft[] = [];
  const addresses = new Map(
    Object.entries(config.hosts).flatMap(([name, { address }]) =>
      address === undefined || name.includes(".") ? [] : [[name, address] as const],
    ),
  );
  const services = isMap(raw["services"]) ? raw["services"] : {};
  for (const [key, service] of Object.entries(config.services)) {
    const context = { service: key, vantages, addresses };
    for (const entry of writtenChecks(service, services[key], ["services", key])) {
      const done = compileEntry(entry, context);
      drafts.push(...done.drafts);
      checks.push(...done.checks);
    }
  }
  return { checks: withIds(checks), drafts };
}

interface Entry {
  readonly written: unknown;
  /** the same, read: durations are milliseconds */
  readonly read: unknown;
  readonly path: Path;
}

function writtenChecks(service: Service, raw: unknown, at: Path): Entry[] {
  if (typeof service === "string") return [{ written: service, read: service, path: at }];
  const listed = isMap(raw) && Array.isArray(raw["checks"]) ? (raw["checks"] as unknown[]) : [];
  return (service.checks ?? []).map((read, index) => ({
    written: listed[index],
    read,
    path: [...at, "checks", index],
  }));
}

function compileEntry(entry: Entry, context: Context): Checks {
  if (typeof entry.written === "string") return fromUrl(entry.written, entry.path, context);
  if (!isMap(entry.written) || !isMap(entry.read)) return { checks: [], drafts: [] };
  const written = entry.written;
  const probe = probes.find(({ kind }) => Object.hasOwn(written, kind));
  if (probe === undefined) return { checks: [], drafts: [] };
  const own = Object.fromEntries(Object.entries(written).filter(([name]) => isOwnKey(probe, name)));
  return oneCheck({ probe, own, read: entry.read, written, path: entry.path }, context);
}

/** Unknown keys are told by the language already; the keys every check has are not the probe's. */
function isOwnKey({ schema }: Probe, name: string): boolean {
  return schema instanceof z.ZodObject && Object.hasOwn(schema.shape, name) && !everyCheckKeys.includes(name);
}

/** A bare URL: the probe of its scheme; https brings its certificate along. */
function fromUrl(text: string, path: Path, context: Context): Checks {
  const url = URL.canParse(text) ? new URL(text) : null;
  const probe =
    url === null ? undefined : probes.find(({ urlSchemes }) => urlSchemes.includes(url.protocol.slice(0, -1)));
  if (url === null || probe === undefined) {
    const schemes = probes.flatMap(({ urlSchemes }) => urlSchemes).map((scheme) => `${scheme}://`);
    const say: Sentence = (w) => w.unknownScheme(prefix(path), quoted(text, false));
    const hint: Sentence = (w) => w.unknownSchemeHint(schemes.join(" "));
    return { checks: [], drafts: [draft({ code: "unknown-scheme", path, say, hint })] };
  }
  const own = probe.fromUrl(url) as Raw;
  const first = oneCheck({ probe, own, read: defaultsOf(probe), written: {}, path }, context);
  const tls = url.protocol === "https:" ? probes.find(({ kind }) => kind === "tls") : undefined;
  if (tls === undefined || first.drafts.length > 0) return first;
  const target = new URL(`tls://${url.hostname}:${url.port === "" ? "443" : url.port}`);
  const certificate = { ...(tls.fromUrl(target) as Raw), warn: certificateWarning };
  const second = oneCheck({ probe: tls, own: certificate, read: defaultsOf(tls), written: {}, path }, context);
  return { checks: [...first.checks, ...second.checks], drafts: [...first.drafts, ...second.drafts] };
}

function defaultsOf({ defaults = { everyMs: 60_000, timeoutMs: 10_000 } }: Probe): Raw {
  return { every: defaults.everyMs, timeout: defaults.timeoutMs, attempts: 3 };
}

interface Compiling {
  readonly probe: Probe;
  /** the probe's own keys as written */
  readonly own: Raw;
  /** the keys every check has, read */
  readonly read: Raw;
  readonly written: Raw;
  readonly path: Path;
}

function oneCheck({ probe, own, read, written, path }: Compiling, context: Context): Checks {
  const drafts = [
    ...validateEntry({ schema: probe.schema, value: own, at: path }),
    ...checkTimes(read, written, path),
    ...checkPatience(probe, read, path),
  ];
  const asWritten = probe.schema.safeParse(own);
  const resolved = probe.schema.safeParse(withAddresses(own, probe, context.addresses));
  if (!asWritten.success || !resolved.success) return { checks: [], drafts };
  const target = probe.target(asWritten.data);
  const named = many(read["from"] as string | string[] | undefined).map((name) => name.replace(/^vantage:/, ""));
  const [everyMs, timeoutMs] = [Number(read["every"]), Number(read["timeout"])];
  const check: Check = {
    id: `${context.service}/${probe.kind}:${probe.hosts(asWritten.data)[0] ?? target}`,
    service: context.service,
    kind: probe.kind,
    name: typeof read["name"] === "string" ? read["name"] : target,
    target,
    everyMs,
    timeoutMs: Math.min(timeoutMs, everyMs),
    attempts: Number(read["attempts"]),
    vantages: probe.onlyHere === true ? ["here"] : named.length === 0 ? context.vantages : named,
    namedVantages: named,
    spec: resolved.data,
  };
  return { checks: [check], drafts };
}

/** A timeout that is written must fit into the interval; the default one makes way. */
function checkTimes(read: Raw, written: Raw, path: Path): Draft[] {
  const [everyMs, timeoutMs] = [Number(read["every"]), Number(read["timeout"])];
  if (!Object.hasOwn(written, "timeout") || !(timeoutMs > everyMs)) return [];
  const at = [...path, "timeout"];
  const [timeout, every] = [writeDuration(timeoutMs), writeDuration(everyMs)];
  const say: Sentence = (w) => w.timeoutOverEvery(prefix(at), timeout, every);
  return [draft({ code: "timeout-over-every", path: at, say, hint: (w) => w.timeoutOverEveryHint(every) })];
}

/** What passes other people's queues and filters must not be tried too often. */
function checkPatience({ kind, defaults }: Probe, read: Raw, path: Path): Draft[] {
  const { shortestEveryMs = 0 } = defaults ?? {};
  if (!(Number(read["every"]) < shortestEveryMs)) return [];
  const at = [...path, "every"];
  const [every, shortest] = [writeDuration(Number(read["every"])), writeDuration(shortestEveryMs)];
  const say: Sentence = (w) => w.everyTooShort(prefix(at), every, kind);
  return [draft({ code: "every-too-short", path: at, say, hint: (w) => w.everyTooShortHint(shortest) })];
}

/** Puts the address of a host of the file where its key stands as the target: no name server knows that key. */
function withAddresses(own: Raw, { kind, addressedBy = [kind] }: Probe, addresses: Context["addresses"]): Raw {
  return addressedBy.reduce((check, place) => withAddressAt(check, place.split("."), addresses), own);
}

function withAddressAt(map: Raw, [name = "", ...inner]: readonly string[], addresses: Context["addresses"]): Raw {
  if (!Object.hasOwn(map, name)) return map;
  const value = map[name];
  if (inner.length > 0) return isMap(value) ? { ...map, [name]: withAddressAt(value, inner, addresses) } : map;
  const listed = Array.isArray(value) ? value.map((one: unknown) => addressed(one, addresses)) : null;
  return { ...map, [name]: listed ?? addressed(value, addresses) };
}

function addressed(target: unknown, addresses: Context["addresses"]): unknown {
  const match =
    typeof target === "string" ? /^([a-z][a-z0-9+.-]*:\/\/)?([^/:@\s]+)(?=$|[:/])(.*)$/is.exec(target) : null;
  const address = addresses.get(match?.[2] ?? "");
  if (match === null || address === undefined) return target;
  const host = address.includes(":") && (match[1] !== undefined || match[3] !== "") ? `[${address}]` : address;
  return `${match[1] ?? ""}${host}${match[3] ?? ""}`;
}

/** `shop/http:www.example.jp`; where two would be the same, by their whole target, then by number. */
function withIds(checks: readonly Check[]): Check[] {
  const used = new Set<string>();
  return checks.map((check) => {
    const wanted = [check.id, `${check.service}/${check.kind}:${check.target}`];
    let id = wanted.find((name) => !used.has(name));
    for (let count = 2; id === undefined; count++) {
      const numbered = `${check.id}#${count}`;
      if (!used.has(numbered)) id = numbered;
    }
    used.add(id);
    return { ...check, id };
  });
}
