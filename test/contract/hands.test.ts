import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { isNowhereSeen, linesOf, noted, ownHost, tryRepair, withHands } from "../doubles/hands-bench.ts";
import { unlooked } from "../doubles/bare-site.ts";

const hosts = [ownHost()];

test("nothing runs before a person approved it, and the approval is on the record before the first step", async () => {
  await withHands({ hosts }, async ({ desk, folder, offer, approve, ended, told, events }) => {
    const left = path.join(folder, "left");
    const run = await offer([{ command: `echo ran >> '${left}'` }, { command: `echo ran >> '${left}'` }]);
    await desk.start();
    assert.equal(run.state, "offered");
    assert.equal(fs.existsSync(left), false);
    assert.deepEqual(await told(), ["repair.offered"]);
    assert.ok((await approve(run)).ok);
    const done = await ended(run.id);
    assert.deepEqual(
      [done.state, done.approvedBy, done.steps.map(({ state, code }) => [state, code])],
      [
        "done",
        "person:aiko",
        [
          ["done", 0],
          ["done", 0],
        ],
      ],
    );
    assert.equal(linesOf(left), 2);
    assert.deepEqual(await told(), [
      "repair.offered",
      "repair.approved",
      "repair.step s1 running",
      "repair.step s1 done",
      "repair.step s2 running",
      "repair.step s2 done",
      "repair.done s2",
    ]);
    assert.equal((await events()).find(({ kind }) => kind === "repair.approved")?.actor, "person:aiko");
  });
});

test("an offer is one while it was not approved, is renewed when its commands change, and what was shown then counts no more", async () => {
  await withHands({ hosts }, async ({ desk, offer, approve, told }) => {
    const first = await offer([{ command: "echo one" }]);
    assert.equal((await offer([{ command: "echo one" }])).id, first.id);
    assert.deepEqual(await told(), ["repair.offered"]);
    const second = await offer([{ command: "echo two" }]);
    assert.equal(second.id, first.id);
    assert.notEqual(second.sha256, first.sha256);
    const stale = await approve(first);
    assert.equal(!stale.ok && stale.error.code, "KB7201");
    assert.deepEqual(await told(), ["repair.offered", "repair.offered"]);
    const other = await desk.offer({ windowId: 7, host: "here", repair: tryRepair([{ command: "echo two" }]) });
    assert.notEqual(other.ok && other.value.id, first.id);
  });
});

test("titles may be said otherwise, every word of a command, its time and what takes it back may not", async () => {
  await withHands({ hosts }, async ({ desk, offer }) => {
    const first = await offer([{ command: "echo one" }]);
    const hashes = new Set([first.sha256]);
    for (const step of [
      { command: "echo  one" },
      { command: "echo one", timeoutMs: 1_000 },
      { command: "echo one", okCodes: [0, 1] },
      { command: "echo one", expects: "one" },
      { command: "echo one", undo: "true" },
    ]) {
      hashes.add((await offer([step])).sha256);
    }
    assert.equal(hashes.size, 6);
    const title = { ja: "別の言い方", en: "said otherwise" };
    const retold = { ...tryRepair([{ command: "echo one", says: title }]), title, warnings: [noted] };
    const same = await desk.offer({ windowId: null, host: "here", repair: retold });
    assert.equal(same.ok && same.value.sha256, first.sha256);
    assert.deepEqual((await desk.repair(first.id))?.repair.title, title);
    await offer([{ command: "echo one" }]);
    assert.deepEqual((await desk.repair(first.id))?.repair.title, noted);
  });
});

test("a decision is made once: refused is not approved, done is not approved again", async () => {
  await withHands({ hosts }, async ({ desk, folder, offer, approve, ended, told }) => {
    const refused = await offer([{ command: `echo ran >> '${folder}/no'` }]);
    assert.ok((await desk.refuse({ id: refused.id, reason: " by hand ", actor: "person:ben" })).ok);
    assert.equal((await desk.repair(refused.id))?.reason, "by hand");
    const late = await approve(refused);
    assert.equal(!late.ok && late.error.code, "KB7202");
    assert.equal(linesOf(`${folder}/no`), 0);
    const again = await offer([{ command: `echo ran >> '${folder}/yes'` }]);
    assert.notEqual(again.id, refused.id);
    const [one, two] = await Promise.all([approve(again), approve(again)]);
    assert.equal([one, two].filter(({ ok }) => ok).length, 1);
    await ended(again.id);
    assert.equal(linesOf(`${folder}/yes`), 1);
    assert.deepEqual((await told()).slice(0, 2), ["repair.offered", "repair.refused"]);
    const gone = await desk.approve({ id: 99, sha256: "", actor: "person:ben" });
    assert.equal(!gone.ok && gone.error.code, "KB1002");
    const nobody = await desk.offer({ windowId: null, host: "nobody", repair: tryRepair([{ command: "true" }]) });
    assert.equal(!nobody.ok && nobody.error.code, "KB1002");
  });
});

test("it stops at the first step that fails, and does not take back what it did by itself", async () => {
  await withHands({ hosts }, async ({ folder, offer, approve, ended, told }) => {
    const run = await offer([
      { command: `echo ran >> '${folder}/1'`, undo: `echo undone >> '${folder}/1'` },
      { command: `echo ran >> '${folder}/2'; exit 4`, undo: `echo undone >> '${folder}/2'` },
      { command: `echo ran >> '${folder}/3'` },
    ]);
    await approve(run);
    const failed = await ended(run.id);
    assert.equal(failed.state, "failed");
    assert.deepEqual(
      failed.steps.map(({ state, code, trouble }) => [state, code, trouble?.reason ?? null]),
      [
        ["done", 0, null],
        ["failed", 4, "code"],
        ["waiting", null, null],
      ],
    );
    assert.deepEqual(
      [1, 2, 3].map((nth) => linesOf(`${folder}/${nth}`)),
      [1, 1, 0],
    );
    assert.equal((await told()).at(-1), "repair.failed s2");
  });
});

test("codes, expected text and time decide; output is bounded and without secrets", async () => {
  await withHands({ hosts }, async ({ offer, approve, ended }) => {
    async function outcome(step: Parameters<typeof offer>[0][number]) {
      const run = await offer([step]);
      await approve(run);
      const ended1 = (await ended(run.id)).steps[0];
      return ended1 ?? assert.fail("no step");
    }
    const allowed = await outcome({ command: "exit 7", okCodes: [0, 7] });
    assert.deepEqual([allowed.state, allowed.code], ["done", 7]);
    const silent = await outcome({ command: "echo 501 Not authorised", expects: "200 OK" });
    assert.deepEqual([silent.state, silent.trouble?.reason], ["failed", "no-text"]);
    const slow = await outcome({ command: "echo began; sleep 60", timeoutMs: 1_000 });
    assert.deepEqual([slow.state, slow.trouble?.reason, slow.output], ["failed", "timed-out", "began"]);
    const asks = await outcome({ command: "read answer || echo nobody answers" });
    assert.deepEqual([asks.state, asks.output], ["done", "nobody answers"]);
    const talks = await outcome({ command: "head -c 3000000 /dev/zero | tr '\\0' 'x'; echo; echo the end" });
    assert.equal(talks.state, "done");
    assert.ok(talks.output.length <= 4_000);
    const tells = await outcome({ command: "echo 'password=hunter2secret'; printf 'a\\033[31mb\\n'" });
    assert.equal(tells.output.includes("hunter2secret"), false);
    assert.equal(tells.output.includes("\u001b"), false);
    assert.equal(tells.output.includes("password=***"), true);
  });
});

test("a service that a step leaves running neither holds the step up nor dies of its own words", async () => {
  await withHands({ hosts }, async ({ folder, offer, approve, ended }) => {
    const command = `(trap '' TERM; for i in 1 2 3 4 5 6 7 8; do sleep 1; echo still here; echo tick >> '${folder}/ticks'; done) & echo started`;
    const run = await offer([{ command }]);
    await approve(run);
    const done = await ended(run.id);
    assert.equal(done.state, "done");
    assert.match(done.steps[0]?.output ?? "", /started/);
    const before = linesOf(`${folder}/ticks`);
    for (let left = 100; linesOf(`${folder}/ticks`) < Math.max(before + 2, 4) && left > 0; left--) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.ok(linesOf(`${folder}/ticks`) >= Math.max(before + 2, 4), "it goes on writing after the step");
  });
});

test("no command of a step is seen in a list of processes", async () => {
  await withHands({ hosts }, async ({ offer, approve, ended }) => {
    const run = await offer([{ command: "key=hidden-from-everyone; sleep 1.5; echo $key" }]);
    await approve(run);
    await new Promise((resolve) => setTimeout(resolve, 700));
    assert.ok(isNowhereSeen("hidden-from-everyone"));
    assert.equal((await ended(run.id)).steps[0]?.output, "hidden-from-everyone");
  });
});

test("a host is changed only with the key that is named for it", async () => {
  const web1 = { ...ownHost("web1"), address: "192.0.2.1", user: "root", privateKey: null, ...unlooked };
  await withHands({ hosts: [web1] }, async ({ offer, approve, told }) => {
    const run = await offer([{ command: "true" }]);
    const refused = await approve(run);
    assert.equal(!refused.ok && refused.error.code, "KB7203");
    assert.deepEqual(!refused.ok && refused.error.facts, { host: "web1", missing: "keys.act" });
    assert.deepEqual(await told(), ["repair.offered"]);
  });
});
