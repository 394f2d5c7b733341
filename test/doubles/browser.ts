import assert from "node:assert/strict";
import fs from "node:fs";
import { createRequire } from "node:module";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";

const args = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const axeSource = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const axeTags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** How a page is looked at. */
export interface View {
  readonly width: number;
  readonly scheme: "light" | "dark";
  readonly lang: "ja" | "en";
}

/** Phone and desktop, light and dark, both languages. */
export const views: readonly View[] = [360, 1280].flatMap((width) =>
  (["light", "dark"] as const).flatMap((scheme) => (["ja", "en"] as const).map((lang) => ({ width, scheme, lang }))),
);

export interface TestBrowser {
  /** Opens a page in a context of its own; JavaScript of the page is off unless asked for. */
  open(url: string, options: View & { readonly javaScript?: boolean }): Promise<Page>;
  close(): Promise<void>;
}

const opened = new WeakMap<Page, BrowserContextOptions>();

/** Debian's Chromium, headless. Always `close()` it in `after`. */
export async function launchBrowser(): Promise<TestBrowser> {
  const browser: Browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args, chromiumSandbox: false });
  return {
    async open(url, { width, scheme, lang, javaScript = false }) {
      const options: BrowserContextOptions = {
        viewport: { width, height: 800 },
        colorScheme: scheme,
        locale: lang === "ja" ? "ja-JP" : "en-GB",
        javaScriptEnabled: javaScript,
      };
      const page = await (await browser.newContext(options)).newPage();
      opened.set(page, options);
      await page.goto(url);
      return page;
    },
    close: () => browser.close(),
  };
}

/**
 * What axe finds wrong on the page, one line each; empty is good. axe itself needs timers, so a page opened without
 * JavaScript is looked at in a twin with the same address, size and cookies.
 */
export async function axeFindings(page: Page): Promise<readonly string[]> {
  const options = opened.get(page);
  if (options === undefined || options.javaScriptEnabled === true) return runAxe(page);
  const storageState = await page.context().storageState();
  const twin = await page
    .context()
    .browser()
    ?.newContext({ ...options, storageState, javaScriptEnabled: true });
  assert.ok(twin !== undefined);
  try {
    const twinPage = await twin.newPage();
    await twinPage.goto(page.url());
    return await runAxe(twinPage);
  } finally {
    await twin.close();
  }
}

async function runAxe(page: Page): Promise<readonly string[]> {
  await page.evaluate(axeSource);
  return page.evaluate(async (tags) => {
    const { axe } = globalThis as unknown as { axe: { run(options: object): Promise<{ violations: Violation[] }> } };
    interface Violation {
      id: string;
      help: string;
      nodes: { target: string[]; html: string }[];
    }
    const { violations } = await axe.run({ runOnly: tags });
    return violations.flatMap((found) =>
      found.nodes.map((node) => `${found.id}: ${found.help}: ${node.target.join(" ")}: ${node.html.slice(0, 120)}`),
    );
  }, axeTags);
}

/** Fails when something is wider than the screen, naming it. */
export async function assertNoOverflow(page: Page): Promise<void> {
  const wide = await page.evaluate(() => {
    const { document, innerWidth } = globalThis as unknown as Window;
    if (document.documentElement.scrollWidth <= innerWidth) return [];
    const all = [...document.querySelectorAll("body *")];
    const over = all.filter((element) => element.getBoundingClientRect().right > innerWidth + 0.5);
    return over.map((element) => `${element.tagName} ${element.className}`).concat("the page");
  });
  assert.deepEqual(wide, []);
}

/** Links and buttons lower or narrower than 24 px, by their text; inline links count too. */
export async function smallTargets(page: Page): Promise<readonly string[]> {
  return page.evaluate(() =>
    [...(globalThis as unknown as Window).document.querySelectorAll("a:not(.skip),button,input,select,summary")]
      .filter((element) => {
        const { width, height } = element.getBoundingClientRect();
        return width > 0 && (height < 24 || width < 24);
      })
      .map((element) => element.outerHTML.slice(0, 80)),
  );
}
