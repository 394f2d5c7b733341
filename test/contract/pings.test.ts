import assert from "node:assert/strict";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { openPingBench, type PingBench } from "../doubles/ping-bench.ts";

interface Pings extends PingBench {
  /** the address of a job */
  of(key: string): string;
  /** by the site's key */
  slug(name: string): string;
  newest(key: string): Promise<Awaited<ReturnType<PingBench["heartbeats"]["pings"]>>[number]>;
}

async function withJobs(keys: readonly string[], body: (bench: Pings) => Promise<void>): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-pings-"));
  const bench = await openPingBench(folder, keys);
  const { heartbeats, url } = bench;
  try {
    await body({
      ...bench,
      of: (key) => `${url}/ping/${heartbeats.address(key)?.uuid}`,
      slug: (name) => `${url}/ping/${heartbeats.address(keys[0] ?? "")?.pingKey}/${name}`,
      async newest(key) {
        const [ping] = await heartbeats.pings(key, 1);
        return ping ?? assert.fail("no report");
      },
    });
  } finally {
    await bench.close();
    fs.rmSync(folder, { recursive: true });
  }
}

async function said(url: string, init: RequestInit = {}): Promise<string> {
  const answer = await fetch(url, init);
  return `${answer.status} ${await answer.text()}`;
}

const rid = "0b0c0d0e-1111-4222-8333-444455556666";

test("every form of the address says what it should, by GET, HEAD and POST", () =>
  withJobs(["batch"], async ({ of, newest }) => {
    const forms: readonly (readonly [suffix: string, kind: string, exitCode: number | null])[] = [
      ["", "success", null],
      ["/start", "start", null],
      ["/fail", "fail", null],
      ["/log", "log", null],
      ["/0", "success", 0],
      ["/1", "fail", 1],
      ["/255", "fail", 255],
    ];
    for (const [suffix, kind, exitCode] of forms)
      for (const method of ["GET", "POST", "HEAD"]) {
        const answer = await fetch(`${of("batch")}${suffix}`, { method });
        assert.equal(answer.status, 200);
        assert.match(answer.headers.get("content-type") ?? "", /^text\/plain/);
        assert.equal(await answer.text(), method === "HEAD" ? "" : "OK");
        assert.equal(answer.headers.get("ping-body-limit"), "100000");
        assert.equal(answer.headers.get("access-control-allow-origin"), "*");
        const ping = await newest("batch");
        assert.deepEqual([ping.kind, ping.exitCode, ping.method], [kind, exitCode, method]);
      }
  }));

test("what is no address is refused in the words senders know", () =>
  withJobs(["batch", "Batch!"], async ({ of, slug, url }) => {
    const unknown = `${url}/ping/11111111-2222-4333-8444-555555555555`;
    const refused: readonly (readonly [address: string, answer: string])[] = [
      [unknown, "404 not found"],
      [`${of("batch")}/256`, "400 invalid url format"],
      [`${of("batch")}/stop`, "400 invalid url format"],
      [`${of("batch")}/start/1`, "400 invalid url format"],
      [`${of("batch")}?rid=7`, "400 invalid uuid format"],
      [`${of("batch")}?create=yes`, "400 invalid url format"],
      [`${url}/ping/wrong-key/batch`, "404 not found"],
      [slug("nobody"), "404 not found"],
      [slug("Not%20a%20slug?create=1"), "404 not found"],
      [`${url}/ping/x`, "404 not found"],
    ];
    for (const [address, answer] of refused) assert.equal(await said(address), answer, address);
    assert.equal(await said(slug("batch")), "200 OK");
  }));

test("two jobs whose names make one slug are told apart by nobody", () =>
  withJobs(["my job", "my.job"], async ({ slug }) => {
    assert.equal(await said(slug("my-job")), "409 ambiguous slug");
    assert.equal(await said(slug("my.job")), "200 OK");
  }));

test("create=1 makes a job nobody declared, once, however many ask at the same moment", () =>
  withJobs(["batch"], async ({ slug, heartbeats, ledger }) => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => said(slug("fresh/start?create=1"))));
    assert.ok(
      answers.every((answer) => /^20[01] (?:OK|Created)$/.test(answer)),
      answers.join(),
    );
    assert.equal(await said(slug("fresh")), "200 OK");
    const made = heartbeats.jobs().filter(({ declared }) => !declared);
    assert.deepEqual(
      made.map(({ key, state, schedule }) => [key, state, schedule?.kind]),
      [["fresh", "ok", "every"]],
    );
    const events = await ledger.read.eventsAfter(0, 100);
    assert.equal(events.filter(({ kind }) => kind === "job.created").length, 1);
    assert.equal((await heartbeats.pings("fresh", 100)).length, 6);
  }));

test("start and end of one run are joined by rid", () =>
  withJobs(["batch"], async ({ of, newest }) => {
    await said(`${of("batch")}/start?rid=${rid}`);
    await said(`${of("batch")}?rid=${rid.toUpperCase()}`);
    const end = await newest("batch");
    assert.equal(end.runId, rid);
    assert.ok((end.durationMs ?? -1) >= 0);
  }));

test("a body is kept from its first byte up to the limit, whatever it is said to be", () =>
  withJobs(["batch"], async ({ of, newest }) => {
    const types = [
      "text/plain",
      "application/json",
      "application/x-www-form-urlencoded",
      "image/png",
      "multipart/form-data",
    ];
    for (const type of types) {
      const body = `${type} "{broken <script>alert(1)</script> \u0000\u001b[31m`;
      assert.equal(await said(of("batch"), { method: "POST", headers: { "content-type": type }, body }), "200 OK");
      assert.equal((await newest("batch")).body, body);
    }
    const long = `head${"x".repeat(2_000_000)}`;
    assert.equal(await said(of("batch"), { method: "POST", body: long }), "200 OK");
    const kept = await newest("batch");
    assert.equal(kept.body?.length, 100_000);
    assert.ok(kept.body.startsWith("head"));
    assert.equal(kept.bodyBytes, 2_000_004);
  }));

test("a body that never ends is cut off and nothing of it is kept", () =>
  withJobs(["batch"], async ({ of, heartbeats, url }) => {
    const { port, pathname } = new URL(of("batch"), url);
    const socket = net.connect(Number(port), "127.0.0.1");
    socket.on("error", () => undefined); // being cut off is what is asked for
    socket.write(`POST ${pathname} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n`);
    const chunk = `100000\r\n${"x".repeat(0x10_0000)}\r\n`;
    const closed = new Promise<void>((resolve) => socket.on("close", () => resolve()));
    const pour = (): void => {
      while (!socket.destroyed && socket.write(chunk)) {
        // as long as the system takes it
      }
    };
    socket.on("drain", pour);
    pour();
    await closed;
    assert.deepEqual(await heartbeats.pings("batch", 10), []);
  }));

test("who guesses addresses is turned away for a while", () =>
  withJobs(["batch"], async ({ of, slug }) => {
    const answers: string[] = [];
    for (let nth = 0; nth < 70; nth++) answers.push(await said(slug(`guess-${nth}`)));
    assert.equal(answers.filter((answer) => answer === "404 not found").length, 60);
    assert.equal(answers.at(-1), "429 rate limited");
    assert.equal(await said(of("batch")), "429 rate limited");
  }));

test("one job in a loop is slowed down, and the others are not", () =>
  withJobs(["batch", "other"], async ({ of }) => {
    const answers = await Promise.all(Array.from({ length: 200 }, () => said(of("batch"))));
    const taken = answers.filter((answer) => answer === "200 OK").length;
    assert.ok(taken >= 60 && taken < 70, `${taken} taken`);
    assert.equal(await said(of("other")), "200 OK");
  }));

test("a thousand reports at once are all on disk when they are answered", async () => {
  const keys = Array.from({ length: 100 }, (_, nth) => `job-${nth}`);
  await withJobs(keys, async ({ heartbeats, ledger }) => {
    const plain = {
      kind: "success",
      exitCode: null,
      runId: null,
      from: "",
      method: "GET",
      agent: "",
      body: null,
    } as const;
    const report = (key: string): Promise<string> =>
      heartbeats.ping({ ...plain, bodyBytes: 0, to: { uuid: heartbeats.address(key)?.uuid ?? "" } });
    const startedMs = performance.now();
    const answers = await Promise.all(keys.flatMap((key) => Array.from({ length: 10 }, () => report(key))));
    assert.ok(performance.now() - startedMs < 5_000);
    assert.deepEqual(new Set(answers), new Set(["ok"]));
    for (const key of keys) assert.equal((await ledger.read.pingsOf(key, 100)).length, 10);
  });
});

test("Uptime Kuma's push says up and down, with what it was sent", () =>
  withJobs(["batch"], async ({ heartbeats, url, newest }) => {
    const token = heartbeats.address("batch")?.uuid ?? "";
    const push = `${url}/api/push/${token.replaceAll("-", "")}`;
    assert.equal(await said(`${push}?status=up&msg=OK&ping=12`), '200 {"ok":true}');
    const up = await newest("batch");
    assert.deepEqual([up.kind, up.body], ["success", "OK (12 ms)"]);
    await said(`${push}?status=down&msg=disk%20full`);
    const down = await newest("batch");
    assert.deepEqual([down.kind, down.body], ["fail", "disk full"]);
    assert.match(await said(`${url}/api/push/unknown`), /^404 \{"ok":false/);
  }));

test("a browser elsewhere may report, too", () =>
  withJobs(["batch"], async ({ of }) => {
    const answer = await fetch(of("batch"), { method: "OPTIONS" });
    assert.equal(answer.status, 204);
    assert.match(answer.headers.get("access-control-allow-methods") ?? "", /POST/);
  }));
