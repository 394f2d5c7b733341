import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import type { HostDatabase } from "../../src/kernel/model/host-service-answers.ts";
import { freePort, until } from "../doubles/hub-process.ts";
import { startMariadb, type MariadbServer } from "../doubles/mariadb-server.ts";
import { postgresPassword, postgresUser, startPostgres, type PostgresServer } from "../doubles/postgres-server.ts";
import { asUser } from "../doubles/server-process.ts";
import { askMachine } from "../doubles/why-machine.ts";

const sockets = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-sockets-"));
const none = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-none-"));
let postgres: PostgresServer;
let mariadb: MariadbServer;
let port = 0;
const login = { PGUSER: postgresUser, PGPASSWORD: postgresPassword, HOME: "/" };

before(async () => {
  port = await freePort();
  postgres = await startPostgres({ port, settings: { max_connections: "8", superuser_reserved_connections: "1" } });
  const owner = asUser("mysql");
  if (owner.uid !== undefined && owner.gid !== undefined) fs.chownSync(sockets, owner.uid, owner.gid);
  fs.chmodSync(sockets, 0o755);
  mariadb = await startMariadb({ port: await freePort(), settings: [`--socket=${sockets}/mysqld.sock`] });
});
after(async () => {
  // sessions that still sleep are not waited for
  await postgres.stop("SIGINT");
  await mariadb.stop();
  for (const folder of [sockets, none, postgres.folder, mariadb.folder]) fs.rmSync(folder, { recursive: true });
});

async function asked(kind: HostDatabase["kind"], env: Readonly<Record<string, string>>): Promise<HostDatabase> {
  const inPlace = { "/run/postgresql": path.join(postgres.folder, "data"), "/run/mysqld": sockets, "/tmp": none };
  const { answers } = await askMachine("why,db", { inPlace, env });
  const one = (answers.db ?? []).find((database) => database.kind === kind);
  assert.ok(one !== undefined, JSON.stringify(answers.db));
  return one;
}

/** Sessions that run this until they are ended. */
function sessions(count: number, sql: string): () => void {
  const children = Array.from({ length: count }, () =>
    spawn("/usr/bin/psql", ["-X", "-q", "-h", "127.0.0.1", "-p", String(port), "-d", "postgres", "-c", sql], {
      stdio: "ignore",
      env: { ...process.env, ...login },
    }),
  );
  return () => {
    for (const child of children) child.kill("SIGKILL");
  };
}

test("PostgreSQL: connections, the longest query and who waits for a lock", async () => {
  const holding = sessions(1, "begin; lock table pg_description in access exclusive mode; select pg_sleep(20)");
  try {
    await until("the lock is held", async () => ((await asked("postgres", login)).connections?.used ?? 0) > 1 || null);
    const waiting = sessions(1, "select count(*) from pg_description");
    const seen = await until("one waits", async () => {
      const one = await asked("postgres", login);
      return (one.lockWaits ?? 0) > 0 ? one : undefined;
    });
    waiting();
    assert.equal(seen.state, "up");
    assert.match(seen.version ?? "", /^\d+/);
    assert.equal(seen.connections?.limit, 8);
    assert.ok((seen.connections?.used ?? 0) >= 3);
    assert.ok((seen.longestQueryMs ?? 0) > 100);
    assert.equal(seen.isReadOnly, false, "that our own session reads only is not the server's state");
  } finally {
    holding();
  }
});

test("PostgreSQL that lets nobody in: without a login, and with every connection taken", async () => {
  const denied = await asked("postgres", { HOME: "/" });
  assert.equal(denied.state, "denied", `said: ${denied.said}`);
  const taking = sessions(8, "select pg_sleep(20)");
  try {
    const full = await until("it is full", async () => {
      const one = await asked("postgres", login);
      return one.state === "full" ? one : undefined;
    });
    assert.match(full.said, /too many clients/);
    assert.equal(full.connections, null);
  } finally {
    taking();
  }
});

test("MariaDB by its socket: connections, its limit, whether it takes writes", async () => {
  const one = await asked("mysql", { HOME: "/" });
  assert.equal(one.state, "up", one.said);
  assert.match(one.version ?? "", /MariaDB/);
  assert.ok((one.connections?.limit ?? 0) > 10);
  assert.ok((one.connections?.used ?? 0) >= 1);
  assert.deepEqual([one.isReadOnly, one.lockWaits], [false, 0]);
  mariadb.signal("SIGSTOP");
  try {
    assert.equal((await asked("mysql", { HOME: "/" })).state, "timeout");
  } finally {
    mariadb.signal("SIGCONT");
  }
});
