// A rented server comes back from its provider's work half an hour early and looks healthy; its clock is hours slow, its time
// service is dead and disabled, and its nightly backup never ran. Real are the hub, sshd, nginx, cron, chronyd and chronyc, the init
// scripts, the time servers and every command of a repair, on a machine in namespaces of this one with its own boot id and time
// since its start. Its clock is a file that faketime reads: where `chronyd -q` would step the kernel's clock, a wrapper writes
// that file after the real program found its source. It is 175 minutes slow and not 180, so that cron makes up for what it
// skipped whatever second it is: at three hours exactly a minute decides that. Work of minutes is planned for half an hour, and
// the job is due in the minute in which the machine is off. Left to other tests: backups that
// koboshi runs itself, the provider's notice, the mails.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { until } from "../doubles/hub-process.ts";
import {
  healthyMaintenance,
  healthyReboot,
  patienceMs,
  startMaintainedSite,
  type SiteRepair,
} from "../doubles/maintained-site.ts";

const site = await startMaintainedSite();
const { host, hub } = site;
after(() => site.stop());

const minuteMs = 60_000;

function waitUntil(atMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, atMs - Date.now())));
}

async function carriedOut({ id, sha256 }: SiteRepair): Promise<readonly string[]> {
  await hub.post(`/api/v1/repairs/${id}/approve`, { sha256 });
  const done = await until(
    "the repair ends",
    async () => {
      const run = await hub.get<SiteRepair>(`/api/v1/repairs/${id}`);
      return run.state === "approved" || run.state === "running" ? null : run;
    },
    patienceMs,
  );
  return done.steps.map((step) => `${step.id} ${step.state}${step.state === "failed" ? ` ${step.output}` : ""}`);
}

const nothing = { open: {}, offered: [], signature: null, told: [] };

test("a healthy maintenance ends by itself within two minutes, early, and nothing is asked", async () => {
  await site.well();
  const { seconds, ...end } = await healthyMaintenance(site);
  assert.deepEqual(end, { ...nothing, early: true });
  assert.ok(seconds < 120, `${seconds} s`);
});

test("a healthy start that nobody planned ends by itself within two minutes, and nothing is asked", async () => {
  const { seconds, ...end } = await healthyReboot(site);
  assert.deepEqual(end, { ...nothing, early: false });
  assert.ok(seconds < 120, `${seconds} s`);
});

test("back early, hours slow, its time service dead, the nightly backup missed: all found, nothing beside, mended only as approved", async () => {
  const dailyAt = (ms: number): string => {
    const tokyo = new Date(ms + 9 * 60 * minuteMs);
    return `${tokyo.getUTCMinutes()} ${tokyo.getUTCHours()} * * * root /usr/local/bin/job`;
  };
  const dueMs = Math.ceil((Date.now() + 30_000) / minuteMs) * minuteMs;
  const earlier = [150, 120, 90, 60].map((minutes) => `${dailyAt(dueMs - minutes * minuteMs)} before-${minutes}`);
  host.setJobs([`${dailyAt(dueMs)} nightly-backup`, ...earlier]);
  await waitUntil(dueMs - 25_000);
  const id = await site.opened();
  await host.off();
  assert.ok(Date.now() < dueMs, "it is off before the job is due");
  host.setClock("-175m");
  host.disable("chrony");
  await until("it is seen to be gone", async () => (await site.window(id)).held > 0, patienceMs);
  await waitUntil(dueMs + 3_000);
  await host.on();

  await until("it was looked at", async () => "clock-offset" in (await site.open(id)), patienceMs);
  const { early, backAt } = (await site.window(id)).course;
  assert.deepEqual([early, backAt === null], [true, false]);
  const found = await site.open(id);
  assert.deepEqual(
    Object.keys(found).filter((check) => found[check] !== "blocked"),
    ["clock-offset", "time-service"],
    JSON.stringify(await site.findings(id)),
  );
  const clock = (await site.findings(id)).find(({ check }) => check === "clock-offset");
  assert.ok(Math.abs(Number(clock?.facts["offsetSeconds"]) + 10_500) < 5, JSON.stringify(clock));
  const jobs = (await site.findings(id)).find(({ check }) => check === "jobs-missed");
  assert.deepEqual([jobs?.result, jobs?.facts["dueCount"], jobs?.facts["missedCount"]], ["blocked", 1, 0]);
  assert.ok(Number(jobs?.facts["atStepCount"]) >= 4, JSON.stringify(jobs));

  const [repair, ...others] = await site.offered(id);
  assert.ok(repair !== undefined && others.length === 0, JSON.stringify(await site.offered(id)));
  const order = ["stop-cron", "step", "start", "enable", "start-cron", "verify"];
  assert.deepEqual([repair.repair, repair.steps.map((step) => step.id)], ["clock", order]);
  assert.deepEqual([host.clock(), host.isEnabled("chrony"), host.ran()], ["-175m", false, []]);
  await assert.rejects(hub.post(`/api/v1/repairs/${repair.id}/approve`, { sha256: "0".repeat(64) }), /KB7201/);
  assert.deepEqual(
    await carriedOut(repair),
    order.map((step) => `${step} done`),
  );
  assert.deepEqual([host.clock(), host.isEnabled("chrony"), host.ran()], ["+0", true, []]);

  const missed = await until("the job is offered", async () => (await site.offered(id))[0], patienceMs);
  assert.deepEqual(await site.open(id), { "jobs-missed": "fail" });
  assert.equal((await site.window(id)).state, "verifying");
  assert.deepEqual([missed.repair, host.ran()], ["run-now//etc/crontab:2", []]);
  assert.deepEqual(await carriedOut(missed), ["guard done", "run done"]);
  const window = await site.closed(id);
  assert.deepEqual([host.ran(), window.signature, await site.open(id)], [["nightly-backup"], null, {}]);
  assert.ok(window.held > 0);
  assert.deepEqual(site.told(), []);
});
