import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { SignalChange } from "../../src/kernel/model/signal.ts";
import type { Site } from "../../src/kernel/model/site.ts";
import { createPeople, type People } from "../../src/observe/people/people.ts";
import { ask, startWeb, silentLog, testSite, type Answer, type WebFixture } from "./web-fixture.ts";

let web: WebFixture;
let people: People;
const told: SignalChange[] = [];
async function take(changes: readonly SignalChange[]): Promise<void> {
  told.push(...changes);
}
const page = { title: "オムニ商会の稼働状況", langs: ["ja", "en"], show: ["shop", "mail"], publish: [] } as const;
const contact = { phone: null, hours: null, mail: null };
const site: Site = testSite({ statusPage: { ...page, contact } });

before(async () => {
  web = await startWeb({ site });
  people = await createPeople({ clock: web.clock, ledger: web.ledger, log: silentLog, site: () => site, take });
  Object.assign(web.deps, { people });
});
after(async () => {
  people.stop();
  await web.close();
});

const form = { service: "shop", reach: "no", device: "phone", network: "mobile", isp: "○○光", comment: "", tried: "" };

function send(
  change: Readonly<Record<string, string>> = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return ask(`${web.publicUrl}/status/reach`, { form: { ...form, ...change }, headers });
}

test("the public page asks about the services of the status page alone, in both languages, and is whole without a script", async () => {
  const ja = await ask(`${web.publicUrl}/status/reach`);
  assert.equal(ja.status, 200);
  assert.match(ja.text, /つながりますか/);
  assert.match(ja.text, /ネットショップ/);
  assert.doesNotMatch(ja.text, /会員ページ/);
  const en = await ask(`${web.publicUrl}/status/reach?lang=en&service=mail`);
  assert.match(en.text, /Can you reach it\?/);
  assert.match(en.text, /<option value="mail" selected/);
  assert.match(String(en.headers["content-security-policy"]), /default-src 'none'/);
  const iphone = { "user-agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148" };
  assert.match(
    (await ask(`${web.publicUrl}/status/reach`, { headers: iphone })).text,
    /<option value="phone" selected/,
  );
});

test("a browser is told scheme and host of a service and nothing that a check knows besides", async () => {
  const { text } = await ask(`${web.publicUrl}/status/reach`);
  assert.match(text, /https:\/\/shop\.example\.jp\//);
  assert.doesNotMatch(text, /hunter/);
});

test("a report is kept with what was said and no address", async () => {
  const sent = await send({ comment: "白い画面 <script>alert(1)</script>", tried: "not-reached" });
  assert.equal(sent.status, 303);
  assert.match(String(sent.headers.location), /thanks=1/);
  const [report] = await people.reports({ limit: 1 });
  assert.equal(report?.service, "shop");
  assert.deepEqual(
    [report?.canReach, report?.device, report?.network, report?.tried],
    [false, "phone", "mobile", "not-reached"],
  );
  assert.match(report?.source ?? "", /^[0-9a-f]{16}$/);
  assert.doesNotMatch(JSON.stringify(report), /127\.0\.0\.1/);
});

test("what people typed is text to the administrators' page and runs nowhere", async () => {
  const { cookie } = await web.signIn();
  for (const lang of ["ja", "en"]) {
    const { text, status } = await ask(`${web.url}/reports-by-people?lang=${lang}`, { headers: { cookie } });
    assert.equal(status, 200);
    assert.match(text, /&lt;script>alert\(1\)&lt;\/script>|&lt;script&gt;alert\(1\)&lt;\/script&gt;/);
    assert.doesNotMatch(text, /<script>alert/);
  }
  const echoed = await ask(`${web.publicUrl}/status/reach?service=%22%3E%3Cscript%3Ealert(2)`);
  assert.doesNotMatch(echoed.text, /<script>alert|alert\(2\)/);
});

test("a form on someone else's page, an empty one and a program's are not kept", async () => {
  const kept = (await people.reports({ limit: 200 })).length;
  assert.equal((await send({}, { origin: "https://evil.example" })).status, 403);
  assert.equal((await send({}, { "sec-fetch-site": "cross-site" })).status, 403);
  assert.equal((await send({}, { origin: "null" })).status, 403);
  assert.equal((await send({ service: "app" })).status, 400);
  assert.equal((await send({ reach: "" })).status, 400);
  assert.equal((await send({ website: "https://spam.example" })).status, 303);
  assert.equal((await people.reports({ limit: 200 })).length, kept);
});

test("one source is heard five times in ten minutes; more is counted and turned away with a word", async () => {
  const answers: number[] = [];
  for (let nth = 0; nth < 6; nth++) answers.push((await send()).status);
  assert.deepEqual(answers, [303, 303, 303, 303, 429, 429]);
  assert.equal(people.turnedAway(), 2);
  assert.equal(told.length, 0, "one source alone is no signal");
});

test("three sources within ten minutes are a quiet signal that ends half an hour after the last", async () => {
  const from = (address: string, change: object = {}): Promise<unknown> =>
    people.report({
      service: "mail",
      canReach: false,
      device: "phone",
      network: "home",
      isp: null,
      comment: null,
      tried: null,
      address,
      ...change,
    });
  await from("203.0.113.1");
  await from("203.0.113.1");
  await from("2001:db8:1:1::1");
  await from("2001:db8:1:1::2", { network: "mobile" });
  await from("198.51.100.7", { canReach: true });
  assert.equal(told.length, 0);
  await from("198.51.100.8", { network: "office" });
  assert.equal(told.length, 1);
  const signal = told[0]?.signal;
  assert.deepEqual(
    [told[0]?.change, signal?.kind, signal?.subject, signal?.severity],
    ["opened", "people", "service:mail", "info"],
  );
  assert.deepEqual(signal?.facts, {
    reports: 5,
    sources: 3,
    networks: ["home", "mobile", "office"],
    devices: ["phone"],
  });
  people.start();
  await web.clock.advance(29 * 60_000);
  assert.equal(told.length, 1);
  await web.clock.advance(2 * 60_000);
  assert.deepEqual(
    told.map(({ change }) => change),
    ["opened", "closed"],
  );
});

test("all together are heard three hundred times in ten minutes", async () => {
  const answers = await Promise.all(
    Array.from({ length: 320 }, (_, nth) =>
      people.report({
        ...form,
        service: "shop",
        canReach: false,
        device: "unknown",
        network: "unknown",
        tried: null,
        address: `198.18.${nth >> 8}.${nth & 255}`,
      }),
    ),
  );
  const kept = answers.filter(({ ok }) => ok).length;
  assert.equal(kept, 300);
});

test("without a status page nobody is asked", async () => {
  web.world.site = testSite();
  assert.equal((await ask(`${web.publicUrl}/status/reach`)).status, 404);
  web.world.site = site;
});
