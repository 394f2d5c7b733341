import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createSystemClock } from "../../src/app/clock.ts";
import { connectSsh } from "../../src/clients/ssh.ts";
import type { Clock } from "../../src/kernel/clock.ts";
import { createLine } from "../../src/observe/hosts/line.ts";
import { sshHost, withHosts } from "../doubles/host-bench.ts";
import { startSshHost, type SshHost } from "../doubles/sshd-host.ts";

/** A real clock ten times as fast, so that a deadline of 20 s ends within two. */
function fastClock(): Clock {
  const real = createSystemClock();
  return { ...real, after: (delayMs, run) => real.after(delayMs / 10, run) };
}

let server: SshHost;
before(async () => {
  server = await startSshHost({ withoutPackageLists: true });
});
after(() => server.stop());

test("a server that hangs with the connection open is unknown within the deadline, and comes back by itself", async () => {
  await withHosts([sshHost(server)], { everyMs: 20_000, clock: fastClock() }, async ({ hosts, one, told }) => {
    await hosts.lookNow("web1");
    assert.equal(one("web1").silence, null);
    server.signal("SIGSTOP");
    try {
      const beganMs = performance.now();
      await hosts.lookNow("web1");
      assert.ok(performance.now() - beganMs < 8_000, "a thorough look ends within its 60 s, a tenth of that here");
      assert.deepEqual([one("web1").state, one("web1").silence?.reason], ["unknown", "timeout"]);
      assert.ok(one("web1").reading !== null, "what was read last is still shown");
      const again = performance.now();
      await hosts.lookNow("web1");
      assert.ok(performance.now() - again < 4_000, "a server without a greeting is given up after 15 s, a tenth here");
      assert.equal(one("web1").silence?.reason, "timeout");
    } finally {
      server.signal("SIGCONT");
    }
    await hosts.lookNow("web1");
    assert.equal(one("web1").silence, null);
    assert.ok(!told().some((line) => line.startsWith("closed vital")), "silence closes nothing");
  });
});

test("a connection that was ended while nobody looked is opened again within the same look", async () => {
  await withHosts([sshHost(server)], {}, async ({ hosts, one }) => {
    await hosts.lookNow("web1");
    await server.restart();
    await hosts.lookNow("web1");
    assert.equal(one("web1").silence, null);
  });
});

test("what a busy machine said until time was up counts, and it is not asked to log us in again", async () => {
  const clock = createSystemClock();
  let logins = 0;
  const connect: typeof connectSsh = (target, limits) => {
    logins += 1;
    return connectSsh(target, limits);
  };
  const line = createLine({ clock, connect });
  const { address, port, user, look, hostKey } = sshHost(server);
  const target = { host: address ?? "", port, user: user ?? "", privateKey: look?.readKey ?? null, hostKey };
  const ask = (script: string, deadlineMs: number): ReturnType<typeof line.run> =>
    line.run({ target, sections: [], deadlineMs, run: { command: "sh -s", script } });
  try {
    const half = await ask(
      "echo '@@koboshi-host 1 1800000000.0 +0000 UTC'; echo load 7; exec sleep 30; echo whole",
      1_500,
    );
    assert.match(half.ok ? half.value.text : half.error.reason, /load 7\n$/);
    const whole = await ask("echo '@@koboshi-host 1 1800000000.0 +0000 UTC'; echo whole", 5_000);
    assert.match(whole.ok ? whole.value.text : whole.error.reason, /whole\n$/);
    assert.equal(logins, 1);
    const mute = await ask("exec sleep 30", 500);
    assert.equal(mute.ok ? mute.value.text : mute.error.reason, "timeout");
  } finally {
    line.close();
  }
});
