import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { assertNoOverflow, axeFindings, smallTargets, views, type TestBrowser, type View } from "../doubles/browser.ts";
import type { WebFixture } from "./web-fixture.ts";

/** 44 px is what a thumb hits; text links may stay at 24. */
const leastButtonPx = 43.5;
/** Each pair of width, scheme and language once; KOBOSHI_EVERY_VIEW=1 takes all eight. */
const pairs = views.filter(({ width, scheme, lang }) => (width === 360) === ((scheme === "light") === (lang === "ja")));
const inspected = process.env["KOBOSHI_EVERY_VIEW"] === "1" ? views : pairs;

export interface Inspector {
  /** Opens `path` in every view and states what is wrong with it. */
  inspect(path: string, shown: string): Promise<void>;
  close(): Promise<void>;
}

/** One page per view, used again for each path: an inspection is a navigation and a look. */
export async function createInspector(
  web: WebFixture,
  browser: TestBrowser,
  cookie: string | null = null,
): Promise<Inspector> {
  const pages = await Promise.all(inspected.map(async (view) => ({ view, page: await openPage(view) })));

  async function openPage(view: View): Promise<Page> {
    const page = await browser.open("about:blank", { ...view, javaScript: true });
    const [name = "", value = ""] = (cookie ?? "").split("=");
    if (cookie !== null) await page.context().addCookies([{ name, value, url: web.url }]);
    return page;
  }

  return {
    async close() {
      await Promise.all(pages.map(({ page }) => page.context().close()));
    },
    async inspect(path, shown) {
      for (const { view, page } of pages) {
        await page.goto(web.url + path);
        const where = `${path} ${view.width} ${view.scheme} ${view.lang}`;
        assert.ok((await page.content()).includes(shown), `${where} shows ${shown}`);
        assert.deepEqual(await axeFindings(page), [], where);
        assert.deepEqual(await smallTargets(page), [], where);
        await assertNoOverflow(page);
        const low = await page.$$eval(
          "button,.btn,select,summary",
          (all, least) => all.map((one) => one.getBoundingClientRect().height).filter((px) => px > 0 && px < least),
          leastButtonPx,
        );
        assert.deepEqual(low, [], `${where}: buttons a thumb can hit`);
      }
    },
  };
}
