import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { appCode, enrol, goodPassword, startAccess, type AccessFixture } from "./access-fixture.ts";

let web: AccessFixture;
before(async () => {
  web = await startAccess();
  await web.addAccount("yamada", "admin");
});
after(() => web.close());

const enter = (form: Record<string, string>) => web.ask("/login", { form });

async function ticketOf(): Promise<string> {
  const step = await enter({ name: "yamada", password: goodPassword, next: "/incidents" });
  assert.equal(step.status, 200);
  assert.equal(step.headers["set-cookie"], undefined);
  return /name="ticket" value="([^"]+)"/.exec(step.text)?.[1] ?? "";
}

test("with a second factor the password alone opens nothing; a code works once, half a minute off too", async () => {
  const { typed } = await enrol(web, await web.signIn("yamada"));
  const prove = (ticket: string, code: string) =>
    web.ask("/login/code", { form: { ticket, code, next: "/incidents" } });
  const now = (): number => web.clock.nowMs();
  await web.clock.advance(60_000);
  const ticket = await ticketOf();
  assert.equal((await prove(ticket, "000000")).status, 401);
  const entered = await prove(ticket, appCode(typed, now()));
  assert.deepEqual([entered.status, entered.headers.location], [303, "/incidents"]);
  assert.equal((await prove(ticket, appCode(typed, now()))).status, 401, "a ticket is used up");
  assert.equal((await prove(await ticketOf(), appCode(typed, now()))).status, 401, "a code is used up");
  await web.clock.advance(60_000);
  assert.equal(
    (await prove(await ticketOf(), appCode(typed, now() + 30_000))).status,
    303,
    "a clock half a minute fast",
  );
  assert.equal(
    (await prove(await ticketOf(), appCode(typed, now()))).status,
    401,
    "an older code than the last is void",
  );
  await web.clock.advance(120_000);
  assert.equal((await prove(await ticketOf(), appCode(typed, now() - 30_000))).status, 303, "half a minute slow");
  assert.equal((await prove(await ticketOf(), appCode(typed, now() - 90_000))).status, 401);
  const late = await ticketOf();
  await web.clock.advance(5 * 60_000);
  assert.match((await prove(late, appCode(typed, now()))).text, /もう一度、名前とパスワードから/);
});

test("a recovery code stands in once, and the secret is sealed in the ledger", async () => {
  await web.addAccount("ono", "responder");
  const { typed, codes } = await enrol(web, await web.signIn("ono"));
  assert.equal(codes.length, 8);
  const account = await web.ledger.read.account("ono");
  const kept = JSON.stringify(account);
  assert.ok(!kept.includes(typed.replaceAll(" ", "")) && !codes.some((code) => kept.includes(code)));
  const byCode = async (code: string): Promise<number> => {
    const step = await enter({ name: "ono", password: goodPassword });
    const ticket = /name="ticket" value="([^"]+)"/.exec(step.text)?.[1] ?? "";
    return (await web.ask("/login/code", { form: { ticket, code } })).status;
  };
  assert.equal(await byCode(` ${codes[0]?.toUpperCase() ?? ""} `), 303);
  assert.equal(await byCode(codes[0] ?? ""), 401);
  const last = (await web.events("session.opened")).at(-1);
  assert.deepEqual([last?.data["by"], last?.data["left"]], ["recovery-code", 7]);
});

test("the second factor is switched off only with the password", async () => {
  await web.addAccount("mori", "viewer");
  const { signed } = await enrol(web, await web.signIn("mori"));
  const page = await web.ask("/settings/account", { headers: { cookie: signed.cookie } });
  const csrf = /name="csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? "";
  const session = { cookie: signed.cookie, csrf };
  assert.equal((await web.send("/settings/account/totp/off", session, { present: "wrong wrong!" })).status, 401);
  assert.equal((await web.send("/settings/account/totp/off", session, { present: goodPassword })).status, 303);
  assert.equal((await web.ledger.read.account("mori"))?.totp, null);
  assert.equal((await enter({ name: "mori", password: goodPassword })).status, 303);
});
