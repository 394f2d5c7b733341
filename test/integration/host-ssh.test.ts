import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { createSystemClock } from "../../src/app/clock.ts";
import { createHosts, type Hosts } from "../../src/observe/hosts/hosts.ts";
import { agentHost, sshHost, usualWatch, withHosts, type HostBench } from "../doubles/host-bench.ts";
import { recordingLog } from "../doubles/scripted-probe.ts";
import { startSshHost, type SshHost } from "../doubles/sshd-host.ts";

let server: SshHost;
before(async () => {
  server = await startSshHost({ withoutPackageLists: true });
});
after(() => server.stop());

test("an unknown host is asked for its key alone, read once a person confirms it, and again after a restart", async () => {
  await server.restart();
  const host = sshHost(server, { hostKey: null });
  await withHosts([host], {}, async (bench) => {
    const { hosts, one, events } = bench;
    await hosts.lookNow("web1");
    assert.equal(one("web1").state, "warning");
    assert.equal(one("web1").silence?.reason, "key-unconfirmed");
    assert.equal(one("web1").hostKey.seen, server.fingerprint);
    assert.equal(one("web1").reading, null);
    const wrong = await hosts.confirmKey({ key: "web1", fingerprint: "SHA256:x", actor: "person:yamada" });
    assert.equal(wrong.ok ? "" : wrong.error.code, "KB4201");
    const right = await hosts.confirmKey({
      key: "web1",
      fingerprint: server.fingerprint,
      actor: "person:yamada",
    });
    assert.ok(right.ok);
    assert.equal(one("web1").silence, null);
    assert.deepEqual(one("web1").hostKey, { pinned: server.fingerprint, pinnedBy: "person:yamada", seen: null });
    assert.ok((one("web1").reading?.memory?.totalBytes ?? 0) > 0);
    assert.deepEqual(await events(), ["host.key-seen", "host.key-confirmed"]);
    await assertTold(bench);
    await hosts.stop();
    const again = await reopened(bench);
    const kept = again.host("web1");
    assert.equal(kept?.hostKey.pinned, server.fingerprint);
    assert.ok((kept?.reading?.memory?.totalBytes ?? 0) > 0);
    assert.equal(kept?.state, "unknown", "an old reading is never healthy");
  });
});

/** One reading is one point of each series, and all of it is in the pack. */
async function assertTold({ hosts, telemetry }: HostBench): Promise<void> {
  const points = await telemetry.read.metrics({
    name: "loadOne",
    subject: "host:web1",
    fromMs: 0,
    toMs: Number.MAX_SAFE_INTEGER,
    limit: 10,
  });
  assert.equal(points.length, 1);
  assert.match(hosts.pack("web1") ?? "", /## memory\n\{\n {2}"totalBytes"/);
}

/** What the next run of the hub knows before its first look. */
function reopened({ ledger, telemetry, site }: HostBench): Promise<Hosts> {
  const [clock, log] = [createSystemClock(), recordingLog()];
  return createHosts({ clock, log, ledger, append: telemetry.append, site, take: () => Promise.resolve() });
}

test("another host key is a critical signal, nobody logs in, and the right key closes it", async () => {
  await server.restart();
  const host = sshHost(server);
  await withHosts([host], {}, async ({ hosts, one, told, changes, events }) => {
    await hosts.lookNow("web1");
    assert.equal(one("web1").silence, null);
    const key = fs.readFileSync(path.join(server.folder, "host"));
    const pub = fs.readFileSync(path.join(server.folder, "host.pub"));
    await server.restart({ newHostKey: true });
    await hosts.lookNow("web1");
    assert.equal(one("web1").state, "down");
    assert.equal(one("web1").silence?.reason, "key-changed");
    assert.ok(told().includes("opened host-key critical"));
    const facts = changes.find(({ signal }) => signal.kind === "host-key")?.signal.facts;
    assert.equal(facts?.["seen"], server.fingerprint);
    assert.ok((await events()).includes("host.key-seen"));
    const refused = await hosts.confirmKey({ key: "web1", fingerprint: server.fingerprint, actor: "person:a" });
    assert.equal(refused.ok ? "" : refused.error.code, "KB4205", "the file names the key");
    fs.writeFileSync(path.join(server.folder, "host"), key, { mode: 0o600 });
    fs.writeFileSync(path.join(server.folder, "host.pub"), pub);
    await server.restart();
    await hosts.lookNow("web1");
    assert.ok(told().includes("closed host-key critical"));
    assert.equal(one("web1").hostKey.seen, null);
  });
});

test("why a host cannot be read is said: key refused, port closed, no user, nothing set up, an agent that is silent", async () => {
  await server.restart();
  const strange = { by: "ssh", readKey: server.strangeKey, sudo: "none", watch: usualWatch } as const;
  const list = [
    sshHost(server, { key: "refused-key", look: strange }),
    sshHost(server, { key: "closed-port", port: 1 }),
    sshHost(server, { key: "no-user", user: null }),
    sshHost(server, { key: "blank", look: null }),
    sshHost(server, { key: "no-name", address: "no-such-host.invalid" }),
    agentHost("agent"),
  ];
  await withHosts(list, {}, async ({ hosts, one }) => {
    for (const { key } of list) await hosts.lookNow(key);
    const reasons = list.map(({ key }) => [key, one(key).state, one(key).silence?.reason]);
    assert.deepEqual(reasons, [
      ["refused-key", "unknown", "auth-refused"],
      ["closed-port", "unknown", "refused"],
      ["no-user", "unknown", "no-user"],
      ["blank", "unknown", "not-set-up"],
      ["no-name", "unknown", "name-not-found"],
      ["agent", "unknown", "not-read-yet"],
    ]);
  });
});
