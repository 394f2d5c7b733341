import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createSystemClock } from "../../src/app/clock.ts";
import { connectSsh } from "../../src/clients/ssh.ts";
import type { Clock } from "../../src/kernel/clock.ts";
import { createLine, type HostLine, type Order } from "../../src/observe/hosts/line.ts";
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

const greeting = "echo '@@koboshi-host 1 1800000000.0 +0000 UTC'";
const willDo = (text: string): boolean => text.includes("load");

/** A line to the server, how often somebody logged in over it, and a way to ask. */
function lineOf(): { readonly line: HostLine; logins(): number; ask(order: Ask): Promise<string> } {
  let logins = 0;
  const connect: typeof connectSsh = (target, limits) => {
    logins += 1;
    return connectSsh(target, limits);
  };
  const line = createLine({ clock: createSystemClock(), connect });
  const { address, port, user, look, hostKey } = sshHost(server);
  const target = { host: address ?? "", port, user: user ?? "", privateKey: look?.readKey ?? null, hostKey };
  return {
    line,
    logins: () => logins,
    async ask({ script, ...order }) {
      const ran = await line.run({ target, sections: [], run: { command: "sh -s", script }, ...order });
      return ran.ok ? ran.value.text : ran.error.reason;
    },
  };
}

type Ask = Pick<Order, "deadlineMs" | "ends"> & { readonly script: string };

test("what a busy machine said until time was up counts, and it is not asked to log us in again", async () => {
  const { line, logins, ask } = lineOf();
  try {
    const half = await ask({ script: `${greeting}; echo load 7; exec sleep 30; echo whole`, deadlineMs: 1_500 });
    assert.match(half, /load 7\n$/);
    assert.match(await ask({ script: `${greeting}; echo whole`, deadlineMs: 5_000 }), /whole\n$/);
    assert.equal(logins(), 1);
    assert.equal(await ask({ script: "exec sleep 30", deadlineMs: 500 }), "timeout");
  } finally {
    line.close();
  }
});

/** How long it took to hear of the load, and of nothing after it. */
async function timed(asked: Promise<string>): Promise<number> {
  const beganMs = performance.now();
  assert.match(await asked, /load 7\n$/);
  return performance.now() - beganMs;
}

test("a look ends when what it said is enough and time is short, or somebody waits for the machine", async () => {
  const { line, ask } = lineOf();
  const slow = `${greeting}; sleep 1; echo load 7; exec sleep 30`;
  try {
    const early = await timed(ask({ script: slow, deadlineMs: 20_000, ends: { afterMs: 200, willDo } }));
    assert.ok(early >= 900, "not before it said anything of use");
    assert.ok(early < 10_000);
    const patient = timed(ask({ script: slow, deadlineMs: 20_000, ends: { afterMs: null, willDo } }));
    line.hurry();
    const hurried = await patient;
    assert.ok(hurried >= 2_900, "a look of a machine that is not in trouble is left to end");
    assert.ok(hurried < 15_000);
  } finally {
    line.close();
  }
});
