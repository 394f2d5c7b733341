import fs from "node:fs";
import { noIntake } from "../doubles/bare-site.ts";
import { noAudit } from "../doubles/no-audit.ts";
import { noDiagnoses } from "../doubles/no-diagnoses.ts";
import { noFeeds } from "../doubles/no-feeds.ts";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import Fastify, { type FastifyInstance } from "fastify";
import type { ApiDeps, LiveFeed } from "../../src/api/deps.ts";
import { guardListener } from "../../src/api/guard.ts";
import { createConfigDesk } from "../../src/config/desk/desk.ts";
import { thisMachine } from "../../src/config/index.ts";
import { eventRoutes } from "../../src/api/routes/events.ts";
import { readStatus } from "../../src/api/status.ts";
import { createStartToken, sha256, type StartToken } from "../../src/api/tokens.ts";
import type { JobDesk } from "../../src/kernel/ports.ts";
import { ok } from "../../src/kernel/result.ts";
import { stampNow } from "../../src/kernel/clock.ts";
import type { Incident } from "../../src/kernel/model/incident.ts";
import type { Observation } from "../../src/kernel/model/observation.ts";
import type { Person, Service, Site } from "../../src/kernel/model/site.ts";
import type { Attention, CheckStatus, SiteStatus, StateWord, VantageStatus } from "../../src/kernel/model/status.ts";
import type { Check } from "../../src/kernel/model/check.ts";
import { Secret } from "../../src/kernel/secret.ts";
import { siteGraph } from "../../src/kernel/graph.ts";
import { judgeScope } from "../../src/diagnose/index.ts";
import { createAvailability, createPauses, foldSignals } from "../../src/detect/index.ts";
import { ackToken, checkAckToken, mintAckToken } from "../../src/respond/ack-tokens.ts";
import { keepNoticeKey } from "../../src/respond/kept-secrets.ts";
import { createChannelTests } from "../../src/app/channel-tests.ts";
import { createMailProof } from "../../src/app/mail-proof.ts";
import { channels } from "../../src/respond/channels/index.ts";
import { createReportDesk } from "../../src/inform/index.ts";
import { createIncidents } from "../../src/respond/index.ts";
import type { Ledger } from "../../src/storage/ledger/ledger.ts";
import { openLedger } from "../../src/storage/ledger/open.ts";
import type { WebDeps } from "../../src/web/deps.ts";
import { tellRefusal } from "../../src/web/refusals.ts";
import { registerPublicWeb, registerWeb } from "../../src/web/routes.ts";
import { recordOutage } from "./web-outage.ts";
import { noBackups } from "../doubles/no-backups.ts";
import { noHardware } from "../doubles/no-hardware.ts";
import { noHosts } from "../doubles/no-hosts.ts";
import { noLogs } from "../doubles/no-logs.ts";
import { createFakeClock, type FakeClock } from "../doubles/fake-clock.ts";
import { noPaths } from "../doubles/no-paths.ts";
import { noWindows } from "../doubles/no-windows.ts";
import { noPeople } from "../doubles/no-people.ts";
import { createMemoryTelemetry, type MemoryTelemetry } from "../doubles/memory-telemetry.ts";

export const silentLog = { debug() {}, info() {}, warn() {}, error() {} };
export const cliToken = "0123456789abcdefghjkmnpqrstvwxyz";

/** What the fixture's hub believes; tests change it as they go. */
export interface World {
  site: Site;
  checks: CheckStatus[];
  vantages: VantageStatus[];
  attentions: Attention[];
  pulseAgeMs: number;
  /** thrown by every read of the status */
  broken: Error | null;
}

export interface WebFixture {
  readonly url: string;
  readonly publicUrl: string;
  readonly app: FastifyInstance;
  readonly clock: FakeClock;
  readonly ledger: Ledger;
  readonly startToken: StartToken;
  readonly world: World;
  /** where its configuration would be; not there until a test writes it */
  readonly configFile: string;
  readonly telemetry: MemoryTelemetry;
  readonly deps: WebDeps;
  /** checks that someone asked to be looked at now */
  readonly probed: string[];
  status(): Promise<SiteStatus>;
  /** an outage of the shop, seen from everywhere, with its signal, notice and timeline */
  openIncident(change?: Partial<Incident>): Promise<Incident>;
  /** the token in the link that `person` was mailed */
  linkToken(incident: Incident, person: string): Promise<string>;
  /** signs in and gives the cookie and the forms' own field */
  signIn(person?: string): Promise<{ cookie: string; csrf: string }>;
  /** resolves once a browser listens to the event stream */
  listening(): Promise<void>;
  close(): Promise<void>;
}

export async function startWeb(change: Partial<World> = {}): Promise<WebFixture> {
  const clock = createFakeClock();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-web-"));
  const ledger = await openLedger({ folder, clock, log: silentLog });
  const world: World = { ...healthyWorld(clock), ...change };
  const startToken = createStartToken(clock);
  const site = (): Site => world.site;
  const telemetry = createMemoryTelemetry({ clock });
  const configFile = path.join(folder, "koboshi.yml");
  const probed: string[] = [];
  const pauses = await createPauses({ ledger, clock, log: silentLog, site, changed() {} });
  const status = async (): Promise<SiteStatus> => {
    if (world.broken !== null) throw world.broken;
    const { checks, vantages, attentions, pulseAgeMs } = world;
    return readStatus({
      site,
      clock,
      ledger,
      checks: () => pauses.shown(checks),
      vantages: () => vantages,
      attentions: () => attentions,
      pulseAgeMs: () => pulseAgeMs,
    });
  };
  const deps: WebDeps = {
    site,
    status,
    ledger,
    clock,
    log: silentLog,
    startToken,
    pauses,
    telemetry,
    availability: createAvailability({ ledger, telemetry, clock, site }),
    jobs: { jobs: () => [] } as Pick<JobDesk, "jobs"> as JobDesk,
    feeds: noFeeds,
    diagnoses: noDiagnoses,
    paths: noPaths,
    people: noPeople,
    hardware: noHardware,
    backups: noBackups,
    ...noWindows(clock),
    hosts: noHosts,
    audit: noAudit,
    logs: noLogs(),
    probeNow: (checkIds) => void probed.push(...checkIds),
    revokeVantage: async () => ok(undefined),
    verbs: createIncidents({
      ledger,
      clock,
      site,
      board: { checks: () => world.checks },
      folder: { fold: (input) => foldSignals({ ...input, graph: siteGraph(site()) }) },
      judge: { judge: (input) => judgeScope({ ...input, graph: siteGraph(site()), site: site(), cells: [] }) },
      queue: async () => {},
    }).verbs,
    checkAckToken: (token) => checkAckToken({ ledger, clock }, token),
    reports: createReportDesk({ ledger, clock, site }),
    chromium: null,
    proof: createMailProof({ clock, channels }),
    channels: await createChannelTests({ ledger, clock, site, channels }),
    config: createConfigDesk({
      configPath: configFile,
      clock,
      ledger,
      log: silentLog,
      machine: thisMachine(),
      current: site,
      apply: async (next) => void (world.site = next),
    }),
  };
  const access = { site, ledger, clock, cliTokenHash: sha256(cliToken) };
  const app = Fastify();
  guardListener(app, "admin", { ...access, refuse: tellRefusal(deps, { frame: true }) });
  const listeners = new Set<() => void>();
  const live: LiveFeed = {
    subscribe(listener) {
      const stop = ledger.onCommit((events) => events.forEach((event) => listener({ kind: "event", event })));
      listeners.add(stop);
      return () => {
        stop();
        listeners.delete(stop);
      };
    },
  };
  eventRoutes(app, { site, ledger, clock, live } as Partial<ApiDeps> as ApiDeps);
  await registerWeb(app, deps);
  const publicApp = Fastify();
  guardListener(publicApp, "public", { ...access, refuse: tellRefusal(deps, { frame: false }) });
  await registerPublicWeb(publicApp, deps);
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  const publicUrl = await publicApp.listen({ host: "127.0.0.1", port: 0 });

  const self: WebFixture = {
    url,
    publicUrl,
    app,
    clock,
    ledger,
    startToken,
    world,
    deps,
    configFile,
    telemetry,
    probed,
    status,
    openIncident: (incident = {}) => recordOutage({ ledger, clock, incident }),
    linkToken: (incident, person) => linkToken({ ledger, clock }, incident, person),
    signIn: (person) => signIn(url, startToken, person),
    async listening() {
      const untilMs = Date.now() + 8_000;
      while (listeners.size === 0 && Date.now() < untilMs) await new Promise((resolve) => setTimeout(resolve, 20));
      if (listeners.size === 0) throw new Error("no browser listens");
    },
    async close() {
      app.server.closeAllConnections();
      await Promise.all([app.close(), publicApp.close()]);
      await ledger.close();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
  return self;
}

async function linkToken(
  deps: { ledger: Ledger; clock: FakeClock },
  incident: Incident,
  person: string,
): Promise<string> {
  return deps.ledger.transaction(async (tx) => {
    const subject = { incident, person, at: stampNow(deps.clock) };
    await mintAckToken(tx, subject);
    return ackToken(await keepNoticeKey(tx), subject);
  });
}

async function signIn(
  url: string,
  startToken: StartToken,
  person = "yamada",
): Promise<{ cookie: string; csrf: string }> {
  const token = startToken.issue();
  const answer = await ask(`${url}/login`, { form: { token, person } });
  const cookie = String(answer.headers["set-cookie"]).split(";")[0] ?? "";
  const page = await ask(`${url}/login`, { headers: { cookie } });
  return { cookie, csrf: /name="csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? "" };
}

/** A reading by `vantage`; `up` unless told otherwise. */
export function reading(clock: FakeClock, change: Partial<Observation>): Observation {
  return {
    checkId: "shop/http",
    vantage: "here",
    attempt: 1,
    atMs: clock.nowMs() - 8_000,
    monotonicMs: clock.monotonicMs() - 8_000,
    outcome: "up",
    layer: null,
    timings: { totalMs: 120 },
    address: "192.0.2.10:443",
    facts: {},
    error: null,
    ...change,
  };
}

const vantageNames = ["here", "東京", "事務所"];

export function check(clock: FakeClock, change: Partial<CheckStatus> & { state: StateWord }): CheckStatus {
  const down = change.state === "down";
  const unknown = change.state === "unknown";
  const service = change.service ?? "shop";
  return {
    id: `${service}/http`,
    service,
    kind: "http",
    name: `http ${service}.example.jp`,
    target: `https://${service}.example.jp/`,
    everyMs: 60_000,
    since: stampNow(clock),
    confirming: false,
    cells: vantageNames.map((vantage) => ({
      vantage,
      state: change.state,
      last: unknown ? null : reading(clock, { vantage, outcome: down ? "down" : "up", layer: down ? "connect" : null }),
      stale: unknown,
    })),
    ...change,
  };
}

function serviceOf(key: string, name: string, needs: readonly string[] = []): Service {
  return { key, name, on: "web1", needs, priority: 2 };
}

/** The check of `check()`, as configured; with a secret that no page may show. */
function checkOf(service: string): Check {
  return {
    id: `${service}/http`,
    service,
    kind: "http",
    name: `http ${service}.example.jp`,
    target: `https://${service}.example.jp/`,
    everyMs: 60_000,
    timeoutMs: 10_000,
    attempts: 3,
    vantages: vantageNames,
    namedVantages: [],
    spec: { http: `https://watch:hunter2@${service}.example.jp/`, password: new Secret("hunter3", "the file itself") },
  };
}

function personOf(key: string, name: string): Person {
  return { key, name, mail: `${key}@example.jp`, phone: null, lang: "ja" };
}

export function testSite(change: Partial<Site> = {}): Site {
  return {
    name: "オムニ商会",
    lang: "ja",
    timeZone: "Asia/Tokyo",
    url: "https://koboshi.example.jp",
    people: new Map([
      ["yamada", personOf("yamada", "山田")],
      ["sato", personOf("sato", "佐藤")],
    ]),
    places: new Map(),
    vantages: new Map(
      vantageNames.map((name) => [name, { name, at: null, lan: null, isp: null, token: null }] as const),
    ),
    hosts: new Map(),
    services: new Map([
      ["shop", serviceOf("shop", "ネットショップ")],
      ["app", serviceOf("app", "会員ページ", ["shop"])],
      ["mail", serviceOf("mail", "メール")],
    ]),
    checks: ["shop", "app", "mail"].map(checkOf),
    jobs: new Map(),
    watchdog: null,
    peers: [],
    providers: new Map(),
    notify: { channels: new Map(), escalate: new Map([["default", []]]), quiet: null },
    statusPage: null,
    hub: {
      listen: { host: "127.0.0.1", port: 7373 },
      public: null,
      dataFolder: "/nonexistent",
      keep: { observationsMs: 3_024_000_000, metricsMs: 7_776_000_000, logsMs: 1_209_600_000 },
      trustedProxies: [],
    },
    intake: noIntake,
    notActive: [],
    hash: "0".repeat(64),
    ...change,
  };
}

export function healthyWorld(clock: FakeClock): World {
  return {
    site: testSite(),
    checks: ["shop", "app", "mail"].map((key) => check(clock, { service: key, state: "ok" })),
    vantages: vantageNames.map((name) => ({
      name,
      state: "ok",
      lastSeenAt: stampNow(clock),
      clockOffsetMs: name === "here" ? null : 12,
    })),
    attentions: [],
    pulseAgeMs: 800,
    broken: null,
  };
}

/** Turns the world so that the shop is down and the member page with it. */
export function breakShop({ world, clock }: WebFixture): void {
  world.checks = [
    check(clock, { service: "shop", state: "down" }),
    check(clock, { service: "app", state: "ok" }),
    check(clock, { service: "mail", state: "ok" }),
  ];
}

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** sent as a form, by POST */
  readonly form?: Readonly<Record<string, string>>;
}

/** One request with exactly these headers, a Host of its own included; redirects are not followed. */
export function ask(url: string, { method, headers = {}, form }: Ask = {}): Promise<Answer> {
  const body = form === undefined ? null : new URLSearchParams(form).toString();
  const type = body === null ? {} : { "content-type": "application/x-www-form-urlencoded" };
  return new Promise((resolve, reject) => {
    const request = http.request(
      url,
      { method: method ?? (body === null ? "GET" : "POST"), headers: { accept: "text/html", ...type, ...headers } },
      (answer) => {
        const parts: Buffer[] = [];
        answer.on("data", (part: Buffer) => parts.push(part));
        answer.on("end", () => {
          const { statusCode = 0, headers: got } = answer;
          resolve({ status: statusCode, headers: got, text: Buffer.concat(parts).toString("utf8") });
        });
      },
    );
    request.on("error", reject);
    request.end(body ?? undefined);
  });
}
