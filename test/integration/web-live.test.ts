import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { launchBrowser, type TestBrowser } from "../doubles/browser.ts";
import { ask, breakShop, startWeb, type WebFixture } from "./web-fixture.ts";

let web: WebFixture;
let browser: TestBrowser;
before(async () => {
  execFileSync(process.execPath, ["scripts/web.mjs"]);
  web = await startWeb();
  browser = await launchBrowser();
});
after(async () => {
  await browser.close();
  await web.close();
});

const desk = { width: 1280, scheme: "light", lang: "ja", javaScript: true } as const;
const deadlineMs = 8_000;

const verdict = (page: Page): Promise<string> => page.locator("#verdict").innerText();
async function shows(page: Page, selector: string, text: string): Promise<void> {
  await page.locator(selector).filter({ hasText: text }).first().waitFor({ state: "attached", timeout: deadlineMs });
}

test("the script stays within 2 kB and is kept by the browser", async () => {
  const bytes = fs.readFileSync("dist/assets/live.js");
  assert.ok(gzipSync(bytes).length <= 2_048, `${gzipSync(bytes).length}`);
  const url = /src="(\/assets\/live\.js\?v=\w+)"/.exec((await ask(web.url)).text)?.[1] ?? "";
  const { headers, status } = await ask(web.url + url);
  assert.deepEqual([status, headers["content-type"]], [200, "text/javascript; charset=utf-8"]);
  assert.match(String(headers["cache-control"]), /immutable/);
  const again = await ask(web.url + url, { headers: { "if-none-match": String(headers.etag) } });
  assert.equal(again.status, 304);
});

test("what happens appears by itself and is said once to a screen reader", async () => {
  const page = await browser.open(web.url, desk);
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  assert.match(await verdict(page), /すべて正常です/);
  await web.listening();
  breakShop(web);
  const incident = await web.openIncident();
  await shows(page, "#verdict", "ネットショップが止まっています");
  assert.match(await page.title(), /^\(1\) ■ ネットショップ/);
  await shows(page, "#news", "ネットショップが止まっています");
  await shows(page, "nav", "障害 (1)");
  assert.deepEqual(errors, []);
  await web.ledger.transaction(async (tx) => tx.updateIncident({ ...incident, state: "resolved" }));
  await page.context().close();
});

test("nobody's typing is taken away, and updates can be paused", async () => {
  const incident = await web.openIncident();
  const { cookie } = await web.signIn();
  const page = await browser.open("about:blank", desk);
  const [name = "", value = ""] = cookie.split("=");
  await page.context().addCookies([{ name, value, url: web.url }]);
  await page.goto(`${web.url}/i/${incident.id}`);
  await web.listening();
  const note = async (text: string): Promise<void> => {
    await web.ledger.transaction(async (tx) =>
      tx.append({ kind: "incident.noted", actor: "person:sato", incidentId: incident.id, data: { text } }),
    );
  };
  const field = page.getByLabel("わかったこと、したこと");
  await field.fill("書きかけ");
  await note("first");
  await page.waitForTimeout(2_000); // longer than events are gathered for
  assert.equal(await field.inputValue(), "書きかけ");
  assert.ok(!(await page.locator("ol.tl").innerText()).includes("first"));
  await field.fill("");
  await field.blur();
  await note("second");
  await shows(page, "ol.tl", "second");
  await page.getByRole("button", { name: "自動更新を止める" }).click();
  await note("third");
  await page.waitForTimeout(2_000);
  assert.ok(!(await page.locator("ol.tl").innerText()).includes("third"));
  await page.getByRole("button", { name: "自動更新を再開する" }).click();
  await shows(page, "ol.tl", "third");
  await web.ledger.transaction(async (tx) => tx.updateIncident({ ...incident, state: "resolved" }));
  await page.context().close();
});

test("the link koboshi up prints signs in, and the token stays out of the address", async () => {
  const site = web.world.site;
  web.world.site = { ...site, people: new Map([...site.people].slice(0, 1)) };
  const page = await browser.open(`${web.url}/#t=${web.startToken.issue()}`, desk);
  await shows(page, "footer", "山田さんとして操作中");
  assert.ok(!page.url().includes("t="));
  web.world.site = site;
  const token = web.startToken.issue();
  const asked = await browser.open(`${web.url}/#t=${token}`, desk);
  await asked.getByLabel("あなたは").selectOption("sato");
  assert.equal(await asked.getByLabel("開始用の合い言葉").inputValue(), token);
  assert.ok(!asked.url().includes(token));
  await asked.getByRole("button", { name: "ログインする" }).click();
  await shows(asked, "footer", "佐藤さんとして操作中");
  await page.context().close();
  await asked.context().close();
});

test("when koboshi is gone the page says its age instead of staying green", async () => {
  const page = await browser.open(web.url, desk);
  await web.listening();
  web.app.server.closeAllConnections();
  await web.app.close();
  await shows(page, "#stale", "分前の値です");
  assert.equal(await page.locator("main > .old").count(), (await page.locator("main > *").count()) - 1);
  await page.context().close();
});
