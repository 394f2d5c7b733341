import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { createSystemClock } from "../../src/app/clock.ts";
import { createLive } from "../../src/app/live.ts";
import { createPageKeeper } from "../../src/app/page-keeper.ts";
import { stampNow } from "../../src/kernel/clock.ts";
import type { EventKind } from "../../src/kernel/event.ts";
import type { Window } from "../../src/kernel/model/window.ts";
import { openLedger } from "../../src/storage/ledger/open.ts";
import { windowOf } from "../doubles/no-windows.ts";
import { siteStatus, siteWithPage } from "../doubles/page-facts.ts";
import { recordingLog } from "../doubles/scripted-probe.ts";

const hourMs = 3_600_000;

async function until(what: string, isTrue: () => boolean): Promise<void> {
  const untilMs = Date.now() + 30_000;
  while (!isTrue()) {
    assert.ok(Date.now() < untilMs, what);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test("a window is on the published page as soon as it is planned, while it runs, and when it is over", async () => {
  const clock = createSystemClock();
  const root = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-page-maintenance-"));
  const log = recordingLog();
  const ledger = await openLedger({ folder: path.join(root, "ledger"), clock, log });
  const live = createLive(ledger, clock);
  const folder = path.join(root, "public");
  const site = siteWithPage({}, [{ kind: "folder", key: "folder", at: null, path: folder }]);
  let isWorking = false;
  const page = createPageKeeper({
    ledger,
    clock,
    log,
    live,
    site: () => site,
    status: async () => {
      const shop = { state: isWorking ? "maintenance" : "ok" } as const;
      return siteStatus({ shop, mail: { state: "ok" }, admin: { state: "ok" } });
    },
    availability: { read: async () => [] },
  });
  const published = (file: string): string => {
    const name = path.join(folder, file);
    return fs.existsSync(name) ? fs.readFileSync(name, "utf8") : "";
  };
  try {
    await page.use(site);
    await until("a page without maintenance", () => published("index.html") !== "");
    assert.ok(!published("index.html").includes("保守のお知らせ"));
    const { id: _, ...planned } = windowOf({
      state: "planned",
      startMs: clock.nowMs() + hourMs / 2,
      endMs: clock.nowMs() + hourMs,
      services: ["shop"],
      isPublic: true,
      createdAt: stampNow(clock),
    });
    const window = await ledger.transaction(async (tx) => {
      await tx.append({ kind: "window.planned", actor: "koboshi", incidentId: null, data: {} });
      return tx.insertWindow(planned, {});
    });
    await until("planned", () => published("index.html").includes("保守予定"));
    assert.match(published("maintenance.ics"), /BEGIN:VEVENT/);
    assert.match(published("feed.atom"), /<title>保守予定: ネットショップ</);
    assert.equal(page.files().get("maintenance.en.ics")?.contentType, "text/calendar; charset=utf-8");
    const change = (kind: EventKind, to: Window): Promise<void> =>
      ledger.transaction(async (tx) => {
        await tx.updateWindow(to, {});
        await tx.append({ kind, actor: "koboshi", incidentId: null, data: { window: to.id } });
      });
    isWorking = true;
    const open: Window = { ...window, state: "open", course: { ...window.course, startedAt: stampNow(clock) } };
    await change("window.started", open);
    await until("running", () => published("index.html").includes("ネットショップは保守作業中です"));
    const json = JSON.parse(published("status.json")) as {
      services: { id: string; state: string }[];
      maintenance: { state: string }[];
    };
    assert.equal(json.services.find(({ id }) => id === "shop")?.state, "maintenance");
    assert.deepEqual(
      json.maintenance.map(({ state }) => state),
      ["running"],
    );
    isWorking = false;
    await change("window.closed", { ...open, state: "closed", closedAt: stampNow(clock) });
    await until("over", () => published("index.html").includes("終わりました"));
    assert.match(published("feed.atom"), /<title>保守終了: /);
    assert.match(published("en.html"), /Finished/);
  } finally {
    await page.stop();
    live.stop();
    await ledger.close();
    fs.rmSync(root, { recursive: true, force: true });
  }
});
