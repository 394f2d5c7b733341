import { after, before, test } from "node:test";
import { launchBrowser, type TestBrowser } from "../doubles/browser.ts";
import { createWindowBook, windowOf, type WindowBook } from "../doubles/no-windows.ts";
import { clockRepair, earlyFindings, earlyWindow } from "../doubles/window-story.ts";
import { startWeb, type WebFixture } from "./web-fixture.ts";
import { createInspector, type Inspector } from "./web-inspect.ts";

let web: WebFixture;
let book: WindowBook;
let browser: TestBrowser;
let reader: Inspector;
let responder: Inspector;
before(async () => {
  web = await startWeb();
  book = createWindowBook(web.clock);
  Object.assign(web.deps, { windows: book.desk, repairs: book.repairDesk });
  browser = await launchBrowser();
  reader = await createInspector(web, browser);
  responder = await createInspector(web, browser, (await web.signIn()).cookie);
});
after(async () => {
  await browser.close();
  await web.close();
});

test("the calendar before anything is planned, and its form", async () => {
  await reader.inspect("/calendar", "koboshi maintenance add");
  await responder.inspect("/calendar/new", 'name="title"');
});

test("the calendar and a window with all that can stand on its page", async () => {
  book.windows.set(1, earlyWindow);
  book.windows.set(2, windowOf({ id: 2, title: "とても長い名前の作業 ".repeat(6) }));
  book.findings.set(1, earlyFindings);
  await book.repairDesk.offer({ windowId: 1, host: "web1", repair: clockRepair });
  await reader.inspect("/calendar", 'class="month"');
  await responder.inspect("/calendar/1", 'name="sha256"');
  await responder.inspect("/calendar/2/move", 'name="end"');
});
