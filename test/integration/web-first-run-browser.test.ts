import assert from "node:assert/strict";
import fs from "node:fs";
import { after, test } from "node:test";
import type { Page } from "playwright-core";
import { emptySite } from "../../src/config/index.ts";
import { axeFindings, assertNoOverflow, launchBrowser, smallTargets } from "../doubles/browser.ts";
import { startRelay } from "../doubles/mail-relay.ts";
import { startWebTarget } from "../doubles/web-target.ts";
import { startWeb } from "./web-fixture.ts";

const [target, relay, browser] = await Promise.all([startWebTarget(), startRelay(), launchBrowser()]);
after(async () => {
  await browser.close();
  await relay.close();
  await target.stop();
});

const smtp = `smtp://127.0.0.1:${relay.port}`;
const newestCode = (): string => /\d{6}/.exec(relay.mails.at(-1)?.mail.subject ?? "")?.[0] ?? "";

async function press(page: Page, name: string): Promise<void> {
  await Promise.all([page.waitForNavigation(), page.getByRole("button", { name, exact: true }).click()]);
}

async function assertFits(page: Page): Promise<void> {
  await assertNoOverflow(page);
  assert.deepEqual(await smallTargets(page), []);
}

const said = {
  ja: {
    what: "何を見守りますか?",
    watch: "見守る",
    who: "夜中に起こす宛先は?",
    how: "メールの送り方を変える",
    relay: "送信サーバ",
    send: "試しに送る",
    code: "届いた番号",
    begin: "見守りを始める",
    done: /見守りを始めました/,
  },
  en: {
    what: "What shall I watch over?",
    watch: "Watch over it",
    who: "Who is woken at night?",
    how: "Send mail another way",
    relay: "Relay",
    send: "Send a test",
    code: "The number that arrived",
    begin: "Begin to watch",
    done: /koboshi is watching/,
  },
} as const;

for (const lang of ["ja", "en"] as const) {
  for (const javaScript of [false, true]) {
    test(`from nothing to a watched service in ${lang}, ${javaScript ? "and axe finds nothing" : "without JavaScript"}`, async () => {
      const say = said[lang];
      const web = await startWeb({ site: emptySite("/nonexistent"), checks: [], vantages: [] });
      const { cookie } = await web.signIn();
      const page = await browser.open(web.url, { width: 360, scheme: "light", lang, javaScript });
      const [name = "", value = ""] = cookie.split("=");
      await page.context().addCookies([{ name, value, url: web.url }]);
      await page.goto(web.url);
      const look = async (): Promise<void> => {
        await assertFits(page);
        if (javaScript) assert.deepEqual(await axeFindings(page), []);
      };
      await page.getByLabel(say.what).fill(target.url);
      await press(page, say.watch);
      await look();
      assert.equal(await page.getByRole("checkbox").first().isChecked(), true);
      await page.getByLabel(say.who).fill("me@example.jp");
      await page.getByText(say.how).click();
      await page.getByLabel(say.relay).fill(smtp);
      await press(page, say.send);
      await look();
      await page.getByLabel(say.code).fill(newestCode());
      await press(page, say.begin);
      await look();
      assert.match(await page.locator("h1").innerText(), say.done);
      assert.match(fs.readFileSync(web.configFile, "utf8"), new RegExp(`http: ${target.url}`));
      assert.equal(web.world.site.people.get("me")?.mail, "me@example.jp");
      await page.goto(`${web.url}/start`);
      assert.equal(new URL(page.url()).pathname, "/", "a hub that watches something needs no first steps");
      await page.context().close();
      await web.close();
    });
  }
}
