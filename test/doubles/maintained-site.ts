import { execFile } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { startReceiver } from "./hook-receiver.ts";
import { freePort, startHub, until, type HubProcess } from "./hub-process.ts";
import { startMaintainedHost, type MaintainedHost } from "./maintained-host.ts";
import { startChrony } from "./time-server.ts";

/** A rented server with a shop on it, and a real hub that looks into it and is told of work. */
export interface MaintainedSite {
  readonly host: MaintainedHost;
  readonly hub: HubProcess;
  window(id: number): Promise<SiteWindow>;
  findings(id: number): Promise<readonly SiteFinding[]>;
  /** what does not pass, by check */
  open(id: number): Promise<Readonly<Record<string, string>>>;
  offered(id: number): Promise<readonly SiteRepair[]>;
  /** kinds of what people were told of; how busy this machine is, is not the story */
  told(): readonly string[];
  /** the shop answers and the host was read */
  well(): Promise<void>;
  /** plans half an hour of work and waits until what is there before is written down and it may begin */
  opened(): Promise<number>;
  /** @throws with what keeps it shut when it does not close within two minutes */
  closed(id: number): Promise<SiteWindow>;
  /** the window that the host's newest start began; null: none since the window of that number */
  startNoticed(after: number): Promise<SiteWindow | null>;
  stop(): Promise<void>;
}

export interface SiteWindow {
  readonly id: number;
  readonly origin: string;
  readonly state: string;
  readonly course: {
    readonly early: boolean;
    readonly backAt: string | null;
    readonly wentDown: readonly string[];
  };
  readonly held: number;
  readonly closedAt: string | null;
  readonly signature: object | null;
}

export interface SiteFinding {
  readonly check: string;
  readonly result: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

export interface SiteRepair {
  readonly id: number;
  readonly repair: string;
  readonly sha256: string;
  readonly state: string;
  readonly warnings: readonly { readonly en: string }[];
  readonly steps: readonly { readonly id: string; readonly state: string; readonly output: string }[];
}

export const patienceMs = 120_000;
const minuteMs = 60_000;

/**
 * The shop is asked every two seconds and counts as down after ten failures in a row, some 18 s: longer than a start of this
 * machine takes, so that a healthy one is no outage.
 */
export async function startMaintainedSite(): Promise<MaintainedSite> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-sakura-"));
  const host = await startMaintainedHost();
  const hook = await startReceiver();
  const time = await Promise.all([startChrony(), startChrony(), startChrony()]);
  const key = `"\${file:${host.keyFile}}"`;
  const hub = await startHub({
    folder,
    port: await freePort(),
    timeServers: time.map(({ port }) => `127.0.0.1:${port}`),
    config: `version: 1
site: { name: さくら商店, lang: ja, timezone: Asia/Tokyo }
people: { aiko: { name: 愛子 } }
hosts:
  web1: { address: 127.0.0.1, user: root, port: ${host.sshPort}, host_key: "${host.fingerprint}", key: ${key}, keys: { act: ${key} } }
services:
  shop: { on: web1, checks: [{ http: "http://127.0.0.1:${host.webPort}/", every: 2s, timeout: 1s, attempts: 10 }] }
notify: { channels: { hook: { webhook: "http://127.0.0.1:${hook.port}/", secret: sakura } } }`,
  });

  const window = (id: number): Promise<SiteWindow> => hub.get(`/api/v1/windows/${id}`);
  const findings = async (id: number): Promise<readonly SiteFinding[]> =>
    (await hub.get<{ items: SiteFinding[] }>(`/api/v1/windows/${id}/findings`)).items;
  const open = async (id: number): Promise<Readonly<Record<string, string>>> => {
    const found = (await findings(id)).filter(({ result }) => result !== "pass");
    return Object.fromEntries(found.map(({ check, result }) => [check, result] as const));
  };
  const isWell = async (): Promise<boolean> => {
    const { services } = await hub.get<{ services: { state: string }[] }>("/api/v1/status");
    const { items } = await hub.get<{ items: { readAt: string | null }[] }>("/api/v1/hosts");
    return services[0]?.state === "ok" && items[0]?.readAt != null;
  };

  return {
    host,
    hub,
    window,
    findings,
    open,
    async offered(id) {
      const { items } = await hub.get<{ items: SiteRepair[] }>(`/api/v1/repairs?window=${id}`);
      return items.filter(({ state }) => state === "offered");
    },
    told: () => kindsTold(hook.posts.map(({ body }) => body)),
    async well() {
      await until("all is well", isWell, patienceMs);
    },
    async opened() {
      const times = ["--start", inMs(1_000), "--end", inMs(31 * minuteMs)];
      const words = ["maintenance", "add", "さくら VPS", ...times, "--for", "host:web1", "--json"];
      const { id } = (JSON.parse(await koboshi(folder, words)) as { window: SiteWindow }).window;
      await until("it is open", async () => (await window(id)).state === "open", patienceMs);
      return id;
    },
    closed: (id) =>
      until(
        "the window closes",
        async () => {
          const now = await window(id);
          return now.state === "closed" ? now : null;
        },
        patienceMs,
      ).catch(async (thrown: unknown) => {
        throw new Error(`${String(thrown)}: ${JSON.stringify([await window(id), await open(id)])}`);
      }),
    async startNoticed(afterId) {
      const { items } = await hub.get<{ items: SiteWindow[] }>("/api/v1/windows");
      return items.find(({ id, origin }) => id > afterId && origin === "reboot") ?? null;
    },
    async stop() {
      await hub.stop();
      await Promise.all(time.map((one) => one.stop()));
      await hook.close();
      await host.stop();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

function inMs(ms: number): string {
  return new Date(Date.now() + ms).toISOString();
}

function kindsTold(bodies: readonly string[]): readonly string[] {
  interface Told {
    /** null: it is of a window itself */
    readonly incident: { readonly timeline?: readonly { readonly data: { signal?: { kind: string } } }[] } | null;
  }
  const events = bodies.flatMap((body) => (JSON.parse(body) as Told).incident?.timeline ?? []);
  const kinds = events.flatMap(({ data }) => data.signal?.kind ?? []);
  return kinds.filter((kind) => kind !== "vital" && kind !== "log");
}

function koboshi(folder: string, words: readonly string[]): Promise<string> {
  const argv = ["dist/cli/main.js", ...words, "--config", path.join(folder, "koboshi.yml"), "--lang", "en"];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, argv, { encoding: "utf8" }, (error, out, err) =>
      error === null ? resolve(out) : reject(new Error(`${words.join(" ")}: ${out}${err}`)),
    );
  });
}

/** What a healthy start came to; all but the first two are to be empty. */
export interface HealthyEnd {
  /** from when the machine was up again until its window closed */
  readonly seconds: number;
  readonly early: boolean;
  readonly open: Readonly<Record<string, string>>;
  readonly offered: readonly SiteRepair[];
  readonly signature: object | null;
  readonly told: readonly string[];
}

/** Planned work in which the machine is started anew. */
export async function healthyMaintenance(site: MaintainedSite): Promise<HealthyEnd> {
  const id = await site.opened();
  await site.host.off();
  await until("it is seen to be gone", async () => (await site.window(id)).course.wentDown.length > 0, patienceMs);
  await site.host.on();
  return endOf(site, { id, upAtMs: Date.now() });
}

/** The machine is started anew and nobody said so before. */
export async function healthyReboot(site: MaintainedSite): Promise<HealthyEnd> {
  const { items } = await site.hub.get<{ items: SiteWindow[] }>("/api/v1/windows");
  const newest = Math.max(0, ...items.map(({ id }) => id));
  await site.host.off();
  await site.host.on();
  const upAtMs = Date.now();
  const { id } = await until("its start is noticed", () => site.startNoticed(newest), patienceMs);
  return endOf(site, { id, upAtMs });
}

async function endOf(
  site: MaintainedSite,
  { id, upAtMs }: { readonly id: number; readonly upAtMs: number },
): Promise<HealthyEnd> {
  const { closedAt, course, signature } = await site.closed(id);
  return {
    seconds: (Date.parse(closedAt ?? "") - upAtMs) / 1_000,
    early: course.early,
    open: await site.open(id),
    offered: await site.offered(id),
    signature,
    told: site.told(),
  };
}
