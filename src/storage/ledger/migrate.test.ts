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

test("a database of something else is refused", () => {
  const deps = bench();
  deps.connection.exec("CREATE TABLE bookmarks (url TEXT)");
  assert.throws(() => migrate(deps), refusedWith("KB2002"));
  deps.connection.close();
});
