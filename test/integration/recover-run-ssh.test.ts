import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { Secret } from "../../src/kernel/secret.ts";
import { runPlan } from "../../src/recover/run/run-plan.ts";
import { createSshWorkplace, type SshWorkplaceOptions } from "../../src/recover/workplace/ssh.ts";
import { freePort, until } from "../doubles/hub-process.ts";
import { postgresPassword, postgresUser, startPostgres } from "../doubles/postgres-server.ts";
import { createRecoverBench, databaseOf, processesWith } from "../doubles/recover-bench.ts";
import { runServer } from "../doubles/server-process.ts";
import { startSshHost } from "../doubles/sshd-host.ts";

const cleanups: (() => unknown)[] = [];
after(async () => {
  for (const clean of cleanups.toReversed()) await clean();
});

test("over SSH dump and restic meet on the far host, into an append-only repository; a bad dump leaves no snapshot", async () => {
  const { wanted, plan, target, deps, folder, source, repo, restic, sets, remove } = createRecoverBench();
  cleanups.push(remove);
  const host = await startSshHost();
  cleanups.push(() => host.stop());
  const [port, restPort] = [await freePort(), await freePort()];
  const server = await startPostgres({ port });
  cleanups.push(() => server.stop());
  const env = {
    ...process.env,
    PGPASSWORD: postgresPassword,
    PGHOST: "127.0.0.1",
    PGPORT: String(port),
    PGUSER: postgresUser,
  };
  const input =
    "CREATE TABLE t (id int PRIMARY KEY, name text); INSERT INTO t SELECT i, '日本' FROM generate_series(1, 5000) i;";
  execFileSync("psql", ["-X", "-q", "-d", "postgres"], { env, input });
  const rest = runServer("rclone", [
    "serve",
    "restic",
    "--append-only",
    "--addr",
    `127.0.0.1:${restPort}`,
    "--user",
    "writer",
    "--pass",
    "p@ss",
    repo,
  ]);
  cleanups.push(() => rest.stop());
  const address = `rest:http://writer:p%40ss@127.0.0.1:${restPort}/`;

  const options: SshWorkplaceOptions = {
    clock: deps.clock,
    name: "host:web1",
    address: "127.0.0.1",
    port: host.port,
    user: host.user,
    privateKey: host.readKey,
    hostKey: host.fingerprint,
  };
  const stranger = await createSshWorkplace({ ...options, hostKey: "SHA256:AAAA" });
  assert.deepEqual([stranger.ok, stranger.ok ? null : stranger.error.reason], [false, "host-key-changed"]);
  const made = await createSshWorkplace(options);
  assert.ok(made.ok);
  const workplace = made.value;
  cleanups.push(() => workplace.close());
  const odd = await workplace.run(
    { argv: ["printf", "%s|", "it's", "$HOME `x`", "日本\n"], env: { A: "b c" } },
    { timeoutMs: 10_000 },
  );
  assert.deepEqual([odd.code, odd.stdout, odd.stderr], [0, "it's|$HOME `x`|日本\n|", ""]);

  fs.writeFileSync(path.join(source, "a"), "a");
  const password = new Secret(postgresPassword, "test");
  const database = databaseOf({
    engine: "postgres",
    name: "postgres",
    user: postgresUser,
    password,
    host: "127.0.0.1",
    port,
  });
  const asked = wanted({ workplace, plan: plan({ databases: [database] }), target: target({ repo: address }) });
  const run = await runPlan(deps, asked);
  assert.deepEqual([run.state, run.trouble], ["committed", null]);
  assert.ok(run.record !== null);
  const [dump] = run.record.parts;
  assert.ok(dump !== undefined);
  const text = restic("dump", dump.snapshot, "/koboshi/shop-data/postgres-db-postgres.sql").out;
  assert.deepEqual([dump.bytes, run.record.tables[0]?.rows], [text.length, 5_000]);
  assert.equal(
    execFileSync("sha256sum", { input: Buffer.from(text, "latin1"), encoding: "utf8" }).slice(0, 64),
    dump.sha256,
  );

  const programs = path.join(folder, "bin");
  fs.mkdirSync(programs);
  const bad = '#!/bin/sh\n/usr/bin/pg_dump "$@" | head -c 5000\n';
  fs.writeFileSync(path.join(programs, "pg_dump"), bad, { mode: 0o755 });
  const elsewhere = { ...workplace, start: withPath(workplace.start, programs) };
  const cut = await runPlan(deps, { ...asked, workplace: elsewhere });
  assert.deepEqual([cut.state, cut.trouble?.code], ["failed", "KB8009"]);
  const found = await sets();
  assert.deepEqual([found.sets.length, found.orphans.length], [1, 0]);

  const sleeper = workplace.start({ argv: ["sh", "-c", "sleep 4321 & sleep 4321"] });
  await until("both sleep", () => Promise.resolve(processesWith("sleep 4321").length >= 2));
  sleeper.kill("SIGKILL");
  await sleeper.ended;
  await until("none is left", () => Promise.resolve(processesWith("sleep 4321").length === 0), 10_000);
});

type Start = ReturnType<typeof createRecoverBench>["workplace"]["start"];

function withPath<T extends (command: Parameters<Start>[0]) => unknown>(start: T, programs: string): T {
  const wrapped = (command: Parameters<Start>[0]): unknown =>
    start({ ...command, env: { PATH: `${programs}:/usr/bin:/bin:/usr/sbin`, ...command.env } });
  return wrapped as T;
}
