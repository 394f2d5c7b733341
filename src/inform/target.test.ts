import assert from "node:assert/strict";
import { test } from "node:test";
import { createFakeClock } from "../../test/doubles/fake-clock.ts";
import { pageCases, stampAt } from "../../test/doubles/page-facts.ts";
import { KoboshiError } from "../kernel/errors.ts";
import { err, ok, type Result } from "../kernel/result.ts";
import { pageEdition, type Edition } from "./edition.ts";
import { createTarget, type Outcome, type Target, type TargetDeps } from "./target.ts";

type Answer = Result<{ readonly hash: string }, KoboshiError>;
const refused: Answer = err(new KoboshiError("KB6002", { target: "away", reason: "timeout" }));
const silent = { debug() {}, info() {}, warn() {}, error() {} };
const target = { kind: "folder", key: "away", at: null, path: "/nowhere" } as const;

/** A place that answers what it is told to, and remembers what it was given. */
function place(given: { before?: TargetDeps["before"] } = {}) {
  const clock = createFakeClock();
  const story = {
    clock,
    answer: ok({ hash: "h" }) as Answer | Promise<Answer>,
    tried: [] as { state: string; atMs: number }[],
    outcomes: [] as Outcome[],
  };
  const startMs = clock.monotonicMs();
  const made: Target = createTarget({
    target,
    clock,
    log: silent,
    before: given.before ?? null,
    publish: async (_, files) => {
      const json = JSON.parse(files.find((file) => file.path === "status.json")?.body.toString() ?? "") as {
        state: string;
      };
      story.tried.push({ state: json.state, atMs: clock.monotonicMs() - startMs });
      return story.answer;
    },
    record: async (outcome) => {
      story.outcomes.push(outcome);
    },
  });
  return { ...story, story, target: made };
}

function edition(name: keyof typeof pageCases, laterMs = 0): Edition {
  const model = pageCases[name]();
  return pageEdition({ ...model, atMs: model.atMs + laterMs });
}

const second = 1_000;

/** The place takes its time. @returns what lets it answer */
function hold(story: { answer: Answer | Promise<Answer> }): (answer: Answer) => void {
  const resolvers: ((answer: Answer) => void)[] = [];
  story.answer = new Promise((resolve) => resolvers.push(resolve));
  return (answer) => resolvers.forEach((resolve) => resolve(answer));
}

test("a change is published at once, the same only every five minutes", async () => {
  const { target: away, story, clock } = place();
  away.offer(edition("ok"));
  await clock.advance(0);
  away.offer(edition("ok", second));
  await clock.advance(299 * second);
  assert.equal(story.tried.length, 1);
  away.offer(edition("ok", 300 * second));
  await clock.advance(second);
  away.offer(edition("ok", 301 * second));
  await clock.advance(0);
  assert.equal(story.tried.length, 2);
  away.offer(edition("down", 302 * second));
  await clock.advance(0);
  assert.deepEqual(
    story.tried.map((one) => one.state),
    ["ok", "ok", "down"],
  );
  assert.deepEqual(
    story.outcomes.map((one) => one.first),
    [true, false, true],
  );
  assert.equal(away.verified()?.state, "down");
});

test("a refusal is tried again, ever slower, up to five minutes", async () => {
  const { target: away, story, clock } = place();
  story.answer = refused;
  away.offer(edition("down"));
  await clock.advance(1_200 * second);
  const times = story.tried.map((one) => one.atMs / second);
  assert.deepEqual(times, [0, 5, 15, 35, 75, 155, 315, 615, 915]);
  assert.deepEqual(
    story.outcomes.map((one) => one.first),
    [true, ...Array.from({ length: 8 }, () => false)],
  );
  story.answer = ok({ hash: "h" });
  await clock.advance(100 * second);
  assert.equal(away.failing(), null);
  assert.equal(story.outcomes.at(-1)?.first, true);
});

test("a place that refuses is tried at once when the page says something new", async () => {
  const { target: away, story, clock } = place();
  story.answer = refused;
  away.offer(edition("ok"));
  await clock.advance(100 * second);
  const before = story.tried.length;
  away.offer(edition("ok", 100 * second));
  await clock.advance(0);
  assert.equal(story.tried.length, before);
  away.offer(edition("down", 100 * second));
  await clock.advance(0);
  assert.equal(story.tried.length, before + 1);
});

test("while one publication is under way only the newest edition waits", async () => {
  const { target: away, story, clock } = place();
  const release = hold(story);
  away.offer(edition("ok"));
  away.offer(edition("unknown"));
  away.offer(edition("down"));
  await clock.advance(second);
  release(ok({ hash: "h" }));
  await clock.advance(0);
  assert.deepEqual(
    story.tried.map((one) => one.state),
    ["ok", "down"],
  );
});

test("a place that hangs is said to fail, and is not written to twice at once", async () => {
  const { target: away, story, clock } = place();
  const release = hold(story);
  away.offer(edition("ok"));
  await clock.advance(121 * second);
  assert.equal(away.failing()?.error.facts["reason"], "timeout");
  await clock.advance(600 * second);
  assert.equal(story.tried.length, 1);
  story.answer = ok({ hash: "h" });
  release(ok({ hash: "late" }));
  await clock.advance(0);
  assert.equal(story.tried.length, 2);
  assert.equal(away.failing(), null);
});

test("a page that differs from what was sent is no longer believed", async () => {
  const { target: away, story, clock } = place();
  away.offer(edition("ok"));
  await clock.advance(0);
  story.answer = err(new KoboshiError("KB6001", { target: "away", file: "index.html" }));
  away.offer(edition("down"));
  await clock.advance(0);
  assert.equal(away.verified(), null);
  assert.equal(story.outcomes.at(-1)?.publication.verifiedState, null);
  assert.equal(story.outcomes.at(-1)?.publication.lastError, "KB6001 differs: index.html");
});

test("after a restart what the ledger remembers is shown, and published anew", async () => {
  const before = {
    target: "away",
    verifiedHash: "h",
    verifiedAt: stampAt(0),
    verifiedState: "ok",
    lastError: null,
    lastTriedAt: stampAt(0),
  };
  const { target: away, story, clock } = place({ before });
  assert.equal(away.verified()?.state, "ok");
  away.offer(edition("ok"));
  await clock.advance(0);
  assert.equal(story.tried.length, 1);
});

test("a person's wish is tried at once, whatever was before", async () => {
  const { target: away, story, clock } = place();
  story.answer = refused;
  away.offer(edition("ok"));
  await clock.advance(second);
  story.answer = ok({ hash: "h" });
  await away.publishNow(edition("ok", second));
  assert.equal(away.failing(), null);
  await away.publishNow(edition("ok", second));
  assert.equal(story.tried.length, 3);
});

test("a stopped target tries no more", async () => {
  const { target: away, story, clock } = place();
  story.answer = refused;
  away.offer(edition("ok"));
  await clock.advance(0);
  await away.stop();
  away.offer(edition("down"));
  await clock.advance(600 * second);
  assert.equal(story.tried.length, 1);
});
