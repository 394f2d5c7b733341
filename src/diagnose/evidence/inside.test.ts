import assert from "node:assert/strict";
import { test } from "node:test";
import type { HostAnswers } from "../../kernel/model/host-answers.ts";
import type { HostDatabase, HostFolder } from "../../kernel/model/host-service-answers.ts";
import type { HostUsual } from "../../kernel/ports-diagnosis-inside.ts";
import { answersWith } from "../../../test/doubles/no-inside.ts";
import { readingOf } from "../../../test/doubles/host-readings.ts";
import { noAnswers } from "../../readers/host/read-answers.ts";
import { momentOf, worstOf } from "../gather/moments.ts";
import { dbConn } from "./db-conn.ts";
import { dbUp } from "./db-up.ts";
import type { Reading } from "./evidence.ts";
import { hsBoot } from "./hs-boot.ts";
import { hsBw } from "./hs-bw.ts";
import { hsCpu } from "./hs-cpu.ts";
import { hsData } from "./hs-data.ts";
import { hsDisk } from "./hs-disk.ts";
import { hsDlat } from "./hs-dlat.ts";
import { hsFw } from "./hs-fw.ts";
import { hsLim } from "./hs-lim.ts";
import { hsProc } from "./hs-proc.ts";
import { hsRo } from "./hs-ro.ts";
import { hsSsh } from "./hs-ssh.ts";
import { hsSwap } from "./hs-swap.ts";
import { hsTop } from "./hs-top.ts";
import { cut, type HostInside } from "./inside.ts";
import { mlQueue } from "./ml-queue.ts";

const nowMs = 1_800_000_000_000;
const usual: HostUsual = {
  atMs: nowMs - 3_600_000,
  bootId: "b1",
  listeners: [{ protocol: "tcp", address: "0.0.0.0", port: 80, program: "nginx" }],
  programs: ["nginx", "php-fpm", "mariadbd", "sshd", "cron", "systemd", "rsyslogd", "dbus-daemon"],
  loginsFrom: ["192.0.2.7"],
  firewallHashes: { nft: "aa" },
  hasDefaultRoute: true,
  cardsUp: ["eth0"],
  folders: [{ path: "/srv/www", state: "there", files: 1_000, bytes: 5_000_000, newestAtMs: null }],
  differing: [],
  mailWaiting: 4,
  longestQueryMs: 100,
  firstWordMs: 300,
};

function inside(answers: Partial<HostAnswers>, change: Partial<HostInside> = {}): HostInside {
  const window = { fromMs: nowMs - 900_000, startedAtMs: nowMs - 300_000, nowMs, aheadMs: 0 };
  return { ...window, answers: answersWith(answers), reading: readingOf(nowMs), usual, ...change };
}

function stateOf(found: Reading | string): string {
  return typeof found === "string" ? found : found.state;
}

function detailOf(found: Reading | string): unknown {
  return typeof found === "string" ? found : found.facts["detail"];
}

const isOfService = (name: string): boolean => name.startsWith("nginx");

const top = (name: string, exe: string | null, cpuRatio: number): Partial<HostAnswers> => ({
  procs: {
    total: 9,
    zombies: 0,
    top: [{ pid: 5, name, user: "www-data", cpuRatio, memoryBytes: 1, exe }],
    held: [],
    stalePidFiles: [],
    fromTemporary: [],
    listeners: [],
  },
});

const folder = (files: number | null, state: "there" | "gone"): Partial<HostAnswers> => ({
  data: [{ path: "/srv/www", state, files, bytes: files === null ? null : files * 5_000, newestAtMs: null }],
});

test("a full disk is full, and a disk of the window that was emptied since is one of the past", () => {
  const now = momentOf(readingOf(nowMs), nowMs);
  assert.deepEqual([stateOf(hsDisk.read(now)), detailOf(hsDisk.read(now))], ["high", "/var 97%"]);
  const full = { ...now, atMs: nowMs - 120_000, disks: [{ mount: "/var", usedRatio: 1, inodesUsedRatio: null }] };
  const told = worstOf(hsDisk, { reading: hsDisk.read(now), atMs: nowMs }, [{ atMs: full.atMs, found: full }]);
  assert.deepEqual([stateOf(told.reading), told.past, told.atMs], ["full", true, full.atMs]);
});

test("one busy minute is no busy processor, two are", () => {
  const now = momentOf(readingOf(nowMs), nowMs);
  const busy = (atMs: number): { atMs: number; found: typeof now } => ({ atMs, found: { ...now, cpuBusyRatio: 0.85 } });
  const at = { reading: hsCpu.read(now), atMs: nowMs };
  assert.equal(stateOf(worstOf(hsCpu, at, [busy(1)]).reading), "ok");
  assert.equal(stateOf(worstOf(hsCpu, at, [busy(1), busy(2)]).reading), "high");
});

test("time that others took is no use of the machine's own", () => {
  const now = { ...momentOf(readingOf(nowMs), nowMs), cpuBusyRatio: 1, stealRatio: 0.79 };
  assert.deepEqual([stateOf(hsCpu.read(now)), detailOf(hsCpu.read(now))], ["ok", "CPU 21%"]);
  assert.equal(stateOf(hsCpu.read({ ...now, stealRatio: 0.02 })), "sat");
});

test("a disk that is quick while everybody waits for it is held up in front", () => {
  const now = { ...momentOf(readingOf(nowMs), nowMs), io: [{ device: "vda", awaitMs: 0.4 }] };
  const read = (ioHeldRatio: number | null): unknown => {
    const reading = hsDlat.read({ ...now, ioHeldRatio });
    return [stateOf(reading), detailOf(reading)];
  };
  assert.deepEqual(read(0.1), ["ok", "vda 0 ms"]);
  assert.deepEqual(read(null), ["ok", "vda 0 ms"]);
  assert.deepEqual(read(0.85), ["slow", "vda 0 ms, iowait − util 85%"]);
  assert.equal(stateOf(hsDlat.read({ ...now, io: [], ioHeldRatio: 0.85 })), "slow");
  const held = {
    ...readingOf(nowMs),
    cpu: { userRatio: 0.02, systemRatio: 0.01, ioWaitRatio: 0.9, stealRatio: 0, idleRatio: 0.07, cores: [] },
  };
  const io = [{ device: "vda", busyRatio: 0.04, awaitMs: null, readBytesPerSecond: 0, writeBytesPerSecond: 0 }];
  assert.equal(momentOf({ ...held, io }, nowMs).ioHeldRatio?.toFixed(2), "0.86");
  assert.equal(momentOf({ ...held, io: [] }, nowMs).ioHeldRatio, null);
});

test("a machine without swap does not swap, and that says nothing; where pages move, it has some", () => {
  const pages = { swapInPagesPerSecond: 0, swapOutPagesPerSecond: 0, majorFaultsPerSecond: 0 };
  const rest = { allocationStallsPerSecond: 0, oomKills: 0, oomKillsNow: 0, running: 1, cpu: null };
  const none = { reading: { ...readingOf(nowMs), swap: { totalBytes: 0, freeBytes: 0 } } };
  assert.equal(hsSwap.read(inside({ vmstat: { ...pages, ...rest } }, none)), "not-configured");
  assert.equal(stateOf(hsSwap.read(inside({ vmstat: { ...pages, ...rest } }))), "ok");
  const moving = { ...pages, ...rest, swapInPagesPerSecond: 400 };
  assert.equal(stateOf(hsSwap.read(inside({ vmstat: moving }, none))), "active");
});

test("silence has its state where the machine itself is silent, and is missing where only we may not look", () => {
  const states = ["auth-refused", "refused", "timeout", "unreachable", "key-changed", "private-key-missing"].map(
    (silence) => stateOf(hsSsh.read({ answers: noAnswers(silence, nowMs), usual })),
  );
  assert.deepEqual(states, ["authfail", "refused", "timeout", "timeout", "denied", "not-configured"]);
  assert.equal(stateOf(hsSsh.read({ answers: answersWith({ firstWordMs: 5_000 }), usual })), "slow");
  assert.equal(stateOf(hsSsh.read({ answers: answersWith({ firstWordMs: 800 }), usual })), "ok");
});

test("a port that lost its listener is a dead service; one that never listened here is not ours", () => {
  const procs = { total: 9, zombies: 0, top: [], held: [], stalePidFiles: [], fromTemporary: [], listeners: [] };
  const found = hsProc.read({ inside: inside({ procs }), ports: [80], isOfService });
  assert.deepEqual([stateOf(found), detailOf(found)], ["dead", ":80"]);
  assert.equal(stateOf(hsProc.read({ inside: inside({ procs }), ports: [8_443], isOfService })), "not-configured");
  const failed = [{ name: "nginx.service", result: "signal", exitStatus: 9, restarts: 0, sinceAtMs: nowMs }];
  const units = { failed, notRunning: [], restarted: [] };
  const told = hsProc.read({ inside: inside({ procs, units }, { usual: null }), ports: [80], isOfService });
  assert.deepEqual([stateOf(told), detailOf(told)], ["dead", "nginx.service signal 9"]);
  const halted = {
    ...procs,
    held: [{ pid: 7, name: "nginx", state: "T" as const, at: null }],
    listeners: usual.listeners ?? [],
  };
  const held = hsProc.read({ inside: inside({ procs: halted }), ports: [80], isOfService });
  assert.deepEqual([stateOf(held), detailOf(held)], ["run", "nginx (7) T"]);
});

test("limits: a queue that overflows is hit, a table nine tenths full is high", () => {
  const limits = {
    files: { used: 900, limit: 1_000 },
    threads: null,
    tracked: null,
    somaxconn: 128,
    listenOverflows: { total: 5, perSecond: 0 },
    listenDrops: null,
    queues: [],
    unfinished: [],
    openFiles: null,
    groups: [],
  };
  const high = hsLim.read(inside({ limits }));
  assert.deepEqual([stateOf(high), detailOf(high)], ["high", "file-nr 90%"]);
  const queues = [{ local: "127.0.0.1:8080", waiting: 6, backlog: 5 }];
  const hit = hsLim.read(inside({ limits: { ...limits, queues } }));
  assert.deepEqual([stateOf(hit), detailOf(hit)], ["hit", "listen 127.0.0.1:8080 6/5"]);
  const noPids = [{ kind: "pids" as const, path: "/shop", used: 20, limit: 20, hits: 3, hitsPerSecond: 2 }];
  assert.equal(stateOf(hsLim.read(inside({ limits: { ...limits, groups: noPids } }))), "hit");
});

test("a mount that takes no writes any more is told by how it is meant, else by how it was", () => {
  const mount = { mount: "/srv", device: "sda1", type: "ext4", sizeBytes: 1e9, freeBytes: 5e8, freeRatio: 0.5 };
  const disk = { ...mount, inodesFreeRatio: 0.9, readOnly: true };
  const stateWith = (meantWritable: boolean | null, writable: readonly string[]): string => {
    const reading = { ...readingOf(nowMs), disks: [{ ...disk, meantWritable }] };
    return stateOf(hsRo.read(inside({}, { reading, usual: { ...usual, writable } })));
  };
  const states = [stateWith(true, []), stateWith(null, ["/srv"]), stateWith(null, []), stateWith(false, ["/srv"])];
  assert.deepEqual(states, ["yes", "yes", "no", "no"]);
});

test("a firewall is bad when new rules stand in the way, not for what always stood there", () => {
  const block = { where: "nft inet filter input", rule: "tcp dport 80 drop", ports: ["80"], sources: [] };
  const fw = { hashes: { nft: "bb" }, blocks: [block], routes: [], hasDefaultRoute: true, jails: null };
  assert.equal(stateOf(hsFw.read({ inside: inside({ fw }), ports: [80], vantages: [] })), "bad");
  assert.equal(
    stateOf(hsFw.read({ inside: inside({ fw: { ...fw, hashes: { nft: "aa" } } }), ports: [80], vantages: [] })),
    "ok",
  );
  assert.equal(stateOf(hsFw.read({ inside: inside({ fw }), ports: [443], vantages: [] })), "ok");
  const where = "nft inet guard input";
  const rowOf = (rule: string, ports: readonly string[] = []) => ({ where, rule, ports, sources: [] });
  const shut = rowOf("type filter hook input priority filter; policy drop;");
  const letIn = [rowOf('iif "lo" accept'), rowOf("ct state established,related accept")];
  const known = {
    ...fw,
    hashes: {},
    blocks: [shut],
    passes: [...letIn, rowOf("tcp dport { 22, 80 } accept", ["22", "80"])],
  };
  const shutFor = (port: number, more: typeof letIn = []): string =>
    stateOf(
      hsFw.read({
        inside: inside({ fw: { ...known, passes: [...known.passes, ...more] } }, { usual: null }),
        ports: [port],
        vantages: [],
      }),
    );
  assert.deepEqual([shutFor(80), shutFor(443), shutFor(443, [rowOf("jump services")])], ["ok", "bad", "ok"]);
  const banned = { ...block, sources: ["192.0.2.7"], rule: "ip saddr 192.0.2.7 tcp dport 80 drop" };
  const old = inside({ fw: { ...fw, hashes: { nft: "aa" }, blocks: [banned] } });
  const shutOut = (address: string): string =>
    stateOf(hsFw.read({ inside: old, ports: [80], vantages: [{ name: "office", addresses: [address] }] }));
  assert.deepEqual([shutOut("192.0.2.7"), shutOut("192.0.2.8")], ["bad", "ok"], "a ban of ours, however old");
  const lost = { ...fw, blocks: [], hasDefaultRoute: false };
  assert.equal(stateOf(hsFw.read({ inside: inside({ fw: lost }), ports: [80], vantages: [] })), "bad");
});

test("an unknown program that hides is alien; a known one is the service's, and an idle machine has none", () => {
  assert.equal(stateOf(hsTop.read(inside(top("kdevtmpfsi", "/tmp/kdevtmpfsi", 3.9)))), "alien");
  assert.equal(stateOf(hsTop.read(inside(top("php-fpm", "/usr/sbin/php-fpm8.2", 3.9)))), "svc");
  assert.equal(stateOf(hsTop.read(inside(top("tar", "/usr/bin/tar", 3.9)))), "svc");
  assert.equal(stateOf(hsTop.read(inside(top("kdevtmpfsi", "/tmp/x", 0.1)))), "none");
});

test("data is gone when what was there is not, shrunk when a fifth is lost, and unknown without a past", () => {
  assert.equal(stateOf(hsData.read(inside(folder(null, "gone")))), "gone");
  assert.equal(stateOf(hsData.read(inside(folder(20, "there")))), "gone");
  assert.equal(stateOf(hsData.read(inside(folder(700, "there")))), "shrunk");
  assert.equal(stateOf(hsData.read(inside(folder(990, "there")))), "ok");
  assert.equal(stateOf(hsData.read(inside(folder(20, "there"), { usual: null }))), "not-configured");
});

function counted(sizes: Readonly<Record<string, readonly [files: number, bytes: number]>>): readonly HostFolder[] {
  return Object.entries(sizes).map(([path, [files, bytes]]) => ({
    path,
    state: "there",
    files,
    bytes,
    newestAtMs: null,
  }));
}

test("one site among many lost is gone; one moved within, or a cache emptied, is not", () => {
  const before = counted({
    "/srv/www": [1_000, 5_000_000],
    "/srv/www/big": [900, 4_800_000],
    "/srv/www/shop": [40, 90_000],
    "/srv/www/blog": [2, 400],
    "/srv/www/cache": [58, 109_600],
  });
  const found = (sizes: Parameters<typeof counted>[0]): readonly [string, unknown] => {
    const read = hsData.read(inside({ data: counted(sizes) }, { usual: { ...usual, folders: before } }));
    return [stateOf(read), detailOf(read)];
  };
  const rest = { "/srv/www/big": [900, 4_800_000], "/srv/www/cache": [58, 109_600] } as const;
  const blog = { "/srv/www/blog": [2, 400] } as const;
  const shop = { "/srv/www/shop": [40, 90_000] } as const;
  assert.deepEqual(found({ "/srv/www": [960, 4_910_000], ...rest, ...blog }), ["gone", "/srv/www/shop −100%"]);
  assert.deepEqual(found({ "/srv/www": [998, 4_999_600], ...rest, ...shop }), ["gone", "/srv/www/blog −100%"]);
  assert.deepEqual(found({ "/srv/www": [980, 4_955_000], ...rest, ...blog, "/srv/www/shop": [20, 45_000] }), [
    "shrunk",
    "/srv/www/shop −50%",
  ]);
  const moved = { "/srv/www": [1_000, 5_000_000], ...rest, ...blog, "/srv/www/shop-2": [40, 90_000] } as const;
  assert.equal(found(moved)[0], "ok");
  assert.equal(found({ "/srv/www": [942, 4_890_400], "/srv/www/big": [900, 4_800_000], ...blog, ...shop })[0], "ok");
  const denied: HostFolder = { path: "/srv/www", state: "denied", files: null, bytes: null, newestAtMs: null };
  assert.equal(hsData.read(inside({ data: [denied] }, { usual: { ...usual, folders: before } })), "denied");
});

test("another boot id, or a start within the half hour before, is a restart", () => {
  assert.equal(stateOf(hsBoot.read(inside({}))), "same");
  const system = readingOf(nowMs).system;
  assert.ok(system !== null);
  const young = readingOf(nowMs, { system: { ...system, uptimeSeconds: 400 } });
  assert.equal(stateOf(hsBoot.read(inside({}, { reading: young, usual: null }))), "rebooted");
});

test("another boot than the one seen an hour ago is a restart, however long the machine says that it is up", () => {
  const system = readingOf(nowMs).system;
  assert.ok(system !== null);
  const old = readingOf(nowMs, { system: { ...system, uptimeSeconds: 40 * 86_400 } });
  const seen = (agoMs: number): string =>
    stateOf(hsBoot.read(inside({}, { reading: old, usual: { ...usual, bootId: "another", atMs: nowMs - agoMs } })));
  assert.equal(seen(3_600_000), "rebooted");
  assert.equal(seen(9 * 86_400_000), "same");
});

test("a database with all connections used is full, and is no refusal", () => {
  const database: HostDatabase = {
    kind: "postgres",
    port: 5_432,
    state: "full",
    said: "FATAL:  sorry, too many clients already",
    version: null,
    connections: null,
    longestQueryMs: null,
    lockWaits: null,
    idleInTransaction: null,
    isReadOnly: null,
  };
  assert.deepEqual([stateOf(dbConn.read(database)), stateOf(dbUp.read(database))], ["full", "denied"]);
  assert.equal(stateOf(dbUp.read({ ...database, state: "refused" })), "refused");
  const used = { ...database, state: "up" as const, connections: { used: 85, limit: 100 } };
  assert.deepEqual([stateOf(dbConn.read(used)), detailOf(dbConn.read(used))], ["high", "85/100 85%"]);
});

test("a queue is held against what waits on a usual day, and held mail does not count", () => {
  const mail = {
    queues: { deferred: 60, hold: 900 },
    oldestAtMs: null,
    reasons: [],
    senders: [],
    sessions: null,
    quotas: null,
  };
  assert.equal(stateOf(mlQueue.read({ mail, usual: 4 })), "grow");
  assert.equal(stateOf(mlQueue.read({ mail, usual: 50 })), "ok");
  assert.equal(stateOf(mlQueue.read({ mail: { ...mail, queues: { active: 900 } }, usual: 4 })), "huge");
});

test("a shaped line is as wide as it is shaped to, and saturated when the shaper throws away", () => {
  const moment = { ...momentOf(readingOf(nowMs), nowMs), lineBytesPerSecond: 1_000_000 };
  const shaper = {
    kind: "tbf",
    setting: "rate 10Mbit burst 32Kb lat 50ms",
    droppedPerSecond: 0,
    overLimitPerSecond: 0,
  };
  const card = { name: "eth0", state: "up", carrier: true, speedMbps: 1_000, errors: 0, drops: 0, errorsPerSecond: 0 };
  const rates = { receivedBytesPerSecond: 0, sentBytesPerSecond: 0, dropsPerSecond: 0 };
  const cards = [{ ...card, ...rates, shapers: [shaper] }];
  assert.equal(stateOf(hsBw.read({ moment, bitsPerSecond: null, cards })), "high");
  const dropping = [{ ...card, ...rates, shapers: [{ ...shaper, droppedPerSecond: 9 }] }];
  assert.equal(stateOf(hsBw.read({ moment, bitsPerSecond: null, cards: dropping })), "sat");
  assert.equal(stateOf(hsBw.read({ moment, bitsPerSecond: 100_000_000, cards: [] })), "ok");
});

test("what is kept of the screen is at most 2 KB of whole characters", () => {
  assert.ok(Buffer.byteLength(cut("容量不足".repeat(1_000))) <= 2_048);
  assert.ok(!cut("容量不足".repeat(1_000)).includes("\uFFFD"));
});
