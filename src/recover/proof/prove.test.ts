import assert from "node:assert/strict";
import { test } from "node:test";
import { readSftpAddress } from "./sftp.ts";
import { tryAll } from "./prove.ts";
import type { CanaryStore, LossWay } from "./store.ts";

const alone = { control: null, canarySnapshot: null, lockedUntilMs: null };

/** A storage in memory. @param weak ways in which it loses what it holds, whatever it answers */
function storage(
  weak: readonly LossWay[],
  answer: string,
): { readonly held: Map<string, string>; readonly store: CanaryStore } {
  const held = new Map([["data/real", "real"]]);
  const store: CanaryStore = {
    put: (name, text) => Promise.resolve(held.set(name, text) && answer),
    read(name) {
      const text = held.get(name);
      return Promise.resolve(text === undefined ? "gone" : { text });
    },
    ways: ["delete", "overwrite", "rename"],
    lose(way, name, other) {
      if (weak.includes(way) && way === "overwrite") held.set(name, other);
      else if (weak.includes(way)) held.delete(name);
      return Promise.resolve(answer);
    },
    remove(name) {
      if (weak.includes("delete")) held.delete(name);
      return Promise.resolve(answer);
    },
  };
  return { held, store };
}

test("what is there decides, not what was answered", async () => {
  const honest = storage([], "200 OK");
  assert.equal((await tryAll(honest.store, alone)).result, "refused");
  const lying = storage(["overwrite"], "403 Forbidden");
  const trial = await tryAll(lying.store, alone);
  assert.deepEqual([trial.result, trial.tried.map(({ intact }) => intact)], ["deletable", [true, false, true]]);
  assert.equal(lying.held.get("data/real"), "real");
});

test("each way is tried on something that is there", async () => {
  const weak = storage(["delete", "rename"], "ok");
  const trial = await tryAll(weak.store, alone);
  assert.deepEqual(
    trial.tried.map(({ way, intact }) => [way, intact]),
    [
      ["delete", false],
      ["overwrite", true],
      ["rename", false],
    ],
  );
});

test("where nothing can be written nothing is proven", async () => {
  const { store } = storage([], "507");
  const full = { ...store, put: () => Promise.resolve("507") };
  const trial = await tryAll(full, alone);
  assert.deepEqual(trial, { result: "inconclusive", tried: [{ way: "write", answer: "507", intact: false }] });
});

test("a storage that stops answering half-way has proven nothing", async () => {
  const { store } = storage([], "ok");
  let reads = 0;
  const dying: CanaryStore = {
    ...store,
    read: (name) => (++reads > 1 ? Promise.resolve("unreadable") : store.read(name)),
  };
  assert.equal((await tryAll(dying, alone)).result, "inconclusive");
});

test("addresses of SFTP are read as restic reads them", () => {
  assert.deepEqual(readSftpAddress("kb@nas:/srv/backup"), { target: "kb@nas", port: null, folder: "/srv/backup" });
  assert.deepEqual(readSftpAddress("//kb@nas:2222//srv/backup"), {
    target: "kb@nas",
    port: "2222",
    folder: "/srv/backup",
  });
  assert.equal(readSftpAddress("nonsense"), null);
});
