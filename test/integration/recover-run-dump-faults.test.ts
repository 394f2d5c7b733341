import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { Secret } from "../../src/kernel/secret.ts";
import { runPlan } from "../../src/recover/run/run-plan.ts";
import { freePort } from "../doubles/hub-process.ts";
import { mariadbPassword, startMariadb } from "../doubles/mariadb-server.ts";
import { createRecoverBench, databaseOf } from "../doubles/recover-bench.ts";

const cleanups: (() => unknown)[] = [];
after(async () => {
  for (const clean of cleanups.toReversed()) await clean();
});

/** What is put in the dump program's place, and as what the run must end. */
const faults: readonly (readonly [name: string, program: string, code: string, text: RegExp])[] = [
  [
    "a dump in a character set that cannot hold Japanese",
    'for a do shift; case $a in *utf8mb4) a=--default-character-set=latin1;; esac; set -- "$@" "$a"; done; exec /usr/bin/mariadb-dump "$@"',
    "KB8010",
    /latin1/,
  ],
  ["a dump cut in the middle that exits 0", '/usr/bin/mariadb-dump "$@" | head -c 6000; exit 0', "KB8009", /shop/],
  [
    "a dump that fails half-way",
    '/usr/bin/mariadb-dump "$@" | head -c 6000; echo gone >&2; exit 2',
    "KB8008",
    /exit 2: .*gone/,
  ],
  ["a dump that hangs", "echo first; exec sleep 60", "KB8017", /2 s/],
];

test("no dump that is not whole and right becomes a snapshot", async () => {
  const { wanted, plan, deps, sets, folder, remove } = createRecoverBench();
  cleanups.push(remove);
  const port = await freePort();
  const server = await startMariadb({ port });
  cleanups.push(() => server.stop());
  const values = Array.from({ length: 300 }, (_, i) => `('日本語の名前 ${i}')`).join(",");
  const connect = [
    "--no-defaults",
    `--socket=${path.join(server.folder, "s")}`,
    "-uroot",
    "--default-character-set=utf8mb4",
  ];
  execFileSync("mariadb", connect, {
    input: `USE shop; CREATE TABLE t (name VARCHAR(80) CHARACTER SET utf8mb4); INSERT INTO t VALUES ${values}; GRANT ALL ON *.* TO koboshi@'%';`,
  });
  const password = new Secret(mariadbPassword, "test");
  const database = databaseOf({ engine: "mariadb", name: "shop", user: "koboshi", password, host: "127.0.0.1", port });
  const programs = path.join(folder, "bin");
  fs.mkdirSync(programs);
  const before = process.env["PATH"];
  process.env["PATH"] = `${programs}:${before}`;
  try {
    for (const [name, program, code, text] of faults) {
      fs.writeFileSync(path.join(programs, "mariadb-dump"), `#!/bin/sh\n${program}\n`, { mode: 0o755 });
      const run = await runPlan(
        deps,
        wanted({ plan: plan({ paths: [], databases: [database] }), noProgressMs: 2_000 }),
      );
      assert.deepEqual([run.state, run.trouble?.code], ["failed", code], name);
      assert.match(run.trouble?.text ?? "", text, name);
    }
  } finally {
    process.env["PATH"] = before;
  }
  const found = await sets();
  assert.deepEqual([found.sets.length, found.orphans.length], [0, 0]);
});
