import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { open, refusal, start, withFolder, type Program } from "./ledger-programs/bench.ts";

const namespaces = process.getuid?.() === 0 ? ["unshare", "-mnpf"] : ["unshare", "-Urmnpf"];

async function firstLine({ lines, ended }: Program): Promise<string> {
  const { value, done } = await lines.next();
  if (done === true) throw new Error((await ended).errors);
  return value;
}

interface Refused {
  readonly code: string;
  readonly tookMs: number;
  readonly facts: unknown;
}

async function refused(program: Program): Promise<Refused> {
  const [code = "", ms, ...facts] = (await firstLine(program)).split(" ");
  await program.ended;
  return { code, tookMs: Number(ms), facts: JSON.parse(facts.join(" ")) };
}

test("a second hub is refused within a second, by name of the first, and let in right after a kill of the first", () =>
  withFolder(async (folder) => {
    const first = start("hold", [folder]);
    try {
      assert.match(await firstLine(first), /^open /);
      const { code, tookMs, facts } = await refused(start("hold", [folder]));
      assert.equal(code, "KB2001");
      assert.ok(tookMs < 1000, `refused after ${tookMs} ms`);
      assert.deepEqual(facts, { folder, pid: first.child.pid });
      const here = await refusal(open(folder));
      assert.deepEqual(here.facts, { folder, pid: first.child.pid });
    } finally {
      first.child.kill("SIGKILL");
    }
    await first.ended;
    const { ledger, complaints } = await open(folder);
    assert.deepEqual(complaints, []);
    await ledger.close();
  }));

test("a hub in other namespaces that share the folder is refused too, under any name of the folder", () =>
  withFolder(async (folder) => {
    const { ledger } = await open(folder);
    try {
      const alias = path.join(path.dirname(folder), "alias");
      fs.symlinkSync(folder, alias);
      for (const name of [folder, alias]) {
        const { code, tookMs } = await refused(start("hold", [name], namespaces));
        assert.equal(code, "KB2001");
        assert.ok(tookMs < 1000, `refused after ${tookMs} ms`);
      }
    } finally {
      await ledger.close();
    }
  }));

test("a second opening in the same process is refused and harms the first in nothing", () =>
  withFolder(async (folder) => {
    const { ledger } = await open(folder);
    assert.deepEqual((await refusal(open(folder))).facts, { folder, pid: process.pid });
    assert.equal((await refused(start("hold", [folder]))).code, "KB2001");
    await ledger.transaction((tx) => tx.putSetting("a", "1"));
    await ledger.close();
    const again = await open(folder);
    assert.equal(await again.ledger.read.setting("a"), "1");
    await again.ledger.close();
  }));
