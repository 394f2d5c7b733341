import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { later, stampNow } from "../../src/kernel/clock.ts";
import type { HardwareStatus } from "../../src/kernel/ports-hardware.ts";
import type { PathStatus, Route } from "../../src/kernel/ports-paths.ts";
import { launchBrowser, type TestBrowser } from "../doubles/browser.ts";
import { deskOf, hostStatus } from "../doubles/host-readings.ts";
import { noHardware } from "../doubles/no-hardware.ts";
import { noPaths } from "../doubles/no-paths.ts";
import { ask, startWeb, type WebFixture } from "./web-fixture.ts";
import { createInspector, type Inspector } from "./web-inspect.ts";

let web: WebFixture;
let browser: TestBrowser;
let reader: Inspector;

before(async () => {
  web = await startWeb();
  browser = await launchBrowser();
  reader = await createInspector(web, browser);
});
after(async () => {
  await browser.close();
  await web.close();
});

async function read(path: string, lang = "ja"): Promise<string> {
  const answer = await ask(`${web.url}${path}`, { headers: { "accept-language": lang } });
  assert.equal(answer.status, 200, `${path}: ${answer.text.slice(0, 300)}`);
  return answer.text;
}
const textOf = (html: string): string =>
  html
    .slice(html.indexOf("<main"), html.indexOf("</main>"))
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ");

const nas: HardwareStatus = {
  host: "nas1",
  state: "ok",
  health: "ok",
  power: "on",
  answersAtMs: null,
  vitals: null,
  sources: [
    {
      kind: "redfish",
      address: "192.0.2.8",
      state: "ok",
      reason: null,
      answeredAt: null,
      tookMs: 80,
      certificate: null,
      reading: {
        source: "redfish",
        takenAtMs: 0,
        health: "ok",
        power: "on",
        maker: null,
        model: null,
        serial: null,
        sensors: [],
        drives: [],
        firmware: [],
        entries: [],
        vendor: {},
        unobserved: {},
      },
    },
  ],
};

test("a silent system whose board answers is told apart, on the host's page and in the list", async () => {
  const now = stampNow(web.clock);
  const since = later(now, -14 * 60_000);
  const answered = { ...nas, answersAtMs: now.atMs, sources: nas.sources.map((one) => ({ ...one, answeredAt: now })) };
  // routes keep the desk they were given
  Object.assign(web.deps.hosts, {
    ...deskOf([
      hostStatus({ key: "nas1", state: "unknown", silence: { reason: "timeout", text: "", since } }),
      hostStatus({ key: "web1", state: "unknown", silence: { reason: "not-set-up", text: "", since } }),
    ]),
  });
  Object.assign(web.deps, {
    hardware: {
      ...noHardware,
      hardware: () => [answered],
      hardwareOf: (host: string) => (host === "nas1" ? answered : null),
    },
  });
  const text = textOf(await read("/hosts/nas1"));
  assert.match(text, /OS からは応答がありませんが、管理用コントローラは .*ハードウェアはおそらく無事です/);
  assert.match(text, /ハードウェア ● 正常 電源 入/);
  assert.match(textOf(await read("/hosts/nas1", "en")), /The system is silent, but its management controller answered/);
  assert.doesNotMatch(textOf(await read("/hosts/web1")), /管理用コントローラ/);
  const list = textOf(await read("/hosts"));
  assert.match(list, /BMC・SNMP 最終確認/);
  assert.match(list, /nas1 時間内に応答しませんでした 未確認 ● 正常/);
  await reader.inspect("/hosts/nas1", 'href="/hardware/nas1"');
  await reader.inspect("/hosts", 'href="/hardware/nas1"');
});

test("a check shows the way to its target with the routes before, and nothing when none is measured", async () => {
  const plain = "/checks/shop%2Fhttp";
  assert.ok(!(await read(plain)).includes('id="path"'));
  const now = stampNow(web.clock);
  const route = (since: typeof now, hop: string): Route => ({
    hops: [["10.0.0.1"], [], [hop]],
    reached: true,
    since,
  });
  const ways = [route(now, "192.0.2.7"), route(later(now, -86_400_000), "192.0.2.9")];
  const status: PathStatus = {
    vantage: "here",
    target: "shop.example.jp",
    address: "192.0.2.10",
    subject: "service:shop",
    services: ["shop"],
    packets: { sent: 15, lossRatio: 0.042, minMs: 9, meanMs: 10, maxMs: 12, jitterMs: 0.5 },
    newest: null,
    route: ways[0] ?? null,
    before: ways[1] ?? null,
    tracedAt: now,
    unobserved: {},
    troubles: ["loss"],
  };
  Object.assign(web.deps, { paths: { ...noPaths, paths: () => [status], history: async () => ways } });
  const text = textOf(await read(plain));
  assert.match(text, /shop\.example\.jp \(192\.0\.2\.10\) までです/);
  assert.match(text, /▲ 損失あり 損失 4\.2 %.*10\.0\.0\.1 → \* → 192\.0\.2\.7 .*10\.0\.0\.1 → \* → 192\.0\.2\.9/);
  assert.match(text, /いまの経路/);
  assert.match(textOf(await read(plain, "en")), /Routes so far, newest first .* the route now/);
  assert.ok(!(await read("/checks/mail%2Fhttp")).includes('id="path"'));
  await reader.inspect(plain, 'id="path"');
  Object.assign(web.deps, {
    paths: { ...noPaths, paths: () => [status], history: () => Promise.reject(new Error("disk")) },
  });
  assert.match(textOf(await read(plain)), /これまでの経路を読めませんでした/);
});
