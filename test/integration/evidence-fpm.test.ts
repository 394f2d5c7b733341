import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { createSystemClock } from "../../src/app/clock.ts";
import { createLogGatherer } from "../../src/diagnose/gather/log.ts";
import { situationOf } from "../../src/diagnose/gather/situation.ts";
import { createServiceGatherer } from "../../src/diagnose/gather/svc.ts";
import type { Seen } from "../../src/kernel/model/diagnosis.ts";
import type { HostAnswers } from "../../src/kernel/model/host-answers.ts";
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

/** Two web servers in front of PHP's process manager, which has two processes and ends what runs longer than two seconds. */
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-fpm-"));
const at = (...parts: string[]): string => path.join(folder, ...parts);
const clock = createSystemClock();
const servers: ServerProcess[] = [];
const [manager = "", etc = ""] = managerHere();
let [apachePort, nginxPort] = [0, 0];
let fpm: ServerProcess;

const pages: Readonly<Record<string, string>> = {
  quick: `<?php echo "ok";`,
  slow: "<?php sleep(30);",
  broken: "<?php no_such_function();",
};

before(async () => {
  [apachePort, nginxPort] = [await freePort(), await freePort()];
  for (const name of ["apache2", "nginx", "fpm/pool.d", "logs", "www", "run"])
    fs.mkdirSync(at(name), { recursive: true });
  for (const name of ["", "run"]) fs.chmodSync(at(name), 0o755);
  for (const [name, text] of Object.entries(pages)) fs.writeFileSync(at("www", `${name}.php`), text);
  for (const name of logNames) fs.writeFileSync(at("logs", name), "");
  fs.writeFileSync(at("fpm/php.ini"), "[PHP]\nmax_execution_time = 30\n");
  fs.writeFileSync(at("fpm/pool.d/shop.conf"), poolConfig());
  fs.writeFileSync(at("nginx/nginx.conf"), nginxConfig());
  fs.writeFileSync(at("apache2/apache2.conf"), apacheConfig());
  fpm = startManager();
  servers.push(runServer("nginx", ["-c", at("nginx/nginx.conf"), "-g", "daemon off;"]));
  servers.push(runServer("apache2", ["-f", at("apache2/apache2.conf"), "-DFOREGROUND"]));
  for (const port of [nginxPort, apachePort])
    await until("a page of PHP", async () => (await get(port, "/quick.php")) === 200);
});

after(async () => {
  for (const server of [...servers, fpm]) await server.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

const logNames = ["nginx-access.log", "nginx-error.log", "apache-access.log", "apache-error.log", "php-fpm.log"];

/** The program and the folder of its settings: one of the version that is installed. */
function managerHere(): readonly string[] {
  const name = fs.readdirSync("/usr/sbin").find((file) => /^php-fpm\d/.test(file)) ?? "php-fpm";
  return [name, `/etc/php/${name.replace("php-fpm", "")}/fpm`];
}

function startManager(): ServerProcess {
  return runServer(manager, ["-n", "-F", "-y", at("fpm/pool.d/shop.conf")]);
}

function poolConfig(): string {
  return `[global]
error_log = ${at("logs/php-fpm.log")}
[shop]
user = www-data
group = www-data
listen = ${at("run/php.sock")}
listen.owner = www-data
listen.backlog = 1
pm = static
pm.max_children = 2
pm.status_path = /fpm-status
request_terminate_timeout = 2s
; request_terminate_timeout = 99s
php_admin_flag[log_errors] = on
php_admin_flag[display_errors] = off
`;
}

function nginxConfig(): string {
  return `user www-data;
worker_processes 1;
pid ${at("nginx.pid")};
error_log ${at("logs/nginx-error.log")};
events { worker_connections 64; }
http {
  log_format timed '$remote_addr - - [$time_local] "$request" $status $body_bytes_sent "-" "-" $request_time';
  access_log ${at("logs/nginx-access.log")} timed;
  server {
    listen 127.0.0.1:${nginxPort};
    root ${at("www")};
    location / { include /etc/nginx/fastcgi.conf; fastcgi_pass unix:${at("run/php.sock")}; }
  }
}
`;
}

function apacheConfig(): string {
  const modules = ["mpm_event", "authz_core", "proxy", "proxy_fcgi", "env"];
  const loads = modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`);
  return `${loads.join("\n")}
ServerName localhost
ServerRoot ${folder}
PidFile ${at("apache.pid")}
Mutex file:${folder} default
User www-data
Group www-data
Listen 127.0.0.1:${apachePort}
DocumentRoot ${at("www")}
LogFormat "%h %l %u %t \\"%r\\" %>s %b \\"-\\" \\"-\\" %D" timed
CustomLog ${at("logs/apache-access.log")} timed
ErrorLog ${at("logs/apache-error.log")}
<FilesMatch \\.php$>
  SetHandler "proxy:unix:${at("run/php.sock")}|fcgi://localhost"
</FilesMatch>
`;
}

async function get(port: number, url: string): Promise<number> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}${url}`, { signal: AbortSignal.timeout(12_000) });
    await answer.arrayBuffer();
    return answer.status;
  } catch {
    return 0;
  }
}

type Front = "nginx" | "apache";
type Found = (id: string, target?: string) => Seen;

const look = { by: "ssh" as const, readKey: null, sudo: "none" as const, watch: usualWatch };

function siteOf(hosts: Site["hosts"]): Site {
  const site = watchedSite({ services: { shop: { on: "web1", needs: ["php"] }, php: { on: "web1" } } });
  const services = [...site.services].map(
    ([key, one]) => [key, { ...one, kind: key === "shop" ? ("web" as const) : ("app" as const) }] as const,
  );
  return { ...site, hosts, services: new Map(services) };
}

function askedHere(): Promise<{ readonly answers: HostAnswers }> {
  return askMachine("why,web,fpm,direct", {
    inPlace: { "/etc/nginx": at("nginx"), "/etc/apache2": at("apache2"), [etc]: at("fpm") },
  });
}

interface Story {
  readonly front: Front;
  readonly urls: readonly string[];
  /** which of its logs are followed */
  readonly logs?: readonly string[];
  /** lines of the error log without which nothing is asked */
  readonly errorLines: number;
}

/** Everything that is told after all this was asked, by a machine that was looked into meanwhile. */
async function evidenceOf({ front, urls, errorLines, logs: kinds = ["access", "error"] }: Story): Promise<Found> {
  const names = kinds.map((kind) => (kind === "php-fpm" ? "php-fpm.log" : `${front}-${kind}.log`));
  const logs = names.map((name) => ({ path: at("logs", name), format: null }));
  for (const log of logs) fs.truncateSync(log.path);
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const bench = await startLogBench({ site: { timeZone, hosts: new Map([["web1", logHost("web1", { logs })]]) } });
  try {
    await until("the files are followed", async () =>
      bench.logs.state().sources.every(({ state }) => state === "waiting" || state === "following"),
    );
    const startedAtMs = clock.nowMs();
    const port = front === "nginx" ? nginxPort : apachePort;
    const asking = Promise.all(urls.map((url) => get(port, url)));
    await new Promise((resolve) => setTimeout(resolve, 700));
    const { answers } = await askedHere();
    await asking;
    await searchable(bench, `${front}-access`, urls.length);
    await searchable(bench, `${front}-error`, errorLines);
    return await gathered(bench, { answers, startedAtMs, logs });
  } finally {
    await bench.close();
  }
}

async function searchable({ logs }: LogBench, name: string, lines: number): Promise<void> {
  await until(`${lines} lines of ${name}`, async () => {
    const found = await logs.search({ fromMs: 0, host: "web1", limit: 1_000, toMs: clock.nowMs() + 60_000 });
    return found.filter(({ source }) => source.includes(name)).length >= lines;
  });
}

interface Heard {
  readonly answers: HostAnswers;
  readonly startedAtMs: number;
  readonly logs: readonly { readonly path: string; readonly format: null }[];
}

async function gathered({ logs }: LogBench, heard: Heard): Promise<Found> {
  const site = siteOf(new Map([["web1", logHost("web1", { logs: heard.logs, look })]]));
  const desk = { ...deskOf([hostStatus({ key: "web1" })]), ask: async () => ok(heard.answers) };
  const sources = noInside({ clock, site: () => site, hosts: desk, logs });
  const { startedAtMs } = heard;
  const situation = situationOf({ subject: "service:shop", startedAtMs, nowMs: clock.nowMs(), site, cells: [] });
  const told = await Promise.all(
    [createLogGatherer(sources), createServiceGatherer(sources)].map(async (gatherer) => {
      const [offer] = gatherer.offers(situation);
      assert.ok(offer !== undefined);
      return gatherer.gather(offer, situation, new AbortController().signal);
    }),
  );
  const seen = told.flatMap((one) => one.seen);
  return (id, target) => {
    const found = seen.find((one) => one.evidence === id && (target === undefined || one.target === target));
    assert.ok(found !== undefined, `${id}: ${JSON.stringify(told.flatMap((one) => one.missing))}`);
    return found;
  };
}

const limit = { limitSeconds: 2, limitName: "request_terminate_timeout", setAt: `${etc}/pool.d/shop.conf:12` };

function limitIn({ facts }: Seen): unknown {
  return { limitSeconds: facts["limitSeconds"], limitName: facts["limitName"], setAt: facts["setAt"] };
}

for (const front of ["nginx", "apache"] as const) {
  test(`${front}: requests that PHP's manager ends are late, by its own limit, though no log of it is followed`, async () => {
    const of = await evidenceOf({ front, urls: ["/slow.php", "/slow.php"], errorLines: 2 });
    const found = of("ap.etime");
    assert.deepEqual(limitIn(found), limit, JSON.stringify(found));
    assert.notEqual(found.state, "none");
    assert.equal(of("ap.eref").state, "none", "nothing was refused");
    assert.equal(of("ap.ecrash", "service:php").state, "none");
  });
}

test("where its own log is followed it says which page, and nothing is counted twice", async () => {
  const logs = ["access", "error", "php-fpm"];
  const of = await evidenceOf({
    front: "nginx",
    urls: ["/slow.php?order=7", "/slow.php?order=8"],
    logs,
    errorLines: 2,
  });
  const found = of("ap.etime");
  assert.deepEqual([found.value, found.facts["url"], found.facts["backend"]], [2, "/slow.php?order=…", "php-fpm shop"]);
  assert.deepEqual(limitIn(found), limit);
  assert.equal(of("ap.eref").state, "none");
});

test("a pool whose processes are all taken is full, whoever has room in front of it", async () => {
  const urls = Array.from({ length: 5 }, () => "/slow.php");
  const of = await evidenceOf({ front: "nginx", urls, errorLines: 5 });
  const found = of("ap.work", "service:php");
  assert.deepEqual([found.state, found.facts["detail"]], ["full", "2/2 100%"], JSON.stringify(found));
  assert.equal(of("ap.etime").facts["verdict"], "saturated");
});

test("an error of the program itself is a crash, and nothing is late or refused", async () => {
  const of = await evidenceOf({ front: "nginx", urls: ["/broken.php", "/quick.php"], errorLines: 1 });
  const crash = of("ap.ecrash", "service:shop");
  assert.deepEqual([crash.state, crash.value], ["some", 1], JSON.stringify(crash));
  assert.deepEqual([of("ap.etime").state, of("ap.eref").state], ["none", "none"]);
});

for (const front of ["nginx", "apache"] as const) {
  test(`${front}: a manager that does not run is unreachable, and does not answer when it is asked directly`, async () => {
    await fpm.stop();
    try {
      const of = await evidenceOf({ front, urls: Array.from({ length: 3 }, () => "/quick.php"), errorLines: 3 });
      const found = of("ap.eref");
      assert.deepEqual([found.facts["verdict"], found.facts["backend"]], ["unreachable", at("run/php.sock")]);
      assert.deepEqual([of("ap.direct").state, of("ap.direct").facts["detail"]], ["none", at("run/php.sock")]);
      assert.equal(of("ap.etime").state, "none");
    } finally {
      fpm = startManager();
      await until("PHP again", async () => (await get(nginxPort, "/quick.php")) === 200);
    }
  });
}

test("at rest its own status says how many are idle, and what it was set to is told with its line", async () => {
  const { answers } = await askedHere();
  const [pool] = answers.fpm ?? [];
  assert.deepEqual(
    [pool?.name, pool?.children, pool?.most, pool?.door],
    ["shop", 2, { children: 2, where: `${etc}/pool.d/shop.conf:10` }, { waiting: 0, room: 1 }],
  );
  assert.deepEqual([pool?.status?.active, pool?.status?.idle], [1, 1], "the one that tells is busy with that");
  assert.deepEqual(
    pool?.timeouts.map(({ setting, seconds, where }) => [setting, seconds, where]),
    [
      ["request_terminate_timeout", 2, `${etc}/pool.d/shop.conf:12`],
      ["max_execution_time", 30, `${etc}/php.ini:2`],
    ],
  );
});
