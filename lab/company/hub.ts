import fs from "node:fs";
import path from "node:path";
import { hostOf } from "./commands.ts";
import { hubConfig } from "./hub-config.ts";
import type { HubLine } from "./hub-line.ts";
import { hostKeyOf } from "./keys.ts";
import type { Hosts } from "./network.ts";
import { asService, type Service } from "./services.ts";

const hubStartMs = 90_000;

export async function startAll(hosts: Hosts, services: readonly Service[]): Promise<void> {
  const places = new Set(services.map(({ on }) => on));
  await Promise.all(
    [...places].map(async (on) => {
      const host = hostOf({ hosts }, on);
      for (const { start } of services.filter((service) => service.on === on))
        await host.must(`${asService}\n${start}`);
    }),
  );
}

export interface HubDeps {
  readonly hosts: Hosts;
  readonly services: readonly Service[];
  readonly shared: string;
  readonly hub: HubLine;
  readonly programs: string;
}

/** A hub that knows nothing yet, its vantages joined anew, everything that comes round slowly looked at once. */
export async function startFreshHub({ hosts, services, shared, hub, programs }: HubDeps): Promise<void> {
  const watchers = services.filter(({ name }) => name === "vantage");
  const hubs = services.filter(({ name, on }) => on === "hub" && name === "hub");
  await stopAll(hosts, [...watchers, ...hubs]);
  fs.rmSync(path.join(shared, "hub"), { recursive: true, force: true });
  fs.mkdirSync(path.join(shared, "hub"), { mode: 0o700 });
  await Promise.all(watchers.map(({ on }) => hostOf({ hosts }, on).must("rm -rf /var/lib/koboshi-vantage")));
  const hostKey = await hostKeyOf(path.join(shared, "keys"));
  fs.writeFileSync(path.join(shared, "hub/koboshi.yml"), hubConfig({ programs, hostKey }), { mode: 0o600 });
  await startAll(hosts, hubs);
  const isRunning = async (): Promise<boolean> => {
    const codes = await Promise.all(hubs.map(async ({ on, status }) => (await hostOf({ hosts }, on).run(status)).code));
    return codes.every((code) => code === 0);
  };
  await answering({ hub, isRunning, logFile: path.join(shared, "logs/hub-hub.log") });
  await startAll(hosts, watchers);
  await joinJob(hosts, hub);
  await lookAtOnce(hub);
}

export async function stopAll(hosts: Hosts, services: readonly Service[]): Promise<void> {
  await Promise.all(services.map(({ on, stop }) => hostOf({ hosts }, on).run(stop)));
}

interface Awaiting {
  readonly hub: HubLine;
  isRunning(): Promise<boolean>;
  /** what it printed */
  readonly logFile: string;
}

async function answering({ hub, isRunning, logFile }: Awaiting): Promise<void> {
  const deadlineMs = performance.now() + hubStartMs;
  for (;;) {
    const isUp = await hub.get("/healthz").then(
      () => true,
      () => false,
    );
    if (isUp) return;
    if (!(await isRunning()) || performance.now() > deadlineMs) {
      throw new Error(`the hub did not start:\n${fs.readFileSync(logFile, "utf8").slice(-2_000)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** The job's address is the hub's to give; the first report is made at once. */
async function joinJob(hosts: Hosts, hub: HubLine): Promise<void> {
  const { url } = await hub.post<{ url: string }>("/api/v1/jobs/order-report/address");
  const web1 = hostOf({ hosts }, "web1");
  await web1.must(
    `echo '${url}' >/etc/shop/report-address && touch -d '40 days ago' /etc/shop/report-address && order-report && ${asService} && { pgrep -x cron >/dev/null || cron; }`,
  );
}

/** What comes round once a minute is looked at now, so that a healthy company is seen to be so. */
async function lookAtOnce(hub: HubLine): Promise<void> {
  const { items } = await hub.get<{ items: readonly { id: string; everySeconds: number }[] }>("/api/v1/checks");
  const ids = items.filter(({ everySeconds }) => everySeconds >= 30).map(({ id }) => id);
  await hub.post("/api/v1/checks/probe", { ids });
  await hub.post("/api/v1/hosts/web1/look");
}
