import { after, before, test } from "node:test";
import { launchBrowser, type TestBrowser } from "../doubles/browser.ts";
import { breakShop, startWeb, type WebFixture } from "./web-fixture.ts";
import { createInspector, type Inspector } from "./web-inspect.ts";

let web: WebFixture;
let browser: TestBrowser;
let reader: Inspector;
let responder: Inspector;
before(async () => {
  web = await startWeb();
  browser = await launchBrowser();
  reader = await createInspector(web, browser);
  responder = await createInspector(web, browser, (await web.signIn()).cookie);
});
after(async () => {
  await browser.close();
  await web.close();
});

test("the search with and without matches, the display, all pages, and lists that find nothing", async () => {
  await reader.inspect("/search?q=ねっと", "/services/shop");
  await reader.inspect("/search?q=zzz", "zzz");
  await reader.inspect("/look", 'name="theme"');
  await reader.inspect("/more", 'class="more"');
  await reader.inspect("/services?q=zzz", "zzz");
  await reader.inspect("/checks?q=state:down", "state:down");
});

test("vantages, and how to add and remove one", () => responder.inspect("/vantages", "koboshi vantage --hub"));

test("every page during an incident says so, with the button that takes it", async () => {
  breakShop(web);
  await web.openIncident();
  await responder.inspect("/services", 'class="alarm');
  await responder.inspect("/services/shop", 'class="v s-down"');
});
