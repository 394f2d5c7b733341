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

const enter = (form: Record<string, string>, headers: Record<string, string> = {}) =>
  web.ask("/login", { form, headers });
const hourMs = 3_600_000;

test("name and password let in, and the record says who came from where", async () => {
  const answer = await enter({ name: "sato", password: goodPassword, next: "/i/7?lang=ja" });
  assert.equal(answer.status, 303);
  assert.equal(answer.headers.location, "/i/7?lang=ja");
  const cookie = String(answer.headers["set-cookie"]);
  assert.match(cookie, /^koboshi-session-7373=\w{32}; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Strict$/);
  const last = (await web.events("session.opened")).at(-1);
  assert.deepEqual([last?.actor, last?.data["by"], last?.data["from"]], ["person:sato", "password", "127.0.0.1"]);
});

test("a wrong password and a name nobody has are answered alike", async () => {
  const wrong = await enter({ name: "sato", password: "not this one, sorry" });
  const nobody = await enter({ name: "nobody", password: "not this one, sorry" });
  assert.deepEqual([wrong.status, nobody.status], [401, 401]);
  assert.equal(nobody.text.replaceAll("nobody", "sato"), wrong.text);
  assert.equal(wrong.headers["set-cookie"], undefined);
  assert.match(wrong.text, /名前かパスワードが違います/);
});

test("session fixation: a cookie the browser brought along is never the one that counts afterwards", async () => {
  const planted = "koboshi-session-7373=plantedplantedplantedplantedplant";
  const answer = await enter({ name: "sato", password: goodPassword }, { cookie: planted });
  assert.ok(!String(answer.headers["set-cookie"]).includes("planted"));
  assert.equal((await web.ask("/try/read", { headers: { cookie: planted, accept: "application/json" } })).status, 401);
  const first = await web.signIn("sato");
  const second = await enter({ name: "sato", password: goodPassword }, { cookie: first.cookie });
  assert.ok(!String(second.headers["set-cookie"]).includes(first.cookie), "each sign-in has a secret of its own");
});

test("the way on after signing in is a page of our own", async () => {
  for (const next of [
    "//evil.test",
    "/\\evil.test",
    "https://evil.test",
    "/x\r\nset-cookie: a=1",
    "/login",
    "/logout",
  ]) {
    const answer = await enter({ name: "sato", password: goodPassword, next });
    assert.equal(answer.headers.location, "/", next);
  }
});

test("a session ends when nobody used it for 12 hours, and after 30 days in any case", async () => {
  const idle = await web.signIn("sato");
  const read = async (cookie: string): Promise<number> =>
    (await web.ask("/try/read", { headers: { cookie, accept: "application/json" } })).status;
  await web.clock.advance(11 * hourMs);
  assert.equal(await read(idle.cookie), 200);
  await web.clock.advance(11 * hourMs);
  assert.equal(await read(idle.cookie), 200, "use keeps it");
  web.clock.stepWall(9 * hourMs);
  assert.equal(await read(idle.cookie), 200, "a wall clock that jumps ends no session");
  await web.clock.advance(12 * hourMs);
  assert.equal(await read(idle.cookie), 401);
  const busy = await web.signIn("sato");
  for (let spentHours = 0; spentHours < 30 * 24 - 10; spentHours += 10) {
    await web.clock.advance(10 * hourMs);
    assert.equal(await read(busy.cookie), 200, `${spentHours} h`);
  }
  await web.clock.advance(10 * hourMs);
  assert.equal(await read(busy.cookie), 401);
});

test("sessions are listed with where they came from, and each can be ended from another", async () => {
  await web.send("/settings/account/sessions/end-all", await web.signIn("sato"));
  const answer = await enter({ name: "sato", password: goodPassword }, { "user-agent": "Phone <b>X</b>" });
  const phone = String(answer.headers["set-cookie"]).split(";")[0] ?? "";
  const here = await web.signIn("sato");
  const page = await web.ask("/settings/account", { headers: { cookie: here.cookie } });
  assert.ok(page.text.includes("Phone &lt;b>X&lt;/b>"), "what a browser calls itself is text");
  const ids = [...page.text.matchAll(/name="session" value="([0-9a-f]{16})"/g)].map(([, id]) => id ?? "");
  assert.equal(ids.length, 1, "the present one has no button");
  await web.send("/settings/account/sessions/end", here, { session: ids[0] ?? "" });
  const json = { accept: "application/json" };
  assert.equal((await web.ask("/try/read", { headers: { cookie: phone, ...json } })).status, 401);
  assert.equal((await web.ask("/try/read", { headers: { cookie: here.cookie, ...json } })).status, 200);
  await web.send("/settings/account/sessions/end-all", here);
  assert.equal((await web.ask("/try/read", { headers: { cookie: here.cookie, ...json } })).status, 401);
  assert.equal((await web.ledger.read.sessionsOf("sato")).length, 0);
});

test("nobody ends another person's session", async () => {
  const own = await web.signIn("yamada");
  await web.signIn("sato");
  const [theirs] = await web.ledger.read.sessionsOf("sato");
  await web.send("/settings/account/sessions/end", own, { session: theirs?.hash.slice(0, 16) ?? "" });
  assert.equal((await web.ledger.read.sessionsOf("sato")).length, 1);
});

test("signing out ends the session, not only the cookie", async () => {
  const signed = await web.signIn("sato");
  const out = await web.send("/logout", signed);
  assert.match(String(out.headers["set-cookie"]), /Max-Age=0/);
  assert.equal((await web.ask("/try/self", { headers: { cookie: signed.cookie, accept: "*/json" } })).status, 401);
});

test("a temporary password leads to its replacement and nowhere else", async () => {
  const admin = await web.signIn("yamada");
  const handed = await web.send("/settings/people/add", admin, { name: "tanaka", role: "viewer" });
  const temporary = /<pre[^>]*>([^<]+)<\/pre>/.exec(handed.text)?.[1] ?? "";
  assert.match(temporary, /^\w{5}-\w{5}-\w{5}$/);
  const entered = await enter({ name: "tanaka", password: temporary, next: "/incidents" });
  assert.equal(entered.headers.location, "/settings/account");
  const signed = await web.signIn("tanaka", temporary);
  const page = await web.ask("/try/read", { headers: { cookie: signed.cookie } });
  assert.deepEqual([page.status, page.headers.location], [303, "/settings/account"]);
  assert.equal((await web.ask("/api/v1/audit", { headers: { cookie: signed.cookie } })).status, 403);
  const chosen = { present: temporary, password: "やっと自分で決めた合い言葉", again: "やっと自分で決めた合い言葉" };
  const changed = await web.send("/settings/account/password", signed, chosen);
  assert.equal(changed.status, 303, changed.text);
  assert.equal(
    (await web.ask("/try/read", { headers: { cookie: signed.cookie } })).status,
    303,
    "the old session is over",
  );
  const cookie = String(changed.headers["set-cookie"]).split(";")[0] ?? "";
  assert.equal((await web.ask("/try/read", { headers: { cookie } })).text, "seen");
});

test("a password is replaced only by whoever knows it, and by a good one", async () => {
  const signed = await web.signIn("sato");
  const change = (present: string, password: string, again = password) =>
    web.send("/settings/account/password", signed, { present, password, again });
  assert.equal((await change("not the present one", "これは長い文です、とても")).status, 401);
  assert.equal((await change(goodPassword, "short")).status, 400);
  assert.equal((await change(goodPassword, "password1234")).status, 400);
  assert.equal((await change(goodPassword, "これは長い文です、とても", "ちがう")).status, 400);
  assert.equal((await change(goodPassword, goodPassword)).status, 400);
  assert.equal((await change(goodPassword, "これは長い文です、とても")).status, 303);
  assert.equal((await enter({ name: "sato", password: goodPassword })).status, 401);
  const back = await web.signIn("sato", "これは長い文です、とても");
  await web.send("/settings/account/password", back, {
    present: "これは長い文です、とても",
    password: goodPassword,
    again: goodPassword,
  });
});

test("no password, code or session's secret is in the record, in the log or in an address", async () => {
  const told = JSON.stringify(await web.events()) + web.logged.join("\n");
  for (const secret of [goodPassword, "wrong wrong wrong", "hunter2", "koboshi-session-7373="]) {
    assert.ok(!told.includes(secret), secret);
  }
  const { cookie } = await web.signIn("sato");
  assert.ok(!told.includes(cookie.split("=")[1] ?? "?"));
});
