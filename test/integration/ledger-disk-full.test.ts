import assert from "node:assert/strict";
import { test } from "node:test";
import { start, withFolder } from "./ledger-programs/bench.ts";

// a user without root gets a name space of their own to mount in
const unshare = process.getuid?.() === 0 ? ["unshare", "-m"] : ["unshare", "-Urm"];

test("a full disk refuses the transaction whole, keeps what was acknowledged, and space mends it", () =>
  withFolder(async (folder) => {
    const mount = `mkdir -p "$0" && mount -t tmpfs -o size=1536k tmpfs "$0" && exec "$@"`;
    const { ended } = start("fill", [folder], [...unshare, "sh", "-c", mount, folder]);
    const { code, errors } = await ended;
    assert.equal(code, 0, errors);
  }));
