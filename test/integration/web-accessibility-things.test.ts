import { after, before, test } from "node:test";
import { launchBrowser, type TestBrowser } from "../doubles/browser.ts";
import { healthyWorld, startWeb, testSite, type WebFixture } from "./web-fixture.ts";
import { createInspector, type Inspector } from "./web-inspect.ts";
import { fillTelemetry, pastOutage } from "./web-past.ts";

let web: WebFixture;
let browser: TestBrowser;
let reader: Inspector;
let responder: Inspector;
before(async () => {
  web = await startWeb();
  await pastOutage(web, { service: "shop", agoMs: 5 * 86_400_000, lengthMs: 5_460_000 });
  browser = await launchBrowser();
  reader = await createInspector(web, browser);
  responder = await createInspector(web, browser, (await web.signIn()).cookie);
});
after(async () => {
  await browser.close();
  await web.close();
});

test("services, a service, checks, a check and the map, before there is a past", async () => {
  await reader.inspect("/services", 'class="bars"');
  await reader.inspect("/checks/shop%2Fhttp", 'class="v s-ok"');
});

test("services, a service, checks, a check and the map, with a past", async () => {
  fillTelemetry(web, 30);
  await web.clock.advance(40_000);
  await reader.inspect("/services?group=place", 'class="b-down"');
  await responder.inspect("/services/shop", 'class="chart"');
  await reader.inspect("/checks", "shop.example.jp");
  await responder.inspect("/checks/shop%2Fhttp", "refused");
  await reader.inspect("/map", 'class="box');
});

test("lists and rooms when nothing is watched, and when the state cannot be read", async () => {
  web.world.broken = new Error("no");
  for (const path of ["/services", "/checks", "/vantages", "/map"]) await reader.inspect(path, "<h1>");
  Object.assign(web.world, healthyWorld(web.clock));
  web.world.site = testSite({ services: new Map(), checks: [] });
  web.world.checks = [];
  for (const path of ["/services", "/checks", "/map"]) await reader.inspect(path, "<h1>");
  Object.assign(web.world, healthyWorld(web.clock));
});
