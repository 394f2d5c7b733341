import type { BackupPlan, CommitRecord } from "../../src/kernel/model/backup.ts";
import type { Host, Site } from "../../src/kernel/model/site.ts";
import { noIntake, unlooked } from "./bare-site.ts";

export function drillPlan(change: Partial<BackupPlan> = {}): BackupPlan {
  return {
    key: "shop-data",
    with: "restic",
    host: "web1",
    paths: ["/srv/app"],
    password: null,
    at: null,
    keep: null,
    databases: [
      {
        engine: "postgres",
        name: "shop",
        user: null,
        password: null,
        host: null,
        port: null,
      },
    ],
    to: [],
    loseAtMostMs: null,
    backWithinMs: 36e5,
    drill: null,
    keyAlso: [],
    consistency: null,
    hooks: {
      before: null,
      after: null,
    },
    limits: {
      upBitsPerSecond: null,
      downBitsPerSecond: null,
    },
    verify: {
      newestSql: null,
      markers: [],
    },
    allowMissing: [],
    priority: 1,
    ...change,
  };
}

function host(key: string, address: string, change: Partial<Host>): Host {
  return {
    key,
    at: null,
    address,
    segment: null,
    user: null,
    port: 22,
    hostKey: null,
    privateKey: null,
    ...unlooked,
    ...change,
  };
}

/** A shop on `web1` behind https://www.example.jp/, and a machine `drill1` for drills. */
export function drillSite(
  plan: BackupPlan,
  { role = "drill", serviceOn = "web1" }: { role?: "drill" | "none"; serviceOn?: string } = {},
): Site {
  const drill1 = host("drill1", "drill1.example.jp", role === "none" ? {} : { role });
  const check = { service: "shop", kind: "http", name: "www", everyMs: 60_000, timeoutMs: 5000, attempts: 3 };
  return {
    name: "Omni",
    lang: "ja",
    timeZone: "Asia/Tokyo",
    url: null,
    people: new Map(),
    places: new Map(),
    vantages: new Map(),
    hosts: new Map([
      ["web1", host("web1", "www.example.jp", { hostKey: "SHA256:pinned-web1" })],
      ["drill1", drill1],
    ]),
    services: new Map([
      [
        "shop",
        {
          key: "shop",
          name: "shop",
          on: serviceOn,
          needs: [],
          priority: 1,
        },
      ],
    ]),
    checks: [
      {
        ...check,
        id: "shop/http",
        target: "https://www.example.jp/",
        vantages: ["here"],
        namedVantages: [],
        spec: { http: "https://www.example.jp/" },
      },
    ],
    providers: new Map(),
    jobs: new Map(),
    watchdog: null,
    peers: [],
    notify: {
      channels: new Map(),
      escalate: new Map(),
      quiet: null,
    },
    statusPage: null,
    hub: {
      listen: {
        host: "127.0.0.1",
        port: 7373,
      },
      public: null,
      dataFolder: "/var/lib/koboshi",
      keep: {
        observationsMs: 1,
        metricsMs: 1,
        logsMs: 1,
      },
      trustedProxies: [],
    },
    intake: noIntake,
    backups: new Map([[plan.key, plan]]),
    notActive: [],
    hash: "",
  };
}

export function drillRecord(set: string, files: string, dump: string): CommitRecord {
  const at = "2026-11-22T03:21:00Z";
  const part = { files: 3, missing: [] };
  return {
    schema: "koboshi.set/1",
    set,
    plan: "shop-data",
    host: "web1",
    startedAt: at,
    snapshotAt: at,
    finishedAt: at,
    clockOffsetMs: 0,
    restic: "0.14.0",
    consistency: "none",
    parts: [
      {
        part: "files",
        snapshot: files,
        bytes: 4e3,
        sha256: null,
        of: null,
        ...part,
      },
      {
        part: "dump",
        snapshot: dump,
        bytes: 9e3,
        sha256: null,
        of: "postgres/shop",
        ...part,
      },
    ],
    tables: [],
    manifest: null,
    previousSet: null,
    allowMissing: [],
    totals: {
      bytes: 13e3,
      files: 3,
      addedBytes: 13e3,
    },
  };
}
