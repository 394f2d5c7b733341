import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { freePort } from "../doubles/hub-process.ts";
import { askMachine } from "../doubles/why-machine.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-why-machine-"));
after(() => fs.rmSync(folder, { recursive: true, force: true }));

test("a program that is halted and lets its callers wait is seen: state, full queue, its open files", async () => {
  const port = await freePort();
  const program = `require("net").createServer().listen({ port: ${port}, host: "127.0.0.1", backlog: 2 }, () => console.log("up"))`;
  const child = spawn(process.execPath, ["-e", program], { stdio: ["ignore", "pipe", "ignore"] });
  const callers: net.Socket[] = [];
  try {
    await once(child.stdout, "data");
    child.kill("SIGSTOP");
    for (let nth = 0; nth < 6; nth++) callers.push(net.connect(port, "127.0.0.1").on("error", () => undefined));
    const { answers } = await askMachine("why,limits,procs");
    const { limits, procs } = answers;
    assert.ok(limits !== null && procs !== null);
    const queue = (limits.queues ?? []).find(({ local }) => local === `127.0.0.1:${port}`);
    assert.ok(queue?.backlog === 2 && queue.waiting >= 2, JSON.stringify(limits.queues));
    assert.ok(procs.held.some(({ pid, state }) => pid === child.pid && state === "T"));
    const own = (limits.openFiles ?? []).find(({ pid }) => pid === child.pid);
    assert.ok(own !== undefined && own.used > 5 && Number(own.limit) > 100, JSON.stringify(own));
    assert.notEqual(limits.listenOverflows?.total, 0);
  } finally {
    for (const caller of callers) caller.destroy();
    child.kill("SIGKILL");
  }
});

test("who asks in drops, or holds a connection and asks nothing, is told from who waits for an answer", async () => {
  const served: net.Socket[] = [];
  const server = net.createServer((socket) => void served.push(socket.on("error", () => undefined)));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as net.AddressInfo;
  const from = (nth: number): net.Socket =>
    net.connect({ port, host: "127.0.0.1", localAddress: `127.0.0.${2 + (nth % 5)}` }).on("error", () => undefined);
  const drops = Array.from({ length: 20 }, (_, nth) => from(nth));
  const mute = Array.from({ length: 10 }, (_, nth) => from(nth));
  const waiting = Array.from({ length: 15 }, (_, nth) => from(nth));
  for (const socket of waiting) socket.write("GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n");
  const dripping = setInterval(() => drops.forEach((socket) => socket.write("X-a: b\r\n")), 500);
  try {
    await new Promise((resolve) => setTimeout(resolve, 6_000));
    const { answers } = await askMachine("why,limits");
    const own = answers.limits?.unfinished.find((one) => one.port === port);
    assert.deepEqual(own, { port, open: 45, unfinished: 30, senders: 5 });
  } finally {
    clearInterval(dripping);
    for (const socket of [...drops, ...mute, ...waiting, ...served]) socket.destroy();
    server.close();
  }
});

test("who uses the processor in this second, and a file that names a process that is gone", async () => {
  const run = path.join(folder, "run");
  fs.mkdirSync(path.join(run, "shop"), { recursive: true });
  fs.writeFileSync(path.join(run, "shop", "shop.pid"), "4194300\n");
  fs.writeFileSync(path.join(run, "alive.pid"), `${process.pid}\n`);
  const child = spawn(process.execPath, ["-e", "for (;;);"], { stdio: "ignore" });
  try {
    const { answers } = await askMachine("why,procs", { inPlace: { "/run": run } });
    assert.deepEqual(answers.procs?.stalePidFiles, [{ pid: 4_194_300, path: "/run/shop/shop.pid" }]);
    const busy = answers.procs.top.find(({ pid }) => pid === child.pid);
    assert.ok((busy?.cpuRatio ?? 0) > 0.2, JSON.stringify(answers.procs.top));
    assert.equal(busy?.exe, fs.realpathSync(process.execPath));
    assert.ok(answers.procs.top.length <= 12);
  } finally {
    child.kill("SIGKILL");
  }
});

test("a line that is held back, what the firewall throws away, and no way out", async () => {
  const network = [
    "ip link set lo up",
    "tc qdisc add dev lo root tbf rate 256kbit burst 4kb latency 20ms",
    "nft add table inet shop",
    "nft 'add chain inet shop in { type filter hook input priority 0; policy accept; }'",
    "nft add rule inet shop in ip saddr 203.0.113.0/24 tcp dport '{ 80, 443 }' counter drop",
    "nft 'add set inet shop banned { type ipv4_addr; flags interval, timeout; counter; }'",
    "nft 'add element inet shop banned { 192.0.2.7 timeout 1h, 198.51.100.0/25, 192.0.2.10-192.0.2.12 }'",
    "nft 'add set inet shop doors { type inet_service; elements = { 80, 443 }; }'",
    "nft add rule inet shop in ip saddr @banned drop",
    "{ ping -q -f -c 4000 -s 1200 127.0.0.1 >/dev/null 2>&1 & }",
  ].join(" && ");
  const { answers } = await askMachine("why,nic,fw", { network });
  const { nic, fw } = answers;
  assert.ok(nic !== null && fw !== null);
  const [shaper] = nic.flatMap(({ shapers }) => shapers);
  assert.ok(shaper !== undefined && shaper.overLimitPerSecond > 0, JSON.stringify(nic));
  assert.equal(shaper.kind, "tbf");
  assert.match(shaper.setting, /rate 256Kbit/);
  assert.equal(fw.hasDefaultRoute, false);
  assert.deepEqual(fw.blocks, [
    {
      where: "nft inet shop in",
      rule: "ip saddr 203.0.113.0/24 tcp dport { 80, 443 } counter packets 0 bytes 0 drop",
      ports: ["80", "443"],
      sources: ["203.0.113.0/24"],
    },
    { where: "nft inet shop in", rule: "ip saddr @banned drop", ports: [], sources: ["@banned"] },
  ]);
  const held = ["192.0.2.7", "192.0.2.10-192.0.2.12", "198.51.100.0/25"];
  assert.deepEqual(fw.banned, [{ where: "nft inet shop @banned", addresses: held }]);
  const more = await askMachine("why,fw", { network: `${network} && nft add rule inet shop in tcp dport 25 drop` });
  const again = await askMachine("why,fw", { network });
  assert.equal(again.answers.fw?.hashes["nft"], fw.hashes["nft"], "counters do not change it");
  assert.notEqual(more.answers.fw?.hashes["nft"], fw.hashes["nft"]);
});

test("limits of groups, as cgroup v2 writes them", async () => {
  const root = path.join(folder, "cgroup");
  const group = path.join(root, "system.slice", "shop.service");
  fs.mkdirSync(group, { recursive: true });
  const files = {
    "memory.max": "1048576000",
    "memory.current": "1048000000",
    "memory.events": "low 0\nhigh 0\nmax 812\noom 3\noom_kill 3",
    "pids.max": "512",
    "pids.current": "12",
    "pids.events": "max 0",
    "cpu.max": "50000 100000",
    "cpu.stat": "usage_usec 1\nnr_periods 900\nnr_throttled 77\nthrottled_usec 5",
  };
  for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(group, name), `${text}\n`);
  const { answers } = await askMachine("why,limits", { inPlace: { "/sys/fs/cgroup": root } });
  assert.deepEqual(answers.limits?.groups, [
    {
      kind: "memory",
      path: "/system.slice/shop.service",
      used: 1_048_000_000,
      limit: 1_048_576_000,
      hits: 812,
      hitsPerSecond: 0,
    },
    { kind: "cpu", path: "/system.slice/shop.service", used: 0, limit: 50_000, hits: 77, hitsPerSecond: 0 },
  ]);
});
