import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { axeFindings, launchBrowser, type TestBrowser } from "../doubles/browser.ts";
import { ask, breakShop, check, healthyWorld, startWeb, type WebFixture } from "./web-fixture.ts";

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

function sizeOf(name: string): number {
  return gzipSync(fs.readFileSync(`dist/assets/${name}`)).length;
}

test("the scripts stay within 15 kB in all, what every page loads within 3, and are kept by the browser", async () => {
  assert.ok(sizeOf("live.js") <= 3_072, `${sizeOf("live.js")}`);
  const all = fs.readdirSync("dist/assets").reduce((sum, name) => sum + sizeOf(name), 0);
  assert.ok(all <= 15_000, `${all}`);
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

test("only the rows that changed are replaced, and what has the focus keeps it", async () => {
  Object.assign(web.world, healthyWorld(web.clock));
  const page = await browser.open(`${web.url}/services`, desk);
  await web.listening();
  const marked = (key: string): Promise<boolean> =>
    page.$eval(`[data-live="s-${key}"] .mark`, (state) => state.getAttribute("data-marked") === "yes");
  const tick = async (): Promise<void> => {
    await web.ledger.transaction(async (tx) =>
      tx.append({ kind: "hub.started", actor: "koboshi", incidentId: null, data: {} }),
    );
  };
  const answered = page.waitForResponse((answer) => answer.url().endsWith("/services"));
  await tick();
  await answered; // from now on the page knows what it has
  await page.$$eval("[data-live] .mark", (all) => all.forEach((state) => state.setAttribute("data-marked", "yes")));
  await page.focus('[data-live="s-mail"] a');
  web.world.checks = ["shop", "app", "mail"].map((service) =>
    check(web.clock, { service, state: service === "mail" ? "warning" : "ok" }),
  );
  await tick();
  await shows(page, '[data-live="s-mail"]', "注意");
  assert.deepEqual([await marked("shop"), await marked("mail")], [true, false]);
  assert.equal(
    await page.evaluate(() => (globalThis as unknown as Window).document.activeElement?.textContent),
    "メール",
  );
  Object.assign(web.world, healthyWorld(web.clock));
  await page.context().close();
});

test("the search opens by key, finds by kana and Latin letters, and leads there", async () => {
  const page = await browser.open(web.url, desk);
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  await page.keyboard.press("Control+k");
  const field = page.locator("dialog [role=combobox]");
  for (const query of ["めーる", "meru", "メール"]) {
    await field.fill(query);
    await shows(page, "[role=option]", "メール");
  }
  await field.fill("さーびす");
  await shows(page, "[role=option][aria-selected=true]", "サービス");
  assert.deepEqual(await axeFindings(page), []);
  assert.equal(await field.getAttribute("aria-activedescendant"), "found-0");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/services");
  await page.keyboard.press("/");
  await page.locator("dialog [role=combobox]").waitFor();
  await page.keyboard.press("Escape");
  await page.locator("dialog").waitFor({ state: "detached" });
  await page.keyboard.press("?");
  await shows(page, "dialog", "Ctrl/⌘ K");
  assert.deepEqual(errors, []);
  await page.context().close();
});

test("single keys can be switched off; Ctrl K stays", async () => {
  const page = await browser.open(`${web.url}/look`, desk);
  await page.getByLabel("1文字のキー操作").uncheck();
  await page.getByLabel("暗い").check();
  await Promise.all([page.waitForNavigation(), page.getByRole("button", { name: "この表示にする" }).click()]);
  assert.equal(await page.locator("html").getAttribute("data-theme"), "dark");
  await page.locator("h1").click();
  await page.keyboard.press("?");
  await page.keyboard.press("Control+k");
  await page.locator("dialog [role=combobox]").waitFor();
  assert.equal(await page.locator("dialog").count(), 1);
  await page.context().close();
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
