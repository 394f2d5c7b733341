import { execFile, execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { freePort, until } from "./hub-process.ts";
import { cleanClasses, texts } from "./mojibake-corpus.ts";
import { postgresPassword, postgresUser, startPostgres, type PostgresServer } from "./postgres-server.ts";
import { runServer, type ServerProcess } from "./server-process.ts";
import { startSshHost, type SshHost } from "./sshd-host.ts";

/** orders of the shop, and whose they are */
export const orderCount = 2_000;
const customers = texts(cleanClasses["name"]!, orderCount, 9);
export const firstCustomer = customers[0] ?? "";

/** Where the service answers, whichever machine it is on. */
const serviceAddress = "127.0.0.4";

/**
 * A company as of June 2012, with the copy it was saved by: a live server and two stores of copies at one provider, and an office
 * with a store that takes and never gives up. Each machine is an sshd and folders of its own on this one.
 */
export interface Company {
  readonly folder: string;
  /** the live server and the one that is to take its place */
  readonly live: SshHost;
  readonly fresh: SshHost;
  /** folders of the repositories, as whoever owns the disks sees them */
  readonly stores: { readonly nas: string; readonly vault: string; readonly office: string };
  readonly config: string;
  readonly serviceUrl: string;
  readonly databasePort: number;
  /** the page's files at the company that shows them */
  readonly pageFolder: string;
  /** the provider's own mirror of its vault, out of the script's reach */
  keepTape(): void;
  readonly tape: string;
  /** what the maintenance program runs; it prints what it was refused */
  disaster(): Promise<string>;
  /** an empty PostgreSQL where the live one was reached */
  freshDatabase(): Promise<void>;
  /** starts the application that lies below this folder */
  startApplication(root: string): Promise<void>;
  psql(database: string, sql: string): string;
  /** snapshots that plain restic finds at each place, with the writer's credentials */
  snapshots(): Promise<Readonly<Record<"office" | "rental" | "vault", number>>>;
  close(): Promise<void>;
}

/** The shop: reads its rows from the database and a line from a file beside it. */
const application = `import { execFileSync } from "node:child_process";
import fs from "node:fs";
import http from "node:http";
import path from "node:path";
const here = import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname);
const env = { ...process.env };
for (const line of fs.readFileSync(path.join(here, "db.env"), "utf8").trim().split("\\n")) {
  const [name, value] = line.split("=");
  env[name] = value;
}
http.createServer((request, response) => {
  try {
    const sql = "select count(*) || ' ' || (select customer from orders where id = 1) from orders";
    const row = execFileSync("psql", ["-X", "-A", "-t", "-w", "-d", "shop", "-c", sql], { env, stdio: "pipe" }).toString().trim();
    response.end(fs.readFileSync(path.join(here, "greeting.txt"), "utf8").trim() + " " + row);
  } catch {
    response.writeHead(503).end("no database");
  }
}).listen(Number(env.HTTP_PORT), "${serviceAddress}");
`;

const productionMark = "/etc/koboshi-production";

export async function openCompany(): Promise<Company> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-first-server-"));
  // its hosts are namespaces with this machine's /etc: the mark a first backup leaves there is not this machine's
  const wasMarked = fs.existsSync(productionMark);
  const inside = (...parts: readonly string[]): string => path.join(folder, ...parts);
  const [http, database] = [await freePort(), await freePort()];
  const [nasPort, vaultPort, officePort] = [await freePort(), await freePort(), await freePort()];
  const www = inside("rental", "srv", "www");
  const stores = {
    nas: inside("rental", "nas", "shop"),
    vault: inside("vault", "shop"),
    office: inside("office", "shop"),
  };
  for (const each of [www, stores.nas, stores.vault, stores.office, inside("cloud", "page")])
    fs.mkdirSync(each, { recursive: true });
  fs.writeFileSync(path.join(www, "app.mjs"), application);
  fs.writeFileSync(path.join(www, "greeting.txt"), "いらっしゃいませ\n");
  const login = {
    PGHOST: "127.0.0.1",
    PGPORT: database,
    PGUSER: postgresUser,
    PGPASSWORD: postgresPassword,
    HTTP_PORT: http,
  };
  fs.writeFileSync(
    path.join(www, "db.env"),
    Object.entries(login)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(""),
  );
  for (let at = 0; at < 40; at++)
    fs.writeFileSync(path.join(www, `page${at}.html`), `<p>${"商品 ".repeat(2_000)}${at}</p>`);

  const running: (() => Promise<unknown>)[] = [];
  const [live, fresh, page] = await Promise.all([
    listening("127.0.0.2"),
    listening("127.0.0.3"),
    startSshHost({ lines: ["Subsystem sftp internal-sftp"] }),
  ]);
  for (const host of [live, fresh, page]) running.push(() => host.stop());
  const stored = async (name: keyof typeof stores, port: number, flags: readonly string[]): Promise<void> => {
    const options = ["serve", "restic", "--config", inside("rclone.conf"), "--addr", `127.0.0.1:${port}`];
    // what is put back into a store behind its back is seen at once
    const seen = ["--cache-objects=false", "--user", "writer", "--pass", `of-${name}`];
    const server = runServer("rclone", [...options, ...seen, ...flags, stores[name]]);
    running.push(() => server.stop());
    await until(`the store ${name}`, () => answers(port));
  };
  await Promise.all([
    stored("nas", nasPort, []),
    stored("vault", vaultPort, []),
    stored("office", officePort, ["--append-only"]),
  ]);
  let postgres: PostgresServer = await startPostgres({ port: database });
  running.push(() => postgres.stop("SIGINT"));
  const psql = (name: string, sql: string): string =>
    execFileSync("psql", ["-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-d", name], {
      env: { ...process.env, ...strings(login) },
      input: sql,
      stdio: "pipe",
      encoding: "utf8",
      maxBuffer: 100_000_000,
    }).trim();
  psql("postgres", "create database shop");
  const rows = customers
    .map((name, index) => `(${index + 1}, '${name.replaceAll("'", "''")}', 'omni', now())`)
    .join(",\n");
  psql(
    "shop",
    `create table orders (id int primary key, customer text, tenant text, at timestamptz); insert into orders values ${rows};`,
  );

  let app: ServerProcess | null = null;
  async function startApplication(root: string): Promise<void> {
    app = runServer(process.execPath, [path.join(root, www, "app.mjs")]);
    const started = app;
    running.push(() => started.stop());
    fs.writeFileSync(inside("rental", "app.pid"), String(app.pid));
    await until("the shop answers", async () => (await fetch(serviceUrl).catch(() => null))?.ok === true);
  }
  const serviceUrl = `http://${serviceAddress}:${http}/`;
  await startApplication("/");
  const pageFolder = inside("cloud", "page");
  fs.writeFileSync(inside("shop.key"), "the repository's password", { mode: 0o600 });
  const config = `version: 1
site: { name: オムニ商会, lang: ja, timezone: Asia/Tokyo }
people: { yamada: { name: 山田, mail: y@example.jp } }
places:
  rental: { provider: rental-co, account: r-1, region: osaka, login_shared_with: [] }
  vault: { provider: rental-co, account: r-1, region: tokyo, login_shared_with: [] }
  office: { provider: own, region: nagoya }
  cloud: { provider: page-co, account: p-1, region: oregon, login_shared_with: [] }
vantages: [{ name: here, at: office }]
hosts:
  web1: { at: rental, ${ssh(live, "127.0.0.2")} }
  web2: { at: office, ${ssh(fresh, "127.0.0.3")} }
services:
  shop: { name: ネットショップ, on: web1, checks: [{ http: "${serviceUrl}", every: 2s }] }
automation:
  maintenance: { on: ["place:rental", "place:vault"] }
status_page: { title: 稼働状況, langs: [ja, en], show: [shop], publish: [{ at: cloud, to: "sftp:127.0.0.1:${pageFolder}", port: ${page.port}, user: ${page.user}, host_key: "${page.fingerprint}", key: "${secret(page)}" }] }
backups:
  shop-data:
    of: { host: web1, paths: ["${www}"], databases: [{ postgres: shop, user: ${postgresUser}, password: ${postgresPassword}, host: 127.0.0.1, port: ${database} }] }
    password: "\${file:${inside("shop.key")}}"
    key: { also: ["paper:office-safe"] }
    to:
      - { at: office, repo: "${store("office", officePort)}", append_only: true }
      - { at: rental, repo: "${store("nas", nasPort)}" }
      - { at: vault, repo: "${store("vault", vaultPort)}" }
    keep: { daily: 14, monthly: 12 }
    target: { lose_at_most: 24h, back_within: 12h }
    verify: { newest: "select max(at) from orders", marker: [{ sql: "select count(*) from orders where tenant <> 'omni'", expect: 0 }] }
  image: { with: external, of: { host: web1 }, to: [{ at: rental, kept: 14d }] }`;

  return {
    folder,
    live,
    fresh,
    stores,
    config,
    serviceUrl,
    databasePort: database,
    pageFolder,
    tape: inside("tape"),
    keepTape: () => fs.cpSync(stores.vault, inside("tape"), { recursive: true }),
    async disaster() {
      const script = inside("maintenance.sh");
      fs.writeFileSync(script, maintenance, { mode: 0o755 });
      const env = {
        SSH_KEY: path.join(live.folder, "read"),
        SSH_PORT: String(live.port),
        SSH_USER: live.user,
        RENTAL: inside("rental"),
        WWW: www,
        PGDATA_OF_HOST: path.join(postgres.folder, "data"),
        NAS: `http://writer:of-nas@127.0.0.1:${nasPort}`,
        VAULT: `http://writer:of-vault@127.0.0.1:${vaultPort}`,
        OFFICE: `http://writer:of-office@127.0.0.1:${officePort}`,
      };
      const said = await runScript(script, env);
      await live.stop();
      return said;
    },
    async freshDatabase() {
      await postgres.stop("SIGINT");
      fs.rmSync(postgres.folder, { recursive: true, force: true });
      postgres = await startPostgres({ port: database });
    },
    startApplication,
    psql,
    async snapshots() {
      const env = { ...process.env, RESTIC_PASSWORD_FILE: inside("shop.key") };
      const count = (repo: string): Promise<number> =>
        new Promise((resolve) =>
          execFile("restic", ["-r", repo, "snapshots", "--json", "--no-lock"], { env }, (failed, out) =>
            resolve(failed === null ? (JSON.parse(out) as unknown[]).length : 0),
          ),
        );
      const [office, rental, vault] = await Promise.all(
        [store("office", officePort), store("nas", nasPort), store("vault", vaultPort)].map(count),
      );
      return { office: office ?? 0, rental: rental ?? 0, vault: vault ?? 0 };
    },
    async close() {
      for (const stop of running.toReversed()) await stop();
      fs.rmSync(postgres.folder, { recursive: true, force: true });
      fs.rmSync(folder, { recursive: true, force: true });
      if (!wasMarked) fs.rmSync(productionMark, { force: true });
    },
  };
}

async function listening(address: string): Promise<SshHost> {
  const host = await startSshHost({ withoutPackageLists: true });
  await host.restart({ lines: [`ListenAddress ${address}:${host.port}`] });
  return host;
}

const secret = (host: SshHost): string => `\${file:${path.join(host.folder, "read")}}`;
const ssh = (host: SshHost, address: string): string =>
  `address: ${address}, port: ${host.port}, user: ${host.user}, host_key: "${host.fingerprint}", keys: { act: "${secret(host)}" }`;
const store = (name: string, port: number): string => `rest:http://writer:of-${name}@127.0.0.1:${port}/`;

/**
 * One maintenance program with everything it can reach: the live host by its key, the database by what lies on that host, and every
 * object of both stores whose writer's credentials the host has.
 */
const maintenance = `#!/bin/sh
on_host() { ssh -q -p "$SSH_PORT" -i "$SSH_KEY" -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null "$SSH_USER@127.0.0.2" "$1"; }
on_host "set -a; . $WWW/db.env; psql -X -q -d postgres -c 'drop database shop with (force)'; kill \\$(cat $RENTAL/app.pid); kill -QUIT \\$(head -n 1 $PGDATA_OF_HOST/postmaster.pid); rm -rf $RENTAL $PGDATA_OF_HOST"
wipe() {
  for kind in locks snapshots index data keys; do
    for name in $(curl -s "$2/$kind/" | tr -d '[]"' | tr ',' ' '); do
      echo "$1 $kind $(curl -s -o /dev/null -w '%{http_code}' -X DELETE "$2/$kind/$name")"
    done
  done
  echo "$1 config $(curl -s -o /dev/null -w '%{http_code}' -X DELETE "$2/config")"
  echo "$1 overwrite $(curl -s -o /dev/null -w '%{http_code}' -X POST --data-binary nothing "$2/config")"
  echo "$1 repository $(curl -s -o /dev/null -w '%{http_code}' -X DELETE "$2/")"
}
wipe vault "$VAULT"
wipe office "$OFFICE"
`;

async function runScript(script: string, env: Readonly<Record<string, string>>): Promise<string> {
  const child: ChildProcess = spawn(script, [], { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => (said += chunk.toString()));
  await once(child, "close");
  return said;
}

function strings(values: Readonly<Record<string, string | number>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, "127.0.0.1", () => resolve(socket.destroy() !== undefined));
    socket.once("error", () => resolve(false));
  });
}
