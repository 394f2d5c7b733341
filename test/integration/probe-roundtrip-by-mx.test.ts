import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import type { ProbeResult } from "../../src/kernel/model/observation.ts";
import { said } from "../contract/probes/run-probe.ts";
import { programWords } from "../doubles/program.ts";

test("without a sending server it goes where the domain's MX takes mail in, as mail from outside does", async () => {
  const files = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-by-mx-"));
  fs.writeFileSync(path.join(files, "resolv.conf"), "nameserver 127.0.0.1\n");
  fs.writeFileSync(path.join(files, "hosts"), "127.0.0.1 localhost\n");
  const script = [
    "set -e",
    `mount --bind ${files}/resolv.conf /etc/resolv.conf`,
    `mount --bind ${files}/hosts /etc/hosts`,
    "ip link set lo up",
    `exec ${process.execPath} ${programWords("test/integration/roundtrip-programs/by-mx.ts").join(" ")}`,
  ].join("\n");
  const { stdout } = await promisify(execFile)("unshare", ["--net", "--mount", "sh", "-c", script]);
  fs.rmSync(files, { recursive: true });
  const { round, none } = JSON.parse(stdout) as { round: ProbeResult; none: ProbeResult };
  assert.equal(said(round), "up", round.error?.text);
  assert.equal(round.facts["sentBy"], "mx.shop.test:25");
  assert.equal(said(none), "down dns takes-no-mail");
});
