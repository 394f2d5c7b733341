import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { freePort, startHub, until } from "../doubles/hub-process.ts";
import { startReceiver, startWebTarget } from "../doubles/web-target.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-first-light-"));
const shop = await startWebTarget();
const db = await startWebTarget();
const receiver = await startReceiver();
const page = path.join(folder, "public");
const hub = await startHub({
  folder,
  port: await freePort(),
  config: `version: 1
site: { name: Omni, lang: ja, timezone: Asia/Tokyo }
people: { yamada: { name: 山田 } }
services:
  shop: { name: ネットショップ, needs: [db], checks: [{ http: "${shop.url}", every: 2s }] }
  db: { name: データベース, checks: [{ tcp: "127.0.0.1:${db.port}", every: 2s }] }
notify: { channels: { hook: { webhook: "${receiver.url}", secret: "\${env:HOOK_SECRET}" } } }
status_page: { title: 稼働状況, langs: [ja, en], show: [shop, db], publish: [{ to: "${page}" }] }`,
  env: { HOOK_SECRET: "scenario" },
});

after(async () => {
  await hub.stop();
  await shop.stop();
  await db.stop();
  receiver.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

interface StatusJson {
  readonly verdict: string;
  readonly services: readonly { key: string; state: string; because: string | null }[];
}

test("a healthy site is seen as healthy and its page says so", async () => {
  await until("all is well", async () => (await hub.get<StatusJson>("/api/v1/status")).verdict === "ok");
  await until("page published", async () => fs.existsSync(path.join(page, "index.html")));
  await until("page green", async () => fs.readFileSync(path.join(page, "status.json"), "utf8").includes('"ok"'));
});

test("a database that dies is one incident with the shop affected, one notice, and a page that says so", async () => {
  await Promise.all([shop.stop(), db.stop()]);
  await until("a notice", async () => receiver.notices.length > 0);
  const status = await until("shop affected", async () => {
    const now = await hub.get<StatusJson>("/api/v1/status");
    return now.services.find(({ key }) => key === "shop")?.state === "affected" ? now : null;
  });
  assert.equal(status.services.find(({ key }) => key === "shop")?.because, "service:db");
  assert.equal(status.services.find(({ key }) => key === "db")?.state, "down");
  assert.deepEqual(
    receiver.notices.map(({ event, incident }) => [event, incident.subject]),
    [["incident.opened", "service:db"]],
  );
  assert.match(receiver.notices[0]?.text.ja ?? "", /データベース/);
  assert.match(receiver.notices[0]?.text.en ?? "", /koboshi/);
  await until("page says so", async () =>
    /ご利用いただけ/.test(fs.readFileSync(path.join(page, "index.html"), "utf8")),
  );
});

test("a person takes it, writes into it, and everyone hears of the recovery", async () => {
  const [open] = (await hub.get<{ items: { id: number }[] }>("/api/v1/incidents?state=open")).items;
  assert.ok(open);
  await hub.post(`/api/v1/incidents/${open.id}/acknowledge`);
  await hub.post(`/api/v1/incidents/${open.id}/note`, { text: "ディスクを確認中" });
  await Promise.all([shop.start(), db.start()]);
  await until("resolved", async () => receiver.notices.some(({ event }) => event === "incident.resolved"));
  await until("all is well again", async () => (await hub.get<StatusJson>("/api/v1/status")).verdict === "ok");
  const incident = await hub.get<{ state: string; timeline: { kind: string; text: { ja: string } }[] }>(
    `/api/v1/incidents/${open.id}`,
  );
  assert.equal(incident.state, "resolved");
  const kinds = incident.timeline.map(({ kind }) => kind);
  for (const kind of [
    "signal.opened",
    "incident.opened",
    "incident.acknowledged",
    "incident.noted",
    "notice.sent",
    "signal.closed",
    "incident.resolved",
  ]) {
    assert.ok(kinds.includes(kind), `${kind} missing in ${kinds.join(" ")}`);
  }
  assert.equal(new Set(receiver.notices.map(({ id }) => id)).size, receiver.notices.length, "each notice came once");
});
