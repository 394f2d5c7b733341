import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { lookOpened } from "../contract/probes/look-opened.ts";
import { said } from "../contract/probes/run-probe.ts";
import { assertResult, inTime } from "../contract/probes/suite.ts";
import { startBrowserSite, type BrowserSite } from "../doubles/browser-site.ts";
import { freePort } from "../doubles/hub-process.ts";

suite("a page in a real browser", () => {
  let site: BrowserSite;
  before(async () => (site = await startBrowserSite()));
  after(() => site.close());

  test("loads, with its title, its errors, and a picture", async () => {
    const result = await lookOpened({ browser: `${site.url}/` }, site.context);
    assertResult(result);
    assert.equal(said(result), "up");
    const { title, status, consoleErrors, consoleSaid, screenshot, pageMs } = result.facts;
    assert.deepEqual([title, status, screenshot], ["こぼし商店", 200, "/kept/success.png"]);
    assert.ok(Number(consoleErrors) >= 1 && Number(pageMs) > 0);
    assert.match(JSON.stringify(consoleSaid), /broken on purpose/);
    assert.equal(site.kept.get("success.png")?.subarray(1, 4).toString(), "PNG");
    assert.equal(result.facts["sandbox"], process.getuid?.() !== 0);
  });

  test("steps are done in order; secrets are typed and never told", async () => {
    const steps = [
      { fill: "#user", value: "花子" },
      { fill: "#pass", value: "s3cret-of-page" },
      { click: "text=入る" },
      { expect_text: "こんにちは 花子" },
      { screenshot: "logged-in" },
    ];
    const result = await lookOpened({ browser: `${site.url}/`, steps }, site.context);
    assert.equal(said(result), "up");
    assert.equal(result.facts["stepsDone"], 5);
    assert.ok(site.kept.has("logged-in.png"));
    const missing = [{ fill: "#nosuch", value: "s3cret-of-page" }];
    const failed = await lookOpened({ browser: `${site.url}/`, steps: missing }, { ...site.context, timeoutMs: 3_500 });
    assertResult(failed);
    assert.equal(said(failed), "down application step-failed");
    assert.match(failed.error?.text ?? "", /^step 1 \(fill #nosuch\)/);
    assert.doesNotMatch(JSON.stringify(failed), /s3cret/);
    assert.equal(failed.facts["screenshot"], "/kept/failure.jpg");
    const drawn = site.kept.get("failure.jpg");
    assert.ok(drawn !== undefined && drawn.length < 200_000 && drawn[0] === 0xff && drawn[1] === 0xd8);
    const text = await lookOpened(
      { browser: `${site.url}/`, steps: [{ expect_text: "閉店" }] },
      { ...site.context, timeoutMs: 3_500 },
    );
    assert.equal(said(text), "down content text-missing");
  });

  test("what fails is told by where it stopped", async () => {
    assert.equal(said(await lookOpened({ browser: `${site.url}/broken` }, site.context)), "down application status");
    const closed = `http://127.0.0.1:${await freePort()}/`;
    assert.equal(said(await lookOpened({ browser: closed }, site.context)), "down connect refused");
    const silent = await inTime(
      3_000,
      lookOpened({ browser: `${site.url}/silent` }, { ...site.context, timeoutMs: 3_000 }),
    );
    assert.equal(said(silent), "down protocol timeout");
    const hanging = await inTime(
      3_000,
      lookOpened({ browser: `${site.url}/hanging` }, { ...site.context, timeoutMs: 3_000 }),
    );
    assert.equal(said(hanging), "down application timeout");
    assert.equal(
      said(await lookOpened({ browser: `${site.url}/`, within: "0ms" }, site.context)),
      "degraded application slow",
    );
  });
});
