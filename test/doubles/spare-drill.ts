import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { createSystemClock } from "../../src/app/clock.ts";
import type { BackupPlan } from "../../src/kernel/model/backup.ts";
import type { RestoreRun } from "../../src/kernel/model/recovery.ts";
import type { Host, Site } from "../../src/kernel/model/site.ts";
import { Secret } from "../../src/kernel/secret.ts";
import { probes } from "../../src/observe/index.ts";
import { backUp } from "../../src/recover/desk/back-up.ts";
import type { Works } from "../../src/recover/desk/deps.ts";
import { beginDrill } from "../../src/recover/desk/drills.ts";
import { createMachines } from "../../src/recover/desk/machines.ts";
import { readCopies } from "../../src/recover/desk/read-copies.ts";
import type { LookThere } from "../../src/recover/drill/smoke.ts";
import { unlooked } from "./bare-site.ts";
import { freePort } from "./hub-process.ts";
import { postgresPassword, postgresUser, startPostgres } from "./postgres-server.ts";
import { createRecoverBench, databaseOf } from "./recover-bench.ts";
import { siteWith } from "./recover-plan.ts";
import { recoverWorks } from "./recover-works.ts";
import { runServer } from "./server-process.ts";
import { startSpareHost, type SpareHost } from "./spare-host.ts";

/** A shop on this machine with a real database, its copies at a real server of repositories, and a second machine for drills. */
export interface SpareDrill {
  readonly spare: SpareHost;
  readonly works: Works;
  readonly plan: BackupPlan;
  /** files of the shop; its signing key is in a folder of its own, which a plan may have forgotten */
  readonly folder: string;
  backUp(plan: BackupPlan): Promise<void>;
  /** @returns the drill as the ledger has it at its end */
  drill(plan: BackupPlan): Promise<RestoreRun>;
  /** names of what is left in the folder of drills there */
  left(): string;
  stop(): Promise<void>;
}

/** Counts its orders for whoever asks; it does not start without its signing key. */
const shop = String.raw`
import { execFileSync } from "node:child_process"; import fs from "node:fs"; import http from "node:http";
const key = fs.readFileSync(new URL("../keys/signing.key", import.meta.url), "utf8");
const ask = ["-XAt", "-h", "127.0.0.1", "-p", process.env.DB_PORT, "-U", "postgres", "-d", "shop", "-c", "select count(*) from orders"];
http.createServer((_, answer) => {
  try { answer.end("orders " + execFileSync("psql", ask) + key.length); } catch (error) { answer.writeHead(500).end(String(error)); }
}).listen(Number(process.env.PORT), "127.0.0.1");
`;

export async function spareDrill(): Promise<SpareDrill> {
  const bench = createRecoverBench();
  const folder = fs.mkdtempSync("/srv/koboshi-shop-");
  fs.mkdirSync(path.join(folder, "app"));
  fs.mkdirSync(path.join(folder, "keys"));
  fs.writeFileSync(path.join(folder, "app/shop.mjs"), shop);
  fs.writeFileSync(path.join(folder, "app/注文.txt"), "控え\n");
  fs.writeFileSync(path.join(folder, "keys/signing.key"), "0123456789");
  const [databasePort, repositoryPort, shopPort] = [await freePort(), await freePort(), await freePort()];
  const database = await startPostgres({ port: databasePort });
  const env = { ...process.env, PGPASSWORD: postgresPassword };
  const sql = (name: string, text: string): unknown =>
    execFileSync("psql", ["-qX", "-h", "127.0.0.1", "-p", String(databasePort), "-U", postgresUser, "-d", name], {
      env,
      input: text,
    });
  sql("postgres", "create database shop;");
  sql("shop", "create table orders as select n, '注文 ' || n as note, now() as at from generate_series(1, 300) n;");
  const login = ["--user", "reader", "--pass", "readonly"];
  const repositories = runServer("rclone", [
    "serve",
    "restic",
    "--addr",
    `127.0.0.1:${repositoryPort}`,
    ...login,
    bench.repo,
  ]);
  const spare = await startSpareHost();
  await spare.lend(repositoryPort);
  const at = `rest:http://reader:readonly@127.0.0.1:${repositoryPort}/`;
  const unit = [
    "[Service]",
    `Environment=DB_PORT=${databasePort} PORT=${shopPort}`,
    `WorkingDirectory=${folder}/app`,
    `ExecStart=${process.execPath} shop.mjs`,
  ];
  spare.sh(`printf '%s\n' '${unit.join("' '")}' > /etc/systemd/system/shop.service`);
  const plan = bench.plan({
    paths: [`${folder}/app`, `${folder}/keys`],
    databases: [
      databaseOf({
        engine: "postgres",
        name: "shop",
        user: postgresUser,
        password: new Secret(postgresPassword, "test"),
        host: "127.0.0.1",
        port: databasePort,
      }),
    ],
    to: [bench.target({ repo: at, reader: new Secret("reader:readonly", "test") })],
    drill: { everyMs: null, host: "drill1", bootCheck: "shop" },
  });
  const own = await recoverWorks(bench, plan);
  const works: Works = { ...own, ...siteOf(plan, spare, shopPort), look: lookThere };
  spare.sh(`echo '${works.site().name}' > /etc/koboshi-drill`);
  await listening(repositoryPort);
  return {
    spare,
    works,
    plan,
    folder,
    async backUp(wanted) {
      const [run] = await backUp(works, wanted, { signal: new AbortController().signal });
      if (run?.state !== "committed") throw new Error(JSON.stringify(run));
      await readCopies(works, wanted);
    },
    async drill(wanted) {
      const { id, over } = await beginDrill(works, wanted, { by: "person:aiko", signal: new AbortController().signal });
      await over;
      const run = await works.ledger.read.restoreRun(id);
      if (run === null) throw new Error("no run was kept");
      return run;
    },
    left: () => spare.sh("ls -A /var/lib/koboshi-drill 2>/dev/null || true"),
    async stop() {
      await spare.stop();
      await repositories.stop();
      await database.stop("SIGINT");
      await own.close();
      bench.remove();
      for (const one of [folder, database.folder]) fs.rmSync(one, { recursive: true, force: true });
    },
  };
}

function siteOf(plan: BackupPlan, spare: SpareHost, port: number): Pick<Works, "site" | "machines"> {
  const common = { ...unlooked, at: null, segment: null };
  const web1: Host = {
    ...common,
    key: "web1",
    address: "127.0.0.1",
    user: null,
    port: 22,
    hostKey: null,
    privateKey: null,
    look: { by: "ssh", readKey: null, sudo: "none", watch: { ...noBounds, units: ["shop", "cron"] } },
  };
  const { address, user, fingerprint, key } = spare;
  const drill1: Host = {
    ...common,
    key: "drill1",
    address,
    user,
    port: spare.port,
    hostKey: fingerprint,
    privateKey: key,
    role: "drill",
  };
  const base = siteWith([plan]);
  const times = { everyMs: 60_000, timeoutMs: 5_000, attempts: 3, vantages: ["here"], namedVantages: [] };
  const url = `http://shop.example.jp:${port}/`;
  const spec = probeOf("http").schema.parse({ http: url, expect: { contains: "orders 300" } });
  const site: Site = {
    ...base,
    hosts: new Map([
      ["web1", web1],
      ["drill1", drill1],
    ]),
    services: new Map([["shop", { key: "shop", name: "shop", on: "web1", needs: [], priority: 1 }]]),
    checks: [{ id: "shop/http", service: "shop", kind: "http", name: "www", target: url, spec, ...times }],
  };
  const clock = createSystemClock();
  return { site: () => site, machines: createMachines({ clock, site: () => site }) };
}

const noBounds = {
  diskRatio: null,
  inodesRatio: null,
  memoryRatio: null,
  swapRatio: null,
  loadPerCore: null,
  clockMs: null,
} as const;

function probeOf(kind: string): (typeof probes)[number] {
  const found = probes.find((one) => one.kind === kind);
  if (found === undefined) throw new Error(`no probe ${kind}`);
  return found;
}

/** The real probe, by the way into the room. */
const lookThere: LookThere = ({ kind, spec, timeoutMs, way }) => {
  const context = { clock: createSystemClock(), timeoutMs, signal: new AbortController().signal, way };
  return probeOf(kind).run(spec as never, { ...context, trustedHosts: new Set<string>() });
};

async function listening(port: number): Promise<void> {
  for (let left = 100; left > 0; left--) {
    const said = await fetch(`http://127.0.0.1:${port}/`).catch(() => null);
    if (said !== null) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("the repositories do not answer");
}
