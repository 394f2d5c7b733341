import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import dgram from "node:dgram";
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { noIntake } from "../doubles/bare-site.ts";
import { freePort, until } from "../doubles/hub-process.ts";
import { logHost, startLogBench, type LogBench } from "../doubles/log-bench.ts";

async function withSyslog(
  body: (bench: LogBench, ports: { udp: number; tcp: number }) => Promise<void>,
): Promise<void> {
  const ports = { udp: await freePort(), tcp: await freePort() };
  const bench = await startLogBench({
    site: {
      hosts: new Map([["web1", logHost("web1", { address: "127.0.0.1", look: null })]]),
      intake: { ...noIntake, syslogUdp: ports.udp, syslogTcp: ports.tcp },
    },
  });
  try {
    await body(bench, ports);
  } finally {
    await bench.close();
  }
}

function send(...words: string[]): void {
  execFileSync("logger", ["-n", "127.0.0.1", "-t", "shop", ...words]);
}

const all = (text: string) => ({ fromMs: 0, toMs: Date.now() + 86_400_000, text, limit: 1_000 });

async function foundLines({ logs }: LogBench, text: string, count: number): Promise<readonly string[]> {
  let texts: readonly string[] = [];
  await until(`${count} lines with ${text}`, async () => {
    texts = (await logs.search(all(text))).map((entry) => entry.text);
    return texts.length >= count;
  });
  return texts;
}

test("logger's messages arrive by UDP and TCP, in the old and the new form, with their host", () =>
  withSyslog(async (bench, { udp, tcp }) => {
    send("-d", "-P", String(udp), "--rfc3164", "-p", "user.err", "one by datagram");
    send("-d", "-P", String(udp), "--rfc5424", "-p", "daemon.warning", "two by datagram");
    send("-T", "-P", String(tcp), "--rfc3164", "three by stream");
    send("-T", "-P", String(tcp), "--rfc5424", "--octet-count", "four by stream");
    const datagrams = await foundLines(bench, "by datagram", 2);
    assert.deepEqual([...datagrams].sort(), ["one by datagram", "two by datagram"]);
    assert.deepEqual([...(await foundLines(bench, "by stream", 2))].sort(), ["four by stream", "three by stream"]);
    const [one] = await bench.logs.search(all("one by datagram"));
    assert.deepEqual([one?.host, one?.program, one?.severity, one?.source], ["web1", "shop", 3, "syslog:127.0.0.1"]);
    const doors = bench.logs.state().sources.filter(({ kind }) => kind.startsWith("syslog"));
    assert.deepEqual(
      doors.map(({ state, dropped }) => [state, dropped]),
      [
        ["following", 0],
        ["following", 0],
      ],
    );
  }));

test("rsyslog forwards to us, line by line and counted", () =>
  withSyslog(async (bench, { tcp }) => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-rsyslog-"));
    const socket = path.join(folder, "in");
    const forward = (framing: string): string =>
      `action(type="omfwd" target="127.0.0.1" port="${tcp}" protocol="tcp" TCP_Framing="${framing}" template="RSYSLOG_SyslogProtocol23Format")`;
    fs.writeFileSync(
      path.join(folder, "rsyslog.conf"),
      [
        `global(workDirectory="${folder}")`,
        `module(load="imuxsock" SysSock.Use="off")`,
        `input(type="imuxsock" Socket="${socket}" CreatePath="on")`,
        forward("traditional"),
        forward("octet-counted"),
        "",
      ].join("\n"),
    );
    const server = spawn("rsyslogd", ["-n", "-f", path.join(folder, "rsyslog.conf"), "-i", path.join(folder, "pid")], {
      stdio: "ignore",
    });
    try {
      await until("rsyslog listens", async () => fs.existsSync(socket));
      for (let nth = 0; nth < 20; nth++) execFileSync("logger", ["-u", socket, "-t", "batch", `forwarded ${nth}`]);
      const texts = await foundLines(bench, "forwarded", 40);
      assert.equal(texts.length, 40);
      assert.equal(new Set(texts).size, 20);
    } finally {
      server.kill("SIGTERM");
      await once(server, "exit");
      fs.rmSync(folder, { recursive: true, force: true });
    }
  }));

test("garbage, halves of messages and a flood end nothing; what does not fit is counted", () =>
  withSyslog(async (bench, { udp, tcp }) => {
    const socket = net.connect(tcp, "127.0.0.1");
    await once(socket, "connect");
    socket.write(Buffer.concat([Buffer.from([0, 255, 254, 10, 13]), Buffer.from("9999999 \n<34>")]));
    socket.write("Nov 22 02:12:00 web1 su: split in ");
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.end("two\n<999>odd priority\n<13>unfinished end");
    await foundLines(bench, "split in two", 1);
    await foundLines(bench, "unfinished end", 1);
    const sender = dgram.createSocket("udp4");
    const flood = 20_000;
    for (let nth = 0; nth < flood; nth++) {
      sender.send(`<14>Nov 22 02:12:00 web1 flood: message ${nth}`, udp, "127.0.0.1");
      if (nth % 500 === 499) await new Promise((resolve) => setImmediate(resolve));
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
    sender.close();
    await until("all is found or counted", async () => {
      const { sources, backlogBytes } = bench.logs.state();
      const dropped = sources.find(({ kind }) => kind === "syslog-udp")?.dropped ?? 0;
      const lines = (await bench.telemetry.read.logs({ ...all("message"), limit: 50_000 })).length;
      return backlogBytes === 0 && lines + dropped === flood;
    });
  }));
