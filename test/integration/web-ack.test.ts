import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { stampNow } from "../../src/kernel/clock.ts";
import { ask, startWeb, type Answer, type WebFixture } from "./web-fixture.ts";

let web: WebFixture;
before(async () => {
  web = await startWeb();
});
after(() => web.close());

const press = (id: number, form: Record<string, string>): Promise<Answer> =>
  ask(`${web.publicUrl}/i/${id}/ack`, { form, headers: { "accept-language": "ja", origin: "null" } });

test("invariant 14: the page shows one incident and one button; the button takes it, without a login", async () => {
  const incident = await web.openIncident();
  const token = await web.linkToken(incident, "sato");
  const page = await ask(`${web.publicUrl}/i/${incident.id}/ack?k=${token}`);
  assert.equal(page.status, 200);
  assert.match(page.text, /ネットショップが止まっています/);
  assert.match(page.text, /ボタンを押すまで何も起きません/);
  assert.match(page.text, /押されないとき/);
  assert.equal(page.text.match(/<button class="pri"/g)?.length, 1);
  const links = [...page.text.matchAll(/href="(\/[^"]*)"/g)].map(([, path]) => path ?? "");
  assert.ok(
    links.every((path) => path.startsWith(`/i/${incident.id}/ack?`)),
    "the link leads nowhere else",
  );
  assert.equal((await web.ledger.read.incident(incident.id))?.acknowledgedAt, null);

  const done = await press(incident.id, { k: token, do: "take" });
  assert.equal(done.status, 200);
  assert.match(done.text, /対応中にしました/);
  const taken = await web.ledger.read.incident(incident.id);
  assert.equal(taken?.acknowledgedBy, "sato");
  const last = (await web.ledger.read.timeline(incident.id)).at(-1);
  assert.deepEqual([last?.kind, last?.actor], ["incident.acknowledged", "person:sato"]);
});

test("pressing twice, or after someone else, changes nothing more", async () => {
  const incident = await web.openIncident();
  const [sato, yamada] = [await web.linkToken(incident, "sato"), await web.linkToken(incident, "yamada")];
  await press(incident.id, { k: sato, do: "take" });
  const seq = await web.ledger.read.lastSeq();
  await press(incident.id, { k: sato, do: "take" });
  await press(incident.id, { k: yamada, do: "take" });
  assert.equal(await web.ledger.read.lastSeq(), seq);
  const page = await ask(`${web.publicUrl}/i/${incident.id}/ack?k=${yamada}`);
  assert.match(page.text, /すでに佐藤さんが/);
});

test("the link hands over, and does nothing beyond that", async () => {
  const incident = await web.openIncident();
  const token = await web.linkToken(incident, "sato");
  const done = await press(incident.id, { k: token, do: "hand-over", to: "yamada" });
  assert.match(done.text, /山田さんに渡しました/);
  assert.equal((await web.ledger.read.incident(incident.id))?.assignedTo, "yamada");
  assert.equal((await press(incident.id, { k: token, do: "hand-over", to: "nobody" })).status, 404);
  for (const path of ["note", "resolve", "acknowledge"]) {
    const url = `${web.url}/i/${incident.id}/${path}`;
    const tried = await ask(url, { form: { k: token, text: "x", reason: "x", csrf: token } });
    assert.equal(tried.status, 401, path);
  }
});

test("mail scanners and browsers that fetch ahead change nothing, and the link still works after them", async () => {
  const incident = await web.openIncident();
  const token = await web.linkToken(incident, "sato");
  const url = `${web.publicUrl}/i/${incident.id}/ack?k=${token}`;
  const seq = await web.ledger.read.lastSeq();
  for (const method of ["GET", "HEAD", "OPTIONS"]) {
    for (let times = 0; times < 5; times++) await ask(url, { method, headers: { "sec-purpose": "prefetch" } });
  }
  assert.equal(await web.ledger.read.lastSeq(), seq);
  assert.match((await press(incident.id, { k: token, do: "take" })).text, /対応中にしました/);
});

test("a link for another incident, a wrong one, none: refused alike, without saying what exists", async () => {
  const [one, two] = [await web.openIncident(), await web.openIncident()];
  const token = await web.linkToken(one, "sato");
  const seq = await web.ledger.read.lastSeq();
  for (const [id, k] of [
    [two.id, token],
    [one.id, "wrong"],
    [one.id, ""],
    [one.id, `${token}x`],
    [999_999, token],
    [one.id, "x".repeat(5_000)],
  ] as const) {
    const page = await ask(`${web.publicUrl}/i/${id}/ack?k=${k}`, { headers: { "accept-language": "ja" } });
    assert.equal(page.status, 410, `${id} ${k.slice(0, 10)}`);
    assert.match(page.text, /このリンクは使えません/);
    assert.match(page.text, /KB3003/);
    assert.ok(!page.text.includes("ネットショップ"));
    assert.equal((await press(id, { k, do: "take" })).status, 410);
  }
  assert.equal(await web.ledger.read.lastSeq(), seq);
});

test("a link is void after 24 hours and at resolve", async () => {
  const ended = await web.openIncident();
  const endedToken = await web.linkToken(ended, "sato");
  await web.ledger.transaction(async (tx) =>
    tx.updateIncident({ ...ended, state: "resolved", resolvedAt: stampNow(web.clock), resolvedBy: "auto" }),
  );
  assert.equal((await press(ended.id, { k: endedToken, do: "take" })).status, 410);
  const old = await web.openIncident();
  const oldToken = await web.linkToken(old, "sato");
  await web.clock.advance(24 * 3_600_000);
  assert.equal((await press(old.id, { k: oldToken, do: "take" })).status, 410);
});

test("a flood of wrong links is turned away; a right one still works", async () => {
  const incident = await web.openIncident();
  const token = await web.linkToken(incident, "sato");
  let last = 0;
  for (let tries = 0; tries < 25; tries++) last = (await press(incident.id, { k: `wrong${tries}`, do: "take" })).status;
  assert.equal(last, 429);
  assert.match((await press(incident.id, { k: token, do: "take" })).text, /対応中にしました/);
});
