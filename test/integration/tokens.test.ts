import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startAccess, type AccessFixture, type Signed } from "./access-fixture.ts";
import { cliToken } from "./web-fixture.ts";

let web: AccessFixture;
let admin: Signed;
before(async () => {
  web = await startAccess();
  await web.addAccount("yamada", "admin");
  await web.addAccount("vera", "viewer");
  admin = await web.signIn("yamada");
});
after(() => web.close());

const hourMs = 3_600_000;

async function make(form: Record<string, string>): Promise<string> {
  const answer = await web.send("/settings/tokens/create", admin, form);
  assert.equal(answer.status, 200, answer.text);
  return /<pre[^>]*>([^<]+)<\/pre>/.exec(answer.text)?.[1] ?? "";
}

const asProgram = (token: string, path: string, method = "GET") =>
  web.ask(path, { method, headers: { authorization: `Bearer ${token}`, accept: "application/json" } });

test("a token is shown once, kept as a hash, and never seen again", async () => {
  const token = await make({ name: "grafana", "scope-read": "yes", days: "90" });
  assert.match(token, /^kb_grafana_[0-9a-z]{32}$/);
  const page = await web.ask("/settings/tokens", { headers: { cookie: admin.cookie } });
  const list = await asProgram(cliToken, "/api/v1/tokens");
  const secret = token.split("_")[2] ?? "";
  const everywhere = [page.text, list.text, JSON.stringify(await web.events()), web.logged.join("\n")].join("\n");
  assert.ok(!everywhere.includes(secret));
  assert.ok(!JSON.stringify(await web.ledger.read.apiTokens()).includes(secret));
  assert.equal(page.headers["cache-control"], "no-store");
  const [created] = await web.events("token.created");
  assert.deepEqual(
    [created?.actor, created?.data["name"], created?.data["scopes"]],
    ["person:yamada", "grafana", ["read"]],
  );
});

test("a token reaches what its scopes name, and the refusal names the scope that is missing", async () => {
  const reader = await make({ name: "reader", "scope-read": "yes", days: "30" });
  const alerts = await make({ name: "alerts", "scope-alerts:write": "yes", days: "30" });
  assert.equal((await asProgram(reader, "/try/read")).status, 200);
  assert.equal((await asProgram(reader, "/try/change", "POST")).status, 403);
  assert.equal((await asProgram(reader, "/try/token", "POST")).status, 403);
  assert.equal((await asProgram(alerts, "/try/token", "POST")).status, 200);
  const refused = await asProgram(alerts, "/try/read");
  assert.equal(refused.status, 403);
  const { error } = JSON.parse(refused.text) as { error: { code: string; message: string } };
  assert.equal(error.code, "KB3011");
  assert.match(error.message, /read/);
  assert.equal((await asProgram(reader, "/api/v1/tokens")).status, 403, "tokens do not make tokens");
});

test("a token in an address opens nothing", async () => {
  const token = await make({ name: "inaddress", "scope-admin": "yes", days: "30" });
  for (const query of [`token=${token}`, `access_token=${token}`, `api_key=${token}`]) {
    assert.equal((await web.ask(`/api/v1/tokens?${query}`, { headers: { accept: "application/json" } })).status, 401);
  }
});

test("a token ends on its day, and at once when it is revoked by name", async () => {
  const token = await make({ name: "short", "scope-read": "yes", days: "30" });
  await web.clock.advance(30 * 24 * hourMs - 1);
  assert.equal((await asProgram(token, "/try/read")).status, 200);
  await web.clock.advance(2);
  assert.equal((await asProgram(token, "/try/read")).status, 401);
  admin = await web.signIn("yamada");
  const next = await make({ name: "short", "scope-read": "yes", days: "never" });
  assert.equal((await asProgram(token, "/try/read")).status, 401, "the name's former token stays void");
  assert.equal((await asProgram(next, "/try/read")).status, 200);
  const taken = await web.send("/settings/tokens/create", admin, { name: "short", "scope-read": "yes", days: "90" });
  assert.equal(taken.status, 409);
  assert.equal((await web.send("/settings/tokens/revoke", admin, { name: "short", typed: "shor" })).status, 400);
  assert.equal((await web.send("/settings/tokens/revoke", admin, { name: "short", typed: "short" })).status, 303);
  assert.equal((await asProgram(next, "/try/read")).status, 401);
  const last = (await web.events("token.revoked")).at(-1);
  assert.deepEqual([last?.actor, last?.data["name"]], ["person:yamada", "short"]);
});

test("when it was last used is kept by the hour: a busy program writes nothing each time", async () => {
  const token = await make({ name: "busy", "scope-read": "yes", days: "365" });
  const lastUsed = async (): Promise<number | undefined> => (await web.ledger.read.apiToken("busy"))?.lastUsedAt?.atMs;
  assert.equal(await lastUsed(), undefined);
  await asProgram(token, "/try/read");
  const first = await lastUsed();
  assert.ok(first !== undefined);
  await web.clock.advance(hourMs - 1);
  await asProgram(token, "/try/read");
  assert.equal(await lastUsed(), first);
  await web.clock.advance(1);
  await asProgram(token, "/try/read");
  assert.equal(await lastUsed(), first + hourMs);
});

test("a name, a scope and a sensible end are needed, and a viewer makes none", async () => {
  const refused = async (form: Record<string, string>): Promise<number> =>
    (await web.send("/settings/tokens/create", admin, form)).status;
  assert.equal(await refused({ name: "Über", "scope-read": "yes" }), 400);
  assert.equal(await refused({ name: "none" }), 400);
  const post = (body: object) =>
    fetch(`${web.url}/api/v1/tokens`, {
      method: "POST",
      headers: { authorization: `Bearer ${cliToken}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  assert.equal((await post({ name: "a", scopes: ["everything"] })).status, 400);
  assert.equal((await post({ name: "a", scopes: ["read"], lifeSeconds: 60 })).status, 400);
  assert.equal((await post({ name: "a", scopes: ["read"], lifeSeconds: 1e12 })).status, 400);
  const made = (await (await post({ name: "a", scopes: ["read"] })).json()) as { token: string };
  assert.equal((await asProgram(made.token, "/try/read")).status, 200);
  const vera = await web.signIn("vera");
  assert.equal((await web.send("/settings/tokens/create", vera, { name: "b", "scope-admin": "yes" })).status, 403);
  assert.equal((await web.ask("/settings/tokens", { headers: { cookie: vera.cookie } })).status, 403);
});
