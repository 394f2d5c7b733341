import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { createWindowBook, windowOf, type WindowBook } from "../doubles/no-windows.ts";
import { clockRepair, earlyFindings, earlyWindow } from "../doubles/window-story.ts";
import { ask, startWeb, type Answer, type WebFixture } from "./web-fixture.ts";

let web: WebFixture;
let book: WindowBook;
let cookie: string;
let csrf: string;
before(async () => {
  web = await startWeb();
  book = createWindowBook(web.clock);
  Object.assign(web.deps, { windows: book.desk, repairs: book.repairDesk });
  ({ cookie, csrf } = await web.signIn());
});
after(() => web.close());
beforeEach(() => {
  for (const kept of [book.windows, book.findings, book.repairs, book.held]) kept.clear();
  book.asked.length = 0;
});

async function page(path: string, signedIn = true): Promise<string> {
  const { status, text } = await ask(web.url + path, { headers: signedIn ? { cookie } : {} });
  assert.equal(status, 200, `${path}: ${text.slice(0, 300)}`);
  return text.slice(text.indexOf("<main"));
}

function post(path: string, form: Record<string, string>): Promise<Answer> {
  return ask(web.url + path, { headers: { cookie, origin: web.url }, form: { csrf, ...form } });
}

async function verifying(): Promise<void> {
  book.windows.set(1, earlyWindow);
  book.findings.set(1, earlyFindings);
  await book.repairDesk.offer({ windowId: 1, host: "web1", repair: clockRepair });
}

test("an empty calendar says what to do next, in both languages", async () => {
  const ja = await page("/calendar");
  assert.match(ja, /予定している保守はありません/);
  assert.match(ja, /href="\/calendar\/new"/);
  assert.match(ja, /koboshi maintenance add/);
  assert.match(await page("/calendar?lang=en"), /No maintenance is planned/);
  assert.match(await page("/calendar", false), /href="\/login\?next=%2Fcalendar%2Fnew"/);
});

test("the calendar has what is under way, coming and past, and the month with its days", async () => {
  book.windows.set(1, windowOf());
  book.windows.set(
    2,
    windowOf({
      id: 2,
      state: "open",
      title: "いまの作業",
      startMs: web.clock.nowMs() - 3_600_000,
      endMs: web.clock.nowMs() + 7_200_000,
      heldSignals: 14,
    }),
  );
  book.windows.set(
    3,
    windowOf({
      id: 3,
      state: "closed",
      title: "先週の作業",
      startMs: Date.UTC(2026, 10, 15),
      endMs: Date.UTC(2026, 10, 15, 1),
    }),
  );
  const html = await page("/calendar");
  const order = ["いまの作業", "さくら VPS の保守", "2026年11月の予定", "先週の作業"].map((text) => html.indexOf(text));
  assert.deepEqual(
    order,
    order.toSorted((a, b) => a - b),
  );
  assert.match(html, /作業中/);
  assert.match(html, /予定の終わりまで2時間/);
  assert.match(html, /保留中: 14 件/);
  assert.match(html, /3日23時間後に始まります/);
  assert.match(html, /<td[^>]*><span class="mut">26<[^]*?href="\/calendar\/1"/);
  assert.match(html, /href="\/calendar\?month=2026-12#month"/);
  assert.match(await page("/calendar?month=2027-01"), /この月の予定はありません/);
});

test("a window's page leads with what is left, and shows every command before anything may run", async () => {
  await verifying();
  const html = await page("/calendar/1");
  assert.match(html, /残り 5 件/);
  assert.match(html, /4:30 に戻りました\(予定より30分早い\)/);
  assert.match(html, /戻ったあと、また止まりました\(2回\)/);
  assert.match(html, /保留中: 14 件/);
  const order = ["時計が +3時間2分ずれています", "chronyd: 停止しています", "読む権限がありません", "パッケージ"].map(
    (text) => html.indexOf(text),
  );
  assert.ok(order.every((at) => at > 0) && order.join() === order.toSorted((a, b) => a - b).join(), order.join());
  assert.match(html, /1:50 の状態と比べました/);
  assert.match(html, /記録だけです。終わりを妨げません/);
  assert.match(html, /承認するまで、何も実行しません/);
  for (const { command } of clockRepair.steps) assert.ok(html.includes(command.replaceAll("&", "&amp;")), command);
  assert.match(html, /nightly-batch が自動で動きます/);
  assert.ok(html.indexOf("chronyd -q") < html.indexOf("この命令を承認して実行する"));
  const english = await page("/calendar/1?lang=en", false);
  assert.match(english, /the clock is \+3 h 2 min off/);
  assert.ok(!english.includes("/repairs/1/approve"), "nobody approves without signing in");
});

test("what was held is listed by what it is of, with how often and when last, during the work and after it", async () => {
  const newestAt = { atMs: Date.UTC(2026, 10, 25, 17, 10), monotonicMs: 0, bootId: "b" };
  book.held.set(1, [
    { subject: "host:web1", count: 12, newestAt, isOpen: true },
    { subject: "host:web2", count: 2, newestAt, isOpen: false },
  ]);
  for (const [state, title] of [
    ["open", "保留中: 14 件"],
    ["closed", "保留した警報: 14 件"],
  ] as const) {
    book.windows.set(1, windowOf({ state, heldSignals: 14 }));
    const html = await page("/calendar/1");
    const list = html.slice(html.indexOf('<h2 id="held">'));
    assert.ok(list.startsWith(`<h2 id="held">${title}`), list.slice(0, 80));
    assert.match(list, /web1.*続いています.*12 件.*最後は.*web2.*おさまりました/s);
  }
});

test("a repair that a person does not want is refused with a reason, which is shown", async () => {
  await verifying();
  assert.match(await page("/calendar/1"), /action="\/repairs\/1\/refuse"/);
  const refused = await post("/repairs/1/refuse", { reason: "朝に手で直す" });
  assert.deepEqual([refused.status, refused.headers.location], [303, "/calendar/1#repair-1"]);
  assert.deepEqual(book.asked, ["refuse 1 person:yamada 朝に手で直す"]);
  assert.match(await page("/calendar/1"), /理由: ?朝に手で直す/);
});

test("a repair is approved only as it was shown, and what became of each step is told", async () => {
  await verifying();
  const shown = /name="sha256" value="([0-9a-f]{64})"/.exec(await page("/calendar/1"))?.[1] ?? "";
  const other = await post("/repairs/1/approve", { sha256: "0".repeat(64) });
  assert.equal(other.status, 409);
  assert.match(other.text, /KB7201/);
  const done = await post("/repairs/1/approve", { sha256: shown });
  assert.deepEqual([done.status, done.headers.location], [303, "/calendar/1#repair-1"]);
  assert.deepEqual(book.asked, ["approve 1 person:yamada"]);
  assert.match(await page("/calendar/1"), /終了コード 0/);
});

test("a window is closed by a signature with a reason, which is shown with what was let through", async () => {
  await verifying();
  assert.equal((await post("/calendar/1/sign", { reason: "" })).status, 400);
  assert.equal((await post("/calendar/1/sign", { reason: "来週 <b>替える</b>" })).status, 303);
  const html = await page("/calendar/1");
  assert.match(html, /山田さん ?が署名しました/);
  assert.match(html, /来週 &lt;b>替える&lt;\/b>|来週 &lt;b&gt;替える&lt;\/b&gt;/);
  assert.match(html, /確かめずに済ませたこと: .*web1 時計が合っているか/);
  assert.ok(!html.includes("/calendar/1/sign"), "nothing is left to be done");
});

test("the form plans maintenance in the site's time", async () => {
  const form = await page("/calendar/new?for=service:shop");
  assert.match(form, /value="service:shop" checked/);
  const made = await post("/calendar", {
    title: "入れ替え",
    start: "2026-11-26T02:00",
    end: "05:00",
    for: "service:shop",
    other: "",
    public: "yes",
  });
  assert.deepEqual([made.status, made.headers.location], [303, "/calendar/1"], made.text.slice(0, 2_000));
  const window = book.windows.get(1);
  assert.deepEqual(
    [window?.startMs, window?.endMs, window?.targets, window?.isPublic, window?.createdBy],
    [Date.UTC(2026, 10, 25, 17), Date.UTC(2026, 10, 25, 20), ["service:shop"], true, "person:yamada"],
  );
});

test("without an end nothing is planned; what was typed comes back with the end that is offered", async () => {
  const refused = await post("/calendar", {
    title: "入れ替え",
    start: "2026-11-26T02:00",
    end: "",
    for: "service:shop",
    other: "service:mail",
  });
  assert.equal(refused.status, 400);
  assert.match(refused.text, /KB7102/);
  assert.match(refused.text, /始まりから6時間後を入れました/);
  assert.match(refused.text, /name="end"[^>]*value="2026-11-26T08:00"/);
  assert.match(refused.text, /value="入れ替え"/);
  assert.match(refused.text, /value="service:shop" checked/);
  const unread = await post("/calendar", { title: "x", start: "あした", end: "05:00", for: "service:shop", other: "" });
  assert.equal(unread.status, 400);
  assert.match(unread.text, /あした/);
  assert.equal(book.windows.size, 0);
});

test("a planned window is moved, called off, or said to be done; what is over is refused", async () => {
  book.windows.set(1, windowOf());
  assert.match(await page("/calendar/1/move"), /name="start"[^>]*value="2026-11-26T02:00"/);
  assert.equal((await post("/calendar/1/move", { start: "2026-11-27T02:00", end: "+2h" })).status, 303);
  assert.match(await page("/calendar/1"), /11月27日\(金\) 2:00〜4:00\(2時間\)/);
  const backwards = await post("/calendar/1/move", { start: "2026-11-27T02:00", end: "2026-11-27T01:00" });
  assert.equal(backwards.status, 400);
  assert.equal((await post("/calendar/1/cancel", { reason: "延期" })).status, 303);
  const late = await post("/calendar/1/move", { start: "2026-11-27T02:00", end: "+2h" });
  assert.match(late.text, /KB7103/);
  book.windows.set(2, windowOf({ id: 2, state: "open" }));
  assert.equal((await post("/calendar/2/done", {})).status, 303);
  assert.equal(book.windows.get(2)?.state, "verifying");
  assert.equal((await post("/calendar/2/check", {})).headers.location, "/calendar/2#checks");
  assert.equal((await ask(`${web.url}/calendar/99`, { headers: { cookie } })).status, 404);
  assert.ok(
    (await ask(`${web.url}/calendar/2/sign`, { form: { reason: "x" } })).status >= 400,
    "nobody without a session",
  );
});
