// A rented server comes back from its provider's work half an hour early and looks healthy; its clock is hours slow, its time
// service is dead and disabled, and a nightly job never ran. Real are the hub, sshd, nginx, cron, chronyd and chronyc, the init
// scripts, the time servers and every command of a repair, on a machine in namespaces of this one with its own boot id and time
// since its start. Its clock is a file that faketime reads: where `chronyd -q` would step the kernel's clock, a wrapper writes
// that file after the real program found its source. It is 175 minutes slow and not 180, so that cron makes up for what it
// skipped whatever second it is: at three hours exactly a minute decides that. Work of minutes is planned for half an hour, and
// the job is due in the minute in which the machine is off. Left to other tests: backups, the provider's notice, the mails.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { startReceiver } from "../doubles/hook-receiver.ts";
import { freePort, startHub, until } from "../doubles/hub-process.ts";
import { startMaintainedHost } from "../doubles/maintained-host.ts";
import { startChrony } from "../doubles/time-server.ts";

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
  shop: { on: web1, checks: [{ http: "http://127.0.0.1:${host.webPort}/", every: 2s, timeout: 1s }] }
notify: { channels: { hook: { webhook: "http://127.0.0.1:${hook.port}/", secret: sakura } } }`,
});
after(async () => {
  await hub.stop();
  await Promise.all(time.map((one) => one.stop()));
  await hook.close();
  await host.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

const patienceMs = 120_000;
const minuteMs = 60_000;

interface Window {
  readonly id: number;
  readonly state: string;
  readonly course: { readonly early: boolean; readonly backAt: string | null };
  readonly held: number;
  readonly closedAt: string | null;
  readonly signature: object | null;
}

interface Finding {
  readonly check: string;
  readonly result: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

interface Run {
  readonly id: number;
  readonly repair: string;
  readonly sha256: string;
  readonly state: string;
  readonly warnings: readonly { readonly en: string }[];
  readonly steps: readonly { readonly id: string; readonly state: string; readonly output: string }[];
}

const windowOf = (id: number): Promise<Window> => hub.get(`/api/v1/windows/${id}`);

async function findings(id: number): Promise<readonly Finding[]> {
  return (await hub.get<{ items: Finding[] }>(`/api/v1/windows/${id}/findings`)).items;
}

async function offered(id: number): Promise<readonly Run[]> {
  const { items } = await hub.get<{ items: Run[] }>(`/api/v1/repairs?window=${id}`);
  return items.filter(({ state }) => state === "offered");
}

/** What does not pass, by check. */
async function open(id: number): Promise<Readonly<Record<string, string>>> {
  const found = await findings(id);
  return Object.fromEntries(
    found.filter(({ result }) => result !== "pass").map(({ check, result }) => [check, result] as const),
  );
}

/** Kinds of what people were told of; how busy this machine is, is not the story. */
function told(): readonly string[] {
  interface Told {
    /** null: it is of a window itself */
    readonly incident: { readonly timeline?: readonly { readonly data: { signal?: { kind: string } } }[] } | null;
  }
  const events = hook.posts.flatMap(({ body }) => (JSON.parse(body) as Told).incident?.timeline ?? []);
  const kinds = events.flatMap(({ data }) => data.signal?.kind ?? []);
  return kinds.filter((kind) => kind !== "vital" && kind !== "log");
}

function koboshi(...words: readonly string[]): Promise<string> {
  const argv = ["dist/cli/main.js", ...words, "--config", path.join(folder, "koboshi.yml"), "--lang", "en"];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, argv, { encoding: "utf8" }, (error, out, err) =>
      error === null ? resolve(out) : reject(new Error(`${words.join(" ")}: ${out}${err}`)),
    );
  });
}

function waitUntil(atMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, atMs - Date.now())));
}

function inMs(ms: number): string {
  return new Date(Date.now() + ms).toISOString();
}

async function isRead(): Promise<boolean> {
  const { services } = await hub.get<{ services: { state: string }[] }>("/api/v1/status");
  const { items } = await hub.get<{ items: { readAt: string | null }[] }>("/api/v1/hosts");
  return services[0]?.state === "ok" && items[0]?.readAt != null;
}

/** Plans half an hour of work and waits until what is there before is written down and it may begin. */
async function opened(): Promise<number> {
  const times = ["--start", inMs(1_000), "--end", inMs(31 * minuteMs)];
  const said = await koboshi("maintenance", "add", "さくら VPS", ...times, "--for", "host:web1", "--json");
  const { id } = (JSON.parse(said) as { window: Window }).window;
  await until("it is open", async () => (await windowOf(id)).state === "open", patienceMs);
  return id;
}

async function seenGone(id: number): Promise<void> {
  await until("it is seen to be gone", async () => (await windowOf(id)).held > 0, patienceMs);
}

async function closed(id: number): Promise<Window> {
  return until(
    "the window closes",
    async () => {
      const window = await windowOf(id);
      return window.state === "closed" ? window : null;
    },
    patienceMs,
  ).catch(async (thrown: unknown) => {
    throw new Error(`${String(thrown)}: ${JSON.stringify([await windowOf(id), await open(id)])}`);
  });
}

async function carriedOut({ id, sha256 }: Run): Promise<readonly string[]> {
  await hub.post(`/api/v1/repairs/${id}/approve`, { sha256 });
  const done = await until(
    "the repair ends",
    async () => {
      const run = await hub.get<Run>(`/api/v1/repairs/${id}`);
      return run.state === "approved" || run.state === "running" ? null : run;
    },
    patienceMs,
  );
  return done.steps.map((step) => `${step.id} ${step.state}${step.state === "failed" ? ` ${step.output}` : ""}`);
}

test("a healthy maintenance ends by itself within two minutes, early, and nothing is asked", async () => {
  await until("all is well", isRead, patienceMs);
  const id = await opened();
  await host.off();
  await seenGone(id);
  await host.on();
  const window = await closed(id);
  assert.deepEqual([window.course.early, window.signature, await open(id), await offered(id)], [true, null, {}, []]);
  assert.deepEqual(told(), []);
});

test("back early, hours slow, its time service dead, a job missed: all found, nothing beside, mended only as approved", async () => {
  const dailyAt = (ms: number): string => {
    const tokyo = new Date(ms + 9 * 60 * minuteMs);
    return `${tokyo.getUTCMinutes()} ${tokyo.getUTCHours()} * * * root /usr/local/bin/job`;
  };
  const dueMs = Math.ceil((Date.now() + 30_000) / minuteMs) * minuteMs;
  const earlier = [150, 120, 90, 60].map((minutes) => `${dailyAt(dueMs - minutes * minuteMs)} before-${minutes}`);
  host.setJobs([`${dailyAt(dueMs)} nightly`, ...earlier]);
  await waitUntil(dueMs - 25_000);
  const id = await opened();
  await host.off();
  assert.ok(Date.now() < dueMs, "it is off before the job is due");
  host.setClock("-175m");
  host.disable("chrony");
  await seenGone(id);
  await waitUntil(dueMs + 3_000);
  await host.on();

  await until("it was looked at", async () => "clock-offset" in (await open(id)), patienceMs);
  const { early, backAt } = (await windowOf(id)).course;
  assert.deepEqual([early, backAt === null], [true, false]);
  const found = await open(id);
  assert.deepEqual(
    Object.keys(found).filter((check) => found[check] !== "blocked"),
    ["clock-offset", "time-service"],
    JSON.stringify(await findings(id)),
  );
  const clock = (await findings(id)).find(({ check }) => check === "clock-offset");
  assert.ok(Math.abs(Number(clock?.facts["offsetSeconds"]) + 10_500) < 5, JSON.stringify(clock));
  const jobs = (await findings(id)).find(({ check }) => check === "jobs-missed");
  assert.deepEqual([jobs?.result, jobs?.facts["dueCount"], jobs?.facts["missedCount"]], ["blocked", 1, 0]);
  assert.ok(Number(jobs?.facts["atStepCount"]) >= 4, JSON.stringify(jobs));

  const [repair, ...others] = await offered(id);
  assert.ok(repair !== undefined && others.length === 0, JSON.stringify(await offered(id)));
  const order = ["stop-cron", "step", "start", "enable", "start-cron", "verify"];
  assert.deepEqual([repair.repair, repair.steps.map((step) => step.id)], ["clock", order]);
  assert.deepEqual([host.clock(), host.isEnabled("chrony"), host.ran()], ["-175m", false, []]);
  await assert.rejects(hub.post(`/api/v1/repairs/${repair.id}/approve`, { sha256: "0".repeat(64) }), /KB7201/);
  assert.deepEqual(
    await carriedOut(repair),
    order.map((step) => `${step} done`),
  );
  assert.deepEqual([host.clock(), host.isEnabled("chrony"), host.ran()], ["+0", true, []]);

  const missed = await until("the job is offered", async () => (await offered(id))[0], patienceMs);
  assert.deepEqual(await open(id), { "jobs-missed": "fail" });
  assert.equal((await windowOf(id)).state, "verifying");
  assert.deepEqual([missed.repair, host.ran()], ["run-now//etc/crontab:2", []]);
  assert.deepEqual(await carriedOut(missed), ["guard done", "run done"]);
  const window = await closed(id);
  assert.deepEqual([host.ran(), window.signature, await open(id)], [["nightly"], null, {}]);
  assert.ok(window.held > 0);
  assert.deepEqual(told(), []);
});
