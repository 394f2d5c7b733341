import assert from "node:assert/strict";
import net from "node:net";
import { after, before, suite, test } from "node:test";
import ssh2 from "ssh2";
import { startSshd, type Sshd } from "../../doubles/sshd.ts";
import { listen, until } from "./listeners.ts";
import { look, said } from "./run-probe.ts";
import { assertResult, inTime } from "./suite.ts";

suite("an SSH server", () => {
  let sshd: Sshd;
  let stranger: Sshd;
  let ssh: string;

  before(async () => {
    [sshd, stranger] = await Promise.all([startSshd(), startSshd()]);
    ssh = `127.0.0.1:${sshd.port}`;
  });
  after(() => Promise.all([sshd.stop(), stranger.stop()]));

  test("a real sshd greets and shows its key, apart from how long the connection took", async () => {
    const result = await look({ ssh });
    assertResult(result);
    assert.equal(said(result), "up");
    assert.match(String(result.facts["banner"]), /^SSH-2\.0-OpenSSH/);
    assert.equal(result.facts["hostKey"], sshd.fingerprints.ed25519);
    assert.equal(result.facts["hostKeyAlgorithm"], "ssh-ed25519");
    assert.ok(result.timings.connectMs !== undefined && result.timings.firstByteMs !== undefined);
  });

  test("any of its keys may be the one that was written down", async () => {
    for (const kind of ["ed25519", "ecdsa", "rsa"] as const) {
      const result = await look({ ssh, host_key: sshd.fingerprints[kind] });
      assertResult(result);
      assert.equal(said(result), "up", kind);
      assert.equal(result.facts["hostKey"], sshd.fingerprints[kind]);
    }
  });

  test("another machine in its place is down, with the keys it shows", async () => {
    const result = await look({ ssh: `127.0.0.1:${stranger.port}`, host_key: sshd.fingerprints.ecdsa });
    assertResult(result);
    assert.equal(said(result), "down protocol host-key-differs");
    for (const kind of ["ed25519", "ecdsa", "rsa"] as const) {
      assert.ok(result.error?.text.includes(stranger.fingerprints[kind]), kind);
    }
  });

  test("who shows the right key without holding it does not pass", async (t) => {
    // relays the greeting and the key exchange of the true server, with one bit of the signature changed
    const relay = await listen(t, (socket) => {
      const real = net.connect(sshd.port, "127.0.0.1");
      socket.on("data", (chunk: Buffer) => void real.write(chunk));
      real.on("data", (chunk: Buffer) => {
        const signature = chunk.indexOf(Buffer.from("\0\0\0\u000Bssh-ed25519\0\0\0\u0040", "latin1"));
        if (signature >= 0) chunk.writeUInt8((chunk[signature + 19] ?? 0) ^ 1, signature + 19);
        socket.write(chunk);
      });
      real.on("error", () => socket.destroy());
      socket.on("close", () => real.destroy());
    });
    const result = await look(
      { ssh: `127.0.0.1:${relay.port}`, host_key: sshd.fingerprints.ed25519 },
      { timeoutMs: 2_000 },
    );
    assertResult(result);
    assert.equal(said(result), "down protocol handshake-failed");
  });

  test("nobody logs in, and nothing stays open", async (t) => {
    const [made] = [ssh2.utils.generateKeyPairSync("ed25519")];
    let open = 0;
    const asked: string[] = [];
    const server = new ssh2.Server({ hostKeys: [made.private] }, (client) => {
      open += 1;
      client.on("authentication", (context) => {
        asked.push(context.username);
        context.reject();
      });
      client.on("close", () => (open -= 1)).on("error", () => undefined);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    t.after(() => server.close());
    const { port } = server.address() as net.AddressInfo;
    assert.equal(said(await look({ ssh: `127.0.0.1:${port}` })), "up");
    await until(() => open === 0, "the connection closed");
    assert.deepEqual(asked, []);
  });

  test("its greeting and its speed are judged", async () => {
    assert.equal(said(await look({ ssh, expect: { banner: "OpenSSH" } })), "up");
    assert.equal(said(await look({ ssh, expect: { banner: "dropbear" } })), "down content banner-differs");
    assert.equal(said(await look({ ssh, within: "0ms" })), "degraded application slow");
  });

  test("servers that are none, or hang in the middle, stop at their layer", async (t) => {
    const talking = async (words: string): Promise<string> => {
      const { port } = await listen(t, (socket) => void socket.write(words));
      return said(await inTime(400, look({ ssh: `127.0.0.1:${port}` }, { timeoutMs: 400 })));
    };
    assert.equal(await talking("220 mail.test ESMTP\r\n"), "down protocol timeout");
    assert.equal(await talking(`${"x".repeat(9_000)}\r\n`), "down protocol not-ssh");
    assert.equal(await talking("SSH-1.5-old\r\n"), "down protocol not-ssh");
    assert.equal(await talking("Welcome\r\nSSH-2.0-stalling\r\n"), "down protocol timeout");
    assert.equal(
      await talking("SSH-2.0-mad\r\n\u0000\u0000\u0000\u0001x\u0000\u0000"),
      "down protocol handshake-failed",
    );
  });

  test("a stopped daemon still connects and says nothing", async (t) => {
    t.after(() => process.kill(sshd.pid, "SIGCONT"));
    process.kill(sshd.pid, "SIGSTOP");
    const result = await inTime(400, look({ ssh }, { timeoutMs: 400 }));
    assert.equal(said(result), "down protocol timeout");
    assert.ok(Number(result.timings.connectMs) < 100);
  });
});
