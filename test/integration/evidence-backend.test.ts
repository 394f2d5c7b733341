import assert from "node:assert/strict";
import fs from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { createSystemClock } from "../../src/app/clock.ts";
import { pageWords } from "../../src/clients/host-script.ts";
import { together } from "../../src/diagnose/gather/gatherer.ts";
import { createLinesGatherer } from "../../src/diagnose/gather/lines.ts";
import { createLogGatherer } from "../../src/diagnose/gather/log.ts";
import { situationOf } from "../../src/diagnose/gather/situation.ts";
import type { Seen } from "../../src/kernel/model/diagnosis.ts";
import type { Site } from "../../src/kernel/model/site.ts";
import { ok } from "../../src/kernel/result.ts";
import { freePort, until } from "../doubles/hub-process.ts";
import { usualWatch } from "../doubles/host-bench.ts";
import { deskOf, hostStatus } from "../doubles/host-readings.ts";
import { logHost, startLogBench, type LogBench } from "../doubles/log-bench.ts";
import { noInside } from "../doubles/no-inside.ts";
import { runServer, type ServerProcess } from "../doubles/server-process.ts";
import { watchedSite } from "../doubles/watched-site.ts";
import { askMachine } from "../doubles/why-machine.ts";

/** A web server with two seconds of patience, in front of a program that takes longer than that for some of its pages. */
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-backend-"));
const at = (...parts: string[]): string => path.join(folder, ...parts);
const clock = createSystemClock();
const limitSeconds = 2;
const servers: ServerProcess[] = [];
let [apachePort, nginxPort, backendPort] = [0, 0, 0];
let backend: http.Server;
const onSocket = http.createServer((_request, response) => response.writeHead(503).end());

before(async () => {
  [apachePort, nginxPort, backendPort] = [await freePort(), await freePort(), await freePort()];
  for (const name of ["apache2", "nginx", "logs"]) fs.mkdirSync(at(name));
  fs.chmodSync(folder, 0o755);
  for (const name of ["nginx-access.log", "nginx-error.log", "apache-access.log", "apache-error.log", "app-access.log"])
    fs.writeFileSync(at("logs", name), "");
  backend = await startBackend();
  await new Promise<void>((resolve) => onSocket.listen(at("app.sock"), resolve));
  fs.writeFileSync(at("nginx/nginx.conf"), nginxConfig());
  fs.writeFileSync(at("apache2/apache2.conf"), apacheConfig());
  servers.push(runServer("nginx", ["-c", at("nginx/nginx.conf"), "-g", "daemon off;"]));
  servers.push(runServer("apache2", ["-f", at("apache2/apache2.conf"), "-DFOREGROUND"]));
  for (const port of [nginxPort, apachePort])
    await until("the web server", async () => (await get(port, "/quick")) === 200);
});

after(async () => {
  for (const server of servers) await server.stop();
  backend.closeAllConnections();
  backend.close();
  onSocket.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

/** `/late` ends well, a little after the web server gave up; `/hang` never ends. */
function startBackend(): Promise<http.Server> {
  const server = http.createServer((request, response) => {
    const url = request.url ?? "";
    const began = process.hrtime.bigint();
    const waitMs = url.startsWith("/late") ? limitSeconds * 1_300 : url.startsWith("/hang") ? 3_600_000 : 5;
    setTimeout(() => {
      const seconds = Number(process.hrtime.bigint() - began) / 1e9;
      const line = `127.0.0.1 - - [${apacheTime()}] "GET ${url} HTTP/1.1" 200 2 "-" "-" ${seconds.toFixed(3)}\n`;
      fs.appendFileSync(at("logs/app-access.log"), line);
      if (!response.destroyed) response.end("ok");
    }, waitMs).unref();
  });
  return new Promise((resolve) => server.listen(backendPort, "127.0.0.1", () => resolve(server)));
}

function apacheTime(): string {
  const [, day, month, year, time] = /, (\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date().toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
}

function nginxConfig(): string {
  return `worker_processes 1;
pid ${at("nginx.pid")};
error_log ${at("logs/nginx-error.log")};
events { worker_connections 64; }
http {
  log_format timed '$remote_addr - - [$time_local] "$request" $status $body_bytes_sent "-" "-" $request_time';
  access_log ${at("logs/nginx-access.log")} timed;
  server {
    listen 127.0.0.1:${nginxPort};
    location / {
      proxy_pass http://127.0.0.1:${backendPort};
      proxy_read_timeout ${limitSeconds}s;
    }
    location /gone { proxy_pass http://127.0.0.1:1; }
    location /socket/ { proxy_pass http://unix:${at("app.sock")}:/; }
  }
}
`;
}

function apacheConfig(): string {
  const modules = ["mpm_event", "authz_core", "proxy", "proxy_http", "env"];
  const loads = modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`);
  return `${loads.join("\n")}
ServerName localhost
ServerRoot ${folder}
PidFile ${at("apache.pid")}
Mutex file:${folder} default
User www-data
Group www-data
Listen 127.0.0.1:${apachePort}
Timeout ${limitSeconds}
LogFormat "%h %l %u %t \\"%r\\" %>s %b \\"-\\" \\"-\\" %D" timed
CustomLog ${at("logs/apache-access.log")} timed
ErrorLog ${at("logs/apache-error.log")}
ProxyPass /gone http://127.0.0.1:1/gone retry=0
ProxyPass / http://127.0.0.1:${backendPort}/
`;
}

async function get(port: number, url: string): Promise<number> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}${url}`, { signal: AbortSignal.timeout(8_000) });
    await answer.arrayBuffer();
    return answer.status;
  } catch {
    return 0;
  }
}

type Front = "nginx" | "apache";
type Found = (id: string) => Seen;

const look = { by: "ssh" as const, readKey: null, sudo: "none" as const, watch: usualWatch };

function siteOf(host: Site["hosts"]): Site {
  const site = watchedSite({ services: { shop: { on: "web1", needs: ["orders"] }, orders: { on: "web1" } } });
  const services = [...site.services].map(
    ([key, one]) => [key, { ...one, kind: key === "shop" ? ("web" as const) : ("app" as const) }] as const,
  );
  return { ...site, hosts: host, services: new Map(services) };
}

/** What the logs of one web server say after all this was asked of it, by what it and the machine's configuration say. */
async function evidenceOf(front: Front, urls: readonly string[]): Promise<Found> {
  const logs = [`${front}-access.log`, `${front}-error.log`, "app-access.log"].map((name) => ({
    path: at("logs", name),
    format: null,
  }));
  for (const log of logs) fs.truncateSync(log.path);
  // error logs have the machine's own wall time
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const bench = await startLogBench({ site: { timeZone, hosts: new Map([["web1", logHost("web1", { logs })]]) } });
  try {
    await until("the files are followed", async () =>
      bench.logs.state().sources.every(({ state }) => state === "waiting" || state === "following"),
    );
    const startedAtMs = clock.nowMs();
    const port = front === "nginx" ? nginxPort : apachePort;
    await Promise.all(urls.map((url) => get(port, url)));
    await searchable(bench, `${front}-access`, urls.length);
    const answered = urls.filter((url) => url.startsWith("/late") || url.startsWith("/quick"));
    await searchable(bench, "app-access", answered.length);
    await searchable(bench, `${front}-error`, urls.length - answered.filter((url) => url === "/quick").length);
    return await gathered(siteOf(new Map([["web1", logHost("web1", { logs, look })]])), bench, startedAtMs);
  } finally {
    await bench.close();
  }
}

async function searchable({ logs }: LogBench, name: string, lines: number): Promise<void> {
  const range = { fromMs: 0, host: "web1", limit: 1_000 };
  await until(`${lines} lines of ${name}`, async () => {
    const found = await logs.search({ ...range, toMs: clock.nowMs() + 60_000 });
    return found.filter(({ source }) => source.includes(name)).length >= lines;
  });
}

async function gathered(site: Site, { logs }: LogBench, startedAtMs: number): Promise<Found> {
  const { answers } = await askMachine("why,web", {
    inPlace: { "/etc/nginx": at("nginx"), "/etc/apache2": at("apache2") },
  });
  const desk = { ...deskOf([hostStatus({ key: "web1" })]), ask: async () => ok(answers) };
  const inside = noInside({ clock, site: () => site, hosts: desk, logs });
  const situation = situationOf({ subject: "service:shop", startedAtMs, nowMs: clock.nowMs(), site, cells: [] });
  const offers = [createLogGatherer(inside), createLinesGatherer(inside)].flatMap((gatherer) =>
    gatherer.offers(situation).map((offer) => ({ gatherer, offer })),
  );
  assert.equal(offers.length, 2);
  const { signal } = new AbortController();
  const { seen, missing } = together(
    await Promise.all(offers.map(({ gatherer, offer }) => gatherer.gather(offer, situation, signal))),
  );
  const told = [...seen, ...missing].map(({ evidence, target }) => `${evidence} ${target}`);
  const offered = offers.flatMap(({ offer }) => offer.tells).map(({ evidence, target }) => `${evidence} ${target}`);
  assert.deepEqual(told.toSorted(), offered.toSorted(), "it tells of all it offers");
  return (id) => {
    const found = seen.find(({ evidence }) => evidence === id);
    assert.ok(found !== undefined, `${id}: ${JSON.stringify(missing)}`);
    return found;
  };
}

for (const front of ["nginx", "apache"] as const) {
  test(`${front}: pages that end just after the limit are a cliff, with the limit and where it is set`, async () => {
    const pages = Array.from({ length: 6 }, (_, index) => `/late?order=${index}&token=abc`);
    const of = await evidenceOf(front, [...pages, "/quick", "/quick"]);
    const found = of("ap.etime");
    assert.equal(found.state, "many", JSON.stringify(found));
    const { backend: address, limitSeconds: seconds, limitName, setAt, verdict, url } = found.facts;
    assert.deepEqual([address, seconds, verdict], [`127.0.0.1:${backendPort}`, limitSeconds, "limit"]);
    const place = front === "nginx" ? "/etc/nginx/nginx.conf:" : "/etc/apache2/apache2.conf:";
    assert.ok(String(setAt).startsWith(place), String(setAt));
    assert.equal(limitName, front === "nginx" ? "proxy_read_timeout" : "ProxyTimeout ← Timeout");
    assert.ok(String(url).startsWith("/late"), String(url));
    assert.ok(!`${JSON.stringify(found.facts)}${found.raw}`.includes("token=abc"), "what visitors wrote is left out");
    assert.equal(of("ap.cliff").state, "cliff", JSON.stringify(of("ap.cliff")));
    assert.equal(of("ap.eref").state, "none");
    assert.ok(found.changedAtMs !== null && !found.past);
  });

  test(`${front}: a program that never answers is slow, and no cliff`, async () => {
    const of = await evidenceOf(
      front,
      Array.from({ length: 5 }, () => "/hang"),
    );
    assert.equal(of("ap.etime").facts["verdict"], "slow");
    assert.equal(of("ap.cliff").state, "tail");
  });

  test(`${front}: a port nobody listens at is unreachable, and not late`, async () => {
    const of = await evidenceOf(front, [
      ...Array.from({ length: 6 }, () => "/gone"),
      ...Array.from({ length: 8 }, () => "/quick"),
    ]);
    const found = of("ap.eref");
    assert.deepEqual(
      [found.state, found.facts["verdict"], found.facts["backend"]],
      ["many", "unreachable", "127.0.0.1:1"],
    );
    assert.equal(of("ap.etime").state, "none");
    assert.equal(of("ap.url").state, "yes", JSON.stringify(of("ap.url")));
  });
}

/** What a machine with one of these web servers learns of the programs behind it, as `BACKEND/PAGE OUTCOME STATUS`. */
async function askedDirectly(front: Front, pages: readonly string[]): Promise<readonly string[]> {
  const inPlace =
    front === "nginx"
      ? { "/etc/nginx": at("nginx"), "/etc/apache2": at("logs") }
      : { "/etc/apache2": at("apache2"), "/etc/nginx": at("logs") };
  const { answers } = await askMachine(["why", "direct", ...pageWords(pages)].join(","), { inPlace });
  const found = answers.direct ?? [];
  assert.ok(found.length > 0, JSON.stringify(answers.unobserved));
  return found
    .map((one) => `${one.backend}${one.page} ${one.isCheckedPage ? "+" : "-"} ${one.outcome} ${one.status}`)
    .toSorted();
}

for (const front of ["nginx", "apache"] as const) {
  test(`${front}: the machine itself asks the programs behind it, for pages that a check asks for, and nobody else`, async () => {
    const gone = front === "nginx" ? "127.0.0.1:1/ - refused null" : "127.0.0.1:1/gone - refused null";
    const own = `127.0.0.1:${backendPort}`;
    const socket = (said: string): readonly string[] => (front === "nginx" ? [`${at("app.sock")}${said}`] : []);
    const found = await askedDirectly(front, ["/quick", "/other?token=abc", "http://192.0.2.1/", "/socket/health"]);
    const known = [gone, `${own}/quick + answered 200`, ...socket("/health + answered 503")];
    assert.deepEqual(found, known.toSorted());
    const guessed = await askedDirectly(front, []);
    assert.deepEqual(guessed, [gone, `${own}/ - answered 200`, ...socket("/ - answered 503")].toSorted());
  });
}

test("a program that takes the connection and says nothing is silent, and is waited for no longer than four seconds", async () => {
  const beganMs = clock.monotonicMs();
  const found = await askedDirectly("nginx", ["/hang"]);
  assert.ok(found.includes(`127.0.0.1:${backendPort}/hang + silent null`), found.join("\n"));
  assert.ok(clock.monotonicMs() - beganMs < 12_000);
});
