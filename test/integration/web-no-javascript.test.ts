import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { launchBrowser, type TestBrowser } from "../doubles/browser.ts";
import { breakShop, startWeb, type WebFixture } from "./web-fixture.ts";

let web: WebFixture;
let browser: TestBrowser;
before(async () => {
  web = await startWeb();
  browser = await launchBrowser();
});
after(async () => {
  await browser.close();
  await web.close();
});

const phone = { width: 360, scheme: "light", lang: "ja" } as const;

/** Presses and waits for the page that follows. */
async function press(page: Page, name: string): Promise<void> {
  await Promise.all([page.waitForNavigation(), page.getByRole("button", { name, exact: true }).click()]);
}

test("without JavaScript an incident is opened, taken, noted and resolved", async () => {
  breakShop(web);
  const incident = await web.openIncident();
  const page = await browser.open(web.url, phone);
  await page.getByRole("link", { name: "ログインして対応する" }).click();
  await page.getByLabel("開始用の合い言葉").fill(web.startToken.issue());
  await page.getByLabel("あなたは").selectOption("yamada");
  await press(page, "ログインする");
  assert.equal(new URL(page.url()).pathname, `/i/${incident.id}`);

  await press(page, "対応します");
  assert.match(await page.locator("main").innerText(), /山田さんが対応中/);

  const noted = "/var を空けた <b>いま</b> & 様子を見る";
  await page.getByLabel("わかったこと、したこと").fill(noted);
  await press(page, "書き込む");
  assert.ok((await page.locator("ol.tl").innerText()).includes(`山田さん: ${noted}`));

  const reason = page.getByLabel("理由", { exact: true });
  assert.equal(await reason.getAttribute("required"), "", "it still fails: a reason is asked for");
  await reason.fill("ディスクを増やした");
  await press(page, "解決とする");
  const room = await page.locator("main").innerText();
  assert.match(room, /山田さんが終わらせました/);
  assert.match(room, /ディスクを増やした/);
  assert.equal((await web.ledger.read.incident(incident.id))?.state, "resolved");

  await page.goto(web.url);
  await press(page, "ログアウト");
  assert.equal((await page.context().cookies()).filter(({ name }) => name.startsWith("koboshi-session")).length, 0);
  await page.context().close();
});

test("what was typed survives a refusal", async () => {
  const incident = await web.openIncident();
  const page = await browser.open(`${web.url}/login?next=/i/${incident.id}`, phone);
  await page.getByLabel("開始用の合い言葉").fill(web.startToken.issue());
  await press(page, "ログインする");
  // a browser that does not know `required`, and a reason of spaces
  await page.getByLabel("理由", { exact: true }).fill("  ");
  await page.getByLabel("わかったこと、したこと").fill("x");
  await page.getByRole("checkbox").check();
  await press(page, "解決とする");
  assert.match(await page.getByRole("alert").innerText(), /確認がまだです/);
  assert.equal(await page.getByRole("checkbox").isChecked(), true);
  assert.equal((await web.ledger.read.incident(incident.id))?.state, "investigating");
  await page.context().close();
});

test("from the mail's link it is one tap, in one hand, without a login", async () => {
  const incident = await web.openIncident();
  const token = await web.linkToken(incident, "sato");
  const page = await browser.open(`${web.publicUrl}/i/${incident.id}/ack?k=${token}`, phone);
  const box = await page.getByRole("button", { name: "対応します" }).boundingBox();
  assert.ok(box !== null && box.y + box.height < 740, "the button is on the first screen of a phone");
  await press(page, "対応します");
  assert.match(await page.getByRole("status").innerText(), /対応中にしました/);
  assert.equal((await web.ledger.read.incident(incident.id))?.acknowledgedBy, "sato");
  await page.context().close();
});
