import { after, before, test } from "node:test";
import { launchBrowser, type TestBrowser } from "../doubles/browser.ts";
import { createInspector } from "./web-inspect.ts";
import { breakShop, check, healthyWorld, startWeb, testSite, type WebFixture } from "./web-fixture.ts";

let web: WebFixture;
let browser: TestBrowser;
before(async () => {
  web = await startWeb();
  browser = await launchBrowser();
});
after(async () => {
  await browser.close();
  await web.close();
});

/** Opens `path` as this person and states what is wrong with it. */
async function inspect(
  path: string,
  { cookie = null, shown }: { cookie?: string | null; shown: string },
): Promise<void> {
  const inspector = await createInspector(web, browser, cookie);
  await inspector.inspect(path, shown);
  await inspector.close();
}

test("Home when all is well", () => inspect("/", { shown: 'class="v s-ok"' }));

test("Home with nothing to watch", async () => {
  web.world.site = testSite({ services: new Map() });
  web.world.checks = [];
  await inspect("/", { shown: "<pre>" });
  Object.assign(web.world, healthyWorld(web.clock));
});

test("Home when it cannot judge", async () => {
  web.world.checks = web.world.checks.map(({ service }) => check(web.clock, { service, state: "unknown" }));
  web.world.attentions = [{ code: "vantage-clock", level: "warning", facts: { vantage: "東京", offsetSeconds: 90 } }];
  await inspect("/", { shown: 'class="v s-unknown"' });
  Object.assign(web.world, healthyWorld(web.clock));
});

test("Home, list, incident and its link while the shop is down, signed in and not", async () => {
  breakShop(web);
  const incident = await web.openIncident();
  const { cookie, csrf } = await web.signIn();
  await web.ledger.transaction(async (tx) =>
    tx.append({
      kind: "incident.noted",
      actor: "person:sato",
      incidentId: incident.id,
      data: { text: csrf.repeat(9) },
    }),
  );
  const token = await web.linkToken(incident, "yamada");
  await inspect("/", { cookie, shown: 'class="v s-down"' });
  await inspect("/", { shown: "/login?next=" });
  await inspect("/incidents", { shown: `/i/${incident.id}` });
  await inspect(`/i/${incident.id}`, { cookie, shown: "ECONNREFUSED" });
  await inspect(`/i/${incident.id}/ack?k=${token}`, { shown: 'value="take"' });
});

test("signing in, a link that is void, a page that is not there", async () => {
  await inspect("/login", { shown: 'name="token"' });
  await inspect("/i/1/ack?k=void", { shown: "KB3003" });
  await inspect("/nope", { shown: "KB1002" });
});
