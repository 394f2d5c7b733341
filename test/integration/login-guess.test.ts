import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { goodPassword, startAccess, type AccessFixture } from "./access-fixture.ts";

let web: AccessFixture;
before(async () => {
  web = await startAccess();
  await web.addAccount("yamada", "admin");
  await web.addAccount("sato", "responder");
});
after(() => web.close());

const enter = (form: Record<string, string>) => web.ask("/login", { form });
const hourMs = 3_600_000;

test("whoever guesses waits longer each time; others and the right person elsewhere do not", async () => {
  const guess = (name: string) => enter({ name, password: "wrong wrong wrong" });
  for (let tries = 0; tries < 6; tries++) assert.equal((await guess("sato")).status, 401, `try ${tries}`);
  const waits: number[] = [];
  for (let round = 0; round < 4; round++) {
    const answer = await guess("sato");
    assert.equal(answer.status, 429);
    const wait = Number(answer.headers["retry-after"]);
    waits.push(wait);
    await web.clock.advance(wait * 1_000);
    assert.equal((await guess("sato")).status, 401);
  }
  assert.deepEqual(waits, [1, 2, 4, 8]);
  const right = await enter({ name: "sato", password: goodPassword });
  assert.equal(right.status, 429, "the right password waits, too: else waiting would tell it from wrong ones");
  assert.match(right.text, /続けて間違えたため/);
  assert.equal((await enter({ name: "yamada", password: goodPassword })).status, 303);
  await web.clock.advance(16 * 60_000);
  assert.equal((await enter({ name: "sato", password: goodPassword })).status, 303);
});

test("one address that tries many names has to wait, and does not fill the record", async () => {
  await web.clock.advance(4 * hourMs);
  const toldBefore = (await web.events("session.refused")).length;
  let refused = 0;
  for (let tries = 0; tries < 28; tries++) {
    const answer = await enter({ name: `nobody${tries}`, password: "hunter2 hunter2" });
    if (answer.status === 429) refused += 1;
  }
  assert.ok(refused >= 6, String(refused));
  const told = (await web.events("session.refused")).slice(toldBefore);
  assert.equal(told.length, 1);
  assert.deepEqual(told[0]?.data, { name: "?", from: "127.0.0.1" }, "what was typed as a name may be a password");
  await web.clock.advance(4 * hourMs);
});

test("many tries at once are counted before they are looked at", async () => {
  const answers = await Promise.all(
    Array.from({ length: 12 }, () => enter({ name: "sato", password: "all at once, quickly" })),
  );
  assert.ok(answers.filter(({ status }) => status === 401).length <= 6);
  assert.ok(answers.some(({ status }) => status === 429));
  await web.clock.advance(4 * hourMs);
});
