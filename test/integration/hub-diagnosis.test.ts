import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { startNginx } from "../contract/probes/nginx.ts";
import { freePort, startHub, until, type HubProcess } from "../doubles/hub-process.ts";
import { startRelay, type MailRelay } from "../doubles/mail-relay.ts";
import { runServer, type ServerProcess } from "../doubles/server-process.ts";

interface CauseJson {
  readonly id: string;
  readonly component: string | null;
  readonly probability: number;
  readonly for: readonly string[];
}
interface IncidentJson {
  readonly id: number;
  readonly resolvedAt: string | null;
  readonly diagnosis: {
    readonly at: string;
    readonly causes: readonly CauseJson[];
    readonly unobserved: readonly string[];
    readonly stoppedBecause: string | null;
  };
  readonly timeline: readonly { readonly kind: string; readonly text: { readonly ja: string; readonly en: string } }[];
}

let folder: string;
let hub: HubProcess;
let relay: MailRelay;
let backend: ServerProcess;
let backendPort: number;
let stopNginx: () => Promise<void>;

function startBackend(): ServerProcess {
  const program = `require("node:http").createServer((_, answer) => answer.end("stock: 3")).listen(${backendPort}, "127.0.0.1")`;
  return runServer(process.execPath, ["-e", program]);
}

before(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-why-"));
  fs.chmodSync(folder, 0o755);
  const [shopPort, port] = [await freePort(), await freePort()];
  backendPort = await freePort();
  relay = await startRelay();
  backend = startBackend();
  stopNginx = await startNginx(
    folder,
    `server { listen 127.0.0.1:${shopPort}; location / { proxy_pass http://127.0.0.1:${backendPort}; } }`,
    [shopPort],
  );
  const config = `version: 1
site: { lang: ja, url: "http://127.0.0.1:${port}" }
people: { yamada: { name: 山田, mail: yamada@example.jp } }
hosts: { web1: {} }
services:
  shop: { name: ネットショップ, on: web1, needs: [stock], checks: [{ http: "http://127.0.0.1:${shopPort}/", every: 5s }] }
  stock: { name: 在庫, on: web1, checks: [{ http: "http://127.0.0.1:${backendPort}/", every: 5s }] }
notify: { channels: { mail: { smtp: "smtp://127.0.0.1:${relay.port}", from: koboshi@example.jp } } }`;
  hub = await startHub({ folder, port, config, lang: "ja" });
});

after(async () => {
  await hub?.stop();
  await stopNginx?.();
  await backend?.stop();
  await relay?.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

function incident(id: number, lang: "ja" | "en" = "ja"): Promise<IncidentJson> {
  return hub.get(`/api/v1/incidents/${id}?lang=${lang}`);
}

async function openOnes(): Promise<readonly IncidentJson[]> {
  const { items } = await hub.get<{ items: readonly IncidentJson[] }>("/api/v1/incidents?state=open");
  return items;
}

async function allWell(): Promise<boolean> {
  const { services } = await hub.get<{ services: readonly { state: string }[] }>("/api/v1/status");
  return services.every(({ state }) => state === "ok");
}

/** The newest diagnosis that has come to its end, later than `than`. */
function diagnosed(id: number, than = ""): Promise<IncidentJson> {
  return until("the diagnosis has ended", async () => {
    const one = await incident(id);
    const { at, stoppedBecause } = one.diagnosis;
    return stoppedBecause !== null && stoppedBecause !== "scope-only" && at > than && one;
  });
}

async function timeline(id: number, kind: string): Promise<readonly { readonly ja: string; readonly en: string }[]> {
  return (await incident(id)).timeline.filter((event) => event.kind === kind).map(({ text }) => text);
}

test("a program is killed behind a web server: it is named, with what speaks for it, in both languages and in the first mail", async () => {
  await until("all is well", allWell);
  const killedAtMs = performance.now();
  await backend.stop("SIGKILL");
  const { id } = await until("an incident", async () => (await openOnes())[0]);
  const found = await diagnosed(id);
  assert.ok(performance.now() - killedAtMs < 30_000);
  const [first, ...others] = found.diagnosis.causes;
  assert.equal(`${first?.id}@${first?.component}`, "service-crash@service:stock");
  assert.ok(first !== undefined && first.probability >= 0.5 && others.every(({ probability }) => probability < 0.5));
  assert.ok(first.for.includes("TCP 接続: 接続が拒否されます"), first.for.join("\n"));
  assert.ok(first.for.includes("ネットショップのHTTP 応答: 502(中継先の異常)を返します"), first.for.join("\n"));
  const [inEnglish] = (await incident(id, "en")).diagnosis.causes;
  assert.ok(inEnglish?.for.includes("TCP connection: the connection is refused"), JSON.stringify(inEnglish));
  assert.ok(found.diagnosis.unobserved.some((text) => text === "web1の中(SSH もエージェントも設定されていません)"));
});

test("the timeline and the first mail say the same", async () => {
  const [open] = await openOnes();
  assert.ok(open !== undefined);
  const sentence = (await timeline(open.id, "diagnosis.ended"))[0] ?? { ja: "", en: "" };
  assert.match(sentence.ja, /^診断を終えました: サービスの異常終了\(在庫\)\(.+ \d+%\)$/);
  assert.match(sentence.en, /^The diagnosis ended: A service has crashed \(在庫\) \(.+, \d+%\)$/);

  const { subject = "", text = "" } = await until("the first mail", async () => relay.mails[0]?.mail);
  assert.match(subject, /^■障害 在庫が止まっています/);
  assert.match(text, /◆ いちばん疑わしい原因\nサービスの異常終了\(在庫\) — .+\n(?:\(診断の途中です\)\n)?・/);
  assert.match(text, /◆ まずすること\n終了コードと直前の記録/);
});

test("a person asks again and says what it was; both stand in the timeline", async () => {
  const [open] = await openOnes();
  assert.ok(open !== undefined);
  const earlier = await diagnosed(open.id);
  await until(
    "a second has passed since",
    async () => new Date().toISOString() > new Date(Date.parse(earlier.diagnosis.at) + 1_000).toISOString(),
  );
  await hub.post(`/api/v1/incidents/${open.id}/diagnose`);
  const again = await diagnosed(open.id, earlier.diagnosis.at);
  assert.equal(again.diagnosis.causes[0]?.id, "service-crash");
  assert.match((await timeline(open.id, "diagnosis.asked"))[0]?.ja ?? "", /診断のやり直しを頼みました$/);

  await assert.rejects(
    hub.post(`/api/v1/incidents/${open.id}/confirm-cause`, { cause: "no-such-cause", component: null, note: "" }),
    /KB4411/,
  );
  const said = { cause: "service-crash", component: "service:stock", note: "メモリ解放の不具合" };
  await hub.post(`/api/v1/incidents/${open.id}/confirm-cause`, said);
  const [confirmed] = await timeline(open.id, "incident.cause-confirmed");
  assert.match(confirmed?.ja ?? "", /原因を確定しました: /);
});

test("what else it could be is told from what was seen, when a person knows that it is not that", async () => {
  const [open] = await openOnes();
  assert.ok(open !== undefined);
  const address = `/api/v1/incidents/${open.id}/diagnosis`;
  const otherwise = await hub.get<IncidentJson["diagnosis"]>(`${address}?without=service-crash`);
  assert.ok(otherwise.causes.length > 0 && otherwise.causes.every(({ id }) => id !== "service-crash"));
  assert.equal((await incident(open.id)).diagnosis.causes[0]?.id, "service-crash", "what was found stays");
  await assert.rejects(hub.get(`${address}?without=no-such-cause`), /KB4411/);
});

test("what has ended is not diagnosed again", async () => {
  const [open] = await openOnes();
  assert.ok(open !== undefined);
  backend = startBackend();
  await until("it is over", async () => (await incident(open.id)).resolvedAt);
  await assert.rejects(hub.post(`/api/v1/incidents/${open.id}/diagnose`), /KB4412/);
  assert.equal((await incident(open.id)).diagnosis.causes[0]?.id, "service-crash", "what was found stays");
});
