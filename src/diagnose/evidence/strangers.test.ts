import assert from "node:assert/strict";
import { test } from "node:test";
import { answersWith } from "../../../test/doubles/no-inside.ts";
import { readingOf } from "../../../test/doubles/host-readings.ts";
import type { HostAnswers, HostProcs } from "../../kernel/model/host-answers.ts";
import type { HostUsual } from "../../kernel/ports-diagnosis-inside.ts";
import { apSrc } from "./ap-src.ts";
import type { Reading } from "./evidence.ts";
import { hsAuth } from "./hs-auth.ts";
import { hsKern } from "./hs-kern.ts";
import { hsTop } from "./hs-top.ts";
import type { HostInside } from "./inside.ts";

const nowMs = 1_800_000_000_000;

function usualWith(change: Partial<HostUsual>): HostUsual {
  return {
    atMs: nowMs - 3_600_000,
    bootId: "b1",
    listeners: [],
    programs: ["nginx", "sshd"],
    loginsFrom: ["192.0.2.7"],
    firewallHashes: null,
    hasDefaultRoute: true,
    cardsUp: null,
    folders: null,
    differing: null,
    mailWaiting: null,
    longestQueryMs: null,
    firstWordMs: null,
    ...change,
  };
}

function inside(answers: Partial<HostAnswers>, usual: Partial<HostUsual> = {}): HostInside {
  const window = { fromMs: nowMs - 900_000, startedAtMs: nowMs - 300_000, nowMs, aheadMs: 0 };
  return { ...window, answers: answersWith(answers), reading: readingOf(nowMs), usual: usualWith(usual) };
}

function stateOf(found: Reading | string): string {
  return typeof found === "string" ? found : found.state;
}

test("a guest who came in after many wrong passwords is an intruder, also where nobody knows who usually comes", () => {
  const accepted = [{ atMs: nowMs - 20_000, user: "root", from: "198.51.100.66", method: "password" }];
  const auth = (count: number): Partial<HostAnswers> => ({
    auth: { accepted, failures: count, failuresBy: [{ from: "198.51.100.66", count }] },
  });
  const nobody = { loginsFrom: [] };
  assert.equal(stateOf(hsAuth.read(inside(auth(8), nobody))), "intruder");
  assert.equal(stateOf(hsAuth.read(inside(auth(2), nobody))), "ok");
  assert.equal(stateOf(hsAuth.read(inside(auth(2)))), "intruder");
});

test("a program in a folder for temporary files is a stranger, however little it does, unless it always ran", () => {
  const fromTemporary = [{ pid: 9, path: "/var/tmp/.cache/kdevtmpfsi" }];
  const idle = { pid: 5, name: "nginx", user: "www-data", cpuRatio: 0.01, memoryBytes: 1, exe: null };
  const rest = { total: 9, zombies: 0, top: [idle], held: [], stalePidFiles: [], listeners: [] };
  const procs: HostProcs = { ...rest, fromTemporary };
  const found = hsTop.read(inside({ procs }));
  assert.ok(typeof found !== "string");
  assert.deepEqual([found.state, found.facts["detail"]], ["alien", "/var/tmp/.cache/kdevtmpfsi"]);
  assert.equal(stateOf(hsTop.read(inside({ procs }, { programs: ["/var/tmp/.cache/kdevtmpfsi"] }))), "none");
});

function line(topic: "disk-error" | "out-of-memory", agoMs: number): HostAnswers["kern"] {
  return [{ atMs: nowMs - agoMs, topic, level: 3, text: topic }];
}

test("what the kernel wrote half an hour ago is a matter of the disk's, and not of a service that fails now", () => {
  assert.equal(stateOf(hsKern.read(inside({ kern: line("out-of-memory", 30 * 60_000) }))), "none");
  assert.equal(stateOf(hsKern.read(inside({ kern: line("out-of-memory", 6 * 60_000) }))), "warn");
  assert.equal(stateOf(hsKern.read(inside({ kern: line("disk-error", 30 * 60_000) }))), "hwerr");
});

function held(open: number, unfinished: number, senders: number): string | null {
  return apSrc.readHeld([{ port: 443, open, unfinished, senders }])?.state ?? null;
}

test("connections that are held without asking: from many a botnet's, from few theirs; a handful of slow lines is nothing", () => {
  assert.deepEqual([held(420, 400, 210), held(420, 400, 3)], ["botnet", "few"]);
  assert.deepEqual([held(60, 40, 40), held(900, 60, 60), apSrc.readHeld([])?.state ?? null], [null, null, null]);
});
