import assert from "node:assert/strict";
import { test } from "node:test";
import { start, withFolder } from "./telemetry-programs/bench.ts";

// a user without root gets a name space of their own to mount in
const unshare = process.getuid?.() === 0 ? ["unshare", "-m"] : ["unshare", "-Urm"];

test("a full or read-only disk: rows wait, are counted when they are too many, and are stored when there is space", () =>
  withFolder(async (folder) => {
    const mount = `mount -t tmpfs -o size=24m tmpfs "$0" && exec "$@"`;
    const { ended } = start("fill", [folder], [...unshare, "sh", "-c", mount, folder]);
    const { code, errors } = await ended;
    assert.equal(code, 0, errors);
  }));
