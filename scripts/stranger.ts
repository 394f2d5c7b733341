// `npm run stranger`: what a stranger lives through after the install, in Japanese, then in English: an empty folder, a phone's
// page, three fields, the first mail; then their site stops, and the mail about it comes. `-- --shots DIR` keeps pictures.
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Page } from "playwright-core";
import type { Lang } from "../src/kernel/lang.ts";
import { launchBrowser, type TestBrowser } from "../test/doubles/browser.ts";
import { freePort, until } from "../test/doubles/hub-process.ts";
import { startMailboxPostfix, type MailboxPostfix } from "../test/doubles/mailbox-postfix.ts";

const usualPort = 7373;
const phone = { width: 360, height: 740 };
const mostSeconds = 60;
const mostFields = 3;
const mostShotBytes = 60_000;
/** three attempts a minute apart, and the relay */
const incidentLimitMs = 240_000;
const person = "yamada@example.jp";
const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const { values: flags } = parseArgs({ options: { shots: { type: "string" } } });

interface Stage {
  readonly lang: Lang;
  readonly folder: string;
  readonly sitePort: number;
  readonly relay: MailboxPostfix;
  readonly began: number;
  /** fields typed into so far */
  fields: number;
}

const browser = await launchBrowser();
try {
  for (const lang of ["ja", "en"] as const) await live(browser, lang);
  console.log("\n2 passed, 0 failed");
} finally {
  await browser.close();
}
process.exit(0);

async function live(from: TestBrowser, lang: Lang): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-stranger-"));
  fs.chmodSync(folder, 0o755);
  const relay = await startMailboxPostfix(await freePort());
  const sitePort = await freePort();
  const site = startNginx(folder, sitePort);
  await until("the site", () => answers(sitePort));
  console.log(`\n──── ${lang === "ja" ? "はじめての人(日本語)" : "a stranger (English)"}`);
  const stage: Stage = { lang, folder, sitePort, relay, began: performance.now(), fields: 0 };
  const hub = await startEmptyHub(stage);
  try {
    const page = await setUp(stage, from, await linkOf(hub));
    await breakSite(stage, page, site);
  } finally {
    await end(hub.child);
    await end(site);
    relay.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** From the link in the terminal to a Home that watches. */
async function setUp(stage: Stage, from: TestBrowser, link: string): Promise<Page> {
  const { lang, relay, sitePort } = stage;
  tell(stage, "起動し、リンクが表示された", "started; the terminal shows the link");
  const page = await from.open(link, { width: phone.width, scheme: "light", lang, javaScript: true });
  await page.setViewportSize(phone);
  await page.locator("form[action='/start/look'], form[action='/login'] button").first().waitFor();
  if (await page.locator("form[action='/login']").count()) await page.locator("form[action='/login'] button").click();
  await page.locator("form[action='/start/look']").waitFor();
  tell(stage, "携帯電話の画面で開いた", "opened on a phone's screen");
  await shoot(stage, page, "1-address");
  await type(stage, page, { field: "address", text: `http://127.0.0.1:${sitePort}/` });
  await page.locator("form[action='/start/look'] button.pri").click();
  await page.locator("form[action='/start/mail']").waitFor();
  tell(stage, "見てきたものが並んだ", "what was found is listed");
  await type(stage, page, { field: "mail", text: person });
  await shoot(stage, page, "2-found");
  await page.locator("form[action='/start/mail'] button.pri").click();
  const code = await until("the mail with the number", async () => {
    const first = (await relay.mailbox("yamada"))[0];
    return /\d{6}/.exec(first?.mail.subject ?? "")?.[0];
  });
  const seconds = tell(stage, "最初のメールが届いた", "the first mail has arrived");
  assert.ok(seconds <= mostSeconds, `the first mail took ${seconds.toFixed(1)} s`);
  await type(stage, page, { field: "code", text: code });
  await shoot(stage, page, "3-code");
  await page.locator("form[action='/start/finish'] button").click();
  await page.locator("pre").waitFor();
  tell(stage, "koboshi.yml が書かれた", "koboshi.yml is written");
  await shoot(stage, page, "4-written");
  await page.locator(".act a.pri").click();
  await page.locator(".v.s-ok").waitFor();
  tell(stage, "ホームに最初の結果が出た", "Home shows the first result");
  await shoot(stage, page, "5-home");
  assert.ok(stage.fields <= mostFields, `${stage.fields} fields were typed`);
  console.log(fs.readFileSync(path.join(stage.folder, "home/koboshi.yml"), "utf8").replaceAll(/^/gm, "        "));
  return page;
}

async function breakSite(stage: Stage, page: Page, site: ChildProcess): Promise<void> {
  await end(site);
  const stopped = tell(stage, "そのサイトを止めた", "the site is stopped");
  const wanted = stage.lang === "ja" ? /^■障害/ : /^■DOWN/;
  const mail = await until(
    "the mail about the incident",
    async () => (await stage.relay.mailbox("yamada")).find((one) => wanted.test(one.mail.subject ?? "")),
    incidentLimitMs,
  );
  const arrived = tell(stage, "障害のメールが届いた", "the mail about the incident has arrived");
  console.log(`        ${(arrived - stopped).toFixed(1)} s: ${mail.mail.subject}`);
  await page.locator(".v.s-down").waitFor();
  await shoot(stage, page, "6-incident");
}

interface Hub {
  readonly child: ChildProcess;
  printed(): string;
}

/** An empty folder, as after `npm install`; only where the usual port is taken a line names another. */
async function startEmptyHub({ lang, folder, relay }: Stage): Promise<Hub> {
  const home = path.join(folder, "home");
  fs.mkdirSync(home);
  if (!(await isFree(usualPort))) {
    fs.writeFileSync(path.join(home, "koboshi.yml"), `version: 1\nhub: { listen: "127.0.0.1:${await freePort()}" }\n`);
  }
  const child = spawn(process.execPath, [main, "up", "--lang", lang], {
    cwd: home,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, MAIL_CONFIG: relay.config },
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (part: Buffer) => (printed += part.toString()));
  return { child, printed: () => printed };
}

function linkOf({ child, printed }: Hub): Promise<string> {
  return until("the link in the terminal", async () => {
    assert.equal(child.exitCode, null, printed());
    return /http:\/\/\S+#t=\S+/.exec(printed())?.[0];
  });
}

async function type(stage: Stage, page: Page, { field, text }: { field: string; text: string }): Promise<void> {
  stage.fields += 1;
  await page.locator(`input[name='${field}']`).fill(text);
}

/** Prints a step with its second. @returns seconds since the hub was started */
function tell({ lang, began }: Stage, ja: string, en: string): number {
  const seconds = (performance.now() - began) / 1_000;
  console.log(`${seconds.toFixed(1).padStart(6)} s ${lang === "ja" ? ja : en}`);
  return seconds;
}

async function shoot({ lang }: Stage, page: Page, name: string): Promise<void> {
  if (flags.shots === undefined) return;
  fs.mkdirSync(flags.shots, { recursive: true });
  const file = path.join(flags.shots, `first-minute-${name}.${lang}.png`);
  await page.evaluate("scrollTo(0, 0)");
  // a busy page is cut at the foot until it is small enough for the documentation
  for (let { height } = phone; height > phone.width; height -= 60) {
    await page.screenshot({ path: file, scale: "css", clip: { x: 0, y: 0, ...phone, height } });
    if (fs.statSync(file).size <= mostShotBytes) return;
  }
  assert.fail(`${file} has more than ${mostShotBytes} bytes`);
}

function startNginx(folder: string, port: number): ChildProcess {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (kind) => `${kind}_temp_path ${folder}/${kind};`,
  );
  fs.writeFileSync(
    path.join(folder, "nginx.conf"),
    `daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log ${folder}/nginx.log; events {}
http { access_log off; ${temporary.join(" ")} server { listen 127.0.0.1:${port}; return 200 "welcome"; } }`,
  );
  return spawn("/usr/sbin/nginx", ["-c", path.join(folder, "nginx.conf"), "-e", `${folder}/nginx.log`], {
    stdio: "ignore",
  });
}

async function answers(port: number): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${port}/`).catch(() => null);
  return answer?.ok === true;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  await once(child, "exit");
}
