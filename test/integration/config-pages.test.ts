import assert from "node:assert/strict";
import fs from "node:fs";
import { after, before, test } from "node:test";
import { loadConfig, openSecrets, thisMachine } from "../../src/config/index.ts";
import { ask, startWeb, type Answer, type WebFixture } from "./web-fixture.ts";

const base = `version: 1
site: { name: "<script>alert(1)</script>" }
people: { me: me@example.jp }
services:
  shop: # the shop
    name: "\\"><img src=x onerror=alert(2)>"
    checks:
      - http: https://www.example.jp/
        every: 30s
        expect: { within: 2s }
  www.example.jp: https://www.example.jp
`;
let web: WebFixture;
let cookie = "";
let csrf = "";

before(async () => {
  web = await startWeb();
  ({ cookie, csrf } = await web.signIn());
});
after(() => web.close());

function put(text: string): void {
  fs.writeFileSync(web.configFile, text, { mode: 0o600 });
}

/** Writes the file and lets it run. */
function run(text: string): void {
  put(text);
  const { plan } = loadConfig(web.configFile);
  const opened = plan === null ? null : openSecrets(plan, thisMachine());
  assert.ok(opened?.ok === true);
  web.world.site = opened.value;
}
const read = (): string => fs.readFileSync(web.configFile, "utf8");
const get = (path: string): Promise<Answer> => mainOf(ask(web.url + path, { headers: { cookie } }));
const post = (path: string, form: Record<string, string>): Promise<Answer> =>
  mainOf(ask(web.url + path, { headers: { cookie, origin: web.url }, form: { csrf, ...form } }));

/** Without the style and the frame, so that a failure can be read. */
async function mainOf(asked: Promise<Answer>): Promise<Answer> {
  const answer = await asked;
  return { ...answer, text: /<main[\s\S]*<\/main>/.exec(answer.text)?.[0] ?? answer.text };
}

/** Every input of the form that has the field of this name, as a browser would send it. */
function inputsOf(html: string, wanted: string): Record<string, string> {
  const forms = html.match(/<form[\s\S]*?<\/form>/g) ?? [];
  const form = forms.find((one) => one.includes(wanted)) ?? "";
  assert.ok(form !== "", `no form with ${wanted}`);
  const inputs = [...form.matchAll(/<(?:input|textarea)[^>]*?name="([^"]+)"(?:[^>]*?value="([^"]*)")?[^>]*>/g)];
  const selects = [...form.matchAll(/<select[^>]*name="([^"]+)"[^>]*>([\s\S]*?)<\/select>/g)].map(
    ([, name = "", options = ""]) => [name, /<option value="([^"]*)" selected/.exec(options)?.[1] ?? ""],
  );
  return Object.fromEntries([
    ...inputs.map(([, name = "", value = ""]) => [name, unescape(value)]),
    ...(selects as [string, string][]),
  ]) as Record<string, string>;
}
function unescape(text: string): string {
  return text.replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
/** The name of the input whose path this is. */
function inputFor(inputs: Record<string, string>, path: readonly (string | number)[]): string {
  const found = Object.entries(inputs).find(([, value]) => value === JSON.stringify(path));
  assert.ok(found !== undefined, `no input for ${path.join(".")}`);
  return found[0].replace(/^p/, "f");
}

test("the page shows the file and what there is to say; names cannot act on it", async () => {
  run(base.replace("30s", "40s"));
  put(base);
  const { status, text } = await get("/settings/config?lang=ja");
  assert.equal(status, 200);
  assert.ok(!text.includes("<script>alert") && !text.includes("<img src=x"));
  assert.ok(text.includes("&lt;script>alert(1)") || text.includes("&lt;script&gt;alert(1)"));
  assert.match(text, /動いている設定が違います/);
  assert.match(text, /href="\/settings\/config\/edit\?at=services"/);
});

test("a value is changed by a plain form: seen first, applied with a reason, one line of the file", async () => {
  run(base);
  const page = await get("/settings/config/edit?at=services.shop.checks.0&lang=ja");
  assert.match(page.text, /観測の間隔/);
  const inputs = inputsOf(page.text, '"p0"');
  const name = inputFor(inputs, ["services", "shop", "checks", 0, "every"]);
  assert.equal(inputs[name], "30s");
  const preview = await post("/settings/config/preview", { ...inputs, [name]: "45s" });
  assert.equal(preview.status, 200);
  assert.match(preview.text, /every 30s → 45s/);
  assert.match(preview.text, /\+ {8}every: 45s/);
  assert.equal(read(), base);
  const done = await post("/settings/config/apply", { ...inputsOf(preview.text, '"change"'), reason: "too often" });
  assert.deepEqual([done.status, done.headers.location], [303, "/settings/config?done=yes"]);
  assert.equal(read(), base.replace("30s", "45s"));
  assert.equal(web.world.site.checks[0]?.everyMs, 45_000);
  const events = await web.ledger.read.eventsAfter((await web.ledger.read.lastSeq()) - 1, 1);
  assert.deepEqual([events[0]?.kind, events[0]?.actor], ["config.edited", "person:yamada"]);
  assert.match((await get("/settings/config?lang=ja")).text, /動いている設定は同じです/);
});

test("a wrong value comes back with what was typed and the words of config check", async () => {
  run(base);
  const page = await get("/settings/config/edit?at=services.shop.checks.0&lang=en");
  const inputs = inputsOf(page.text, '"p0"');
  const name = inputFor(inputs, ["services", "shop", "checks", 0, "every"]);
  const refused = await ask(`${web.url}/settings/config/preview?lang=en`, {
    headers: { cookie, origin: web.url },
    form: { ...inputs, [name]: '30"><b>' },
  });
  assert.equal(refused.status, 400);
  assert.match(refused.text, /value="30&quot;(?:>|&gt;)(?:<|&lt;)b/);
  assert.match(refused.text, /is not a duration/);
  assert.equal(read(), base);
});

test("a check is added to a service, also to one written as its address, and taken out again", async () => {
  run(base);
  const page = await get("/settings/config/edit?at=services.www.example.jp");
  const inputs = inputsOf(page.text, '"kind"');
  const preview = await post("/settings/config/preview", { ...inputs, kind: "tcp", target: "www.example.jp:22" });
  assert.equal(preview.status, 200);
  await post("/settings/config/apply", inputsOf(preview.text, '"change"'));
  assert.match(
    read(),
    / {2}www\.example\.jp: \{ checks: \[https:\/\/www\.example\.jp, \{ tcp: "?www\.example\.jp:22"? \}\] \}\n$/,
  );
  const item = await get("/settings/config/edit?at=services.www.example.jp.checks.1");
  const removal = await post("/settings/config/preview", inputsOf(item.text, '"remove"'));
  const wanted = { ...inputsOf(removal.text, '"change"'), confirm: "yes" };
  assert.equal((await post("/settings/config/apply", wanted)).status, 303);
  assert.match(read(), /checks: \[https:\/\/www\.example\.jp\] \}\n$/);
});

test("who was slower sees the three versions, and nothing is lost", async () => {
  run(base);
  await get("/settings/config");
  const page = await get("/settings/config/edit?at=services.shop.checks.0&lang=ja");
  const inputs = inputsOf(page.text, '"p0"');
  const name = inputFor(inputs, ["services", "shop", "checks", 0, "every"]);
  const preview = await post("/settings/config/preview", { ...inputs, [name]: "45s" });
  const faster = base.replace("30s", "20s");
  put(faster);
  const late = await post("/settings/config/apply", inputsOf(preview.text, '"change"'));
  assert.equal(late.status, 409);
  for (const every of ["every: 30s", "every: 20s", "every: 45s"]) assert.ok(late.text.includes(every), every);
  assert.equal(read(), faster);
});

test("kept in git, the form hands out a patch and writes nothing", async () => {
  const git = `${base}hub: { edit: git }\n`;
  run(git);
  const page = await get("/settings/config/edit?at=services.shop.checks.0&lang=ja");
  const inputs = inputsOf(page.text, '"p0"');
  const name = inputFor(inputs, ["services", "shop", "checks", 0, "every"]);
  const preview = await post("/settings/config/preview", { ...inputs, [name]: "45s" });
  assert.match(preview.text, /パッチを保存/);
  assert.ok(!preview.text.includes('action="/settings/config/apply"'));
  const patch = await post("/settings/config/patch", inputsOf(preview.text, '"change"'));
  assert.match(String(patch.headers["content-disposition"]), /koboshi\.patch/);
  assert.match(patch.text, /^--- a\/koboshi\.yml\n\+\+\+ b\/koboshi\.yml\n@@/);
  const forced = await post("/settings/config/apply", inputsOf(preview.text, '"change"'));
  assert.equal(forced.status, 409);
  assert.equal(read(), git);
});

test("without the session's own field nothing is tried, and what the language has not is not found", async () => {
  run(base);
  const forged = await ask(`${web.url}/settings/config/apply`, {
    headers: { cookie, origin: web.url },
    form: { change: '[{"op":"remove","path":["services"]}]', base: "" },
  });
  assert.equal(forged.status, 403);
  for (const at of ["", "nothing", "services.shop.nothing", "../../etc/passwd", "__proto__.x"]) {
    assert.equal((await get(`/settings/config/edit?at=${encodeURIComponent(at)}`)).status, 404, at);
  }
  assert.equal((await post("/settings/config/apply", { change: "{", base: "" })).status, 400);
  assert.equal(read(), base);
});

test("secrets stay hidden, and an empty input leaves them as they are", async () => {
  run(
    `${base}notify: { channels: { mail: { smtp: "smtp://relay.example.jp", from: a@example.jp, user: u, password: hunter2x } } }\n`,
  );
  const whole = await get("/settings/config");
  const page = await get("/settings/config/edit?at=notify.channels.mail&lang=ja");
  assert.equal(page.status, 200);
  assert.ok(!whole.text.includes("hunter2x") && !page.text.includes("hunter2x"));
  const inputs = inputsOf(page.text, '"p0"');
  const user = inputFor(inputs, ["notify", "channels", "mail", "user"]);
  const preview = await post("/settings/config/preview", { ...inputs, [user]: "v" });
  assert.equal(preview.status, 200);
  assert.ok(!preview.text.includes("hunter2x"));
  await post("/settings/config/apply", { ...inputsOf(preview.text, '"change"'), confirm: "yes" });
  assert.match(read(), /user: v, password: hunter2x/);
});
