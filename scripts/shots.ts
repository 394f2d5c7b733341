// `npm run shots`: pictures of the screens on a phone, ja and en, for docs/shows; `-- --all DIR` keeps every one of them.
import fs from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import type { Page } from "playwright-core";
import type { Lang } from "../src/kernel/lang.ts";
import { assertNoOverflow, launchBrowser, type TestBrowser } from "../test/doubles/browser.ts";
import { until } from "../test/doubles/hub-process.ts";
import { companyStage, emptyStage, type Stage } from "./shots-stage.ts";

const phone = { width: 360, height: 740 };
const mostBytes = 60_000;
const outageLimitMs = 60_000;
/** what docs/shows shows */
const kept = new Set(["found", "home", "incident", "ack", "services", "edit", "status", "report", "map", "dark"]);
const { values: flags } = parseArgs({ options: { all: { type: "string" } } });
const folder = flags.all ?? "docs/shows";
let wrong = 0;

const browser = await launchBrowser();
try {
  for (const lang of ["ja", "en"] as const) {
    await withStage(await emptyStage(lang), (stage) => firstMinute(stage, lang));
    await withStage(await companyStage(lang), (stage) => company(stage, lang));
  }
} finally {
  await browser.close();
}
process.exit(wrong === 0 ? 0 : 1);

async function withStage(stage: Stage, run: (stage: Stage) => Promise<void>): Promise<void> {
  try {
    await run(stage);
  } finally {
    await stage.stop();
  }
}

/** From the link in the terminal to the address typed and the number that came by mail. */
async function firstMinute(stage: Stage, lang: Lang): Promise<void> {
  const page = await signIn(browser, { stage, lang });
  await page.locator("form[action='/start/look']").waitFor();
  await shoot(page, { name: "address", lang });
  await page.locator("input[name=address]").fill(`http://127.0.0.1:${stage.company.ports.shop}/`);
  await page.locator("form[action='/start/look'] button.pri").click();
  await page.locator("form[action='/start/mail']").waitFor();
  await page.locator("input[name=mail]").fill("yamada@demo.example");
  await shoot(page, { name: "found", lang });
  await page.locator("form[action='/start/mail'] details summary").click();
  await page.locator("input[name=smtp]").fill(`smtp://127.0.0.1:${stage.mailPort}`);
  await page.locator("form[action='/start/mail'] button.pri").click();
  const code = await until("the mail with the number", async () => /\d{6}/.exec(stage.mails[0]?.subject ?? "")?.[0]);
  await page.locator("input[name=code]").fill(code);
  await shoot(page, { name: "code", lang });
  await page.locator("form[action='/start/finish'] button.pri").click();
  await page.locator("pre").waitFor();
  await shoot(page, { name: "written", lang });
}

/** Every screen of the company: all well, in an incident, and afterwards. */
async function company(stage: Stage, lang: Lang): Promise<void> {
  const page = await signIn(browser, { stage, lang });
  await until("all is well", async () => (await verdict(stage)) === "ok");
  await pingBackup(stage);
  // the first reading of the past takes longer than a page waits
  await page.goto(`${stage.url}/services`);
  await until("the past", async () => (await page.reload(), (await page.locator("svg.bars").count()) > 0));
  const screens = [
    ["home", "/"],
    ["services", "/services"],
    ["service", "/services/shop"],
    ["jobs", "/jobs"],
    ["job", "/jobs/backup"],
    ["vantages", "/vantages"],
    ["map", "/map"],
    ["checks", "/checks"],
    ["look", "/look"],
    ["more", "/more"],
    ["settings", "/settings"],
    ["config", "/settings/config"],
    ["channels", "/settings/channels"],
    ["account", "/settings/account"],
    ["tokens", "/settings/tokens"],
    ["audit", "/settings/audit"],
  ] as const;
  for (const [name, address] of screens) await visit(page, stage, { name, address, lang });
  await edit(page, stage, lang);
  await outage(page, stage, lang);
  await accounts(page, stage, lang);
}

/** The backup reports once, as its crontab's line would. */
async function pingBackup(stage: Stage): Promise<void> {
  const answer = await stage.call("/api/v1/jobs/backup/address", {});
  const { url } = (await answer.json()) as { url: string };
  await fetch(url);
}

async function edit(page: Page, stage: Stage, lang: Lang): Promise<void> {
  await visit(page, stage, { name: "form", address: "/settings/config/edit?at=services.shop.checks.0", lang });
  const changed = JSON.stringify(["services", "shop", "checks", 0, "every"]);
  const name = await page.evaluate(
    (wanted) =>
      [...(globalThis as unknown as Window).document.querySelectorAll("input")].find(({ value }) => value === wanted)
        ?.name ?? "",
    changed,
  );
  await page.locator(`[name='${name.replace(/^p/, "f")}']`).fill("10s");
  await page.locator("form[action='/settings/config/preview'] button.pri").first().click();
  await page.locator("form[action='/settings/config/apply']").waitFor();
  await shoot(page, { name: "edit", lang });
}

async function outage(page: Page, stage: Stage, lang: Lang): Promise<void> {
  const before = stage.mails.length;
  await stage.company.break("disk-full");
  await until("the incident", async () => (await verdict(stage)) === "down", outageLimitMs);
  const mail = await until("the mail", async () => stage.mails[before], outageLimitMs);
  const link = /https?:\/\/\S+\/ack\?k=\S+/.exec(mail.text)?.[0] ?? "";
  await until(
    "the status page",
    async () => /■/.test(await (await fetch(`${stage.url}/status/`)).text()),
    outageLimitMs,
  );
  await visit(page, stage, { name: "incident", address: "/", lang });
  await visit(page, stage, { name: "room", address: "/i/1", lang });
  await visit(page, stage, { name: "services-down", address: "/services", lang });
  const dark = await browser.open(`${stage.url}/status/`, { ...phone, scheme: "dark", lang });
  await dark.setViewportSize(phone);
  await shoot(dark, { name: "status-dark", lang });
  const customer = await browser.open(`${stage.url}/status/`, { ...phone, scheme: "light", lang });
  await customer.setViewportSize(phone);
  await shoot(customer, { name: "status", lang });
  await page.emulateMedia({ colorScheme: "dark" });
  await visit(page, stage, { name: "dark", address: "/", lang });
  await page.emulateMedia({ colorScheme: "light" });
  const plain = await browser.open(link, { ...phone, scheme: "light", lang });
  await plain.setViewportSize(phone);
  await shoot(plain, { name: "ack", lang });
  await plain.locator("form button").first().click();
  await shoot(plain, { name: "taken", lang });
  await stage.company.repair();
  await until("the recovery", async () => (await verdict(stage)) === "ok", outageLimitMs);
  await visit(page, stage, { name: "after", address: "/i/1", lang });
  await visit(page, stage, { name: "report", address: "/i/1/report?version=customer", lang });
  await visit(page, stage, { name: "report-internal", address: "/i/1/report?version=internal", lang });
  await visit(page, stage, { name: "incidents", address: "/incidents", lang });
}

/** The first administrator; from then on everybody signs in by name. */
async function accounts(page: Page, stage: Stage, lang: Lang): Promise<void> {
  await page.goto(`${stage.url}/settings/account`);
  const form = page.locator("form[action='/settings/account/first']");
  await form.locator("input[name=name]").fill("yamada");
  for (const field of await form.locator("input[type=password]").all()) await field.fill("a sentence is best");
  await form.locator("button").click();
  await form.waitFor({ state: "detached" });
  await visit(page, stage, { name: "people", address: "/settings/people", lang });
  const login = await browser.open(`${stage.url}/login`, { ...phone, scheme: "light", lang });
  await login.setViewportSize(phone);
  await shoot(login, { name: "login", lang });
}

async function verdict(stage: Stage): Promise<string> {
  return ((await (await stage.call("/api/v1/status")).json()) as { verdict: string }).verdict;
}

async function signIn(from: TestBrowser, { stage, lang }: { stage: Stage; lang: Lang }): Promise<Page> {
  const page = await from.open(stage.link, { width: phone.width, scheme: "light", lang, javaScript: true });
  await page.setViewportSize(phone);
  await page.locator("form[action='/start/look'], form[action='/login'] button, .v").first().waitFor();
  const button = page.locator("form[action='/login'] button");
  if (await button.count()) await button.first().click();
  await page.locator("form[action='/login']").waitFor({ state: "detached" });
  return page;
}

interface Shot {
  readonly name: string;
  readonly lang: Lang;
}

async function visit(page: Page, stage: Stage, { address, ...shot }: Shot & { address: string }): Promise<void> {
  await page.goto(stage.url + address);
  await shoot(page, shot);
}

/** One picture, cut at the foot until it is small; with `--all` the whole page. Says what is wider than the screen. */
async function shoot(page: Page, { name, lang }: Shot): Promise<void> {
  await assertNoOverflow(page).catch((thrown: unknown) => {
    wrong += 1;
    console.log(`${name}.${lang}: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  });
  if (flags.all === undefined && !kept.has(name)) return;
  fs.mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `${name}.${lang}.png`);
  await page.evaluate("scrollTo(0, 0)");
  if (flags.all !== undefined) return void (await page.screenshot({ path: file, scale: "css", fullPage: true }));
  for (let { height } = phone; height > phone.width; height -= 40) {
    await page.screenshot({ path: file, scale: "css", clip: { x: 0, y: 0, ...phone, height } });
    if (fs.statSync(file).size <= mostBytes) return;
  }
}
