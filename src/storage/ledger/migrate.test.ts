import assert from "node:assert/strict";
import { test } from "node:test";
import { createFakeClock } from "../../../test/doubles/fake-clock.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import { ledgerFiles } from "./folder.ts";
import { migrate, versionOf, type MigrateDeps } from "./migrate.ts";
import { migrations } from "./migrations/index.ts";
import { connect, openDriver } from "./sqlite.ts";

function bench(): MigrateDeps {
  const connection = connect(openDriver(":memory:"), (thrown) => thrown);
  return { connection, files: ledgerFiles("/nowhere"), clock: createFakeClock(), migrations };
}

const refusedWith =
  (code: string) =>
  (thrown: unknown): boolean =>
    thrown instanceof KoboshiError && thrown.code === code;

test("a new file gets every migration, once", () => {
  const deps = bench();
  assert.equal(versionOf(deps), 0);
  migrate(deps);
  migrate(deps);
  assert.equal(versionOf(deps), migrations.length);
  const [{ rows } = {}] = deps.connection.rows("SELECT count(*) AS rows FROM migrations");
  assert.equal(rows, migrations.length);
  deps.connection.close();
});

test("a migration that fails leaves the shape it found", () => {
  const deps = bench();
  migrate(deps);
  const broken = { version: migrations.length + 1, name: "broken", sql: "CREATE TABLE half (a); CREATE NONSENSE" };
  const newer = { ...deps, migrations: [...migrations, broken] };
  assert.throws(() => migrate(newer), /syntax/);
  assert.equal(versionOf(deps), migrations.length);
  assert.deepEqual(deps.connection.rows("SELECT name FROM sqlite_schema WHERE name = 'half'"), []);
  migrate({ ...deps, migrations: [...migrations, { ...broken, sql: "CREATE TABLE half (a)" }] });
  assert.throws(() => migrate(deps), refusedWith("KB2004"));
  deps.connection.close();
});

test("notices keep their place and their words when a notice may be about a window", () => {
  const deps = bench();
  migrate({ ...deps, migrations: migrations.slice(0, 15) });
  deps.connection.exec("PRAGMA foreign_keys = OFF");
  deps.connection.exec(
    `INSERT INTO deliveries VALUES (7, '241/opened/0s/mail/yamada', 241, 'opened', 'mail', 'yamada', 'held', 2, 'a', 'b', NULL, 'late', 'c')`,
  );
  migrate(deps);
  const { connection } = deps;
  assert.deepEqual(
    connection.rows("SELECT ord, id, incident_id, window_id, state, attempts, last_error, snapshot FROM deliveries"),
    [
      {
        ord: 7,
        id: "241/opened/0s/mail/yamada",
        incident_id: 241,
        window_id: null,
        state: "held",
        attempts: 2,
        last_error: "late",
        snapshot: "c",
      },
    ],
  );
  assert.throws(() => connection.exec("UPDATE deliveries SET window_id = 1"), /CHECK constraint/);
  connection.close();
});

test("a database of something else is refused", () => {
  const deps = bench();
  deps.connection.exec("CREATE TABLE bookmarks (url TEXT)");
  assert.throws(() => migrate(deps), refusedWith("KB2002"));
  deps.connection.close();
});
