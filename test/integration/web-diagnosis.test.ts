import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Diagnosis, Told } from "../../src/kernel/model/diagnosis.ts";
import type { Incident } from "../../src/kernel/model/incident.ts";
import { diagnosisWords } from "../../src/words/diagnosis.ts";
import { assertNoOverflow, axeFindings, launchBrowser, smallTargets, type TestBrowser } from "../doubles/browser.ts";
import { diskFull } from "../doubles/diagnosed.ts";
import { noDiagnoses } from "../doubles/no-diagnoses.ts";
import { breakShop, startWeb, type WebFixture } from "./web-fixture.ts";

const said: { readonly cause: string; readonly component: string | null; readonly note: string }[] = [];
let again = 0;
let web: WebFixture;
let browser: TestBrowser;
before(async () => {
  web = await startWeb();
  Object.assign(web.deps.diagnoses, {
    ...noDiagnoses,
    causes: () => [{ id: "clock-drift", title: { ja: "時計のずれ", en: "The clock is off" } }],
    again: async ({ incidentId }: { incidentId: number }) => {
      again += 1;
      return { ok: true, value: await web.ledger.read.incident(incidentId) };
    },
    confirm: async ({ incidentId, cause, note }: Parameters<typeof noDiagnoses.confirm>[0]) => {
      said.push({ cause: cause.id, component: cause.component, note });
      return { ok: true, value: await web.ledger.read.incident(incidentId) };
    },
  });
  browser = await launchBrowser();
});
after(async () => {
  await browser.close();
  await web.close();
});

async function withDiagnosis(change: (found: Diagnosis) => Partial<Diagnosis> = () => ({})): Promise<Incident> {
  breakShop(web);
  const incident = await web.openIncident();
  const found = diskFull(web.clock, incident.id);
  await web.ledger.transaction((tx) => tx.insertDiagnosis({ ...found, ...change(found), incidentId: incident.id }));
  return incident;
}

function inBoth({ told }: Diagnosis, change: (told: Told, lang: "ja" | "en") => Partial<Told>): Diagnosis["told"] {
  return { ja: { ...told.ja, ...change(told.ja, "ja") }, en: { ...told.en, ...change(told.en, "en") } };
}

test("on a phone without JavaScript: the cause, what speaks for it, the first step, what must wait", async () => {
  const long = "/srv/www/releases/2026-11-22T02:12:00+09:00/".repeat(8);
  const incident = await withDiagnosis((found) => ({
    seen: found.seen.map((one) => ({ ...one, raw: `${long}\n<script>alert(1)</script>` })),
    told: inBoth(found, ({ causes }) => ({
      causes: causes.map((cause, index) => (index === 0 ? { ...cause, for: [...cause.for, long] } : cause)),
    })),
  }));
  for (const [lang, headline, first, wait] of [
    [
      "ja",
      "ディスクの空き容量の不足(web1) — ほぼ確実(99%)",
      "大きいものの上位20件を表示します",
      "再起動はしないでください",
    ],
    ["en", "The disk is full (web1) — almost certain (99%)", "List the 20 largest items", "Do not reboot"],
  ] as const) {
    const page = await browser.open(`${web.url}/i/${incident.id}`, { width: 360, scheme: "light", lang });
    const part = page.locator('section[aria-labelledby="why"]');
    const text = await part.innerText();
    assert.ok(text.includes(headline) && text.includes(first) && text.includes(wait), text);
    assert.ok(text.indexOf(headline) < text.indexOf(first), "why stands before what to do");
    assert.equal(await part.locator("script").count(), 0, "a log line is text");
    for (const folded of await part.locator("details").all()) await folded.locator("summary").first().click();
    assert.ok((await part.innerText()).includes("<script>alert(1)</script>"));
    await assertNoOverflow(page);
    assert.deepEqual(await smallTargets(page), []);
    assert.deepEqual(await axeFindings(page), []);
    await page.context().close();
  }
});

test("whoever is not signed in reads and has no buttons; whoever is asks again and says what it was", async () => {
  const incident = await withDiagnosis();
  const page = await browser.open(`${web.url}/i/${incident.id}`, { width: 360, scheme: "dark", lang: "ja" });
  const part = page.locator('section[aria-labelledby="why"]');
  assert.equal(await part.getByRole("button").count(), 0);
  await page.goto(`${web.url}/login?next=/i/${incident.id}`);
  await page.getByLabel("開始用の合い言葉").fill(web.startToken.issue());
  await Promise.all([page.waitForNavigation(), page.getByRole("button", { name: "ログインする" }).click()]);
  await Promise.all([page.waitForNavigation(), part.getByRole("button", { name: "もう一度調べる" }).click()]);
  assert.equal(again, 1);
  await part.locator("summary", { hasText: "原因を確定" }).click();
  const choices = await part.locator("select[name=cause] option").allTextContents();
  assert.deepEqual(choices, ["ディスクの空き容量の不足(web1)", "サービスの停止(db)", "時計のずれ", "一覧にない原因"]);
  await part.getByLabel("分かったこと(任意)").fill("夜間バッチの一時ファイル");
  await assertNoOverflow(page);
  await Promise.all([page.waitForNavigation(), part.getByRole("button", { name: "原因を確定" }).click()]);
  assert.deepEqual(said, [{ cause: "disk-full", component: "host:web1", note: "夜間バッチの一時ファイル" }]);
  await page.context().close();
});

test("of several candidates none is put forward; the facts and the step that comes first stand open", async () => {
  const incident = await withDiagnosis((found) => ({
    causes: found.causes.map((cause) => ({ ...cause, probability: 0.3 })),
    told: inBoth(found, ({ causes }, lang) => ({
      headline: diagnosisWords(lang).candidates("A 30%、B 30%"),
      causes: causes.map((cause) => ({ ...cause, percent: 30, certainty: "候補" })),
    })),
  }));
  const page = await browser.open(`${web.url}/i/${incident.id}`, { width: 360, scheme: "light", lang: "ja" });
  const text = await page.locator('section[aria-labelledby="why"]').innerText();
  assert.match(text, /まだ絞り込めていません。候補: A 30%、B 30%/);
  assert.match(text, /見えている事実\nweb1のディスクの空き: 空きがありません\(\/var 100%\)/);
  assert.match(text, /ディスクの空き容量の不足\(web1\) — 候補\(30%\)/);
  assert.doesNotMatch(text, /直し方/);
  await page.context().close();
});

test("where nothing is broken any more, nobody is told to do anything", async () => {
  const incident = await withDiagnosis((found) => ({
    told: inBoth(found, (_, lang) => ({ headline: diagnosisWords(lang).nothingBroken })),
  }));
  const page = await browser.open(`${web.url}/i/${incident.id}`, { width: 360, scheme: "light", lang: "en" });
  const text = await page.locator('section[aria-labelledby="why"]').innerText();
  assert.match(text, /Nothing looks broken now/);
  assert.doesNotMatch(text, /Do not reboot|List the 20|almost certain/);
  await page.context().close();
});
