import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import dgram from "node:dgram";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { noIntake } from "../doubles/bare-site.ts";
import { freePort, until } from "../doubles/hub-process.ts";
import { logHost, startLogBench, type LogBench } from "../doubles/log-bench.ts";

const whole = { fromMs: 0, toMs: Date.now() + 86_400_000, limit: 1_000 };

/** 「ディスクの空き容量が不足しています」 as old systems write it. */
const japanese = {
  "euc-jp": "a5c7a5a3a5b9a5afa4ceb6f5a4adcdc6cecca4acc9d4c2ada4b7a4c6a4a4a4dea4b9",
  shift_jis: "836683428358834e82cc8bf382ab976597ca82aa957391ab82b582c482a282dc82b7",
};

async function withFile(
  body: (bench: LogBench, file: string) => Promise<void>,
  mostSpoolBytes?: number,
): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-hard-"));
  const file = path.join(folder, "app.log");
  fs.writeFileSync(file, "");
  const host = logHost("web1", { logs: [{ path: file, format: null }] });
  const site = { hosts: new Map([["web1", host]]) };
  const bench = await startLogBench({ site, ...(mostSpoolBytes === undefined ? {} : { mostSpoolBytes }) });
  try {
    await body(bench, file);
  } finally {
    await bench.close();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function texts({ logs }: LogBench): Promise<string[]> {
  return (await logs.search(whole)).map(({ text }) => text);
}

for (const [encoding, hex] of Object.entries(japanese)) {
  test(`a followed file in ${encoding} is read and searched in Japanese`, () =>
    withFile(async (bench, file) => {
      fs.appendFileSync(file, "2026-11-22T02:00:00Z app: start\n");
      await until("the first line", async () => (await texts(bench)).length === 1);
      const line = Buffer.concat([
        Buffer.from("2026-11-22T02:00:01Z app: "),
        Buffer.from(hex, "hex"),
        Buffer.from("\n"),
      ]);
      fs.appendFileSync(file, line);
      await until("it is found", async () => {
        const found = await bench.logs.search({ ...whole, text: "ディスクの空き容量が不足しています" });
        return found.length === 1;
      });
    }));
}

test("a line of 1 MB, binary garbage and lines without an end harm no line around them", () =>
  withFile(async (bench, file) => {
    fs.appendFileSync(file, "2026-11-22T02:00:00Z app: before\n");
    fs.appendFileSync(file, `2026-11-22T02:00:01Z app: ${"x".repeat(1_000_000)}\n`);
    fs.appendFileSync(file, Buffer.concat([randomBytes(300_000), Buffer.from("\n")]));
    fs.appendFileSync(file, Buffer.alloc(50_000));
    fs.appendFileSync(file, "\n2026-11-22T02:00:02Z app: after\n");
    fs.appendFileSync(file, `2026-11-22T02:00:03Z app: ${"y".repeat(2_500_000)}`);
    fs.appendFileSync(file, "\n2026-11-22T02:00:04Z app: last\n");
    await until("the last line", async () => (await bench.logs.search({ ...whole, text: "app: last" })).length === 1);
    for (const word of ["before", "after"])
      assert.equal((await bench.logs.search({ ...whole, text: `app: ${word}` })).length, 1, word);
    const [long] = await bench.logs.search({ ...whole, text: "app: xxx" });
    assert.ok((long?.text.length ?? 0) >= 8_000 && (long?.text.length ?? 0) <= 8_192);
    assert.equal(long?.fields["cut"], 1);
    const [source] = bench.logs.state().sources;
    assert.deepEqual([source?.state, source?.problem], ["following", null]);
  }));

test("a log written at 50 MB/s is taken whole in bounded memory; while it waits, how much is unread is shown", () =>
  withFile(async (bench, file) => {
    const lines = 50_000;
    const rest = "x".repeat(1_000 - 40);
    fs.appendFileSync(file, "2026-11-22T02:00:00Z app: first\n");
    await until("it is followed", async () => bench.logs.state().lines === 1);
    const startBytes = process.memoryUsage().rss;
    const startedMs = performance.now();
    let [written, mostBytes, mostLag] = [0, 0, 0];
    const isFull = { seen: false };
    while (bench.logs.state().lines < lines + 1) {
      const due = Math.min(lines, Math.floor((performance.now() - startedMs) * (lines / 1_000)));
      const block = Array.from(
        { length: due - written },
        (_, nth) => `2026-11-22T02:00:01Z app: ${written + nth} ${rest}\n`,
      );
      if (block.length > 0) fs.appendFileSync(file, block.join(""));
      written = due;
      const [source] = bench.logs.state().sources;
      mostLag = Math.max(mostLag, source?.lagBytes ?? 0);
      isFull.seen ||= source?.problem === "spool-full";
      mostBytes = Math.max(mostBytes, process.memoryUsage().rss - startBytes);
      assert.ok(performance.now() - startedMs < 60_000, `only ${bench.logs.state().lines} lines`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    assert.ok(mostLag > 5_000_000, `lag ${mostLag}`);
    assert.ok(isFull.seen, "what waits is bounded");
    assert.ok(mostBytes < 400_000_000, `${mostBytes} bytes more`);
    await until("nothing is left", async () => bench.logs.state().sources[0]?.lagBytes === 0);
    assert.equal(bench.logs.state().sources[0]?.dropped, 0);
    assert.equal(bench.logs.state().lines, lines + 1);
  }, 8_000_000));

test("of a flood of datagrams, what there is no room for is counted and shown, and none vanishes unseen", async () => {
  const port = await freePort();
  const bench = await startLogBench({ site: { intake: { ...noIntake, syslogUdp: port } }, mostSpoolBytes: 300_000 });
  try {
    const sender = dgram.createSocket("udp4");
    const flood = 30_000;
    for (let nth = 0; nth < flood; nth++) {
      sender.send(`<14>Nov 22 02:12:00 web1 flood: message ${nth} ${"x".repeat(300)}`, port, "127.0.0.1");
      if (nth % 100 === 99) await new Promise((resolve) => setImmediate(resolve));
    }
    await until(
      "all is found or counted",
      async () => {
        const { sources, backlogBytes, lines } = bench.logs.state();
        const { dropped = 0, problem } = sources.find(({ kind }) => kind === "syslog-udp") ?? {};
        return backlogBytes === 0 && dropped > 0 && lines + dropped === flood && problem !== undefined;
      },
      20_000,
    );
    sender.close();
    const { dropped = 0 } = bench.logs.state().sources.find(({ kind }) => kind === "syslog-udp") ?? {};
    assert.ok(dropped > 0);
  } finally {
    await bench.close();
  }
});
