import type { Stamp } from "../../src/kernel/clock.ts";
import { noIntake } from "./bare-site.ts";
import { componentId, type ComponentId } from "../../src/kernel/model/component.ts";
import type { Incident } from "../../src/kernel/model/incident.ts";
import type { PublishTarget, Service, Site, StatusPageSpec } from "../../src/kernel/model/site.ts";
import type { ServiceStatus, SiteStatus, StateWord } from "../../src/kernel/model/status.ts";
import type { Availability } from "../../src/kernel/ports.ts";
import { pageModel, type PageFacts, type PageModel, type PublicIncident } from "../../src/inform/page.ts";

/** 2026-11-22T02:31:00+09:00, the night of the outage at Omni Shokai. */
export const nightMs = Date.UTC(2026, 10, 21, 17, 31);
export const minuteMs = 60_000;

export function stampAt(atMs: number): Stamp {
  return { atMs, monotonicMs: atMs - nightMs + 10_000_000, bootId: "boot-1" };
}

function service(key: string, name: string, needs: readonly string[] = []): Service {
  return { key, name, on: "web1", needs, priority: 2 };
}

const page: StatusPageSpec = {
  title: "オムニ商会 稼働状況",
  langs: ["ja", "en"],
  show: ["shop", "mail", "admin"],
  publish: [],
  contact: { phone: "03-0000-0000", hours: "9:00-17:00", mail: "info@example.jp" },
};

/** A site whose page shows three of four services; `db` stays inside. */
export function siteWithPage(given: Partial<StatusPageSpec> = {}, publish: readonly PublishTarget[] = []): Site {
  const services = [
    service("shop", "ネットショップ", ["db"]),
    service("mail", "メール"),
    service("admin", "管理画面", ["db"]),
    service("db", "db"),
  ];
  return {
    name: "オムニ商会",
    lang: "ja",
    timeZone: "Asia/Tokyo",
    url: "https://koboshi.example.jp",
    people: new Map(),
    places: new Map(),
    vantages: new Map([["here", { name: "here", at: "office", lan: null, isp: null, token: null }]]),
    hosts: new Map(),
    services: new Map(services.map((one) => [one.key, one])),
    checks: [],
    jobs: new Map(),
    watchdog: null,
    peers: [],
    providers: new Map(),
    notify: { channels: new Map(), escalate: new Map([["default", []]]), quiet: null },
    statusPage: { ...page, publish, ...given },
    hub: {
      listen: { host: "127.0.0.1", port: 7373 },
      public: null,
      dataFolder: "/nowhere",
      keep: { observationsMs: 3_024_000_000, metricsMs: 7_776_000_000, logsMs: 1_209_600_000 },
      trustedProxies: [],
    },
    intake: noIntake,
    notActive: [],
    hash: "0".repeat(64),
  };
}

export interface ServiceGiven {
  readonly state: StateWord;
  readonly because?: ComponentId;
  /** its own check fails */
  readonly failing?: boolean;
  readonly sinceMs?: number;
}

export function serviceStatus(key: string, given: ServiceGiven): ServiceStatus {
  const { state, because = null, failing = false, sinceMs = nightMs - 60 * minuteMs } = given;
  const check = {
    id: `${key}/http`,
    service: key,
    kind: "http",
    name: "http",
    target: "https://web1.internal.example/",
    everyMs: 30_000,
    state: failing ? ("down" as const) : ("ok" as const),
    since: stampAt(sinceMs),
    confirming: false,
    cells: [],
  };
  return { key, name: key, state, because, since: stampAt(sinceMs), checks: [check] };
}

export function siteStatus(
  services: Readonly<Record<string, ServiceGiven>>,
  given: Partial<Pick<SiteStatus, "verdict" | "pulseAgeMs" | "at">> = {},
): SiteStatus {
  return {
    at: stampAt(nightMs),
    verdict: "ok",
    services: Object.entries(services).map(([key, one]) => serviceStatus(key, one)),
    vantages: [],
    openIncidents: [],
    attentions: [],
    configHash: "0".repeat(64),
    pulseAgeMs: 500,
    ...given,
  };
}

/** An outage that began at 2:11 and was confirmed at 2:12. */
export function incidentOf(services: readonly string[], given: Partial<Incident> = {}): Incident {
  const failing = { id: "service", reach: "everyone", failingFrom: ["here"], workingFrom: [], reasons: [] } as const;
  return {
    id: 241,
    state: "investigating",
    severity: "critical",
    quiet: false,
    flapping: false,
    subject: componentId("service", services[0] ?? "shop"),
    services,
    affected: [],
    scope: failing,
    startedAt: stampAt(nightMs - 20 * minuteMs),
    detectedAt: stampAt(nightMs - 19 * minuteMs),
    acknowledgedAt: null,
    acknowledgedBy: null,
    assignedTo: null,
    resolvedAt: null,
    resolvedBy: null,
    ...given,
  };
}

export function resolvedIncident(id: number, services: readonly string[], endedAtMs: number): Incident {
  return incidentOf(services, {
    id,
    state: "resolved",
    startedAt: stampAt(endedAtMs - 46 * minuteMs),
    detectedAt: stampAt(endedAtMs - 45 * minuteMs),
    resolvedAt: stampAt(endedAtMs),
    resolvedBy: "auto",
  });
}

export function untold(...incidents: readonly Incident[]): readonly PublicIncident[] {
  return incidents.map((incident) => ({ incident, updates: [] }));
}

/** @throws when the site has no page */
export function modelOf(facts: PageFacts): PageModel {
  const model = pageModel(facts);
  if (model === null) throw new Error("the site has no status page");
  return model;
}

/** 90 days of which the tenth from the end had a stop. */
export function pastWith(key: string, downMs: number): Availability {
  const dayMs = 86_400_000;
  const days = Array.from({ length: 90 }, (_, index) => ({
    date: `day ${index}`,
    downMs: index === 80 ? downMs : 0,
    degradedMs: 0,
    unknownMs: 0,
    lengthMs: dayMs,
  }));
  return { service: key, days, downMs, unknownMs: 0, ratio: 1 - downMs / (90 * dayMs), outages: downMs > 0 ? 1 : 0 };
}

const pasts = new Map([
  ["shop", pastWith("shop", 91 * minuteMs)],
  ["mail", pastWith("mail", 0)],
]);

const allOk: Readonly<Record<string, ServiceGiven>> = {
  shop: { state: "ok" },
  mail: { state: "ok" },
  admin: { state: "ok" },
  db: { state: "ok" },
};
const at = stampAt(nightMs);

/** The five pages every look is tested on. */
export const pageCases: Readonly<Record<"ok" | "down" | "unknown" | "resolved" | "empty", () => PageModel>> = {
  ok: () => modelOf({ site: siteWithPage(), status: siteStatus(allOk), incidents: [], at, past: pasts }),
  down: () =>
    modelOf({
      site: siteWithPage(),
      status: siteStatus({
        ...allOk,
        shop: { state: "down", failing: true },
        admin: { state: "affected", because: componentId("service", "shop") },
      }),
      incidents: [
        {
          incident: incidentOf(["shop"], {
            affected: [{ component: componentId("service", "admin"), because: componentId("service", "shop") }],
          }),
          updates: [
            {
              at: stampAt(nightMs - minuteMs),
              state: "identified",
              text: {
                ja: "データベースの停止が原因です。復旧作業中です。",
                en: "The database has stopped. We are repairing it.",
              },
            },
          ],
        },
        ...untold(resolvedIncident(198, ["mail"], nightMs - 3 * 24 * 60 * minuteMs)),
      ],
      past: pasts,
      at,
    }),
  unknown: () =>
    modelOf({
      site: siteWithPage(),
      status: siteStatus({ ...allOk, shop: { state: "unknown" } }, { verdict: "unknown" }),
      incidents: [],
      at,
    }),
  resolved: () =>
    modelOf({
      site: siteWithPage(),
      status: siteStatus(allOk),
      incidents: untold(resolvedIncident(241, ["shop"], nightMs - 10 * minuteMs)),
      at,
    }),
  empty: () =>
    modelOf({ site: siteWithPage({ show: [] }), status: siteStatus({}, { verdict: "empty" }), incidents: [], at }),
};
