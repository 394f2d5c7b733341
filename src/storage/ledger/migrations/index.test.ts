import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { migrations } from "./index.ts";

test("every migration file is registered under its own number and name, without gaps", () => {
  const files = fs.readdirSync(import.meta.dirname).filter((name) => /^\d{4}-.*\.ts$/.test(name));
  assert.deepEqual(
    migrations.map(({ version, name }) => `${String(version).padStart(4, "0")}-${name}.ts`),
    files.sort(),
  );
  assert.deepEqual(
    migrations.map(({ version }) => version),
    migrations.map((_, nth) => nth + 1),
  );
});
