import assert from "node:assert/strict";
import fs from "node:fs";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { emptySite } from "../../src/config/index.ts";
import { startRelay, type MailRelay } from "../doubles/mail-relay.ts";
import { startWebTarget } from "../doubles/web-target.ts";
import { ask, startWeb, type Answer, type WebFixture } from "./web-fixture.ts";

const target = await startWebTarget();
let relay: MailRelay;
let web: WebFixture;
let cookie = "";
let csrf = "";

before(async () => {
  relay = await startRelay();
});
after(async () => {
  await relay.close();
  await target.stop();
});
beforeEach(async () => {
  web = await startWeb({ site: emptySite("/nonexistent"), checks: [], vantages: [] });
  ({ cookie, csrf } = await web.signIn());
});
afterEach(() => web.close());

const smtp = (): string => `smtp://127.0.0.1:${relay.port}`;
const post = (path: string, form: Record<string, string>, headers: Record<string, string> = {}): Promise<Answer> =>
  ask(web.url + path, { headers: { cookie, origin: web.url, ...headers }, form: { csrf, ...form } });
const found = (form: Record<string, string> = {}): Record<string, string> => ({
  address: target.url,
  asked: "yes",
  "take.web": "yes",
  mail: "me@example.jp",
  smtp: smtp(),
  ...form,
});
const ticketOf = (page: Answer): string => /name="ticket" value="([^"]+)"/.exec(page.text)?.[1] ?? "";
const newestCode = (): string => /\d{6}/.exec(relay.mails.at(-1)?.mail.subject ?? "")?.[0] ?? "";
const plainOf = (page: Answer): string => page.text.replace(/^[\s\S]*<main/, "<main");

test("the number that arrived is the channel's first test", async () => {
  const ticket = ticketOf(await post("/start/mail", found()));
  await post("/start/finish", { ...found(), ticket, code: newestCode() });
  const channels = await ask(`${web.url}/settings/channels`, { headers: { cookie, "accept-language": "ja" } });
  assert.match(channels.text, /届いたことを確かめました/);
  const [event] = await web.ledger.read.audit({ kind: "channel.tested", limit: 5 });
  assert.deepEqual(event?.data, { channel: "mail", to: "me", result: "arrived" });
});

test("full-width figures and spaces are the same number", async () => {
  const ticket = ticketOf(await post("/start/mail", found()));
  const wide = newestCode().replace(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0));
  const done = await post("/start/finish", { ...found(), ticket, code: ` ${wide.slice(0, 3)} ${wide.slice(3)}` });
  assert.equal(done.status, 200);
  assert.equal(web.world.site.services.size, 1);
});

test("five wrong numbers make it void, and everything typed is still there", async () => {
  const ticket = ticketOf(await post("/start/mail", found()));
  const right = newestCode();
  const wrong = right === "000000" ? "000001" : "000000";
  for (const nth of [1, 2, 3, 4]) {
    const page = await post("/start/finish", { ...found(), ticket, code: wrong });
    assert.equal(page.status, 422, String(nth));
    assert.match(plainOf(page), /番号が違います/);
    assert.match(plainOf(page), /name="code"/);
  }
  const fifth = await post("/start/finish", { ...found(), ticket, code: wrong });
  assert.match(plainOf(fifth), /5回間違えた/);
  assert.match(plainOf(fifth), /value="me@example\.jp"/);
  assert.equal((await post("/start/finish", { ...found(), ticket, code: right })).status, 422, "the right one, too");
  assert.equal(fs.existsSync(web.configFile), false);
});

test("a number is good for ten minutes, and for the address it was sent to", async () => {
  const ticket = ticketOf(await post("/start/mail", found()));
  const code = newestCode();
  const other = await post("/start/finish", { ...found({ mail: "other@example.jp" }), ticket, code });
  assert.match(plainOf(other), /期限/);
  await web.clock.advance(10 * 60_000);
  const late = await post("/start/finish", { ...found(), ticket, code });
  assert.match(plainOf(late), /期限\(10分\)が過ぎました/);
  assert.equal(fs.existsSync(web.configFile), false);
});

test("a relay that refuses is told with its reason, where it was typed", async () => {
  const strict = await startRelay({ onRcptTo: (_to, _session, done) => done(new Error("<b>no such user</b>")) });
  const page = await post("/start/mail", found({ smtp: `smtp://127.0.0.1:${strict.port}` }));
  await strict.close();
  assert.equal(page.status, 422);
  assert.match(plainOf(page), /me@example\.jp に送れませんでした/);
  assert.match(plainOf(page), /&lt;b>no such user&lt;\/b>|&lt;b&gt;no such user/);
  assert.match(plainOf(page), /<details open/);
  assert.match(plainOf(page), new RegExp(`value="smtp://127\\.0\\.0\\.1:${strict.port}"`));
  const nobody = await post("/start/mail", found({ smtp: `smtp://127.0.0.1:${strict.port}` }));
  assert.match(plainOf(nobody), /送れませんでした/);
});

test("each slip is told at its own field, and nothing typed is lost", async () => {
  const cases: readonly (readonly [string, Record<string, string>, RegExp])[] = [
    ["/start/look", { address: '"><script>alert(1)</script>' }, /見に行けるアドレスではありません[\s\S]*id="address"/],
    ["/start/mail", found({ mail: "" }), /宛先がまだ入っていません[\s\S]*id="mail"/],
    ["/start/mail", found({ mail: "yamada" }), /メールアドレスの形ではありません[\s\S]*id="mail"/],
    ["/start/mail", found({ smtp: "relay" }), /relay は使える URL ではありません[\s\S]*id="smtp"/],
    ["/start/mail", { address: target.url, asked: "yes", mail: "me@example.jp" }, /1つ以上チェック/],
  ];
  for (const [path, form, wanted] of cases) {
    const page = await post(path, form);
    assert.equal(page.status, 422, plainOf(page));
    assert.match(plainOf(page), wanted);
    assert.doesNotMatch(page.text, /<script>alert/);
    if (form["mail"] === "yamada") assert.match(plainOf(page), /value="yamada"/);
  }
  assert.equal(fs.existsSync(web.configFile), false);
});

test("an address in the letters of its land is shown in them, and as it travels", async () => {
  const page = await post("/start/look", { address: `http://ローカル.localhost:${new URL(target.url).port}/` });
  assert.match(plainOf(page), /ローカル\.localhost \(xn--[a-z0-9]+\.localhost\)|には、見守れるものが/);
});

test("whoever decides later about the mail is watched over all the same", async () => {
  const page = await post("/start/mail", found({ later: "yes" }));
  assert.match(plainOf(page), /メールは届きません/);
  assert.equal(web.world.site.services.size, 1);
  assert.equal(web.world.site.people.size, 0);
});

test("a file that names a port but watches nothing keeps every line", async () => {
  fs.writeFileSync(web.configFile, 'version: 1 # mine\nhub: { listen: "127.0.0.1:7444" } # another port\n', {
    mode: 0o600,
  });
  const ticket = ticketOf(await post("/start/mail", found()));
  const done = await post("/start/finish", { ...found(), ticket, code: newestCode() });
  assert.equal(done.status, 200, plainOf(done));
  const text = fs.readFileSync(web.configFile, "utf8");
  assert.ok(text.startsWith('version: 1 # mine\nhub: { listen: "127.0.0.1:7444" } # another port\n'), text);
  assert.match(text, /services:/);
});

test("only an administrator's own form begins", async () => {
  const stranger = await ask(`${web.url}/start/look`, { form: { address: target.url }, headers: { origin: web.url } });
  assert.equal(stranger.status, 401);
  assert.equal((await post("/start/look", { address: target.url, csrf: "x" })).status, 403);
  assert.equal((await post("/start/look", { address: target.url }, { origin: "http://evil.example" })).status, 403);
  const reader = await ask(`${web.url}/start`);
  assert.match(reader.text, /起動したときに表示されたリンク/);
});

test("the other language begins with the same address", async () => {
  const page = await post("/start/look", { address: "javascript:alert(1)" });
  const link = /href="(\/start\?[^"]*lang=en[^"]*)"/.exec(page.text)?.[1]?.replaceAll("&amp;", "&") ?? "";
  const english = await ask(web.url + link, { headers: { cookie } });
  assert.match(plainOf(english), /value="javascript:alert\(1\)"/);
  assert.match(plainOf(english), /What shall I watch over\?/);
});
