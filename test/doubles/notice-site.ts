import { stampNow, later, type Clock } from "../../src/kernel/clock.ts";
import { noIntake, unlooked } from "./bare-site.ts";
import { Secret } from "../../src/kernel/secret.ts";
import type { Incident } from "../../src/kernel/model/incident.ts";
import type { NoticeKind, NoticeSnapshot } from "../../src/kernel/model/notice.ts";
import type { Signal } from "../../src/kernel/model/signal.ts";
import type { ChannelSpec, EscalationStep, Person, Site } from "../../src/kernel/model/site.ts";
import { noticeSnapshot } from "../../src/respond/incidents/snapshot.ts";
import { queueNotices } from "../../src/respond/notices.ts";
import type { Ledger } from "../../src/storage/ledger/ledger.ts";

export const yamada: Person = { key: "yamada", name: "山田", mail: "yamada@example.jp", phone: null, lang: "ja" };
export const sato: Person = { key: "sato", name: "Sato", mail: "sato@example.jp", phone: null, lang: "en" };

export function mailBy(port: number, given: Partial<Extract<ChannelSpec, { kind: "mail" }>> = {}): ChannelSpec {
  return {
    kind: "mail",
    key: "mail",
    smtp: { host: "127.0.0.1", port, tls: "starttls-if-offered" },
    user: null,
    password: null,
    from: "koboshi@example.jp",
    ...given,
  };
}

export function webhookTo(port: number, key = "hook"): ChannelSpec {
  return { kind: "webhook", key, url: new Secret(`http://127.0.0.1:${port}/in?token=hush`, "a test"), secret: null };
}

export function step(given: Partial<EscalationStep>): EscalationStep {
  return { afterMs: 0, tell: null, by: [], only: null, ...given };
}

interface Given {
  readonly channels: readonly ChannelSpec[];
  readonly steps?: readonly EscalationStep[];
  readonly site?: Partial<Site>;
  readonly quiet?: Site["notify"]["quiet"];
}

const service = (key: string, name: string, needs: readonly string[] = []) => ({
  key,
  name,
  on: "web1",
  needs,
  priority: 2,
});

/** The company of the stories: a shop that needs a database, and mail, on one host at one provider. */
export function noticeSite({ channels, steps, site, quiet = null }: Given): Site {
  const services = [
    service("shop", "ネットショップ", ["db"]),
    service("db", "データベース"),
    service("mail", "メール"),
  ];
  const usual = [step({ tell: "yamada", by: channels.map(({ key }) => key) })];
  return {
    name: "オムニ商会",
    lang: "ja",
    timeZone: "Asia/Tokyo",
    url: "https://koboshi.example.jp",
    people: new Map([yamada, sato].map((person) => [person.key, person])),
    places: new Map([["sakura", { key: "sakura", provider: "sakura-vps", account: "omni-1", region: null }]]),
    vantages: new Map(["here", "office"].map((name) => [name, { name, at: null, lan: null, isp: null, token: null }])),
    hosts: new Map([
      [
        "web1",
        {
          key: "web1",
          at: "sakura",
          address: "203.0.113.10",
          segment: null,
          user: null,
          port: 22,
          hostKey: null,
          privateKey: null,
          ...unlooked,
        },
      ],
    ]),
    services: new Map(services.map((one) => [one.key, one])),
    checks: [
      {
        id: "shop/http",
        service: "shop",
        kind: "http",
        name: "shop",
        target: "https://www.example.jp/",
        everyMs: 30_000,
        timeoutMs: 5_000,
        attempts: 3,
        vantages: ["here", "office"],
        namedVantages: [],
        spec: {},
      },
    ],
    jobs: new Map(),
    watchdog: null,
    peers: [],
    providers: new Map([
      [
        "sakura-vps",
        {
          key: "sakura-vps",
          support: { phone: "06-0000-0000", account: "abc12345", console: "https://console.example.ne.jp/" },
          links: [],
          feeds: [],
        },
      ],
    ]),
    notify: {
      channels: new Map(channels.map((channel) => [channel.key, channel])),
      escalate: new Map([["default", steps ?? usual]]),
      quiet,
    },
    statusPage: {
      title: "稼働状況",
      langs: ["ja", "en"],
      show: ["shop", "mail"],
      publish: [],
      contact: { phone: null, hours: null, mail: null },
    },
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
    ...site,
  };
}

/** The shop has been down for 3 minutes, seen from both vantages. */
export function shopDown(clock: Clock, given: Partial<Incident> = {}): Omit<Incident, "id"> {
  const now = stampNow(clock);
  return {
    state: "investigating",
    severity: "critical",
    quiet: false,
    flapping: false,
    subject: "service:shop",
    services: ["shop"],
    affected: [],
    scope: {
      id: "service",
      reach: "everyone",
      failingFrom: ["here", "office"],
      workingFrom: [],
      reasons: [],
    },
    startedAt: later(now, -180_000),
    detectedAt: now,
    acknowledgedAt: null,
    acknowledgedBy: null,
    assignedTo: null,
    resolvedAt: null,
    resolvedBy: null,
    ...given,
  };
}

export function refusedSignal(clock: Clock, incidentId: number): Signal {
  const now = stampNow(clock);
  return {
    id: `signal-${incidentId}`,
    kind: "down",
    subject: "service:shop",
    checkId: "shop/http",
    severity: "critical",
    openedAt: now,
    startedAt: later(now, -180_000),
    closedAt: null,
    layer: "connect",
    error: { code: "refused", text: "connection refused" },
    failingFrom: ["here", "office"],
    workingFrom: [],
    facts: {},
  };
}

export interface Bench {
  readonly ledger: Ledger;
  readonly clock: Clock;
  site(): Site;
}

/** Opens an incident and queues its notices in one transaction, as the keeper of incidents does. */
export async function openIncident({ ledger, clock, site }: Bench, given: Partial<Incident> = {}): Promise<Incident> {
  return ledger.transaction(async (tx) => {
    const incident = await tx.insertIncident(shopDown(clock, given));
    await tx.insertSignal(refusedSignal(clock, incident.id), incident.id);
    await tx.append({ kind: "incident.opened", actor: "koboshi", incidentId: incident.id, data: {} });
    const facts = { reads: tx, clock, site: site(), checks: [], incident, kind: "opened", by: null } as const;
    await queueNotices(tx, { clock, site }, { incident, kind: "opened", snapshot: await noticeSnapshot(facts) });
    return incident;
  });
}

interface Change {
  readonly kind: NoticeKind;
  readonly given: Partial<Incident>;
  readonly by?: string;
  readonly working?: NoticeSnapshot["working"];
}

/** Changes an incident and queues what follows from it, in one transaction. */
export async function changeIncident({ ledger, clock, site }: Bench, id: number, change: Change): Promise<Incident> {
  const { kind, given, by = "auto" } = change;
  return ledger.transaction(async (tx) => {
    const before = await tx.incident(id);
    if (before === null) throw new Error(`no incident ${id}`);
    const incident = { ...before, ...given };
    await tx.updateIncident(incident);
    await tx.append({ kind: "incident.updated", actor: "koboshi", incidentId: id, data: {} });
    const snapshot = await noticeSnapshot({ reads: tx, clock, site: site(), checks: [], incident, kind, by });
    await queueNotices(tx, { clock, site }, { incident, kind, snapshot });
    return incident;
  });
}
