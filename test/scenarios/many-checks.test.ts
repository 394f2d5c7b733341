import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { freePort, startHub, until, type HubProcess } from "../doubles/hub-process.ts";
import { startReceiver } from "../doubles/web-target.ts";

// 10,000 addresses of one nginx: 1,000 loopback addresses, ten ports each. A service is an address, 100 hosts carry ten each.
const services = 1_000;
const hosts = 100;
const everySeconds = 20;
const all = services * 10;
/** the tests run beside others */
const startSlackMs = 10_000;
/** the peak is the moment everything recovers at once */
const memoryLimitBytes = 1.5e9;
const startAnswerLimitMs = 3_000;
/** A storm of 10,000 changes is written down before anything else is answered. */
const stormAnswerLimitMs = 30_000;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-many-"));
const ports = await freePorts(10);
const receiver = await startReceiver();
let targets: ChildProcess;
let hub: HubProcess;
let startedAtMs: number;

before(async () => {
  fs.writeFileSync(path.join(folder, "nginx.conf"), nginxConfig());
  targets = await startTargets();
  hub = await startHub(options);
  startedAtMs = performance.now();
});
after(async () => {
  await hub?.stop();
  await end(targets);
  receiver.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

const options = {
  folder,
  port: await freePort(),
  config: `version: 1
people: { me: me@example.jp }
places: { dc: { provider: sakura } }
hosts:
${Array.from({ length: hosts }, (_, nth) => `  h${nth}: { at: dc, address: ${addressOf(nth)} }`).join("\n")}
services:
${Array.from({ length: services }, (_, nth) => serviceText(nth)).join("\n")}
notify: { channels: { hook: { webhook: "${receiver.url}", secret: many } } }`,
};

test("10,000 checks are all running within one interval of the start, and none is down by mistake", async () => {
  const waits = await answersUntil("every check has run", async () => (await readings()).length === all, 60_000);
  const tookMs = performance.now() - startedAtMs;
  assert.ok(tookMs < everySeconds * 1_000 + startSlackMs, `${Math.round(tookMs)} ms`);
  assert.deepEqual([await down(), await openIncidents()], [0, []]);
  assert.ok(Math.max(...waits) < startAnswerLimitMs, `an answer took ${Math.max(...waits)} ms`);
});

test("10,000 targets that fail at once are at most three incidents and pages; the hub answers all the while", async (context) => {
  await end(targets);
  const failedAtMs = performance.now();
  const noticed = async (): Promise<boolean> => receiver.notices.some(({ event }) => event === "incident.opened");
  const waits = await answersUntil("someone is told", noticed, 45_000);
  context.diagnostic(`told after ${Math.round(performance.now() - failedAtMs)} ms`);
  const more = await answersUntil("nearly all are seen down", async () => (await down()) > all * 0.9, 60_000);
  context.diagnostic(`all down after ${Math.round(performance.now() - failedAtMs)} ms`);
  const slowest = Math.max(...waits, ...more);
  context.diagnostic(`slowest answer ${Math.round(slowest)} ms, ${Math.round(memoryBytes() / 1e6)} MB`);
  const open = await openIncidents();
  context.diagnostic(JSON.stringify(open.map(({ subject, quiet }) => [subject, quiet])));
  assert.ok(open.length <= 3, `${open.length} incidents`);
  const pages = receiver.notices.filter(({ event }) => event === "incident.opened");
  // the first services may be told before it is known how far it reaches
  assert.ok(pages.length <= 3, JSON.stringify(pages.map(({ incident }) => incident.subject)));
  assert.ok(slowest < stormAnswerLimitMs, `an answer took ${Math.round(slowest)} ms`);
  assert.ok(memoryBytes() < memoryLimitBytes, `${memoryBytes()} bytes`);
});

test("killed in the middle, it is back with the same incident, tells nobody twice, and sees all of it end", async (context) => {
  const known = await openIncidents();
  const told = opened();
  await hub.kill();
  startedAtMs = performance.now();
  hub = await startHub(options);
  context.diagnostic(`healthy after ${Math.round(performance.now() - startedAtMs)} ms`);
  assert.deepEqual(await openIncidents(), known);
  targets = await startTargets();
  const ended = async (): Promise<boolean> => (await openIncidents()).length === 0;
  await answersUntil("everything has recovered", ended, 120_000);
  await until("the page is taken back", async () =>
    receiver.notices.some(({ event }) => event === "incident.resolved"),
  );
  assert.deepEqual(opened(), told);
  assert.ok(memoryBytes() < memoryLimitBytes, `${memoryBytes()} bytes`);
});

/** the subjects told of as new, in order */
function opened(): readonly string[] {
  return receiver.notices.filter(({ event }) => event === "incident.opened").map(({ incident }) => incident.subject);
}

interface Incident {
  readonly id: number;
  readonly subject: string;
  readonly quiet: boolean;
}

async function openIncidents(): Promise<readonly Incident[]> {
  const { items } = await hub.get<{ items: Incident[] }>("/api/v1/incidents?state=open");
  return items.map(({ id, subject, quiet }) => ({ id, subject, quiet }));
}

/** Every check that has been looked at: 1 up, 0 down. */
async function readings(): Promise<readonly string[]> {
  const text = await (await fetch(`${hub.url}/metrics`)).text();
  return text.split("\n").flatMap((line) => /^koboshi_check_up\{.*\} ([01])$/.exec(line)?.[1] ?? []);
}

async function down(): Promise<number> {
  return (await readings()).filter((value) => value === "0").length;
}

/** Asks what people and programs ask until `isDone`. @returns how long each answer took, ms */
async function answersUntil(what: string, isDone: () => Promise<boolean>, limitMs: number): Promise<readonly number[]> {
  const waits: number[] = [];
  await until(
    what,
    async () => {
      for (const route of ["/healthz", "/", "/incidents", "/api/v1/incidents?state=open"]) {
        const askedAtMs = performance.now();
        const answer = await fetch(hub.url + route);
        await answer.arrayBuffer();
        waits.push(performance.now() - askedAtMs);
        assert.equal(answer.status, 200, route);
      }
      return await isDone();
    },
    limitMs,
  );
  return waits;
}

function memoryBytes(): number {
  const status = fs.readFileSync(`/proc/${hub.pid}/status`, "utf8");
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1_024;
}

function addressOf(nth: number): string {
  return `127.77.${Math.floor(nth / 250)}.${1 + (nth % 250)}`;
}

function serviceText(nth: number): string {
  const checks = ports.map((port) => `{ http: "http://${addressOf(nth)}:${port}/", every: ${everySeconds}s }`);
  return `  s${nth}: { on: h${nth % hosts}, checks: [${checks.join(", ")}] }`;
}

async function freePorts(count: number): Promise<readonly number[]> {
  const found = new Set<number>();
  while (found.size < count) found.add(await freePort());
  return [...found];
}

function nginxConfig(): string {
  return `daemon off; worker_processes 1; pid ${folder}/nginx.pid; worker_rlimit_nofile 20000; error_log ${folder}/error.log crit;
events { worker_connections 12000; multi_accept on; }
http { access_log off; client_body_temp_path ${folder}; proxy_temp_path ${folder}; fastcgi_temp_path ${folder};
uwsgi_temp_path ${folder}; scgi_temp_path ${folder};
server { ${ports.map((port) => `listen ${port} backlog=4096;`).join(" ")} location / { return 200 "OK"; } } }`;
}

async function startTargets(): Promise<ChildProcess> {
  const words = ["-c", path.join(folder, "nginx.conf"), "-e", path.join(folder, "error.log")];
  const nginx = spawn("/usr/sbin/nginx", words, { stdio: "ignore" });
  await until("nginx answers", async () => {
    if (nginx.exitCode !== null) throw new Error(`nginx ended with ${nginx.exitCode}`);
    const last = `http://${addressOf(services - 1)}:${ports.at(-1)}/`;
    return (await fetch(last).catch(() => null))?.ok;
  });
  return nginx;
}

async function end(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  await once(child, "exit");
}
