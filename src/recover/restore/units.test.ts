import assert from "node:assert/strict";
import { test } from "node:test";
import { KoboshiError } from "../../kernel/errors.ts";
import { recordAt } from "../../../test/doubles/recover-plan.ts";
import { databaseOf, suffixed } from "./database.ts";
import type { FileEntry } from "./ports.ts";
import { newRoles } from "./postgres.ts";
import { createPlanner, planUnits, shownPath, type UnitsWanted } from "./units.ts";

function file(path: string, bytes = 10): FileEntry {
  return {
    path,
    type: "file",
    bytes,
    changedAtMs: null,
    sha256: null,
    isSparse: false,
    isLive: false,
    linkGroup: null,
  };
}

const folder = (path: string): FileEntry => ({ ...file(path, 0), type: "folder" });
const manifest = [
  folder("/srv"),
  folder("/srv/a"),
  file("/srv/a/1", 60),
  file("/srv/a/2", 60),
  folder("/srv/b"),
  file("/srv/b/1", 30),
  file("/srv/c", 20),
  folder("/etc"),
  file("/etc/conf"),
];
const wanted: UnitsWanted = {
  record: recordAt("s", 1_000),
  manifest,
  roots: ["/srv", "/etc"],
  only: [],
  unitBytes: 100,
  split: new Set(),
  idOf: (text) => text,
};

const pathsOf = (change: Partial<UnitsWanted>): readonly (readonly string[])[] =>
  planUnits({ ...wanted, ...change }).map((unit) => (unit.kind === "files" ? unit.paths : [unit.label]));

const refused = (error: unknown): boolean => error instanceof KoboshiError && error.code === "KB8303";

test("folders stay whole while they are small enough, and large ones are cut at their children", () => {
  assert.deepEqual(pathsOf({ unitBytes: 1_000 }), [["/srv"], ["/etc"]]);
  assert.deepEqual(pathsOf({}), [["/srv/a/1"], ["/srv/a/2"], ["/srv/b", "/srv/c"], ["/etc"]]);
});

test("every entry belongs to exactly one unit, and a unit knows what it weighs", () => {
  const units = planUnits(wanted);
  const entries = units.flatMap((unit) => (unit.kind === "files" ? (unit.entries ?? []) : [])).map(({ path }) => path);
  assert.equal(new Set(entries).size, entries.length);
  assert.deepEqual(
    units.map(({ bytes }) => bytes),
    [60, 60, 50, 10],
  );
  assert.equal(units[2]?.label, "/srv/b … c");
});

test("a folder on which another file system is mounted is never moved itself", () => {
  assert.deepEqual(pathsOf({ unitBytes: 1_000, split: new Set(["/srv"]) }), [["/srv/a", "/srv/b", "/srv/c"], ["/etc"]]);
});

test("what is asked for alone is all that comes, and what is not there is refused", () => {
  assert.deepEqual(pathsOf({ only: ["/srv/b/1", "/etc/"] }), [["/srv/b/1"], ["/etc"]]);
  assert.throws(() => planUnits({ ...wanted, only: ["/srv/none"] }), refused);
  assert.throws(() => planUnits({ ...wanted, only: ["db:postgres/shop"] }), refused);
});

test("names that are no UTF-8 are kept byte for byte and shown as far as they can be", () => {
  const [unit] = planUnits({ ...wanted, manifest: [file("/srv/\u00C6\u00FC")], roots: ["/srv/\u00C6\u00FC"] });
  assert.equal(unit?.kind === "files" ? unit.paths[0] : "", "/srv/\u00C6\u00FC");
  assert.match(shownPath("/srv/\u00C6\u00FC"), /^\/srv\/\uFFFD+$/);
});

test("accounts that are there keep their password; only new ones are made", () => {
  const sql = "CREATE ROLE app;\nALTER ROLE app WITH PASSWORD 'x';\nCREATE ROLE \"new one\";\nGRANT a TO b;";
  assert.equal(newRoles(sql, new Set(["app"])), 'CREATE ROLE "new one";\nGRANT a TO b;');
});

test("a database is loaded into the server of its make, and long names are cut before the server cuts them", () => {
  const given = { engine: "mysql", name: "*", user: null, password: null, host: null, port: null } as const;
  assert.equal(databaseOf([given], "mariadb/shop"), given);
  assert.equal(databaseOf([given], "postgres/shop"), null);
  assert.equal(suffixed("shop", "__restoring"), "shop__restoring");
  assert.equal(Buffer.byteLength(suffixed("あ".repeat(30), "__restoring")), 62);
});

test("what is asked for again, the same, is not planned again; with another folder to split it is", () => {
  const plan = createPlanner();
  const split = new Set<string>();
  const first = plan({ ...wanted, unitBytes: 1_000, split });
  assert.equal(plan({ ...wanted, unitBytes: 1_000, split: new Set() }), first);
  split.add("/srv");
  assert.deepEqual(plan({ ...wanted, unitBytes: 1_000, split }), planUnits({ ...wanted, unitBytes: 1_000, split }));
});
