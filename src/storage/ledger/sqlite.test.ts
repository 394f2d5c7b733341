import assert from "node:assert/strict";
import { test } from "node:test";
import { connect, openDriver, troubleOf, type Driver } from "./sqlite.ts";

const asThrown = (thrown: unknown): unknown => thrown;

/** A driver that only notes what reaches it. */
function recordingDriver(): { driver: Driver; bound: unknown[][]; prepared: string[] } {
  const bound: unknown[][] = [];
  const prepared: string[] = [];
  const driver: Driver = {
    prepare(sql) {
      prepared.push(sql);
      return {
        reader: sql.startsWith("SELECT"),
        all(parameters) {
          bound.push(parameters);
          return [];
        },
        run(parameters) {
          bound.push(parameters);
          return { changes: 1, lastInsertRowid: 1 };
        },
      };
    },
    exec: () => undefined,
    close: () => undefined,
  };
  return { driver, bound, prepared };
}

test("a boolean never reaches the driver", () => {
  const { driver, bound } = recordingDriver();
  const connection = connect(driver, asThrown);
  connection.prepare("INSERT").run([true, false]);
  connection.prepare("SELECT").all([true]);
  connection.prepare("SELECT").iterate([false]);
  assert.deepEqual(bound, [[1, 0], [1], [0]]);
});

test("a value SQLite has no type for is refused instead of stored as something else", () => {
  const { driver, bound } = recordingDriver();
  const insert = connect(driver, asThrown).prepare("INSERT");
  for (const value of [undefined, {}, [1], () => 1, Symbol("x")]) assert.throws(() => insert.run([value]), TypeError);
  insert.run(["a\0b", 1.5, 5n, null, new Uint8Array([1])]);
  assert.deepEqual(bound, [["a\uFFFDb", 1.5, 5n, null, new Uint8Array([1])]]);
});

test("a statement is prepared once, and only the last two hundred are kept", () => {
  const { driver, prepared } = recordingDriver();
  const connection = connect(driver, asThrown);
  for (let round = 0; round < 3; round++) connection.prepare("SELECT 0");
  assert.equal(prepared.length, 1);
  for (let nth = 1; nth < 200; nth++) connection.prepare(`SELECT ${nth}`);
  connection.prepare("SELECT 0");
  assert.equal(prepared.length, 200);
  connection.prepare("SELECT 200");
  connection.prepare("SELECT 0");
  assert.equal(prepared.length, 201);
  connection.prepare("SELECT 1");
  assert.equal(prepared.length, 202);
});

test("the real driver: values come back as they went in, rows have their columns only, errors tell their kind", () => {
  const connection = connect(openDriver(":memory:"), asThrown);
  connection.exec("CREATE TABLE t (flag INTEGER, ratio REAL, text TEXT, bytes BLOB) STRICT");
  const insert = connection.prepare("INSERT INTO t VALUES (?, ?, ?, ?)");
  insert.run([true, 0.1, "障害", Buffer.from("blob")]);
  assert.deepEqual(connection.rows("SELECT * FROM t"), [
    { flag: 1, ratio: 0.1, text: "障害", bytes: Buffer.from("blob") },
  ]);
  assert.throws(
    () => insert.run(["x", 1, "", null]),
    (thrown) => troubleOf(thrown) === null,
  );
  connection.exec("PRAGMA query_only = ON");
  assert.throws(
    () => insert.run([1, 1, "", null]),
    (thrown) => troubleOf(thrown) === "readonly",
  );
  connection.close();
  assert.throws(() => insert.run([1, 1, "", null]), /closed/);
  assert.throws(() => connection.exec("SELECT 1"), /closed/);
});

test("a file that cannot be opened is told apart from a fault of ours", () => {
  assert.throws(
    () => openDriver("/nowhere/at/all.sqlite"),
    (thrown) => troubleOf(thrown) === "cantopen",
  );
  assert.equal(troubleOf(new Error("x")), null);
  assert.equal(troubleOf("x"), null);
});
