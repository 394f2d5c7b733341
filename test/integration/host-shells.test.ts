import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { hostScript } from "../../src/clients/host-script.ts";
import { sshHost, withHosts } from "../doubles/host-bench.ts";
import { startSshHost, type SshHost } from "../doubles/sshd-host.ts";

let server: SshHost;
before(async () => {
  server = await startSshHost({ withoutPackageLists: true });
});
after(() => server.stop());

test("one session at a time is enough, and a login shell that prints a banner does no harm", async () => {
  const home = path.join(server.folder, "rc");
  fs.writeFileSync(home, "echo 'Welcome to web1'; echo '@@ not ours'; printf 'no line end'\n");
  await server.restart({ lines: ["MaxSessions 1"], environment: [`BASH_ENV=${home}`, `ENV=${home}`] });
  await withHosts([sshHost(server)], {}, async ({ hosts, one }) => {
    for (let nth = 0; nth < 2; nth++) {
      await hosts.lookNow("web1");
      assert.equal(one("web1").silence, null, `look ${nth}`);
    }
    assert.ok((one("web1").reading?.disks?.length ?? 0) > 0);
  });
});

test("a key restricted to the shipped collector reads the same, and can do nothing else", async () => {
  const collector = path.join(server.folder, "koboshi-read");
  fs.writeFileSync(collector, `#!/bin/sh\n${hostScript}`, { mode: 0o755 });
  await server.restart({ before: `command="${collector}",restrict` });
  await withHosts([sshHost(server)], {}, async ({ hosts, one }) => {
    await hosts.lookNow("web1");
    assert.equal(one("web1").silence, null);
    assert.ok((one("web1").reading?.memory?.totalBytes ?? 0) > 0);
    assert.notEqual(one("web1").reading?.updates ?? one("web1").reading?.cron, null, "full was taken as the last word");
  });
});

test("a server that speaks only old algorithms is read, and that is said", async () => {
  await server.restart({
    newHostKey: true,
    hostKeyType: "rsa",
    lines: ["HostKeyAlgorithms ssh-rsa", "KexAlgorithms diffie-hellman-group14-sha1", "CASignatureAlgorithms ssh-rsa"],
  });
  await withHosts([sshHost(server)], {}, async ({ hosts, one }) => {
    await hosts.lookNow("web1");
    assert.equal(one("web1").silence, null);
    assert.equal(one("web1").oldAlgorithms, true);
  });
  await server.restart({ newHostKey: true });
});
