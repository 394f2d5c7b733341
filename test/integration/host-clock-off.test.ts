import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { sshHost, withHosts } from "../doubles/host-bench.ts";
import { until } from "../doubles/hub-process.ts";
import { startSshHost, type SshHost } from "../doubles/sshd-host.ts";

let server: SshHost;
before(async () => {
  server = await startSshHost({ withoutPackageLists: true });
});
after(() => server.stop());

test("a clock three hours off is told within one round, and once", async () => {
  const lib = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";
  await server.restart({ environment: [`LD_PRELOAD=${lib}`, "FAKETIME=-3h"] });
  await withHosts([sshHost(server)], { everyMs: 4_000 }, async ({ hosts, changes, one }) => {
    hosts.start();
    const opened = await until("the clock is told", async () =>
      changes.find(({ signal }) => signal.kind === "clock-off"),
    );
    assert.deepEqual([opened.change, opened.signal.severity], ["opened", "critical"]);
    assert.equal(opened.signal.subject, "host:web1");
    const offset = Number(opened.signal.facts["offsetSeconds"]);
    assert.ok(Math.abs(offset + 10_800) < 5, `${offset}`);
    assert.equal(one("web1").state, "down");
    assert.equal(changes.filter(({ signal }) => signal.facts["finding"] === "clock-off").length, 1);
  });
});
