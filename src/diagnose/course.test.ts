import assert from "node:assert/strict";
import { setMaxListeners } from "node:events";
import { test } from "node:test";
import { createFakeClock } from "../../test/doubles/fake-clock.ts";
import type { BundleId, StopReason } from "../kernel/model/diagnosis.ts";
import { takeCourse, type Gathered, type Judge, type Standing } from "./course.ts";
import type { Judgement, Offer } from "./model.ts";

const clock = createFakeClock(Date.UTC(2026, 10, 22));
const silent = { debug() {}, info() {}, warn() {}, error() {} };
const nothing: Judgement = { explanations: [], causes: [], noneProbability: 0, parts: [], unexplained: [] };

function offer(bundle: BundleId, target: Offer["target"] = null): Offer {
  return { bundle, target, expectedSeconds: 1, tells: [{ evidence: "hs.cpu", target: "host:web1", vantage: null }] };
}

interface Script {
  readonly offers: readonly Offer[];
  /** how long each bundle takes; never, when it is not named */
  readonly takesMs: Partial<Record<BundleId, number>>;
  stop?(asked: readonly string[]): StopReason | null;
  /** what it comes to, the nth time it is judged; left out: to nothing */
  judge?(nth: number): Judgement;
}

/** The web server, with this chance. */
function blaming(probability: number): Judgement {
  const cause = { id: "service-hang", component: "service:web" } as const;
  return { ...nothing, causes: [{ cause, probability }] };
}

async function play(script: Script, untilMs = 40_000): Promise<{ last: Standing; asked: string[]; steps: Standing[] }> {
  const asked: string[] = [];
  const steps: Standing[] = [];
  let judged = 0;
  const judge: Judge = {
    judge: () => script.judge?.(judged++) ?? nothing,
    next: (_judgement, _seen, offers) => offers.map((one) => ({ offer: one, bits: 1, score: 1 })),
    stop: () => script.stop?.(asked) ?? null,
  };
  const state = { over: false };
  const running = takeCourse({
    known: [],
    clock,
    log: silent,
    judge,
    asker: {
      offers: () => script.offers,
      renew: () => void asked.push("again"),
      gather: (one, signal) =>
        new Promise<Gathered>((resolve, reject) => {
          asked.push(one.bundle);
          setMaxListeners(0, signal);
          const takesMs = script.takesMs[one.bundle];
          if (takesMs !== undefined && takesMs < 0) reject(new Error("broken"));
          else if (takesMs !== undefined) clock.after(takesMs, () => resolve({ seen: [], missing: [] }));
          signal.addEventListener("abort", () => resolve({ seen: [], missing: [] }));
        }),
    },
    signal: new AbortController().signal,
    onStep: (standing) => {
      steps.push(standing);
      return Promise.resolve();
    },
  }).finally(() => (state.over = true));
  for (let passedMs = 0; !state.over && passedMs < untilMs; passedMs += 100) {
    await clock.advance(100);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { last: await running, asked, steps };
}

test("books and vantages come first, the rest after the scope was told", async () => {
  const offers = [offer("ssh", "host:web1"), offer("net"), offer("chg")];
  const { last, asked, steps } = await play({ offers, takesMs: { net: 1_000, chg: 100, ssh: 2_000 } });
  assert.deepEqual(asked.slice(0, 3), ["net", "chg", "ssh"]);
  assert.ok((steps[0]?.scopeSeconds ?? 9) < 1.5, String(steps[0]?.scopeSeconds));
  assert.equal(last.stoppedBecause, "exhausted");
});

test("a look that hangs keeps the scope waiting no longer than 3.6 s, and the diagnosis ends in time", async () => {
  const { last, steps } = await play({ offers: [offer("net"), offer("ssh", "host:web1")], takesMs: { ssh: 1_000 } });
  assert.ok(Math.abs((steps[0]?.scopeSeconds ?? 0) - 3.6) < 0.3, String(steps[0]?.scopeSeconds));
  assert.equal(last.stoppedBecause, "time");
  assert.ok(last.seconds <= 30);
});

test("one host is asked one thing at a time", async () => {
  const offers = [offer("net"), offer("ssh", "host:web1"), offer("log", "host:web1"), offer("ssh", "host:web2")];
  const takesMs = { net: 100, ssh: 5_000, log: 100 };
  const { steps, asked } = await play({ offers, takesMs });
  assert.deepEqual(asked.slice(0, 4), ["net", "ssh", "ssh", "log"]);
  assert.equal(steps.length >= 1, true);
});

test("while nothing is clear and the answer moves, what changes quickly is looked at again, three times at most", async () => {
  const offers = [offer("net"), offer("ssh", "host:web1"), offer("chg")];
  const takesMs = { net: 500, ssh: 500, chg: 100 };
  const { last, asked } = await play({ offers, takesMs, judge: (nth) => blaming(0.1 * (nth % 7)) });
  assert.deepEqual(
    asked.filter((one) => one === "again"),
    ["again", "again", "again"],
  );
  assert.deepEqual(
    ["net", "ssh", "chg"].map((bundle) => asked.filter((one) => one === bundle).length),
    [4, 4, 1],
  );
  assert.ok(last.seconds < 20, String(last.seconds));
});

test("a second look that found the same is the last", async () => {
  const offers = [offer("net"), offer("ssh", "host:web1")];
  const { last, asked } = await play({ offers, takesMs: { net: 500, ssh: 500 }, judge: () => blaming(0.5) });
  assert.deepEqual(asked, ["net", "ssh", "again", "net", "ssh"]);
  assert.equal(last.stoppedBecause, "exhausted");
});

test("a clear case ends while something is still under way", async () => {
  const { last, asked } = await play({
    offers: [offer("net"), offer("ssh", "host:web1"), offer("dns")],
    takesMs: { net: 500, dns: 500 },
    stop: (so) => (so.includes("dns") ? "sure" : null),
  });
  assert.deepEqual(asked, ["net", "ssh", "dns"]);
  assert.equal(last.stoppedBecause, "sure");
  assert.ok(last.seconds < 3);
});

test("evidence that breaks while it is gathered is missing, and the rest goes on", async () => {
  const { last } = await play({ offers: [offer("net"), offer("dns")], takesMs: { net: 100, dns: -1 } });
  assert.equal(last.stoppedBecause, "exhausted");
  assert.equal(last.missing.length, 1);
});
