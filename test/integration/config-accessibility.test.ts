import assert from "node:assert/strict";
import fs from "node:fs";
import { after, before, test } from "node:test";
import { loadConfig, openSecrets, thisMachine } from "../../src/config/index.ts";
import {
  assertNoOverflow,
  axeFindings,
  launchBrowser,
  smallTargets,
  views,
  type TestBrowser,
} from "../doubles/browser.ts";
import { startWeb, type WebFixture } from "./web-fixture.ts";

let web: WebFixture;
let browser: TestBrowser;
let cookie = "";
before(async () => {
  web = await startWeb();
  browser = await launchBrowser();
  fs.copyFileSync("test/fixtures/config/koboshi.yml", web.configFile);
  const { plan } = loadConfig(web.configFile);
  const opened = plan === null ? null : openSecrets(plan, thisMachine());
  if (opened?.ok === true) web.world.site = opened.value;
  ({ cookie } = await web.signIn());
});
after(async () => {
  await browser.close();
  await web.close();
});

type View = (typeof views)[number];
type TestPage = Awaited<ReturnType<TestBrowser["open"]>>;

async function openSignedIn(path: string, view: View): Promise<TestPage> {
  const page = await browser.open("about:blank", view);
  const [name = "", value = ""] = cookie.split("=");
  await page.context().addCookies([{ name, value, url: web.url }]);
  await page.goto(web.url + path);
  return page;
}

async function inspect(page: TestPage, where: string): Promise<void> {
  assert.deepEqual(await axeFindings(page), [], where);
  assert.deepEqual(await smallTargets(page), [], where);
  await assertNoOverflow(page);
}

test("the configuration, its parts and a form can be read and used by everyone, at every width", async () => {
  const [phone, wide] = [views[0], views.at(-1)];
  assert.ok(phone !== undefined && wide !== undefined);
  const looks = [
    ["", phone],
    ["/edit?at=services", phone],
    ["/edit?at=services.shop.checks.0", phone],
    ["/edit?at=notify.channels.mail", wide],
  ] as const;
  for (const [at, view] of looks) {
    const page = await openSignedIn(`/settings/config${at}`, view);
    await inspect(page, `${at} ${view.width} ${view.scheme} ${view.lang}`);
    await page.context().close();
  }
});

test("the preview of a change, reached by the keyboard's way through the form, reads well too", async () => {
  const [view] = views;
  assert.ok(view !== undefined);
  const page = await openSignedIn("/settings/config/edit?at=services.shop", view);
  await page.fill('input[name="f0"]', "新しい名前");
  await page.press('input[name="f0"]', "Enter");
  await page.waitForSelector('form[action="/settings/config/apply"]');
  assert.match(await page.content(), /新しい名前/);
  await inspect(page, "preview");
  await page.context().close();
});
