import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { createSystemClock } from "../../src/app/clock.ts";
import { proveUndeletable } from "../../src/recover/proof/prove.ts";
import { createLocalWorkplace } from "../../src/recover/workplace/local.ts";
import { startSshd } from "../doubles/sshd.ts";

test("an SFTP server is deletable with the writer's own keys, and only the canary is touched", async () => {
  const clock = createSystemClock();
  const root = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-proof-"));
  const repo = path.join(root, "repo");
  // the folders of a repository, as restic makes them at its start
  for (let byte = 0; byte < 256; byte++)
    fs.mkdirSync(path.join(repo, "data", byte.toString(16).padStart(2, "0")), { recursive: true });
  fs.writeFileSync(path.join(repo, "data", "00", "real"), "real data");
  const sshd = await startSshd();
  try {
    const key = path.join(root, "key");
    fs.writeFileSync(key, sshd.key("ed25519").reveal(), { mode: 0o600 });
    const sshOptions = [
      `-oIdentityFile=${key}`,
      "-oStrictHostKeyChecking=no",
      `-oUserKnownHostsFile=${path.join(root, "known")}`,
    ];
    const writer = { repo: `sftp://${sshd.user}@127.0.0.1:${sshd.port}/${repo}`, sshOptions };
    const workplace = createLocalWorkplace({ clock });
    const proof = await proveUndeletable(clock, {
      plan: "shop",
      place: "office",
      workplace,
      writer,
      maintainer: null,
      canarySnapshot: null,
    });
    assert.equal(proof.result, "deletable", JSON.stringify(proof.tried));
    assert.deepEqual(
      proof.tried
        .filter(({ intact }) => !intact)
        .map(({ way }) => way)
        .slice(0, 3),
      ["delete", "overwrite", "rename"],
    );
    const left = fs.readdirSync(repo, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    assert.deepEqual(
      left.map(({ name }) => name),
      ["real"],
    );
    assert.equal(fs.readFileSync(path.join(repo, "data", "00", "real"), "utf8"), "real data");
  } finally {
    await sshd.stop();
    fs.rmSync(root, { recursive: true });
  }
});
