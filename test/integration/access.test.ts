import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { goodPassword, startAccess, type AccessFixture, type Signed } from "./access-fixture.ts";

let web: AccessFixture;
before(async () => {
  web = await startAccess();
});
after(() => web.close());

const json = { accept: "application/json" };
const levels = ["read", "change", "admin", "self"] as const;

async function reach({ cookie, csrf }: Signed): Promise<string[]> {
  const found: string[] = [];
  for (const level of levels) {
    const seen = await web.ask(`/try/${level}`, { headers: { cookie, ...json } });
    const done = level === "read" ? null : await web.send(`/try/${level}`, { cookie, csrf });
    if (seen.status === 200) found.push(`see ${level}`);
    if (done?.status === 200) found.push(`do ${level}`);
  }
  return found;
}

test("before anyone has an account, this machine reads and the start token makes the first administrator", async () => {
  assert.equal((await web.ask("/try/read")).status, 200);
  assert.match((await web.ask("/settings/people")).text, /アカウントはまだありません/);
  const start = await web.signInAtStart();
  const bad = await web.send("/settings/account/first", start, { name: "yamada", password: "short", again: "short" });
  assert.equal(bad.status, 400);
  assert.ok(bad.text.includes('value="yamada"'), "what was typed is kept, but for the password");
  const form = { name: "yamada", password: goodPassword, again: goodPassword };
  const made = await web.send("/settings/account/first", start, form);
  assert.equal(made.status, 303, made.text);
  const events = await web.events();
  const created = events.find(({ kind }) => kind === "account.created");
  assert.deepEqual(created?.data, { name: "yamada", role: "admin", from: "127.0.0.1" });
  assert.equal((await web.ask("/try/read", { headers: { cookie: start.cookie, ...json } })).status, 401);
  const cookie = String(made.headers["set-cookie"]).split(";")[0] ?? "";
  assert.equal((await web.ask("/try/admin", { headers: { cookie } })).text, "seen");
});

test("from then on nothing is read without a session, and the page that was asked for comes after it", async () => {
  const page = await web.ask("/try/read?x=1");
  assert.deepEqual([page.status, page.headers.location], [303, "/login?next=%2Ftry%2Fread%3Fx%3D1"]);
  assert.equal((await web.ask("/try/read", { headers: json })).status, 401);
  assert.equal((await web.ask("/api/v1/audit-log")).status, 401);
  const login = await web.ask("/login?next=%2Ftry%2Fread");
  assert.match(login.text, /name="password" required[^>]*autocomplete="current-password"/);
  assert.ok(!login.text.includes('name="token"'), "the start token is not offered any more");
});

test("the start token is void once an administrator can sign in, unless the machine's owner recovers", async () => {
  const void1 = await web.ask("/login", { form: { token: web.startToken.issue(), person: "sato" } });
  assert.equal(void1.status, 401);
  const token = web.startToken.issue({ recover: true });
  assert.ok((await web.ask("/login")).text.includes('name="token"'));
  const entered = await web.ask("/login", { form: { token, person: "sato" } });
  assert.equal(entered.status, 303);
});

test("viewers look, responders act, administrators do everything", async () => {
  await web.addAccount("vera", "viewer");
  await web.addAccount("rei", "responder");
  const own = ["see self", "do self"];
  assert.deepEqual(await reach(await web.signIn("vera")), ["see read", ...own]);
  assert.deepEqual(await reach(await web.signIn("rei")), ["see read", "see change", "do change", ...own]);
  const all = ["see read", "see change", "do change", "see admin", "do admin", ...own];
  assert.deepEqual(await reach(await web.signIn("yamada")), all);
});

test("another role begins with a new sign-in, at once", async () => {
  const rei = await web.signIn("rei");
  const admin = await web.signIn("yamada");
  const changed = await web.send("/settings/people/role", admin, { name: "rei", role: "viewer" });
  assert.equal(changed.status, 303);
  assert.equal((await web.ask("/try/read", { headers: { cookie: rei.cookie, ...json } })).status, 401);
  assert.equal((await web.send("/try/change", await web.signIn("rei"))).status, 403);
  const told = (await web.events("account.changed")).at(-1);
  assert.deepEqual(told?.data, { name: "rei", what: "role", before: "responder", role: "viewer", from: "127.0.0.1" });
});

test("the last administrator can neither be removed nor made less; a removal asks for the name", async () => {
  const admin = await web.signIn("yamada");
  const less = await web.send("/settings/people/role", admin, { name: "yamada", role: "viewer" });
  assert.equal(less.status, 409);
  assert.match(less.text, /最後の管理者/);
  assert.equal((await web.send("/settings/people/remove", admin, { name: "yamada", typed: "yamada" })).status, 409);
  assert.equal((await web.send("/settings/people/remove", admin, { name: "rei", typed: "rie" })).status, 400);
  const rei = await web.signIn("rei");
  assert.equal((await web.send("/settings/people/remove", admin, { name: "rei", typed: "rei" })).status, 303);
  assert.equal((await web.ask("/try/read", { headers: { cookie: rei.cookie, ...json } })).status, 401);
});

test("every form is refused without its session's own field, from another site, and by a foreign name", async () => {
  const admin = await web.signIn("yamada");
  const other = await web.signIn("vera");
  const lastSeq = await web.ledger.read.lastSeq();
  const forms = [
    "/settings/account/password",
    "/settings/account/totp",
    "/settings/account/totp/prove",
    "/settings/account/totp/off",
    "/settings/account/codes",
    "/settings/account/sessions/end",
    "/settings/account/sessions/end-all",
    "/settings/people/add",
    "/settings/people/role",
    "/settings/people/reset",
    "/settings/people/remove",
    "/settings/tokens/create",
    "/settings/tokens/revoke",
    "/logout",
  ];
  for (const path of forms) {
    for (const csrf of ["", other.csrf, "x".repeat(admin.csrf.length)]) {
      const answer = await web.ask(path, { headers: { cookie: admin.cookie }, form: { csrf, name: "vera" } });
      assert.equal(answer.status, 403, path);
    }
    for (const headers of [
      { origin: "https://evil.test" },
      { "sec-fetch-site": "cross-site" },
      { host: "evil.test" },
    ]) {
      const asked = {
        headers: { cookie: admin.cookie, ...headers } as Record<string, string>,
        form: { csrf: admin.csrf },
      };
      assert.equal((await web.ask(path, asked)).status, 403, `${path} ${JSON.stringify(headers)}`);
    }
    assert.equal((await web.ask(path, { form: { csrf: admin.csrf } })).status, 401, path);
  }
  assert.equal(await web.ledger.read.lastSeq(), lastSeq);
});

test("a page is framed by nobody, kept by no cache and tells other sites nothing", async () => {
  const { cookie } = await web.signIn("yamada");
  for (const path of [
    "/login",
    "/settings",
    "/settings/account",
    "/settings/people",
    "/settings/tokens",
    "/settings/audit",
  ]) {
    const { status, headers, text } = await web.ask(path, { headers: { cookie } });
    assert.equal(status, 200, path);
    assert.equal(headers["x-frame-options"], "DENY");
    assert.match(String(headers["content-security-policy"]), /frame-ancestors 'none'/);
    assert.equal(headers["cache-control"], "no-store");
    assert.equal(headers["referrer-policy"], "same-origin");
    assert.ok(!/<script(?! type="module" src="\/assets)|\son\w+=|javascript:/i.test(text), path);
  }
});

test("names are text wherever they are shown", async () => {
  const admin = await web.signIn("yamada");
  const evil = `<img/src=x`;
  const refused = await web.send("/settings/people/add", admin, {
    name: `"><script>alert(1)</script>`,
    role: "viewer",
  });
  assert.equal(refused.status, 400);
  const made = await web.send("/settings/people/add", admin, { name: evil.replace("/", "_"), role: "viewer" });
  assert.equal(made.status, 200);
  for (const path of ["/settings/people", "/settings/audit"]) {
    const { text } = await web.ask(path, { headers: { cookie: admin.cookie } });
    assert.ok(text.includes("&lt;img_src=x") && !text.includes("<img_"), path);
  }
  const typed = await web.ask("/login", { form: { name: `"><b>x`, password: "wrong wrong wrong" } });
  assert.ok(typed.text.includes("&quot;>") && !typed.text.includes(`"><b>x`));
});

test("the command line's token opens the door it always did", async () => {
  const headers = { authorization: "Bearer 0123456789abcdefghjkmnpqrstvwxyz", ...json };
  assert.equal((await web.ask("/try/admin", { headers })).status, 200);
  assert.equal((await web.ask("/try/self", { headers })).status, 401, "it has no password of its own");
  assert.equal((await web.ask("/api/v1/accounts", { headers })).status, 200);
});
