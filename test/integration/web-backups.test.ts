import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { KoboshiError } from "../../src/kernel/errors.ts";
import type { Signal } from "../../src/kernel/model/signal.ts";
import { backupWorld, restoreAt, shopAndMail, type BackupWorld } from "../doubles/backup-world.ts";
import { planOf, runOf, targetOf } from "../doubles/recover-plan.ts";
import { ask, startWeb, testSite, type Answer, type WebFixture } from "./web-fixture.ts";

let web: WebFixture;
let world: BackupWorld;
let session: { cookie: string; csrf: string };

before(async () => {
  world = backupWorld([]);
  web = await startWeb({ site: testSite({ backups: new Map([["shop-data", planOf()]]) }) });
  Object.assign(web.deps, { backups: world.desk });
  session = await web.signIn();
});
after(async () => {
  await web.close();
});

function begin(): void {
  world.statuses = shopAndMail(web.clock.nowMs());
  world.asked.length = 0;
  world.refusal = null;
}

async function textOf(path: string, cookie = ""): Promise<string> {
  const { text } = await ask(web.url + path, cookie === "" ? {} : { headers: { cookie } });
  const body = /<main[^>]*>([^]*)<\/main>/.exec(text)?.[1] ?? "";
  return body.replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ");
}

function press(path: string, form: Record<string, string> = {}): Promise<Answer> {
  const { cookie, csrf } = session;
  return ask(web.url + path, { form: { ...form, csrf }, headers: { cookie, origin: web.url } });
}

test("nothing protected is no neutral emptiness: ■, and lines to begin with", async () => {
  const { text: html } = await ask(`${web.url}/backups?lang=ja`);
  assert.match(html, /<nav[^]*<a href="\/survival">何が残るか<\/a>/);
  assert.match(html, /<main[^]*<a href="\/survival">/);
  assert.match(await textOf("/backups?lang=ja"), /■ 何も守られていません/);
});

test("a backup is told by its last real restore beside its target, never by a tick", async () => {
  begin();
  const text = await textOf("/backups?lang=ja");
  assert.match(text, /mail-spool なし なし なし — \/ — ■ 未証明/);
  assert.match(text, /6時間\(40日18時間前\) 8時間 \/ 1日 ▲ おそらく間に合う 前の訓練では目標を超えたことがあります/);
  assert.doesNotMatch(text, /✓|✔|● 正常/);
});

test("one backup shows what its copies prove and what not, with foreign text escaped and passwords hidden", async () => {
  begin();
  const { text: html } = await ask(`${web.url}/backups/shop-data?lang=ja`);
  assert.doesNotMatch(html, /hunter2|<script>alert|<i>orders/);
  const text = await textOf("/backups/shop-data?lang=ja");
  assert.match(text, /証明したこと: データが使えて、自分たちのものであること/);
  assert.match(text, /証明していないこと: サービス全体が動くこと/);
  assert.match(text, /● 消せない 消せませんでした\(試して確かめました\)\(1日前\) 消す: 403 Forbidden、中身はそのまま/);
  assert.match(text, /消せないという申告\(まだ試していません\)/);
  assert.match(text, /12時間 → 6時間/);
  assert.match(html, /<rect[^>]*class="f-down"/);
  assert.equal((await ask(`${web.url}/backups/shpo`)).status, 404);
});

test("a run shows how far it has come, with its pace where it is known", async () => {
  begin();
  const [shop] = world.statuses;
  assert.ok(shop !== undefined);
  const running = runOf("s2", web.clock.nowMs(), {
    state: "filing",
    endedAt: null,
    doneBytes: 66e9,
    totalBytes: 212e9,
  });
  world.statuses = [{ ...shop, running: [running] }];
  assert.match(await textOf("/backups/shop-data?lang=en"), /storing files office 66 GB of 212 GB/);
  const at = { atMs: web.clock.nowMs(), monotonicMs: 0, bootId: "b" };
  const pace = { bytesPerSecond: 14.2e6, leftSeconds: 5_040, doneBytes: 140e9, totalBytes: 212e9 };
  world.tell({ id: "s2", what: "backup", plan: "shop-data", phase: "filing", at, ...pace });
  assert.match(await textOf("/backups/shop-data?lang=en"), /140 GB of 212 GB · 14\.2 MB\/s, 1 h 24 min left/);
});

test("the buttons reach the desk by plain forms, for those signed in alone", async () => {
  begin();
  assert.notEqual((await ask(`${web.url}/backups/shop-data/run`, { form: {} })).status, 303);
  assert.deepEqual(world.asked, []);
  for (const [verb, form] of [["run"], ["refresh"], ["verify", { level: "4" }], ["prove"], ["drill"]] as const) {
    const { status, headers } = await press(`/backups/shop-data/${verb}`, form);
    assert.equal(status, 303, verb);
    assert.equal(headers.location, verb === "drill" ? "/restores/drill-6" : "/backups/shop-data");
  }
  const asked: readonly string[] = world.asked;
  assert.deepEqual(
    asked.map((line) => line.replace(/ person:.*/, "")),
    ["run shop-data", "refresh shop-data", "verify shop-data * 4", "prove shop-data *", "drill shop-data"],
  );
});

test("what could not be verified is said on the page", async () => {
  begin();
  world.refusal = new KoboshiError("KB1002", { what: "office" });
  await press("/backups/shop-data/verify", { level: "2" });
  assert.match(
    await textOf("/backups/shop-data?lang=ja"),
    /「検査する」を実行できませんでした: office は見つかりません/,
  );
});

function kept(set: string, keeps: readonly string[]) {
  return { set, at: "2026-11-20T18:21:00Z", keeps };
}

test("old copies go by a second press alone, and only those that were seen", async () => {
  begin();
  let sets = [kept("s3", ["daily"]), kept("s2", [])];
  const none = { state: "planned", refusals: [], removed: 0, trouble: null } as const;
  const { desk } = world;
  desk.tidy = async (plan, { by, isConfirmed }) => {
    world.asked.push(`tidy ${plan} ${isConfirmed} ${by.startsWith("person:")}`);
    const office = isConfirmed ? { state: "done" as const, removed: 1 } : {};
    return [
      { ...none, place: "office", sets, ...office },
      { ...none, place: "cloud", state: "no-maintainer", sets: [] },
    ];
  };
  const path = "/backups/shop-data/tidy";
  assert.notEqual((await ask(web.url + path)).status, 200, "looking opens the repository: for administrators");
  const { text } = await ask(`${web.url}${path}?lang=ja`, { headers: { cookie: session.cookie } });
  assert.match(text, /残します\(その日の最新\)/);
  assert.match(text, /1 個が消えます/);
  assert.match(text, /maintainer\)がないので、何も消しません/);
  const seen = /name="seen" value="([^"]*)"/.exec(text)?.[1] ?? "";
  assert.equal(seen, "office/s2");
  sets = [kept("s4", ["daily"]), kept("s3", []), kept("s2", [])];
  assert.equal((await press(path, { seen })).status, 409, "another would go too by now");
  assert.ok(!world.asked.some((line) => line.includes("true true")));
  sets = [kept("s3", ["daily"]), kept("s2", [])];
  const done = await press(path, { seen });
  assert.equal(done.status, 200);
  assert.equal(world.asked.at(-1), "tidy shop-data true true");
});

test("a suspicious change stands on the page, and a person calls it expected with a reason", async () => {
  begin();
  const said: unknown[] = [];
  world.desk.accept = async (set, { reason }) => {
    said.push([set, reason]);
    return [{ plan: "shop-data", place: "office" }];
  };
  const facts = {
    plan: "shop-data",
    place: "office",
    trouble: "deleted",
    set: "s1",
    deletedFiles: 40,
    beforeFiles: 50,
  };
  const at = { atMs: web.clock.nowMs(), monotonicMs: 0, bootId: "b" };
  const signal: Signal = {
    id: "deleted-1",
    kind: "backup",
    subject: "host:web1",
    checkId: null,
    severity: "warning",
    openedAt: at,
    startedAt: at,
    closedAt: null,
    layer: null,
    error: null,
    failingFrom: [],
    workingFrom: [],
    facts,
  };
  await web.ledger.transaction((tx) => tx.insertSignal(signal, null));
  const { text } = await ask(`${web.url}/backups/shop-data?lang=ja`, { headers: { cookie: session.cookie } });
  assert.match(text, /50 個のうち 40 個のファイルが一度に消えました/);
  assert.match(text, /<input type="hidden" name="set" value="s1"[^]*想定どおり<\/button>/);
  const { status } = await press("/backups/shop-data/accept", { set: "s1", reason: "2023 年分を整理した" });
  assert.deepEqual([status, said], [303, [["s1", "2023 年分を整理した"]]]);
});

test("a restore is looked at first, and begins only with the target's name typed", async () => {
  begin();
  const asked = "/backups/shop-data/restore?target=host:web1&folder=/srv&at=latest&place=";
  assert.ok(!(await textOf(asked)).includes("/srv/shop"), "what is in the way is told to those signed in");
  const text = await textOf(`${asked}&lang=ja`, session.cookie);
  assert.match(text, /office の .*\(212 GB\)を host:web1:\/srv に戻します/);
  assert.match(text, /見込み 2時間\(1時間 以上。上限は不明\) 空き 1 GB 空きが足りません/);
  assert.match(text, /次のものは別の名前に移します \/srv\/shop &lt;b>old/);
  const form = { at: "s1", place: "office", target: "host:web1", folder: "/srv", only: "" };
  const refused = await press("/backups/shop-data/restore", { ...form, confirm: "web" });
  assert.equal(refused.status, 409);
  assert.deepEqual(world.asked, []);
  const begun = await press("/backups/shop-data/restore", { ...form, confirm: "web1" });
  assert.deepEqual([begun.status, begun.headers.location], [303, "/restores/drill-6"]);
  assert.match(world.asked[0] ?? "", /^restore shop-data s1 host:web1 web1 person:/);
});

test("a refusal to look stands beside what was asked", async () => {
  begin();
  world.refusal = new KoboshiError("KB1002", { what: "drill1" });
  const text = await textOf("/backups/shop-data/restore?target=host:drill1&folder=/srv&lang=ja", session.cookie);
  assert.match(text, /KB1002 drill1 は見つかりません/);
});

test("a copy in quarantine is refused on the page, with a field for whoever takes it all the same", async () => {
  begin();
  const look = "/backups/shop-data/restore?target=host:drill1&folder=/srv&lang=ja";
  const facts = { place: "office", set: "s1", at: "2026-11-22T03:21:00+09:00", finding: "foreign-data", level: 5 };
  world.refusal = new KoboshiError("KB8312", facts);
  const { text: refused } = await ask(web.url + look, { headers: { cookie: session.cookie } });
  assert.match(
    refused,
    /KB8312 office の .*使えないと分かったため戻しません: 自分たちのものではないデータが入っている/,
  );
  assert.match(refused, /「s1」を入力してください<input name="despite"/);
  world.refusal = null;
  const { text: taken } = await ask(`${web.url}${look}&despite=s1`, { headers: { cookie: session.cookie } });
  assert.match(taken, /承知のうえで戻します/);
  assert.match(taken, /<input type="hidden" name="despite" value="s1"/);
});

test("a restore shows each phase with its time and handwork, and why it failed", async () => {
  begin();
  const nowMs = web.clock.nowMs();
  const [shop] = world.statuses;
  assert.ok(shop !== undefined);
  const trouble = { code: "KB8304", text: "no space left <b>" };
  const failed = restoreAt(nowMs, 2, { id: "r9", kind: "restore", state: "failed", trouble });
  world.statuses = [{ ...shop, restores: [failed, ...shop.restores] }];
  assert.match(
    await textOf("/restores/drill-6?lang=ja"),
    /サーバの用意 30分 — 1 取り出し 5時間30分 212 GB 0 合計 6時間/,
  );
  assert.match(await textOf("/restores/r9?lang=en"), /■ failed .*KB8304 “no space left &lt;b>”/);
  assert.equal((await ask(`${web.url}/restores/nope`)).status, 404);
});

test("a plan of the provider's own copies offers no run, only a restore", async () => {
  const plan = planOf({ key: "provider-copy", with: "external", to: [targetOf({ repo: null })] });
  world.statuses = [{ plan, copies: [], running: [], runs: [], restores: [], nextAtMs: null }];
  const html = (await ask(`${web.url}/backups/provider-copy`, { headers: { cookie: session.cookie } })).text;
  assert.ok(!html.includes("/backups/provider-copy/run"));
  assert.ok(html.includes("/backups/provider-copy/restore"));
});
