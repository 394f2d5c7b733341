import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import type { BackupDatabase, CommitRecord } from "../src/kernel/model/backup.ts";
import { Secret } from "../src/kernel/secret.ts";
import { runPlan } from "../src/recover/run/run-plan.ts";
import { freePort } from "../test/doubles/hub-process.ts";
import { startPostgres, postgresPassword, postgresUser, type PostgresServer } from "../test/doubles/postgres-server.ts";
import { createRecoverBench, type RecoverBench } from "../test/doubles/recover-bench.ts";
import type { Size } from "./options.ts";
import { pause } from "./process.ts";

const fileBytes = 8_192;
const filesInFolder = 500;
const largeFiles = 4;
/** of one row in a dump */
const rowBytes = 92;

/** A host that is lost but for its copy, and a machine with an empty server to bring it back to. */
export interface LostHost {
  readonly bench: RecoverBench;
  readonly record: CommitRecord;
  /** without a line between: the repository's folder */
  readonly repo: string;
  readonly passwordFile: string;
  /** bytes of the repository */
  readonly repositoryBytes: number;
  /** how many rows the table of orders had */
  readonly rows: number;
  readonly database: { readonly host: string; readonly port: number };
  /** SQL as the server's administrator. @returns what was printed */
  sql(database: string, text: string): string;
  /** before a command that is to run on the machine */
  readonly prefix: readonly string[];
  close(): Promise<void>;
}

/** Files that halve when they are compressed, four large ones as well. */
export function fillSource(folder: string, { files, largeMegabytes }: Size): void {
  for (let nth = 0; nth < files; nth++) {
    const below = path.join(folder, "www", `d${Math.floor(nth / filesInFolder)}`);
    if (nth % filesInFolder === 0) fs.mkdirSync(below, { recursive: true });
    fs.writeFileSync(path.join(below, `f${nth}`), randomBytes(fileBytes / 2).toString("hex"));
  }
  fs.mkdirSync(path.join(folder, "media"), { recursive: true });
  for (let nth = 0; nth < largeFiles; nth++) {
    const file = fs.openSync(path.join(folder, "media", `l${nth}`), "w");
    const pieces = Math.round(largeMegabytes / largeFiles);
    for (let piece = 0; piece < pieces; piece++) fs.writeSync(file, randomBytes(500_000).toString("hex"));
    fs.closeSync(file);
  }
}

export async function loseHost(size: Size): Promise<LostHost> {
  const bench = createRecoverBench();
  const port = await freePort();
  const server = await startPostgres({ port, settings: { shared_buffers: "128MB", max_wal_size: "4GB" } });
  const database = { host: path.join(server.folder, "data"), port };
  const env = { ...process.env, PGPASSWORD: postgresPassword, PGHOST: database.host, PGPORT: String(port) };
  const sql = (name: string, text: string): string =>
    execFileSync("psql", ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", postgresUser, "-d", name], {
      env,
      input: text,
      encoding: "utf8",
      stdio: ["pipe", "pipe", "inherit"],
    });
  fillSource(bench.source, size);
  const rows = Math.round((size.databaseMegabytes * 1e6) / rowBytes);
  fillDatabase(sql, rows);
  const record = await copied(bench, database);
  const repositoryBytes = Number(execFileSync("du", ["-sb", bench.repo], { encoding: "utf8" }).split("\t")[0]);
  sql("postgres", "DROP DATABASE shop");
  const line = size.linkMegabits === null ? null : await layLine(bench.repo, size.linkMegabits);
  return {
    bench,
    record,
    repo: line?.repo ?? bench.repo,
    passwordFile: path.join(bench.folder, "password"),
    repositoryBytes,
    rows,
    database,
    sql,
    prefix: line?.prefix ?? [],
    close: () => close(bench, server, line),
  };
}

async function close(bench: RecoverBench, server: PostgresServer, line: Line | null): Promise<void> {
  await line?.close();
  await server.stop("SIGQUIT");
  for (const folder of [server.folder, bench.folder]) fs.rmSync(folder, { recursive: true, force: true });
}

function fillDatabase(sql: LostHost["sql"], rows: number): void {
  sql("postgres", "CREATE DATABASE shop");
  sql(
    "shop",
    `CREATE TABLE orders (id integer PRIMARY KEY, at timestamptz NOT NULL, customer text NOT NULL, amount integer);
INSERT INTO orders SELECT n, timestamptz '2026-11-22 00:00Z' - n * interval '1 s', '佐藤 ' || md5(n::text), n % 9000
FROM generate_series(1, ${rows}) n;
CREATE INDEX ON orders (at);`,
  );
}

export function databaseAt({ host, port }: LostHost["database"]): BackupDatabase {
  const password = new Secret(postgresPassword, "bench");
  return { engine: "postgres", name: "shop", user: postgresUser, password, host, port };
}

async function copied(bench: RecoverBench, database: LostHost["database"]): Promise<CommitRecord> {
  const plan = bench.plan({ databases: [databaseAt(database)] });
  const run = await runPlan(bench.deps, bench.wanted({ plan }));
  if (run.record === null || run.state !== "committed") throw new Error(`no copy: ${JSON.stringify(run.trouble)}`);
  return run.record;
}

interface Line {
  readonly repo: string;
  readonly prefix: readonly string[];
  close(): Promise<void>;
}

const machineAddress = "10.79.0.2";
const officeAddress = "10.79.0.1";

/** The office with the repository and the machine, each in a network namespace, with a line of this rate between them. */
async function layLine(folder: string, megabits: number): Promise<Line> {
  const [office, machine] = [`kb-office-${process.pid}`, `kb-machine-${process.pid}`];
  for (const space of [office, machine]) ip("netns", "add", space);
  ip("-n", office, "link", "add", "line", "type", "veth", "peer", "name", "line", "netns", machine);
  for (const [space, address] of [
    [office, officeAddress],
    [machine, machineAddress],
  ] as const) {
    ip("-n", space, "addr", "add", `${address}/24`, "dev", "line");
    ip("-n", space, "link", "set", "line", "up");
    ip("-n", space, "link", "set", "lo", "up");
    // a bucket of 20 ms, which the kernel's clock can fill, and a queue of 50 ms
    const bucket = `${Math.max(32, Math.round((megabits * 1e6 * 0.02) / 8_000))}kb`;
    const shape = `netns exec ${space} tc qdisc add dev line root tbf rate ${megabits}mbit burst ${bucket} latency 50ms`;
    ip(...shape.split(" "));
  }
  const port = await freePort();
  const serve = ["serve", "restic", "--append-only", "--addr", `${officeAddress}:${port}`, folder];
  const server = spawn("ip", ["netns", "exec", office, "rclone", ...serve], { stdio: "ignore" });
  const prefix = ["ip", "netns", "exec", machine];
  await answering([...prefix, "bash", "-c", `echo > /dev/tcp/${officeAddress}/${port}`]);
  return {
    repo: `rest:http://${officeAddress}:${port}/`,
    prefix,
    async close() {
      const ended = once(server, "exit");
      server.kill("SIGTERM");
      await ended;
      for (const space of [office, machine]) ip("netns", "delete", space);
    },
  };
}

async function answering([program = "", ...words]: readonly string[]): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    try {
      execFileSync(program, words, { stdio: "ignore" });
      return;
    } catch {
      await pause(100);
    }
  }
  throw new Error("the repository's server does not answer");
}

function ip(...words: readonly string[]): void {
  execFileSync("ip", words, { stdio: "pipe" });
}
