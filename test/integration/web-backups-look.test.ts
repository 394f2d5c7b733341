import { after, before, test } from "node:test";
import { backupWorld, shopAndMail, type BackupWorld } from "../doubles/backup-world.ts";
import { launchBrowser, type TestBrowser } from "../doubles/browser.ts";
import { startWeb, type WebFixture } from "./web-fixture.ts";
import { createInspector, type Inspector } from "./web-inspect.ts";

let web: WebFixture;
let browser: TestBrowser;
let reader: Inspector;
let world: BackupWorld;

before(async () => {
  world = backupWorld([]);
  web = await startWeb();
  Object.assign(web.deps, { backups: world.desk });
  browser = await launchBrowser();
  const { cookie } = await web.signIn();
  reader = await createInspector(web, browser, cookie);
});
after(async () => {
  await browser.close();
  await web.close();
});

const restore = "/backups/shop-data/restore?target=host:web1&folder=/srv&at=latest&place=";

test("every page of backups can be read and used on a phone and a desktop, in both languages", async () => {
  await reader.inspect("/backups", "backups:");
  world.statuses = shopAndMail(web.clock.nowMs());
  await reader.inspect("/backups", "mail-spool");
  await reader.inspect("/backups/shop-data", "V5");
  await reader.inspect(restore, "/srv/shop");
  await reader.inspect("/restores/drill-6", "shop-data");
});
