import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { groupOf } from "../../lab/company/cgroups.ts";
import { clearAway } from "../../lab/company/company.ts";
import { until } from "../doubles/hub-process.ts";
import { programWords } from "../doubles/program.ts";

interface Echoes {
  readonly plainMs: number;
  readonly slowMs: number;
  readonly afterMs: number;
}

/** Command lines of this machine that name the folder. */
function processesOf(folder: string): readonly string[] {
  return fs.readdirSync("/proc").flatMap((pid) => {
    try {
      const words = fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      return words.includes(folder) ? [words] : [];
    } catch {
      return []; // not a process, or gone
    }
  });
}

const namespacesOf = (): string =>
  fs.readdirSync("/run").includes("netns") ? fs.readdirSync("/run/netns").join(" ") : "";

test("a relay slows a line while it is driven, and kill -9 of the lab leaves nothing that clearAway does not take", async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-lab-"));
  const before = { namespaces: namespacesOf(), mounts: fs.readFileSync("/proc/self/mounts", "utf8") };
  const lab = spawn(process.execPath, [...programWords("test/doubles/lab-hosts-process.ts"), folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const [line] = (await once(lab.stdout, "data")) as [Buffer];
    const { plainMs, slowMs, afterMs } = JSON.parse(line.toString()) as Echoes;
    assert.ok(plainMs < 20, `as the line is: ${plainMs} ms`);
    assert.ok(slowMs >= 79, `40 ms each way: ${slowMs} ms`);
    assert.ok(afterMs < 20, `after the relay: ${afterMs} ms`);
    assert.ok(!fs.existsSync("/etc/only-here"), "a host writes on a disk of its own");
    lab.kill("SIGKILL");
    await once(lab, "exit");
    await until("its hosts have ended with it", async () => processesOf(folder).length === 0, 10_000);
  } finally {
    lab.kill("SIGKILL");
    await clearAway(folder);
  }
  assert.deepEqual(await clearAway(folder), [], "nothing is left to clear away");
  assert.ok(!fs.existsSync(folder));
  assert.ok(!fs.existsSync(path.join("/sys/fs/cgroup/cpu", groupOf(folder))));
  assert.deepEqual({ namespaces: namespacesOf(), mounts: fs.readFileSync("/proc/self/mounts", "utf8") }, before);
});
