import { after, before, test } from "node:test";
import { launchBrowser, type TestBrowser } from "../doubles/browser.ts";
import { startHostWeb } from "./host-web.ts";
import { createInspector, type Inspector } from "./web-inspect.ts";

let web: Awaited<ReturnType<typeof startHostWeb>>;
let browser: TestBrowser;
let reader: Inspector;
let responder: Inspector;
before(async () => {
  web = await startHostWeb();
  browser = await launchBrowser();
  reader = await createInspector(web, browser);
  responder = await createInspector(web, browser, (await web.signIn()).cookie);
});
after(async () => {
  await browser.close();
  await web.close();
});

test("the list of hosts, a sick one, one whose key waits, and one nobody set up", async () => {
  await reader.inspect("/hosts", 'class="cards"');
  await responder.inspect("/hosts/web1", 'class="chart small"');
  await responder.inspect("/hosts/db1", 'name="fingerprint"');
  await reader.inspect("/hosts/new", "agent-new");
});
