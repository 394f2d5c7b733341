import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import Fastify from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import { createChannelTests } from "../../src/app/channel-tests.ts";
import type { ApiDeps } from "../../src/api/deps.ts";
import { guardListener } from "../../src/api/guard.ts";
import { channelRoutes } from "../../src/api/routes/channels.ts";
import { sha256 } from "../../src/api/tokens.ts";
import type { ChannelSpec } from "../../src/kernel/model/site.ts";
import { Secret } from "../../src/kernel/secret.ts";
import { channels } from "../../src/respond/index.ts";
import { axeFindings, assertNoOverflow, launchBrowser, views } from "../doubles/browser.ts";
import { startReceiver, type HookReceiver } from "../doubles/hook-receiver.ts";
import { startRelay, type MailRelay } from "../doubles/mail-relay.ts";
import { ask, cliToken, startWeb, testSite, type Answer, type WebFixture } from "./web-fixture.ts";

const path = "/settings/channels";
const dayMs = 86_400_000;
let relay: MailRelay;
let hook: HookReceiver;
let web: WebFixture;
let cookie = "";
let csrf = "";

before(async () => {
  [relay, hook] = [await startRelay(), await startReceiver()];
  web = await startWeb({ site: withChannels(relay.port) });
  ({ cookie, csrf } = await web.signIn());
});
after(async () => {
  await web.close();
  await relay.close();
  await hook.close();
});

function withChannels(port: number): ReturnType<typeof testSite> {
  const mail: ChannelSpec = {
    kind: "mail",
    key: "mail",
    smtp: { host: "127.0.0.1", port, tls: "starttls-if-offered" },
    user: null,
    password: null,
    from: "koboshi@example.jp",
  };
  const url = new Secret(`http://127.0.0.1:${hook.port}/T0/sekret`, "the file itself");
  const room: ChannelSpec = { kind: "webhook", key: "hook", url, secret: new Secret("k", "the file itself") };
  return testSite({
    notify: { channels: new Map([mail, room].map((one) => [one.key, one])), escalate: new Map(), quiet: null },
  });
}

const show = async (): Promise<string> => {
  const page = await ask(web.url + path, { headers: { cookie, "accept-language": "ja" } });
  return /<main[\s\S]*<\/main>/.exec(page.text)?.[0] ?? "";
};
const press = (form: Record<string, string>): Promise<Answer> =>
  ask(`${web.url}${path}/test`, {
    headers: { cookie, origin: web.url, "accept-language": "ja" },
    form: { csrf, ...form },
  });

test("a channel never tried is marked, and one press sends a notice through it", async () => {
  assert.equal((await show()).match(/まだ試していません/g)?.length, 3, "two people and a room");
  const page = await press({ channel: "mail", to: "sato" });
  assert.match(page.text, /相手のサーバが受け取りました/);
  assert.match(page.text, /読まれたかどうかまでは分かりません/, "taken is not read");
  const [mail] = relay.mails;
  assert.deepEqual(mail?.to, ["sato@example.jp"]);
  assert.match(mail?.mail.subject ?? "", /試験/);
  assert.match(mail?.mail.text ?? "", /障害は起きていません/);
  const [event] = await web.ledger.read.audit({ kind: "channel.tested", limit: 1 });
  assert.deepEqual([event?.actor, event?.data], ["person:yamada", { channel: "mail", to: "sato", result: "accepted" }]);
  assert.equal((await show()).match(/まだ試していません/g)?.length, 2);
});

test("a room hears a signed post that says it is a test, about no incident", async () => {
  await press({ channel: "hook", to: "*" });
  const post = hook.posts.at(-1);
  const body = JSON.parse(post?.body ?? "{}") as Record<string, unknown>;
  assert.deepEqual([body["event"], body["incident"]], ["test", null]);
  assert.match(String(post?.headers["x-koboshi-signature"]), /^sha256=[0-9a-f]{64}$/);
  assert.ok(!(await show()).includes("sekret"), "the address of a webhook is a secret");
});

test("a refusal is shown with what the far side said, as text", async () => {
  const strict = await startRelay({ onRcptTo: (_to, _session, done) => done(new Error("<i>unknown</i>")) });
  web.world.site = withChannels(strict.port);
  const page = await press({ channel: "mail", to: "yamada" });
  await strict.close();
  web.world.site = withChannels(relay.port);
  assert.match(page.text, /role="alert"/);
  assert.ok(page.text.includes("unknown") && !page.text.includes("<i>unknown"));
  const [event] = await web.ledger.read.audit({ kind: "channel.tested", limit: 1 });
  assert.notEqual(event?.data["result"], "accepted");
  assert.match(await show(), /相手の返事/);
});

test("a button pressed twice at once sends once", async () => {
  const sent = relay.mails.length;
  await Promise.all([press({ channel: "mail", to: "sato" }), press({ channel: "mail", to: "sato" })]);
  assert.equal(relay.mails.length, sent + 1);
});

test("an end that is not there is refused, and nobody without authority tests", async () => {
  assert.equal((await press({ channel: "mail", to: "nobody" })).status, 404);
  assert.equal((await press({ channel: "fax", to: "sato" })).status, 404);
  assert.equal((await press({ channel: "mail", to: "sato", csrf: "x" })).status, 403);
  const form = { channel: "mail", to: "sato" };
  assert.equal((await ask(`${web.url}${path}/test`, { form, headers: { origin: web.url } })).status, 401);
  const reader = await ask(web.url + path);
  assert.ok(reader.status === 200 && !reader.text.includes('action="/settings/channels/test"'));
});

test("after a month a test says little and is marked again; a restart forgets none", async () => {
  await press({ channel: "mail", to: "yamada" });
  await web.clock.advance(31 * dayMs);
  ({ cookie, csrf } = await web.signIn());
  assert.match(await show(), /最後に試したのは31日/);
  const again = await createChannelTests({ ...web, site: () => web.world.site, channels });
  assert.equal((await again.lines()).filter(({ last }) => last === null).length, 0);
  assert.deepEqual(again.attentions(), []);
});

test("Home is told of ends that were never tried", async () => {
  const site = { ...web.world.site, people: new Map([["new", { ...nobody, key: "new" }]]) };
  const tests = await createChannelTests({ ...web, site: () => site, channels });
  assert.deepEqual(
    tests.attentions().map(({ code, level, facts }) => [code, level, facts["lines"]]),
    [["channel-untried", "info", "mail → new"]],
  );
});
const nobody = { key: "", name: "新人", mail: "new@example.jp", phone: null, lang: "ja" } as const;

test("programs list every end and try one", async () => {
  const site = (): typeof web.world.site => web.world.site;
  const app = Fastify();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  guardListener(app, "admin", { site, ledger: web.ledger, clock: web.clock, cliTokenHash: sha256(cliToken) });
  const desk = await createChannelTests({ ...web, site, channels });
  channelRoutes(app, { site, channels: desk } as Partial<ApiDeps> as ApiDeps);
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  const headers = { authorization: `Bearer ${cliToken}` };
  const listed = await ask(`${url}/api/v1/channels`, { headers });
  const items = (JSON.parse(listed.text) as { items: { channel: string; to: string }[] }).items;
  assert.deepEqual(
    items.map(({ channel, to }) => `${channel}/${to}`),
    ["mail/yamada", "mail/sato", "hook/*"],
  );
  const posted = await fetch(`${url}/api/v1/channels/mail/test`, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify({ to: "sato" }),
  });
  const tested = (await posted.json()) as { last: { result: string; by: string } };
  assert.deepEqual([posted.status, tested.last.result], [200, "accepted"]);
  const unknown = await fetch(`${url}/api/v1/channels/mail/test`, { method: "POST", headers });
  assert.equal(unknown.status, 404, "mail has no room");
  await app.close();
});

test("the page fits a phone and a desktop, and axe finds nothing", async () => {
  const browser = await launchBrowser();
  const [name = "", value = ""] = cookie.split("=");
  for (const view of [views[0], views.at(-1)]) {
    assert.ok(view !== undefined);
    const page = await browser.open(`${web.url}/healthz`, { ...view, javaScript: true });
    await page.context().addCookies([{ name, value, url: web.url }]);
    await page.goto(web.url + path);
    await assertNoOverflow(page);
    assert.deepEqual(await axeFindings(page), []);
    await page.context().close();
  }
  await browser.close();
});
