import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { portIsFree, freePortCommand } from "../../src/hands/clock-commands.ts";
import { clockRepair } from "../../src/hands/clock-repair.ts";
import type { Repair } from "../../src/kernel/model/aftercare.ts";
import type { HostSnapshot } from "../../src/kernel/model/snapshot.ts";
import type { RepairRun } from "../../src/kernel/ports-prevent.ts";
import { changedHost, withHands, type HandsBench } from "../doubles/hands-bench.ts";
import { until } from "../doubles/hub-process.ts";
import { startSshHost, type SshHost } from "../doubles/sshd-host.ts";
import { startChrony } from "../doubles/time-server.ts";

const runlevels = ["2", "3", "4", "5"];

/**
 * A machine with init scripts whose chronyd is dead and disabled: the real sshd, chronyd, chronyc, init script, service and
 * update-rc.d of Debian, with configuration and start links of its own. chronyd runs with -x: no clock is ever touched.
 */
async function withDeadChrony(timePort: number, body: (host: SshHost, folder: string) => Promise<void>): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-clock-"));
  const file = (name: string): string => path.join(folder, name);
  fs.copyFileSync("/usr/sbin/chronyd", file("chronyd-real"));
  fs.writeFileSync(file("chronyd"), `#!/bin/sh\nexec '${file("chronyd-real")}' -x "$@"\n`, { mode: 0o755 });
  fs.mkdirSync(file("chrony"));
  fs.mkdirSync(file("run"), { mode: 0o750 });
  fs.mkdirSync("/run/chrony", { recursive: true });
  const lines = [
    `server 127.0.0.1 port ${timePort} iburst minpoll 0 maxpoll 2`,
    "pidfile /run/chrony/chronyd.pid",
    "cmdport 0",
    "user root",
  ];
  fs.writeFileSync(file("chrony/chrony.conf"), `${lines.join("\n")}\n`);
  const inPlace: Record<string, string> = {
    "/usr/sbin/chronyd": file("chronyd"),
    "/etc/chrony": file("chrony"),
    "/run/chrony": file("run"),
  };
  for (const name of ["systemd", ...["0", "1", "2", "3", "4", "5", "6", "S"].map((level) => `rc${level}.d`)]) {
    execFileSync("cp", ["-a", `/etc/${name}`, file(name)]);
    inPlace[`/etc/${name}`] = file(name);
  }
  for (const level of runlevels) disable(file(`rc${level}.d`));
  const host = await startSshHost({ inPlace });
  try {
    await body(host, folder);
  } finally {
    const pid = Number(fs.existsSync(file("run/chronyd.pid")) ? fs.readFileSync(file("run/chronyd.pid"), "utf8") : 0);
    if (pid > 0) process.kill(pid, "SIGTERM");
    await host.stop();
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}

function disable(folder: string): void {
  for (const link of fs.readdirSync(folder).filter((name) => /^[SK]\d\dchrony$/.test(name))) {
    fs.renameSync(path.join(folder, link), path.join(folder, "K01chrony"));
  }
}

/** As the host would be read: init scripts, Debian. */
function seen(change: Readonly<Record<string, string>>, unit: string): HostSnapshot {
  return {
    host: "web1",
    takenAt: { atMs: 0, monotonicMs: 0, bootId: "b" },
    hostClockMs: null,
    uptimeSeconds: null,
    isComplete: true,
    unobserved: {},
    sections: {
      ident: { virt: "kvm" },
      os: { os: "Debian GNU/Linux 12 (bookworm)", init: "init" },
      units: { "unit chrony": unit, "file chrony": unit === "active" ? "enabled" : "disabled" },
      clock: {
        "installed chronyd": "",
        "file /etc/chrony/chrony.conf": "644 root 1\nserver 127.0.0.1 iburst",
        ...change,
      },
    },
  };
}

function planned(after: HostSnapshot, offsetSeconds = -10_800): Repair {
  const plan = clockRepair({ before: null, after, offsetSeconds, stopCronFirst: false, stopUnits: [] });
  return "refused" in plan ? assert.fail(plan.refused.en) : plan;
}

async function carriedOut({ desk, ended }: HandsBench, repair: Repair): Promise<RepairRun> {
  const offered = await desk.offer({ windowId: 1, host: "web1", repair });
  assert.ok(offered.ok);
  const { id, sha256 } = offered.value;
  assert.ok((await desk.approve({ id, sha256, actor: "person:aiko" })).ok);
  return ended(id);
}

function outcome({ steps }: RepairRun): readonly string[] {
  return steps.map(({ id, state, code, output }) => `${id} ${state}${state === "failed" ? ` ${code} ${output}` : ""}`);
}

test("a dead and disabled chronyd is set, started, enabled and found in step, then mended again while it runs", async () => {
  const source = await startChrony();
  try {
    await withDeadChrony(source.port, async (host, folder) => {
      await withHands({ hosts: [changedHost(host)] }, async (bench) => {
        const done = await carriedOut(bench, planned(seen({}, "inactive")));
        assert.deepEqual(outcome(done), ["step done", "start done", "enable done", "verify done"]);
        assert.match(done.steps[0]?.output ?? "", /System clock wrong by/);
        for (const level of runlevels) {
          const links = fs.readdirSync(path.join(folder, `rc${level}.d`));
          assert.ok(
            links.some((name) => /^S\d\dchrony$/.test(name)),
            `runlevel ${level}: ${links.join(" ")}`,
          );
        }
        const running = seen({ "daemon chronyd": "running" }, "active");
        const again = await carriedOut(bench, planned(running, -0.4));
        assert.deepEqual(outcome(again), ["burst done", "enable done", "verify done"]);
        // one that may not touch the clock says so, and the rest waits for a person
        const refused = await carriedOut(bench, planned(running));
        assert.deepEqual(outcome(refused).slice(0, 3), ["burst done", "step failed 1 500 Failure", "enable waiting"]);
      });
    });
  } finally {
    await source.stop();
  }
});

test("no time source answers: the repair ends there, with what chronyd said, and nothing is started", async () => {
  await withDeadChrony(9, async (host, folder) => {
    await withHands({ hosts: [changedHost(host)] }, async (bench) => {
      const failed = await carriedOut(bench, planned(seen({}, "inactive")));
      assert.deepEqual([failed.state, failed.steps[0]?.trouble?.reason, failed.steps[0]?.code], ["failed", "code", 1]);
      assert.match(failed.steps[0]?.output ?? "", /Timeout reached|No suitable source/);
      assert.equal(failed.steps[1]?.state, "waiting");
      assert.equal(fs.existsSync(path.join(folder, "run/chronyd.pid")), false);
    });
  });
});

test("UDP 123 in use: whoever holds it is asked to end, and the step waits until the port is free", async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-port-"));
  const conf = path.join(folder, "chrony.conf");
  fs.writeFileSync(
    conf,
    `port 123\nallow\nlocal stratum 8\ncmdport 0\nbindcmdaddress /\nuser root\npidfile ${folder}/pid\n`,
  );
  const held = `ip link set lo up; chronyd -x -d -f '${conf}' >'${folder}/log' 2>&1 & i=0; while ! grep -q ':007B ' /proc/net/udp; do sleep 0.1; i=$((i+1)); [ $i -lt 100 ] || exit 9; done; echo held; `;
  const shell = spawn("unshare", ["-n", "sh", "-c", `${held}${freePortCommand}`], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  shell.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
  shell.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const [code] = (await once(shell, "exit")) as [number];
  await until("all was said", async () => said.includes("free"), 1_000).catch(() => undefined);
  assert.deepEqual([code, said.replace(/\d+ to end/, "PID to end")], [0, `held\nasking PID to end\n${portIsFree}\n`]);
  fs.rmSync(folder, { recursive: true, force: true });
});
