import assert from "node:assert/strict";
import fs from "node:fs";
import { after, before, test } from "node:test";
import { createSystemClock } from "../../src/app/clock.ts";
import { KoboshiError } from "../../src/kernel/errors.ts";
import { foreseeDrill } from "../../src/recover/desk/drills.ts";
import { openRoom } from "../../src/recover/drill/room.ts";
import { explainError } from "../../src/words/errors.ts";
import { spareDrill, type SpareDrill } from "../doubles/spare-drill.ts";

let bench: SpareDrill;
before(async () => {
  bench = await spareDrill();
  await bench.backUp(bench.plan);
});
after(() => bench.stop());

const whole = { place: null, sampled: false };

test("a drill on a spare host restores over SSH, starts the application there, asks its checks, and leaves nothing", async () => {
  const run = await bench.drill(bench.plan);
  assert.deepEqual([run.trouble, run.state, run.target], [null, "done", "host:drill1"]);
  const phases = run.phases.map(({ phase }) => phase);
  assert.deepEqual(phases, ["decide", "provision", "fetch", "load", "verify", "switch", "smoke"]);
  for (const { phase, seconds } of run.phases) assert.ok(seconds >= 0 && seconds < 120, `${phase} ${seconds}`);
  assert.deepEqual(run.seen?.started, [{ name: "shop.service", state: "running", text: "" }]);
  assert.deepEqual(
    run.seen.checks.map(({ name, outcome }) => [name, outcome]),
    [["www", "up"]],
  );
  assert.equal(run.seen.wipe?.clean, true);
  assert.ok((run.seen.wipe?.files ?? 0) >= 3);
  assert.equal(bench.left(), "");
});

test("a copy that restores but whose application does not start ends the drill as failed, with what the program said", async () => {
  const forgotten = { ...bench.plan, paths: [`${bench.folder}/app`], databases: [] };
  await bench.backUp(forgotten);
  const run = await bench.drill(forgotten);
  assert.deepEqual([run.state, run.trouble?.code, run.phases.at(-1)?.phase], ["failed", "smoke", "smoke"]);
  assert.match(run.trouble?.text ?? "", /shop\.service: exit 1: .*ENOENT.*signing\.key/s);
  assert.match(run.trouble?.text ?? "", /www \(http:\/\/shop\.example\.jp/);
  assert.equal(run.seen?.started[0]?.state, "failed");
  assert.equal(bench.left(), "");
});

test("a spare host that turns out to be production is refused for every reason at once, and nothing is written there", async () => {
  const { spare, plan, works } = bench;
  const site = works.site();
  const port = site.checks[0]?.target.match(/:(\d+)\//)?.[1] ?? "";
  spare.sh("echo here > /etc/koboshi-production; mv /etc/koboshi-drill /etc/kept; cp /etc/machine-id /etc/own-id");
  spare.sh(`echo ${fs.readFileSync("/etc/machine-id", "utf8").trim()} > /etc/machine-id`);
  spare.sh(`socat TCP-LISTEN:${port},bind=0.0.0.0,fork EXEC:true >/dev/null 2>&1 & echo $! > /etc/listener; sleep 0.5`);
  try {
    const to = plan.to.map((one) => ({ ...one, reader: null }));
    const outlook = await foreseeDrill(works, { ...plan, to }, whole);
    assert.deepEqual(
      outlook.refusals.map(({ code, seen }) => `${code} ${seen}`),
      [
        "writable-credential office",
        "production-marker /etc/koboshi-production",
        "no-drill-marker /etc/koboshi-drill",
        "same-machine koboshi, web1",
        `in-service :${port}`,
      ],
    );
    const thrown: unknown = await bench.drill({ ...plan, to }).catch((error: unknown) => error);
    assert.ok(thrown instanceof KoboshiError && thrown.code === "KB8401", String(thrown));
    assert.match(explainError(thrown.code, thrown.facts, "ja").message, /理由は 5 件あります: \(1\) .*\(5\) /);
    assert.equal(bench.left(), "");
  } finally {
    spare.sh(
      "kill $(cat /etc/listener); rm /etc/koboshi-production; mv /etc/kept /etc/koboshi-drill; mv /etc/own-id /etc/machine-id",
    );
  }
});

test("another machine that answers by the time of the first write is not entered", async () => {
  const { works, plan } = bench;
  const machine = await works.machines.of({ ...plan, host: "drill1" }, "office");
  try {
    const wanted = { id: "d1", on: machine.workplace, folder: "/var/lib/koboshi-drill", names: [] };
    const room = await openRoom({ ...wanted, machineId: "f".repeat(32), clock: createSystemClock() });
    assert.deepEqual(room, { ok: false, error: "another machine answers by now" });
    assert.equal(bench.left(), "");
  } finally {
    await machine.close();
  }
});

test("what was restored does not linger on the spare host when the hub dies in the middle of a drill", async () => {
  const { works, plan, spare } = bench;
  const machine = await works.machines.of({ ...plan, host: "drill1" }, "office");
  const wanted = { id: "d2", on: machine.workplace, folder: "/var/lib/koboshi-drill", names: [] };
  const room = await openRoom({ ...wanted, machineId: null, clock: createSystemClock() });
  assert.ok(room.ok, JSON.stringify(room));
  spare.sh("echo secret > /var/lib/koboshi-drill/koboshi-drill-d2/root/customers");
  for (const pid of sshClients()) process.kill(pid, "SIGKILL");
  const untilMs = performance.now() + 60_000;
  while (bench.left() !== "" && performance.now() < untilMs) await new Promise((resolve) => setTimeout(resolve, 300));
  assert.equal(bench.left(), "");
  assert.equal(spare.sh("cat /proc/[0-9]*/mountinfo 2>/dev/null | grep koboshi-drill || true"), "");
  await machine.close();
});

/** Programs `ssh` this process has started. */
function sshClients(): readonly number[] {
  const children = fs.readFileSync(`/proc/self/task/${process.pid}/children`, "utf8").split(" ").filter(Boolean);
  return children.map(Number).filter((pid) => fs.readFileSync(`/proc/${pid}/comm`, "utf8").trim() === "ssh");
}
