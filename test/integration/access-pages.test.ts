import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  assertNoOverflow,
  axeFindings,
  launchBrowser,
  smallTargets,
  type TestBrowser,
  type View,
} from "../doubles/browser.ts";
import { enrol, goodPassword, startAccess, type AccessFixture, type Signed } from "./access-fixture.ts";

let web: AccessFixture;
let browser: TestBrowser;
let admin: Signed;
before(async () => {
  web = await startAccess();
  browser = await launchBrowser();
  await web.addAccount("yamada", "admin");
  await web.addAccount("w".repeat(64), "viewer");
  admin = await web.signIn("yamada");
  await web.send("/settings/tokens/create", admin, { name: "a".repeat(40), "scope-read": "yes", days: "90" });
});
after(async () => {
  await browser.close();
  await web.close();
});

/** The extremes: a phone in the dark and a desktop in the light, a language each. */
const views: readonly View[] = [
  { width: 360, scheme: "dark", lang: "ja" },
  { width: 1280, scheme: "light", lang: "en" },
];

async function inspect(paths: readonly string[], signed: Signed | null): Promise<void> {
  for (const view of views) {
    const page = await browser.open("about:blank", view);
    const [name = "", value = ""] = (signed?.cookie ?? "").split("=");
    if (signed !== null) await page.context().addCookies([{ name, value, url: web.url }]);
    for (const path of paths) {
      await page.goto(web.url + path);
      await page.$$eval("details", (all) => all.forEach((one) => (one.open = true)));
      const where = `${path} ${view.width} ${view.lang}`;
      assert.equal(new URL(page.url()).pathname, path, where);
      assert.deepEqual(await axeFindings(page), [], where);
      assert.deepEqual(await smallTargets(page), [], where);
      await assertNoOverflow(page);
    }
    await page.context().close();
  }
}

test("signing in is reachable for everyone", () => inspect(["/login"], null));

test("settings, people, tokens, audit and one's own account are reachable for everyone", () =>
  inspect(["/settings", "/settings/account", "/settings/people", "/settings/tokens", "/settings/audit"], admin));

test("a person signs in, switches the second factor on and signs in with it, without JavaScript", async () => {
  const { typed } = await enrol(web, await web.signIn("yamada"));
  await web.clock.advance(60_000);
  const page = await browser.open(`${web.url}/settings/account`, { width: 360, scheme: "light", lang: "ja" });
  await page.getByLabel("名前").fill("yamada");
  await page.getByLabel("パスワード").fill(goodPassword);
  await page.getByRole("button", { name: "ログインする" }).click();
  assert.deepEqual(await axeFindings(page), []);
  const { appCode } = await import("./access-fixture.ts");
  await page.getByLabel("確認コード").fill(appCode(typed, web.clock.nowMs()));
  await page.getByRole("button", { name: "続ける" }).click();
  assert.equal(new URL(page.url()).pathname, "/settings/account");
  assert.ok((await page.content()).includes("回復コードは残り8個"));
  await page.context().close();
});

test("the picture for the app is one a camera reads, in the dark, too", async () => {
  await web.addAccount("sato", "responder");
  const { cookie } = await web.signIn("sato");
  const page = await browser.open("about:blank", { width: 360, scheme: "dark", lang: "en" });
  const [name = "", value = ""] = cookie.split("=");
  await page.context().addCookies([{ name, value, url: web.url }]);
  await page.goto(`${web.url}/settings/account`);
  await page.locator("form[action='/settings/account/totp'] input[name=present]").fill(goodPassword);
  await page.getByRole("button", { name: "Use a code" }).click();
  const fill = await page.$eval("svg[role=img] rect", (one) => getComputedStyle(one).fill);
  assert.equal(fill, "rgb(255, 255, 255)");
  const box = await page.locator("svg[role=img]").boundingBox();
  assert.ok(box !== null && box.width > 200 && box.x >= 0 && box.x + box.width <= 360);
  await assertNoOverflow(page);
  await page.context().close();
});
