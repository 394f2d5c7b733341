import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { artifactsOf } from "./artifacts.ts";

test("a kept file replaces the one before, stays in its folder, and leaves nothing half-written", async () => {
  const folder = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-kept-")), "screenshots");
  const kept = artifactsOf(folder, "shop/browser:https://www.example.jp/../../x");
  const file = await kept.keep("failure.png", Buffer.from("one"));
  assert.equal(await kept.keep("failure.png", Buffer.from("two")), file);
  assert.equal(fs.readFileSync(file, "utf8"), "two");
  assert.equal(path.dirname(file), folder);
  assert.deepEqual(fs.readdirSync(folder), [path.basename(file)]);
  await assert.rejects(kept.keep("../out.png", Buffer.from("x")));
  fs.rmSync(path.dirname(folder), { recursive: true });
});
