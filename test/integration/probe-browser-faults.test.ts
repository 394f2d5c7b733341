import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, suite, test } from "node:test";
import { promisify } from "node:util";
import { lookOpened } from "../contract/probes/look-opened.ts";
import { said } from "../contract/probes/run-probe.ts";
import { browserPids, startBrowserSite, type BrowserSite } from "../doubles/browser-site.ts";
import { until } from "../doubles/hub-process.ts";
import { programWords } from "../doubles/program.ts";

suite("a browser that fails", () => {
  let site: BrowserSite;
  before(async () => (site = await startBrowserSite()));
  after(() => site.close());

  test("a page that never lets go of the processor ends in time, and the next one is looked at as ever", async () => {
    const busy = await lookOpened({ browser: `${site.url}/busy` }, { ...site.context, timeoutMs: 7_000 });
    assert.equal(said(busy), "down application timeout");
    assert.equal(said(await lookOpened({ browser: `${site.url}/` }, site.context)), "up");
  });

  test("a browser that is killed says nothing of the page, and the next attempt has a new one", async () => {
    const looking = lookOpened({ browser: `${site.url}/silent` }, { ...site.context, timeoutMs: 10_000 });
    const pids = await until("a page is asked for", async () => {
      const found = browserPids();
      const connections = await site.connections();
      return found.length > 0 && connections > 0 ? found : null;
    });
    for (const pid of pids) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // it went with the others
      }
    }
    assert.equal(said(await looking), "unknown application browser-crashed");
    assert.equal(said(await lookOpened({ browser: `${site.url}/` }, site.context)), "up");
  });

  test("without a browser it is unknown, with a code of its own", async () => {
    process.env["CHROMIUM_PATH"] = "/no/such/browser";
    const absent = await lookOpened({ browser: `${site.url}/` }, site.context);
    process.env["CHROMIUM_PATH"] = "/bin/false";
    const broken = await lookOpened({ browser: `${site.url}/` }, site.context).finally(
      () => delete process.env["CHROMIUM_PATH"],
    );
    assert.equal(said(absent), "unknown application no-browser");
    // one that runs already is used as long as it is there
    assert.match(said(broken), /^(?:up|unknown application browser-not-started)$/);
  });

  test("checks take turns with one browser, which is gone soon after the last", async () => {
    const results = await Promise.all([1, 2, 3].map(() => lookOpened({ browser: `${site.url}/` }, site.context)));
    assert.deepEqual(results.map(said), ["up", "up", "up"]);
    await until("no browser is left", async () => browserPids().length === 0, 10_000);
  });
});

test("a page of the Internet is kept out of the network koboshi stands in", async () => {
  const hosts = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-fence-")), "hosts");
  fs.writeFileSync(hosts, "127.0.0.1 localhost\n93.184.215.14 shop.test\n10.99.0.9 inner.test\n");
  const script = [
    "set -e",
    `mount --bind ${hosts} /etc/hosts`,
    "ip link set lo up",
    "ip addr add 93.184.215.14/32 dev lo",
    "ip addr add 10.99.0.9/32 dev lo",
    `exec ${process.execPath} ${programWords("test/doubles/browser-fence-program.ts").join(" ")}`,
  ].join("\n");
  const args = ["--map-root-user", "--net", "--mount", "sh", "-c", script];
  const { stdout } = await promisify(execFile)("/usr/bin/unshare", args, { encoding: "utf8" });
  fs.rmSync(path.dirname(hosts), { recursive: true });
  assert.deepEqual(JSON.parse(stdout), [
    // what it holds reaches inward, and gets nothing
    { outcome: "up", code: null, title: "shop", reached: false },
    { outcome: "down", code: "redirect-private", reached: false },
    // the configuration names the host itself
    { outcome: "up", code: null, title: "inner", reached: true },
    { outcome: "up", code: null, title: "inner", reached: true },
  ]);
});
