import fs from "node:fs";
import path from "node:path";
import { groupOf, removeGroups } from "./cgroups.ts";
import { endProcess } from "./processes.ts";

const waitMs = 5_000;

/**
 * Takes away what an interrupted run left: the first processes of its hosts, and with them everything in their namespaces;
 * groups; its folder. Ends only what that run wrote down as its own.
 * @returns what was there, in a line each
 */
export async function clearAway(folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  const keepers = path.join(folder, "keepers");
  if (fs.existsSync(keepers)) {
    for (const line of fs.readFileSync(keepers, "utf8").split("\n")) {
      const [pid = "", startTime = "", name = ""] = line.split(" ");
      if (pid !== "" && endProcess(Number(pid), startTime)) found.push(`host ${name} (process ${pid})`);
    }
  }
  found.push(...(await clearGroups(groupOf(folder))));
  if (fs.existsSync(folder)) {
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    found.push(`folder ${folder}`);
  }
  return found;
}

/** A group can be removed once its processes are gone, which takes the kernel a moment. */
export async function clearGroups(group: string): Promise<readonly string[]> {
  const deadlineMs = performance.now() + waitMs;
  const removed: string[] = [];
  for (;;) {
    const now = removeGroups(group);
    removed.push(...now.map((one) => `group ${one}`));
    if (!anyLeft(group) || performance.now() > deadlineMs) return removed;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function anyLeft(group: string): boolean {
  return ["", "cpu", "memory", "pids", "freezer", "blkio", "cpuacct"].some((tree) =>
    fs.existsSync(path.join("/sys/fs/cgroup", tree, group)),
  );
}
