import assert from "node:assert/strict";
import { test } from "node:test";
import { createFakeClock } from "../../../test/doubles/fake-clock.ts";
import { deskOf, hostStatus, readingOf } from "../../../test/doubles/host-readings.ts";
import { answersWith, noInside } from "../../../test/doubles/no-inside.ts";
import { watchedSite } from "../../../test/doubles/watched-site.ts";
import { stampNow } from "../../kernel/clock.ts";
import type { HostAnswers } from "../../kernel/model/host-answers.ts";
import type { HostUsual } from "../../kernel/ports-diagnosis-inside.ts";
import { ok } from "../../kernel/result.ts";
import { noAnswers } from "../../readers/host/read-answers.ts";
import type { HostInside } from "../evidence/inside.ts";
import { lookInside } from "./host-inside.ts";
import { situationOf } from "./situation.ts";

const clock = createFakeClock();
const nowMs = clock.nowMs();
const site = watchedSite({ hosts: { web1: {} }, services: { web: { on: "web1" } } });
const startedAtMs = nowMs - 30_000;

interface Machine {
  readonly answers: HostAnswers;
  /** of its newest look */
  readonly agedMs: number;
  readonly usual?: readonly HostUsual[];
}

/** What is found, and which looks were asked for. */
async function foundIn({ answers, agedMs, usual = [] }: Machine): Promise<{ inside: HostInside; looks: string[] }> {
  const looks: string[] = [];
  const now = stampNow(clock);
  const readAt = { ...now, atMs: now.atMs - agedMs, monotonicMs: now.monotonicMs - agedMs };
  const status = hostStatus({ key: "web1", by: "ssh", reading: readingOf(readAt.atMs), readAt });
  const hosts = {
    ...deskOf([status]),
    ask: async () => ok(answers),
    lookNow: async (_: string, thoroughness = "full") => {
      looks.push(thoroughness);
      return ok({ ...status, reading: readingOf(now.atMs), readAt: now });
    },
  };
  const sources = noInside({ clock, site: () => site, hosts, usual: async () => usual });
  const situation = situationOf({ subject: "service:web", startedAtMs, nowMs, site, cells: [] });
  const signal = new AbortController().signal;
  const inside = await lookInside(sources, {
    host: "web1",
    situation,
    sections: ["vmstat"],
    wantsReading: true,
    signal,
  });
  return { inside, looks };
}

function usualAt(atMs: number): HostUsual {
  const nothing = { bootId: null, listeners: null, programs: [], loginsFrom: [], firewallHashes: null };
  const none = { hasDefaultRoute: null, cardsUp: null, folders: null, differing: null, mailWaiting: null };
  return { ...nothing, ...none, atMs, longestQueryMs: null, firstWordMs: null };
}

test("a machine that answers is looked into in short where its last look is a while ago", async () => {
  const old = await foundIn({ answers: answersWith(), agedMs: 45_000 });
  assert.deepEqual([old.looks, old.inside.reading?.takenAtMs], [["quick"], nowMs]);
  const young = await foundIn({ answers: answersWith(), agedMs: 5_000 });
  assert.deepEqual([young.looks, young.inside.reading?.takenAtMs], [[], nowMs - 5_000]);
});

test("one that is silent is not asked for more, and what it said a moment ago is not how it is", async () => {
  const { inside, looks } = await foundIn({ answers: noAnswers("timeout", nowMs), agedMs: 45_000 });
  assert.deepEqual([looks, inside.reading, inside.answers.silence], [[], null, "timeout"]);
});

function noted(...secondsBefore: number[]): readonly HostUsual[] {
  return secondsBefore.map((seconds) => usualAt(startedAtMs - seconds * 1_000));
}

/** How many seconds before it began the usual state was noted that a diagnosis goes by. */
async function usualOf(usual: readonly HostUsual[]): Promise<number | null> {
  const { inside } = await foundIn({ answers: answersWith(), agedMs: 5_000, usual });
  return inside.usual === null ? null : (startedAtMs - inside.usual.atMs) / 1_000;
}

test("usual is what was noted a minute before it began; of a young hub, what it noted first", async () => {
  assert.equal(await usualOf(noted(3_600, 120, 40)), 120);
  assert.equal(await usualOf(noted(40, 20)), 40);
  assert.equal(await usualOf(noted(5)), null, "what was noted as it began may show the trouble");
  assert.equal(await usualOf([]), null);
});
