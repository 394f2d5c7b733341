import assert from "node:assert/strict";
import { test } from "node:test";
import { clockRepair } from "../../hands/clock-repair.ts";
import type { AftercareInput, AftercareOutcome } from "../../kernel/model/aftercare.ts";
import {
  afterOf,
  backupDue,
  checkOf,
  inputOf,
  jobsOf,
  nightly,
  nightMs,
  nowMs,
  page,
  readingOf,
  viewOf,
  without,
} from "../../../test/doubles/aftercare-world.ts";
import { aftercareChecks } from "./registry.ts";

const checks = new Map(aftercareChecks(clockRepair).map((check) => [check.id, check]));

function ask(id: string, changes: Partial<AftercareInput> = {}): AftercareOutcome | null {
  const check = checks.get(id);
  assert.ok(check !== undefined, id);
  const input = inputOf(changes);
  return check.appliesTo(input) ? check.compare(input) : null;
}

function seeing(...seen: readonly ReturnType<typeof checkOf>[]): Partial<AftercareInput> {
  const others = viewOf().checks.filter(({ id }) => !seen.some((check) => check.id === id));
  return { outsideAfter: viewOf({ checks: [...others, ...seen] }) };
}

test("each of them passes when everything answers as before", () => {
  for (const id of [
    "reachable",
    "clock-offset",
    "services-answer",
    "pages-same",
    "certificates",
    "mail-flow",
    "database",
    "jobs-missed",
    "jobs-late-or-double",
    "backups",
    "monitoring-itself",
  ]) {
    assert.equal(ask(id)?.result, "pass", id);
  }
});

test("reachable: a place that saw it and sees nothing now is a failure; a place without a reading is not seen", () => {
  const all = viewOf().checks.map(({ id, kind }) => ({ id, kind }));
  const from = (is: "down" | "unknown") =>
    viewOf({
      checks: all.map(({ id, kind }) => {
        const check = checkOf(id, kind);
        return { ...check, cells: [...check.cells.slice(0, 1), ...checkOf(id, kind, { state: is }).cells.slice(1)] };
      }),
    });
  assert.deepEqual(ask("reachable", { outsideAfter: from("down") })?.items, ["tokyo"]);
  assert.equal(ask("reachable", { outsideAfter: from("down") })?.result, "fail");
  assert.equal(ask("reachable", { outsideAfter: from("unknown") })?.result, "unobserved");
  assert.equal(ask("reachable", seeing(checkOf("ping", "icmp", { facts: { lossRatio: 0.2 } })))?.result, "warn");
});

test("clock-offset: beyond what may be an error of the measurement, and never by a hub that is unsure itself", () => {
  const off = (offsetSeconds: number, isHubClockSure = true) =>
    ask("clock-offset", {
      outsideAfter: viewOf({ clock: readingOf(offsetSeconds, 0.2), isHubClockSure }),
    });
  assert.equal(off(0.5)?.result, "pass");
  assert.equal(off(-0.9)?.result, "warn");
  assert.equal(off(1.5)?.result, "fail");
  assert.equal(off(1.5)?.repairs[0]?.id, "clock");
  assert.equal(off(40)?.facts["isCritical"], true);
  assert.equal(off(-10_800, false)?.result, "unobserved");
  const nobody = { outsideAfter: viewOf({ clock: null }), after: without(afterOf(), "clock") };
  assert.equal(ask("clock-offset", { ...nobody, after: { ...afterOf(), hostClockMs: null } })?.result, "unobserved");
});

function clockSet(...clockSinceSet: readonly ReturnType<typeof readingOf>[]): AftercareOutcome | null {
  return ask("clock-offset", { clockSinceSet });
}

test("clock-offset: a clock that was set is right when two readings a minute apart agree", () => {
  const first = readingOf(0.02, 0.01);
  const [still, moved] = [0.03, 0.9].map((offset) => readingOf(offset, 0.01, nowMs + 60_000));
  assert.ok(still !== undefined && moved !== undefined);
  assert.deepEqual(
    [clockSet(), clockSet(first), clockSet(first, still), clockSet(first, moved)].map((found) => found?.result),
    ["unobserved", "unobserved", "pass", "warn"],
  );
  assert.equal(clockSet(first)?.facts["why"], "clock-settling");
  assert.deepEqual(clockSet(first, moved)?.items, ["KVM (kvm-clock, qemu-guest-agent)"]);
  assert.equal(clockSet(readingOf(0, 0.5), readingOf(0.4, 0.5, nowMs + 60_000))?.facts["why"], "clock-coarse");
});

test("clock-offset: of a container it says why the clock is not its own to set", () => {
  const off = viewOf({ clock: readingOf(-10_800, 0.2) });
  const found = ask("clock-offset", { outsideAfter: off, after: afterOf({ ident: { virt: "lxc" } }) });
  assert.equal(found?.result, "fail");
  assert.deepEqual(found.repairs, []);
  assert.match(String(found.facts["refusedJa"]), /./);
});

test("services-answer: one that is silent fails, one that was silent before does not, one without a reading is not seen", () => {
  assert.deepEqual(ask("services-answer", seeing(checkOf("top", "http", { state: "down" })))?.items, [
    "top top.example.jp",
  ]);
  const before = viewOf({ checks: [...viewOf().checks.slice(1), checkOf("ping", "icmp", { state: "down" })] });
  const stillDown = { ...seeing(checkOf("ping", "icmp", { state: "down" })), outsideBefore: before };
  assert.equal(ask("services-answer", stillDown)?.result, "pass");
  assert.equal(ask("services-answer", seeing(checkOf("top", "http", { state: "unknown" })))?.result, "unobserved");
});

test("services-answer: a state that the window gives is not an answer; the readings are", () => {
  const held = { ...checkOf("top", "http"), state: "maintenance" as const };
  const silent = { ...checkOf("top", "http", { state: "down" }), state: "maintenance" as const };
  assert.equal(ask("services-answer", seeing(held))?.result, "pass");
  assert.equal(ask("services-answer", seeing(silent))?.result, "fail");
});

test("pages-same: default pages, notices and other titles fail, other words do not", () => {
  const shown = (change: Partial<typeof page>) =>
    ask("pages-same", { outsideAfter: viewOf({ pages: { top: { ...page, ...change } } }) })?.result;
  assert.equal(shown({ title: "Welcome to nginx!" }), "fail");
  assert.equal(shown({ title: "ただいまメンテナンス中です" }), "fail");
  assert.equal(shown({ status: 503 }), "fail");
  assert.equal(shown({ title: "Another site" }), "fail");
  assert.equal(shown({ textHash: "h2", textBytes: 4_300 }), "pass");
  assert.equal(shown({ textHash: "h2", textBytes: 400 }), "warn");
  assert.equal(ask("pages-same", { outsideAfter: viewOf({ pages: { top: null } }) })?.result, "unobserved");
  assert.equal(ask("pages-same", { outsideBefore: null })?.result, "unobserved");
});

test("certificates: another serial is asked about, a replaced file that nobody serves is reloaded, none is not seen", () => {
  assert.equal(ask("certificates", { outsideAfter: viewOf({ certificates: { cert: "0B:02" } }) })?.result, "warn");
  const replaced = ask("certificates", {
    after: afterOf({ certs: { "cert /etc/nginx/site.pem": "SHA256:CD until May 1 2027" } }),
  });
  assert.equal(replaced?.result, "warn");
  assert.deepEqual(
    replaced.repairs.map(({ id }) => id),
    ["reload/nginx.service"],
  );
  assert.equal(ask("certificates", seeing(checkOf("cert", "tls", { state: "down" })))?.result, "fail");
  assert.equal(ask("certificates", { outsideAfter: viewOf({ certificates: {} }) })?.result, "unobserved");
});

test("mail-flow: silent doors fail, a long queue is flushed once, no reading is not seen", () => {
  assert.equal(ask("mail-flow", seeing(checkOf("mx", "smtp", { state: "down" })))?.result, "fail");
  const long = ask("mail-flow", { after: afterOf({ svc: { "mail-queue": "100+" } }) });
  assert.equal(long?.result, "warn");
  assert.equal(long.repairs[0]?.id, "flush-queue");
  assert.equal(ask("mail-flow", seeing(checkOf("mx", "smtp", { state: "unknown" })))?.result, "unobserved");
});

test("database: silent fails, far behind warns, without a reading it is not seen", () => {
  assert.equal(ask("database", seeing(checkOf("db", "mysql", { state: "down" })))?.result, "fail");
  assert.equal(
    ask("database", seeing(checkOf("db", "mysql", { facts: { replicationLagSeconds: 900 } })))?.result,
    "warn",
  );
  assert.equal(ask("database", seeing(checkOf("db", "mysql", { state: "unknown" })))?.result, "unobserved");
  assert.deepEqual(ask("database", seeing(checkOf("db", "mysql", { state: "down" })))?.repairs, []);
});

test("jobs-missed: missed is offered to be run, without proof it is not seen", () => {
  const missed = ask("jobs-missed", { jobs: jobsOf([nightly]) });
  assert.equal(missed?.result, "fail");
  assert.equal(missed.repairs[0]?.id, "run-now//etc/cron.d/backup:2");
  assert.equal(
    ask("jobs-missed", { jobs: jobsOf([{ ...nightly, outcome: "unproven", evidence: null }]) })?.result,
    "unobserved",
  );
  assert.equal(ask("jobs-missed", { jobs: null })?.result, "unobserved");
  const byItself = jobsOf([{ ...nightly, outcome: "will-run-by-itself" }]);
  assert.equal(ask("jobs-missed", { jobs: byItself })?.result, "pass");
});

test("jobs-late-or-double: each kind is counted", () => {
  const jobs = jobsOf([
    { ...nightly, outcome: "ran-late" },
    { ...nightly, outcome: "ran-twice" },
  ]);
  const found = ask("jobs-late-or-double", { jobs });
  assert.equal(found?.result, "warn");
  assert.deepEqual([found.facts["lateCount"], found.facts["twiceCount"]], [1, 1]);
});

test("backups: one that was due needs a set of its time, and no lock is left behind", () => {
  assert.equal(ask("backups", { backups: [{ ...backupDue, newestAtMs: nightMs }] })?.result, "fail");
  assert.equal(ask("backups", { backups: [{ ...backupDue, newestAtMs: null }] })?.result, "fail");
  assert.equal(ask("backups", { backups: [{ ...backupDue, isLocked: true }] })?.result, "fail");
  assert.equal(ask("backups", { backups: [{ ...backupDue, dueAtMs: null }] }), null);
});

test("monitoring-itself: a host that cannot be read any more fails, a blind hub is told", () => {
  assert.equal(ask("monitoring-itself", { after: null })?.result, "fail");
  const silent = { ...afterOf(), sections: {}, isComplete: false, unobserved: { units: "login-refused" } };
  assert.deepEqual(ask("monitoring-itself", { after: silent })?.facts["reasons"], ["login-refused"]);
  assert.equal(ask("monitoring-itself", { blindSpots: ["tokyo was silent for 9 min"] })?.result, "warn");
  assert.equal(ask("monitoring-itself", { after: null, before: null })?.result, "pass");
});

test("time-stamped-damage: says from when to when, once the clock is far off", () => {
  assert.equal(ask("time-stamped-damage"), null);
  const found = ask("time-stamped-damage", {
    outsideAfter: viewOf({ clock: readingOf(-10_800, 1) }),
  });
  assert.deepEqual([found?.result, found?.facts["offsetSeconds"]], ["pass", -10_800]);
});
