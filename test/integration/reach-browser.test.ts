import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { build } from "esbuild";
import Fastify, { type FastifyInstance } from "fastify";
import formbody from "@fastify/formbody";
import type { PathBoard, PathStatus } from "../../src/kernel/ports-paths.ts";
import type { NewPeopleReport, PeopleDesk, PeopleReport } from "../../src/kernel/ports-people.ts";
import { stampNow } from "../../src/kernel/clock.ts";
import { ok } from "../../src/kernel/result.ts";
import { reachRoutes } from "../../src/web/people-routes.ts";
import {
  assertNoOverflow,
  axeFindings,
  launchBrowser,
  smallTargets,
  views,
  type TestBrowser,
} from "../doubles/browser.ts";
import { startWeb, testSite, type WebFixture } from "./web-fixture.ts";

let web: WebFixture;
let app: FastifyInstance;
let browser: TestBrowser;
let url: string;
let script: Buffer;
const said: NewPeopleReport[] = [];

const contact = { phone: null, hours: null, mail: null };
const statusPage = { title: "稼働状況", langs: ["ja", "en"], show: ["shop", "mail"], publish: [], contact } as const;

before(async () => {
  web = await startWeb({ site: testSite({ statusPage }) });
  Object.assign(web.deps, { people: people(), paths: paths() });
  const built = await build({
    entryPoints: ["src/web/browser/reach.ts"],
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    write: false,
  });
  script = Buffer.from(built.outputFiles[0]?.contents ?? []);
  app = Fastify();
  await app.register(formbody);
  reachRoutes(app, web.deps, { url: "/status/reach.js?v=1", bytes: script });
  url = `${await app.listen({ host: "127.0.0.1", port: 0 })}/status/reach`;
  browser = await launchBrowser();
});
after(async () => {
  await browser.close();
  await app.close();
  await web.close();
});

function people(): PeopleDesk {
  const report: PeopleReport = {
    id: 1,
    at: stampNow(web.clock),
    service: "shop",
    canReach: false,
    device: "phone",
    network: "mobile",
    isp: "とても長い名前の回線会社".repeat(5),
    comment: `<img src=x onerror=alert(1)> ${"長い".repeat(200)}`,
    tried: "not-reached",
    source: "0123456789abcdef",
  };
  return {
    report: async (one) => {
      said.push(one);
      return ok("kept");
    },
    reports: async () => [report, { ...report, id: 2, canReach: true, comment: null }],
    turnedAway: () => 3,
  };
}

function paths(): PathBoard {
  const route = {
    hops: [["10.0.0.1"], [], ["192.0.2.1", "192.0.2.5"], ["203.0.113.7"]],
    reached: true,
    since: stampNow(web.clock),
  };
  const path: PathStatus = {
    vantage: "here",
    target: "a-rather-long-name-of-a-machine.shop.example.jp",
    address: "203.0.113.7",
    subject: "service:shop",
    services: ["shop"],
    packets: { sent: 25, lossRatio: 0.12, minMs: 4.1, meanMs: 5.2, maxMs: 141.5, jitterMs: 1.1 },
    newest: null,
    route,
    before: { ...route, hops: route.hops.slice(1) },
    tracedAt: stampNow(web.clock),
    unobserved: {},
    troubles: ["loss", "route"],
  };
  const blind = { ...path, target: "mail.example.jp", packets: null, route: null, before: null, troubles: [] };
  return {
    paths: () => [path, { ...blind, unobserved: { packets: "no-ping", route: "no-traceroute" } }],
    leftOut: () => 2,
    history: async () => [],
  };
}

test("the public page and the two lists are accessible and fit a telephone, in both languages and colours", async () => {
  const { cookie } = await web.signIn();
  for (const view of views.filter((one) => one.width === 360 && (one.scheme === "light") === (one.lang === "ja"))) {
    for (const address of [url, `${web.url}/reports-by-people`, `${web.url}/paths`]) {
      const page = await browser.open("about:blank", view);
      await page.setExtraHTTPHeaders(address === url ? {} : { cookie });
      await page.goto(`${address}?lang=${view.lang}`);
      await assertNoOverflow(page);
      assert.deepEqual(await smallTargets(page), [], address);
      if (view.width === 360) assert.deepEqual(await axeFindings(page), [], `${address} ${view.lang} ${view.scheme}`);
      await page.context().close();
    }
  }
});

test("without its script the form is sent all the same", async () => {
  said.length = 0;
  const page = await browser.open(`${url}?lang=ja`, { width: 360, scheme: "light", lang: "ja" });
  await page.selectOption("select[name=service]", "shop");
  await page.check("input[name=reach][value=no]");
  await page.click("button.pri");
  assert.match((await page.textContent("h1")) ?? "", /ありがとうございます/);
  assert.deepEqual(
    said.map(({ service, canReach, tried }) => [service, canReach, tried]),
    [["shop", false, null]],
  );
  await page.context().close();
});

test("the script is small, tries each service from the visitor's browser, and fills in what it found", async () => {
  assert.ok(script.length < 2_000, `${script.length} bytes`);
  said.length = 0;
  const page = await browser.open("about:blank", { width: 1280, scheme: "light", lang: "en", javaScript: true });
  const asked: string[] = [];
  await page.route(/^https:\/\/(?:shop|mail)\.example\.jp\//, async (route) => {
    asked.push(route.request().url());
    await (route.request().url().includes("shop")
      ? route.fulfill({ status: 200, body: "ok" })
      : route.abort("connectionrefused"));
  });
  await page.goto(`${url}?lang=en`);
  await page.selectOption("select[name=service]", "mail");
  await page.waitForFunction('document.querySelector("#tried").textContent.includes("could not")');
  assert.equal(await page.isChecked("input[name=reach][value=no]"), true);
  await page.selectOption("select[name=service]", "shop");
  assert.match((await page.textContent("#tried")) ?? "", /could be reached/);
  await page.selectOption("select[name=service]", "mail");
  await page.click("button.pri");
  assert.match((await page.textContent("h1")) ?? "", /Thank you/);
  assert.deepEqual(
    said.map(({ service, canReach, tried }) => [service, canReach, tried]),
    [["mail", false, "not-reached"]],
  );
  assert.deepEqual(asked.toSorted(), ["https://mail.example.jp/", "https://shop.example.jp/"]);
  await page.context().close();
});
