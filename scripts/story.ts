// `npm run story`: a real nginx dies while koboshi watches, a real Postfix delivers, a real sshd takes the status page; in
// Japanese, then in English. Everything lives in a temporary folder on this machine and ends with the story.
import assert from "node:assert/strict";
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Lang } from "../src/kernel/lang.ts";
import { freePort, startHub, until, type HubProcess } from "../test/doubles/hub-process.ts";
import { startMailboxPostfix, type MailboxPostfix } from "../test/doubles/mailbox-postfix.ts";
import { startSshd, type Sshd } from "../test/doubles/sshd.ts";

interface Stage {
  readonly lang: Lang;
  readonly folder: string;
  readonly shopPort: number;
  readonly relayPort: number;
  readonly relay: MailboxPostfix;
  readonly spare: Sshd;
}

const everyMs = 10_000;
const say = (text: string): void => console.log(text);

for (const lang of ["ja", "en"] as const) await play(lang);
say("\n1 passed, 0 failed");
process.exit(0);

async function play(lang: Lang): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-story-"));
  fs.chmodSync(folder, 0o755);
  const [shopPort, relayPort, hubPort] = [await freePort(), await freePort(), await freePort()];
  const relay = await startMailboxPostfix(relayPort);
  const spare = await startSshd();
  const stage: Stage = { lang, folder, shopPort, relayPort, relay, spare };
  let shop = startNginx(stage);
  const config = configOf(stage, hubPort);
  title(lang, "koboshi.yml", "koboshi.yml");
  say(config);
  const hub = await startHub({ folder, port: hubPort, config, lang });
  try {
    await until("all is well", async () => await isWell(hub));
    title(lang, "正常なとき: koboshi status", "all is well: koboshi status");
    say(command(hub, lang, "status"));
    await outage(stage, hub, shop);
    shop = startNginx(stage);
    await recovery(stage, hub);
  } finally {
    await hub.stop();
    shop.kill("SIGTERM");
    relay.stop();
    await spare.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function outage(stage: Stage, hub: HubProcess, shop: ChildProcess): Promise<void> {
  const { lang, relay } = stage;
  const killedAtMs = performance.now();
  execFileSync("kill", ["-9", ...nginxPids(shop)]);
  title(lang, "nginx を強制終了(kill -9)しました", "nginx was killed (kill -9)");
  const mail = await until("the first mail", async () => (await relay.mailbox("yamada"))[0], everyMs + 20_000);
  const seconds = ((performance.now() - killedAtMs) / 1000).toFixed(1);
  title(lang, `${seconds}秒後、Postfix が届けたメール`, `after ${seconds} s, the mail Postfix delivered`);
  say(`Subject: ${mail.mail.subject}\n\n${mail.mail.text?.trimEnd()}`);
  assert.match(mail.mail.subject ?? "", lang === "ja" ? /^■障害 / : /^■DOWN /);
  title(lang, "koboshi status", "koboshi status");
  say(command(hub, lang, "status"));
  const page = await publishedPage(stage, lang === "ja" ? /ご利用いただけ/ : /cannot be used/);
  title(
    lang,
    "別のサーバーの稼働状況ページ(SFTP で公開、読み戻して照合済み)",
    "the status page on another host (SFTP, fetched back and compared)",
  );
  say(page);
  const link = /http:\/\/\S+\/ack\?k=\S+/.exec(mail.mail.text ?? "")?.[0];
  assert.ok(link, "the mail has no link to take the incident");
  await pressButton(link);
  title(
    lang,
    "メールのリンクを開き、「対応します」を押しました",
    "the link of the mail was opened, its button pressed",
  );
  say(command(hub, lang, "status"));
}

async function recovery({ lang, relay, ...stage }: Stage, hub: HubProcess): Promise<void> {
  title(lang, "nginx を起動し直しました", "nginx was started again");
  const wanted = lang === "ja" ? /^●復旧/ : /^●RESOLVED/;
  const mail = await until(
    "the mail of the recovery",
    async () => (await relay.mailbox("yamada")).find((one) => wanted.test(one.mail.subject ?? "")),
    everyMs + 20_000,
  );
  title(lang, "復旧のメール", "the mail of the recovery");
  say(`Subject: ${mail.mail.subject}\n\n${mail.mail.text?.trimEnd()}`);
  await until("all is well again", async () => await isWell(hub));
  title(lang, "稼働状況ページ", "the status page");
  say(await publishedPage(stage, lang === "ja" ? /● すべて正常/ : /● /));
}

function configOf({ lang, folder, shopPort, relayPort, spare }: Stage, hubPort: number): string {
  const keyFile = path.join(folder, "spare.key");
  fs.writeFileSync(keyFile, spare.key("ed25519").reveal(), { mode: 0o600 });
  const ja = lang === "ja";
  return `version: 1
site: { name: ${ja ? "オムニ商会" : "Omni Trading"}, lang: ${lang}, timezone: Asia/Tokyo, url: "http://127.0.0.1:${hubPort}" }
people: { yamada: { name: ${ja ? "山田" : "Yamada"}, mail: yamada@example.jp } }
places: { here: { provider: own }, cloud: { provider: other } }
hosts:
  web1: { at: here, address: 127.0.0.1 }
  spare: { at: cloud, address: 127.0.0.1, port: ${spare.port}, user: ${spare.user}, key: "\${file:${keyFile}}", host_key: "${spare.fingerprints.ed25519}" }
services:
  shop: { name: ${ja ? "ネットショップ" : "Net shop"}, on: web1, checks: [{ http: "http://127.0.0.1:${shopPort}/", every: ${everyMs / 1000}s }] }
notify: { channels: { mail: { smtp: "smtp://127.0.0.1:${relayPort}", from: koboshi@example.jp } } }
status_page:
  title: ${ja ? "オムニ商会 稼働状況" : "Omni Trading status"}
  langs: [${ja ? "ja, en" : "en, ja"}]
  show: [shop]
  publish: [{ at: cloud, to: "sftp:spare:${folder}/public" }]`;
}

function startNginx({ folder, shopPort }: Stage): ChildProcess {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (kind) => `${kind}_temp_path ${folder}/${kind};`,
  );
  fs.writeFileSync(
    path.join(folder, "nginx.conf"),
    `daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log ${folder}/nginx.log; events {}
http { access_log off; ${temporary.join(" ")} server { listen 127.0.0.1:${shopPort}; return 200 "shop"; } }`,
  );
  return spawn("/usr/sbin/nginx", ["-c", path.join(folder, "nginx.conf"), "-e", `${folder}/nginx.log`], {
    stdio: "ignore",
  });
}

/** The master and its workers: all of them die, as when a machine does. */
function nginxPids({ pid }: ChildProcess): string[] {
  const children = fs.readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
  return [String(pid), ...children.filter((child) => child !== "")];
}

/** Every service works and nothing is open; that the hub runs on the machine it watches is said all the same. */
async function isWell(hub: HubProcess): Promise<boolean> {
  const status = await hub.get<{ services: readonly { state: string }[]; incidents: readonly unknown[] }>(
    "/api/v1/status",
  );
  return status.incidents.length === 0 && status.services.every(({ state }) => state === "ok");
}

function command(hub: HubProcess, lang: Lang, ...words: string[]): string {
  const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
  const config = path.join(hub.folder, "koboshi.yml");
  return execFileSync(process.execPath, [main, ...words, "--lang", lang, "--config", config], {
    encoding: "utf8",
  }).trimEnd();
}

/** The text of the page as it lies on the other host, once it says what is awaited. */
async function publishedPage({ folder }: Pick<Stage, "folder">, wanted: RegExp): Promise<string> {
  return until("the page", async () => {
    const file = path.join(folder, "public/index.html");
    if (!fs.existsSync(file)) return null;
    const text = plain(fs.readFileSync(file, "utf8"));
    return wanted.test(text) ? text : null;
  });
}

function plain(html: string): string {
  return html
    .replace(/<style>.*?<\/style>|<svg.*?<\/svg>|<head>.*?<\/head>/gs, "")
    .replace(/<\/(p|h1|h2|h3|li|section|header|div)>/g, "\n")
    .replace(/<[^>]+>/g, "")
    .replaceAll("&amp;", "&")
    .replace(/\n\s*\n+/g, "\n")
    .trim();
}

/** Opens the page behind the link and sends its form, as a browser without JavaScript does. */
async function pressButton(link: string): Promise<void> {
  const page = await fetch(link);
  assert.equal(page.status, 200);
  const token = new URL(link).searchParams.get("k") ?? "";
  const answer = await fetch(new URL(new URL(link).pathname, link), {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", origin: new URL(link).origin },
    body: new URLSearchParams({ k: token, do: "acknowledge" }).toString(),
  });
  assert.ok(answer.ok, `the button answered ${answer.status}`);
}

function title(lang: Lang, ja: string, en: string): void {
  say(`\n──── ${lang === "ja" ? ja : en}`);
}
