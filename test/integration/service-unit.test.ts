import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { installService, serviceObstacle, unitPath, type ServiceMachine } from "../../src/cli/service/install.ts";
import { systemdUnit, unitMark, type UnitFacts } from "../../src/cli/service/unit.ts";

const root = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-service-"));
after(() => fs.rmSync(root, { recursive: true, force: true }));

const facts: UnitFacts = {
  command: ["/usr/bin/env"],
  configPath: "/etc/koboshi/koboshi.yml",
  dataFolder: "/var/lib/koboshi data",
  user: "daemon",
};

function machine(done: string[] = []): ServiceMachine {
  return { root, isRoot: true, run: (program, args) => void done.push([program, ...args].join(" ")) };
}

test("systemd itself finds nothing wrong with the unit, odd paths included", () => {
  const file = path.join(root, "koboshi.service");
  fs.writeFileSync(file, systemdUnit(facts));
  const { status, stderr } = spawnSync("systemd-analyze", ["verify", "--man=no", file], { encoding: "utf8" });
  const ours = stderr.split("\n").filter((line) => line.includes("koboshi.service"));
  assert.deepEqual(ours, [], stderr);
  assert.equal(status, 0, stderr);
});

test("without systemd nothing is touched, and the reason is named", () => {
  assert.equal(serviceObstacle(machine()), "no-systemd");
  assert.ok(!fs.existsSync(path.join(root, unitPath)));
});

test("the steps end with the service enabled; somebody else's unit is left alone", () => {
  fs.mkdirSync(path.join(root, "run/systemd/system"), { recursive: true });
  assert.equal(serviceObstacle({ ...machine(), isRoot: false }), "not-root");
  assert.equal(serviceObstacle(machine()), null);
  const done: string[] = [];
  const said: string[] = [];
  installService(machine(done), facts, (step) => said.push(step));
  assert.ok(done[0]?.startsWith("useradd --system") && done.at(-1) === "systemctl enable --now koboshi.service");
  assert.equal(said.length, done.length + 2, "every step is said, the two of our own included");
  assert.ok(fs.readFileSync(path.join(root, unitPath), "utf8").startsWith(unitMark));
  assert.equal(serviceObstacle(machine()), null, "our own unit may be written again");
  fs.writeFileSync(path.join(root, unitPath), "[Unit]\n");
  assert.equal(serviceObstacle(machine()), "other-unit");
});

test("a step that fails names itself", () => {
  const failing: ServiceMachine = {
    ...machine(),
    run: (program) => void execFileSync(`/nonexistent/${program}`),
  };
  assert.throws(
    () => installService(failing, facts, () => {}),
    (error: { code?: string; facts?: { reason?: string } }) =>
      error.code === "KB1204" && (error.facts?.reason ?? "").startsWith("useradd"),
  );
});
