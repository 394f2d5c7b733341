import type { Check } from "../../src/kernel/model/check.ts";
import { noIntake, unlooked } from "./bare-site.ts";
import type { Observation, Outcome } from "../../src/kernel/model/observation.ts";
import type { Site } from "../../src/kernel/model/site.ts";

interface Sketch {
  /** host → place, or place and segment */
  readonly hosts?: Readonly<Record<string, { at?: string; segment?: string }>>;
  /** place → provider */
  readonly places?: Readonly<Record<string, string | null>>;
  readonly vantages?: Readonly<Record<string, { at?: string; lan?: string; isp?: string }>>;
  readonly services: Readonly<Record<string, ServiceSketch>>;
}

interface ServiceSketch {
  readonly on?: string;
  readonly needs?: readonly string[];
  readonly priority?: number;
  /** how many checks it has; 1 when not given, 0 for a service nobody watches */
  readonly checks?: number;
  readonly from?: readonly string[];
  readonly target?: string;
  readonly attempts?: number;
}

/** A site as the configuration would make it, from the few words a story needs; checks are called `SERVICE/1`, every 20 s. */
export function watchedSite(sketch: Sketch): Site {
  const vantages = sketch.vantages ?? { here: {} };
  return {
    name: "story",
    lang: "ja",
    timeZone: "Asia/Tokyo",
    url: null,
    people: new Map(),
    places: mapOf(sketch.places ?? {}, (key, provider) => ({ key, provider, account: null, region: null })),
    vantages: mapOf(vantages, (name, { at, lan, isp }) => ({
      name,
      at: at ?? null,
      lan: lan ?? at ?? null,
      isp: isp ?? at ?? null,
      token: null,
    })),
    hosts: mapOf(sketch.hosts ?? {}, (key, { at, segment }) => ({
      key,
      at: at ?? null,
      address: null,
      segment: segment ?? null,
      user: null,
      port: 22,
      hostKey: null,
      privateKey: null,
      ...unlooked,
    })),
    services: mapOf(sketch.services, (key, { on, needs, priority }) => ({
      key,
      name: key,
      on: on ?? null,
      needs: needs ?? [],
      priority: priority ?? 2,
    })),
    checks: Object.entries(sketch.services).flatMap(([key, service]) =>
      checksOf(key, service, service.from ?? Object.keys(vantages)),
    ),
    jobs: new Map(),
    watchdog: null,
    peers: [],
    providers: new Map(),
    notify: { channels: new Map(), escalate: new Map([["default", []]]), quiet: null },
    statusPage: null,
    hub: {
      listen: { host: "127.0.0.1", port: 7373 },
      public: null,
      dataFolder: "/nowhere",
      keep: { observationsMs: 3_024_000_000, metricsMs: 7_776_000_000, logsMs: 1_209_600_000 },
      trustedProxies: [],
    },
    intake: noIntake,
    notActive: [],
    hash: "",
  };
}

function checksOf(service: string, sketch: ServiceSketch, vantages: readonly string[]): readonly Check[] {
  return Array.from({ length: sketch.checks ?? 1 }, (_, index) => ({
    id: `${service}/${index + 1}`,
    service,
    kind: "tcp",
    name: service,
    target: sketch.target ?? `${sketch.on ?? `${service}.example`}:${80 + index}`,
    everyMs: 20_000,
    timeoutMs: 5_000,
    attempts: sketch.attempts ?? 3,
    vantages,
    namedVantages: [],
    spec: {},
  }));
}

function mapOf<From, To>(
  record: Readonly<Record<string, From>>,
  make: (key: string, from: From) => To,
): ReadonlyMap<string, To> {
  return new Map(Object.entries(record).map(([key, from]) => [key, make(key, from)]));
}

/** An attempt with nothing in it but its outcome; a failure is a connect timeout unless said otherwise. */
export function attempt(fields: Partial<Observation> & { outcome: Outcome; checkId: string }): Observation {
  const failing = fields.outcome === "down";
  return {
    vantage: "here",
    attempt: 1,
    atMs: 0,
    monotonicMs: 0,
    layer: failing ? "connect" : null,
    timings: { totalMs: 1 },
    address: null,
    facts: {},
    error: failing ? { code: "timeout", text: "connect timed out" } : null,
    ...fields,
  };
}
