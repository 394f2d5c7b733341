import assert from "node:assert/strict";
import dgram from "node:dgram";
import { after, before, suite, test, type TestContext } from "node:test";
import packet from "dns-packet";
import type { ProbeResult } from "../../../src/kernel/model/observation.ts";
import { signZone, startDnsmasq, startNsd, startUnbound, type NameServer } from "../../doubles/name-server.ts";
import { freePort } from "./listeners.ts";
import { inNamespace } from "./namespace.ts";
import { look, said } from "./run-probe.ts";
import { assertResult, inTime } from "./suite.ts";

const long = Array.from({ length: 30 }, (_, place) => `big TXT "${"x".repeat(90)}${place}"`).join("\n");
function zone(serial: number): string {
  return `$ORIGIN shop.test.
$TTL 300
@ SOA ns1 hostmaster ${serial} 3600 600 86400 60
@ NS ns1
@ NS ns2
@ MX 10 mail
@ MX 20 mail.backup.test.
@ TXT "v=spf1 mx -all"
@ TXT "verify=abc" "def"
@ CAA 0 issue "ca.test"
ns1 A 127.0.0.1
ns2 A 127.0.0.1
www 60 A 192.0.2.10
www AAAA 2001:db8::10
pool A 192.0.2.21
pool A 192.0.2.22
six AAAA 2001:db8::6
shop CNAME www
_imaps._tcp SRV 0 1 993 mail
${long}
`;
}

const servers: NameServer[] = [];
async function started(starting: Promise<NameServer>): Promise<NameServer> {
  const server = await starting;
  servers.push(server);
  return server;
}
const at = ({ port }: { port: number }): string => `127.0.0.1:${port}`;

async function ask(check: Readonly<Record<string, unknown>>, timeoutMs = 5_000): Promise<ProbeResult> {
  const result = await look(check, { timeoutMs });
  assertResult(result);
  return result;
}

/** A name server that answers every query with what `answer` makes of it. */
async function odd(t: TestContext, answer: (query: Buffer) => readonly Buffer[]): Promise<string> {
  const socket = dgram.createSocket("udp4");
  const port = await freePort();
  await new Promise<void>((resolve) => socket.bind(port, "127.0.0.1", resolve));
  socket.on("message", (query, from) => {
    for (const message of answer(query)) socket.send(message, from.port, from.address);
  });
  t.after(() => socket.close());
  return `127.0.0.1:${port}`;
}

function replyTo(query: Buffer, flags: number, answers: packet.Answer[] = []): Buffer {
  const { id, questions } = packet.decode(query);
  return packet.encode({ type: "response", id: id ?? 0, flags, questions: questions ?? [], answers });
}

suite("name servers", () => {
  let nsd: NameServer;
  let older: NameServer;
  let reverse: NameServer;

  before(async () => {
    nsd = await started(startNsd({ "shop.test": zone(2026112201), "broken.test": "this is no zone" }));
    older = await started(startNsd({ "shop.test": zone(2026112101).replace("192.0.2.22", "192.0.2.23") }));
    reverse = await started(startDnsmasq(["--host-record=www.shop.test,192.0.2.10,2001:db8::10"]));
  });
  after(() => Promise.all(servers.map((server) => server.stop())));

  test("an authoritative server tells every type, as zone files write it", async () => {
    const server = at(nsd);
    const mx = await ask({ dns: "shop.test", type: "MX", server, recursive: false });
    assert.equal(said(mx), "up");
    assert.deepEqual(mx.facts["answers"], ["MX 10 mail.shop.test", "MX 20 mail.backup.test"]);
    assert.deepEqual(
      [mx.facts["rcode"], mx.facts["authoritative"], mx.facts["ttlSeconds"], mx.facts["transport"], mx.address],
      ["NOERROR", true, 300, "udp", server],
    );
    const all = await ask({ dns: "SHOP.test.", type: ["SOA", "NS", "CAA"], server });
    assert.deepEqual(all.facts["answers"], [
      "SOA ns1.shop.test hostmaster.shop.test 2026112201 3600 600 86400 60",
      "NS ns1.shop.test",
      "NS ns2.shop.test",
      'CAA 0 issue "ca.test"',
    ]);
    assert.equal(all.facts["serial"], 2026112201);
    const srv = await ask({ dns: "_imaps._tcp.shop.test", type: "SRV", server });
    assert.deepEqual(srv.facts["answers"], ["SRV 0 1 993 mail.shop.test"]);
    const alias = await ask({ dns: "shop.shop.test", server, expect: { a: "192.0.2.10", authoritative: true } });
    assert.deepEqual([said(alias), alias.facts["aliases"]], ["up", ["www.shop.test"]]);
    assert.equal(said(await ask({ dns: "six.shop.test", server })), "up", "a name that has only IPv6 resolves");
  });

  test("what is written is compared: all of it, or with contains a part", async () => {
    const server = at(nsd);
    const verdict = async (dns: string, expect: Record<string, unknown>): Promise<string> =>
      said(await ask({ dns, server, expect }));
    assert.equal(await verdict("www.shop.test", { a: "192.0.2.10", aaaa: "2001:DB8:0::10" }), "up");
    assert.equal(await verdict("www.shop.test", { a: "203.0.113.10" }), "down content answer-differs");
    assert.equal(await verdict("pool.shop.test", { a: ["192.0.2.22", "192.0.2.21"] }), "up");
    assert.equal(await verdict("pool.shop.test", { a: "192.0.2.21" }), "down content answer-differs");
    assert.equal(await verdict("pool.shop.test", { a: "192.0.2.21", match: "contains" }), "up");
    assert.equal(await verdict("shop.test", { mx: ["mail.shop.test.", "20 mail.backup.test"] }), "up");
    assert.equal(await verdict("shop.test", { txt: "v=spf1 mx -all" }), "up");
    assert.equal(await verdict("shop.test", { txt: "verify=abcdef" }), "up");
    assert.equal(await verdict("shop.test", { txt: "v=spf1 mx -all", match: "exact" }), "down content answer-differs");
    assert.equal(await verdict("gone.shop.test", { rcode: "nxdomain" }), "up");
    assert.equal(await verdict("www.shop.test", { rcode: "nxdomain" }), "down content answer-differs");
  });

  test("each way to say no is told apart", async () => {
    const server = at(nsd);
    assert.equal(said(await ask({ dns: "gone.shop.test", server })), "down dns name-not-found");
    assert.equal(said(await ask({ dns: "www.shop.test", type: "MX", server })), "down dns no-record");
    assert.equal(said(await ask({ dns: "www.other.test", server })), "down dns query-refused");
    assert.equal(said(await ask({ dns: "www.broken.test", server })), "down dns name-server-failed");
    const authoritative = { dns: "www.shop.test", server: at(reverse), expect: { dnssec: true } };
    assert.equal(said(await ask(authoritative)), "down content not-validated");
    assert.equal(
      said(await ask({ dns: "www.shop.test", server: at(nsd), within: "0ms" })),
      "degraded application slow",
    );
  });

  test("an answer too long for a datagram comes by TCP", async () => {
    const big = await ask({ dns: "big.shop.test", type: "TXT", server: at(nsd) });
    assert.equal(said(big), "up");
    assert.deepEqual([big.facts["transport"], big.facts["truncated"]], ["tcp", true]);
    assert.equal((big.facts["answers"] as readonly string[]).length, 20);
  });

  test("without a server this machine's own are asked, as resolv.conf names them", async () => {
    const wanted = [
      [{ dns: "v4.test", expect: { a: "127.0.0.1" } }, "up"],
      [{ dns: "v6.test" }, "up"],
      [{ dns: "gone.test" }, "down dns name-not-found"],
      [{ dns: "failing.test" }, "down dns name-server-failed"],
      [{ dns: "silent.test" }, "down dns timeout"],
    ] as const;
    const { results } = await inNamespace({
      // a network that is up: without one, silence would be our own
      setup: ["ip link add here type veth peer name there", "ip addr add 10.9.9.1/24 dev here", "ip link set here up"],
      resolvConf: "nameserver 127.0.0.9\nnameserver 127.0.0.1\n",
      wanted: wanted.map(([check]) => ({ check, timeoutMs: 800 })),
    });
    assert.deepEqual(
      results.map((result) => said(result)),
      wanted.map(([, verdict]) => verdict),
    );
    assert.ok(
      results.every(({ address }) => address === null),
      "the machine's own servers are not the target's place",
    );
  });

  test("an address is asked for its name", async () => {
    const back = await ask({ dns: "192.0.2.10", server: at(reverse), expect: { ptr: "www.shop.test" } });
    assert.equal(said(back), "up");
    assert.equal(said(await ask({ dns: "2001:db8::10", server: at(reverse) })), "up");
    assert.equal(said(await ask({ dns: "192.0.2.99", server: at(reverse) })), "down dns query-refused");
  });

  test("a validating resolver vouches for a signed zone, and fails one whose signature does not fit", async () => {
    const { zone: signed, anchor } = signZone("shop.test", zone(2026112202));
    const authority = await started(startNsd({ "shop.test": signed }));
    const good = await started(startUnbound({ zone: "shop.test", authority: authority.port, anchor }));
    const validated = { dns: "www.shop.test", server: at(good), expect: { a: "192.0.2.10", dnssec: true } };
    const result = await ask(validated);
    assert.equal(said(result), "up");
    assert.deepEqual([result.facts["dnssecValidated"], result.facts["recursionOffered"]], [true, true]);
    const other = signZone("shop.test", zone(1)).anchor;
    const strict = await started(startUnbound({ zone: "shop.test", authority: authority.port, anchor: other }));
    assert.equal(said(await ask({ dns: "www.shop.test", server: at(strict) })), "down dns name-server-failed");
  });

  test("several servers: old zones and silent servers are warnings, a wrong answer is an outage", async () => {
    const both = [at(nsd), at(older)];
    const differing = await ask({ dns: "www.shop.test", servers: both, recursive: false });
    assert.equal(said(differing), "degraded content serial-differs");
    assert.deepEqual(differing.facts["serials"], [`${at(nsd)} 2026112201`, `${at(older)} 2026112101`]);
    const half = { dns: "pool.shop.test", servers: both, expect: { a: ["192.0.2.21", "192.0.2.22"] } };
    assert.equal(said(await ask(half)), "down content answer-differs");
    const gone = [at(nsd), `127.0.0.1:${await freePort()}`];
    assert.equal(said(await ask({ dns: "www.shop.test", servers: gone })), "degraded dns some-servers-failed");
    const none = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`];
    assert.equal(said(await ask({ dns: "www.shop.test", servers: none })), "down connect refused");
  });

  test("a server that hangs ends at the timeout, and serves again when it wakes", async () => {
    process.kill(reverse.pid, "SIGSTOP");
    const check = { dns: "www.shop.test", server: at(reverse) };
    assert.equal(said(await inTime(700, look(check, { timeoutMs: 700 }))), "down dns timeout");
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 50);
    const aborted = await look(check, { signal: controller.signal });
    assert.equal(said(aborted), "unknown dns aborted");
    process.kill(reverse.pid, "SIGCONT");
    assert.equal(said(await ask(check)), "up");
  });

  test("answers that are not ours are waited past, and nonsense is told", async (t) => {
    const a = { type: "A", name: "x.test", data: "192.0.2.1", ttl: 5 } as const;
    const foreign = await odd(t, (query) => {
      const forged = Buffer.from(replyTo(query, 0, [{ ...a, data: "192.0.2.66" }]));
      forged.writeUInt16BE((forged.readUInt16BE(0) + 1) & 0xffff, 0);
      return [Buffer.from("no"), forged, query, replyTo(query, 0, [a])];
    });
    const result = await ask({ dns: "x.test", server: foreign, expect: { a: "192.0.2.1" } });
    assert.equal(said(result), "up");
    const garbage = await odd(t, (query) => [
      Buffer.concat([query.subarray(0, 2), Buffer.from([0x80, 0, 0, 9, 0, 9, 0, 0, 0, 0]), Buffer.alloc(40, 0xff)]),
    ]);
    assert.equal(said(await ask({ dns: "x.test", server: garbage })), "down protocol not-dns");
    const old = await odd(t, (query) =>
      (packet.decode(query).additionals ?? []).length > 0 ? [replyTo(query, 1)] : [replyTo(query, 0, [a])],
    );
    assert.equal(said(await ask({ dns: "x.test", server: old })), "up", "a server older than EDNS is asked without");
    const cut = await odd(t, (query) => [replyTo(query, packet.TRUNCATED_RESPONSE)]);
    const refused = await ask({ dns: "x.test", server: cut });
    assert.equal(said(refused), "down connect refused");
    assert.match(refused.error?.text ?? "", /^truncated by UDP/);
  });
});
