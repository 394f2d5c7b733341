import assert from "node:assert/strict";
import { test } from "node:test";
import { clockRepair } from "../../hands/clock-repair.ts";
import { aftercareLine } from "../../words/aftercare.ts";
import { inputOf, snapshotOf, storyInput, afterOf, nowMs } from "../../../test/doubles/aftercare-world.ts";
import type { AftercareFinding } from "../../kernel/model/aftercare.ts";
import { chosen, judgeHost, worstFirst } from "./judge-host.ts";
import { aftercareChecks } from "./registry.ts";

const checks = aftercareChecks(clockRepair);
const order = { hosts: ["web1"], checks: checks.map(({ id }) => id) };

function of(findings: readonly AftercareFinding[], result: AftercareFinding["result"]): readonly string[] {
  return findings.filter((finding) => finding.result === result).map(({ check }) => check);
}

test("a healthy restart gives no question at all", () => {
  const findings = judgeHost(checks, inputOf());
  assert.deepEqual(
    findings.filter(({ result }) => result !== "pass").map(({ check, result, facts }) => ({ check, result, facts })),
    [],
  );
  assert.equal(findings.flatMap(({ repairs }) => repairs).length, 0);
  assert.equal(aftercareLine("web1", findings, { timeZone: "Asia/Tokyo", lang: "ja" }), null);
});

test("a host that was not touched gives no question either", () => {
  const findings = judgeHost(checks, inputOf({ after: snapshotOf({}, { takenAtMs: nowMs }) }));
  assert.deepEqual(of(findings, "pass").length, findings.length);
});

test("the story: what is found, what is blocked, and nothing false beside them", () => {
  const findings = worstFirst(judgeHost(checks, storyInput), order);
  assert.deepEqual(of(findings, "fail"), ["clock-offset", "time-service", "backups", "jobs-missed"]);
  assert.deepEqual(of(findings, "warn"), []);
  assert.deepEqual(of(findings, "unobserved"), []);
  const blocked = findings.filter(({ result }) => result === "blocked");
  assert.ok(blocked.every(({ blockedBy }) => blockedBy.every((id) => ["clock-offset", "cron-daemon"].includes(id))));
  assert.deepEqual(blocked.map(({ check }) => check).toSorted(), [
    "certificates",
    "cron-daemon",
    "jobs-late-or-double",
    "licences-and-tokens",
    "mail-flow",
    "time-stamped-damage",
  ]);
});

test("the story: one repair, of the clock; the missed job is offered only when the clock is right", () => {
  const offered = judgeHost(checks, storyInput).flatMap(({ repairs }) => repairs.map(({ id }) => id));
  assert.deepEqual(offered, ["clock"]);
  const mended = judgeHost(checks, { ...storyInput, after: afterOf(), outsideAfter: inputOf().outsideAfter });
  assert.deepEqual(of(mended, "fail"), ["jobs-missed", "backups"]);
  assert.deepEqual(
    mended.flatMap(({ repairs }) => repairs.map(({ id }) => id)),
    ["run-now//etc/cron.d/backup:2"],
  );
});

test("the story in one line, in both languages", () => {
  const findings = worstFirst(judgeHost(checks, storyInput), order);
  assert.equal(
    aftercareLine("web1", findings, { timeZone: "Asia/Tokyo", lang: "ja" }),
    "◆保守後の確認 web1: 時計 -3時間ずれ、chronyd 停止、バックアップなし shop-data、cron 1件未実行。直しますか?",
  );
  assert.equal(
    aftercareLine("web1", findings, { timeZone: "Asia/Tokyo", lang: "en" }),
    "◆AFTER MAINTENANCE web1: clock -3 h, chronyd stopped, no backup: shop-data, 1 cron missed. Fix?",
  );
});

test("more than three jobs at the step, or one that must not run twice, stop cron first", () => {
  const job = storyInput.jobs?.occurrences[0];
  assert.ok(job !== undefined && storyInput.jobs !== null);
  const stops = (atStep: readonly (typeof job)[]): boolean => {
    const findings = judgeHost(checks, { ...storyInput, jobs: storyInput.jobs && { ...storyInput.jobs, atStep } });
    return findings
      .flatMap(({ repairs }) => repairs.flatMap(({ steps }) => steps))
      .some(({ id }) => id === "stop-cron");
  };
  assert.equal(stops([job]), false);
  assert.equal(stops([job, job, job, job]), true);
  assert.equal(stops([{ ...job, isSafeTwice: false }]), true);
});

function ids(wanted: readonly string[], input = inputOf()): readonly string[] {
  return chosen(checks, judgeHost(checks, input), wanted).map(({ check }) => check);
}

test("a window asks for its groups, and always for who the host is and whether it is reached", () => {
  const always = ["reachable", "same-machine", "monitoring-itself"];
  assert.deepEqual(ids(["units"]), [
    ...always.slice(0, 2),
    "units-running",
    "units-enabled",
    "units-failed-new",
    ...always.slice(2),
  ]);
  assert.deepEqual(ids([]), ids(["nobody-knows-this"]));
});

test("what has to be mended first is told though the window did not ask for it", () => {
  assert.ok(!ids(["jobs-missed"]).includes("clock-offset"));
  assert.ok(ids(["jobs-missed"], storyInput).includes("clock-offset"));
  assert.ok(!ids(["units"], storyInput).includes("clock-offset"));
});
