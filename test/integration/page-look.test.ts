import assert from "node:assert/strict";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { pageEdition, type PageFile } from "../../src/inform/edition.ts";
import {
  assertNoOverflow,
  axeFindings,
  launchBrowser,
  smallTargets,
  views,
  type TestBrowser,
} from "../doubles/browser.ts";
import { pageCases } from "../doubles/page-facts.ts";

type Case = keyof typeof pageCases;
const cases = Object.keys(pageCases) as Case[];
const editions = new Map(cases.map((name) => [name, pageEdition(pageCases[name]()).files]));

let browser: TestBrowser;
let server: http.Server;
let requests: string[] = [];

/** A plain web server: `/CASE/path`. */
before(async () => {
  browser = await launchBrowser();
  server = http.createServer((request, response) => {
    const [, name = "", ...rest] = (request.url ?? "").split("/");
    requests.push(request.url ?? "");
    const found = editions.get(name as Case)?.find((file: PageFile) => file.path === rest.join("/"));
    response.writeHead(found === undefined ? 404 : 200, { "content-type": found?.contentType ?? "text/plain" });
    response.end(found?.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
after(async () => {
  await browser.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function address(name: Case, path: string): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/${name}/${path}`;
}

for (const name of cases) {
  test(`${name}: nothing for axe to find, nothing too wide, nothing too small, in every view`, async () => {
    for (const view of views) {
      const path = view.lang === "ja" ? "index.html" : "en.html";
      const page = await browser.open(address(name, path), { ...view, javaScript: true });
      const where = `${name} ${view.width} ${view.scheme} ${view.lang}`;
      assert.deepEqual(await axeFindings(page), [], where);
      assert.deepEqual(await smallTargets(page), [], where);
      await assertNoOverflow(page);
      await page.context().close();
    }
  });
}

test("an incident's own page holds to the same", async () => {
  for (const view of views) {
    const path = `incident/241${view.lang === "ja" ? "" : ".en"}.html`;
    const page = await browser.open(address("down", path), { ...view, javaScript: true });
    assert.deepEqual(await axeFindings(page), []);
    assert.deepEqual(await smallTargets(page), []);
    await assertNoOverflow(page);
    await page.context().close();
  }
});

test("without JavaScript the page is the same", async () => {
  const phone = { width: 360, scheme: "light", lang: "ja" } as const;
  for (const name of cases) {
    const [bare, full] = await Promise.all(
      [false, true].map((javaScript) => browser.open(address(name, "index.html"), { ...phone, javaScript })),
    );
    assert.ok(bare !== undefined && full !== undefined);
    await assertNoOverflow(bare);
    assert.equal(await bare.innerText("body"), await full.innerText("body"));
    await Promise.all([bare, full].map((page) => page.context().close()));
  }
});

test("the page is one request, and its own policy lets its style through", async () => {
  requests = [];
  const page = await browser.open(address("down", "index.html"), { width: 360, scheme: "light", lang: "ja" });
  const colour = await page.evaluate(() => {
    const banner = globalThis.document.querySelector(".v");
    return banner === null ? "" : globalThis.getComputedStyle(banner).backgroundColor;
  });
  assert.equal(colour, "rgb(255, 235, 233)");
  assert.deepEqual(
    requests.filter((url) => !url.endsWith("favicon.ico")),
    ["/down/index.html"],
  );
  await page.context().close();
});

test("every link of the page leads somewhere", async () => {
  for (const start of ["index.html", "en.html", "incident/241.html", "incident/241.en.html"]) {
    const page = await browser.open(address("down", start), { width: 360, scheme: "light", lang: "ja" });
    const links = await page.evaluate(() =>
      [...globalThis.document.querySelectorAll("a[href],link[href]")].map((link) => (link as HTMLAnchorElement).href),
    );
    for (const link of links.filter((href) => href.startsWith("http"))) {
      const answer = await fetch(link);
      assert.equal(answer.status, 200, `${start} -> ${link}`);
      await answer.arrayBuffer();
    }
    await page.context().close();
  }
});

test("the feeds are well-formed Atom with what RFC 4287 asks for", async () => {
  const page = await browser.open("about:blank", { width: 360, scheme: "light", lang: "ja", javaScript: true });
  for (const name of cases) {
    for (const path of ["feed.atom", "feed.en.atom"]) {
      const text =
        editions
          .get(name)
          ?.find((file) => file.path === path)
          ?.body.toString() ?? "";
      const feed = await page.evaluate((xml) => {
        const parsed = new globalThis.DOMParser().parseFromString(xml, "application/xml");
        const root = parsed.documentElement;
        return {
          broken: parsed.querySelector("parsererror")?.textContent ?? null,
          root: `${root.namespaceURI} ${root.localName}`,
          children: [...root.children].map((one) => one.localName),
          entries: [...parsed.querySelectorAll("entry")].map((entry) =>
            [...entry.children].map((one) => one.localName),
          ),
          ids: [...parsed.querySelectorAll("id")].map((one) => one.textContent),
          times: [...parsed.querySelectorAll("updated,published")].map((one) => one.textContent),
          contents: [...parsed.querySelectorAll("content")].map(
            (one) =>
              new globalThis.DOMParser().parseFromString(one.textContent, "text/html").querySelectorAll("p").length,
          ),
        };
      }, text);
      assert.equal(feed.broken, null, `${name} ${path}`);
      assert.equal(feed.root, "http://www.w3.org/2005/Atom feed");
      assertOnce(feed.children, ["id", "title", "updated", "author"]);
      for (const entry of feed.entries) assertOnce(entry, ["id", "title", "updated", "content", "link"]);
      assert.equal(new Set(feed.ids).size, feed.ids.length);
      for (const id of feed.ids)
        assert.match(id, /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
      for (const time of feed.times) assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/);
      for (const count of feed.contents) assert.ok(count > 0);
    }
  }
  await page.context().close();
});

function assertOnce(found: readonly string[], required: readonly string[]): void {
  for (const tag of required) assert.equal(found.filter((one) => one === tag).length, 1, tag);
}
