import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";

const root = "/sys/fs/cgroup";
const controllers = ["cpu", "cpuacct", "memory", "blkio", "pids", "freezer"];

/** The name of a company's group, the same for the same folder. */
export function groupOf(folder: string): string {
  return `kbl-${createHash("sha256").update(path.resolve(folder)).digest("hex").slice(0, 8)}`;
}

/** A group per host, so that what is made inside a host lies below it. */
export function makeGroups(group: string, hosts: readonly string[]): void {
  for (const top of tops()) {
    for (const host of hosts) fs.mkdirSync(path.join(top, group, host), { recursive: true });
  }
}

/** @returns those that were there */
export function removeGroups(group: string): readonly string[] {
  return tops()
    .map((top) => path.join(top, group))
    .filter((folder) => fs.existsSync(folder) && removeTree(folder));
}

/** Groups made inside a host since: their processes go up, they themselves go. */
export function tidyGroups(group: string): void {
  for (const top of tops()) {
    const own = path.join(top, group);
    if (!fs.existsSync(own)) continue;
    for (const host of foldersIn(own)) {
      for (const [file, free] of Object.entries(freeOf)) writeIfThere(path.join(host, file), free);
      freeThrottles(host);
      for (const inner of foldersIn(host)) moveUp(inner, host);
    }
  }
}

/** A group's limits, and what takes each away. */
const freeOf: Readonly<Record<string, string>> = {
  "freezer.state": "THAWED",
  "cpu.cfs_quota_us": "-1",
  "cpu.shares": "1024",
  "pids.max": "max",
  "cgroup.freeze": "0",
  "cpu.max": "max",
  "memory.max": "max",
};

function writeIfThere(file: string, text: string): void {
  if (!fs.existsSync(file)) return;
  try {
    fs.writeFileSync(file, text);
  } catch {
    // this kernel takes no limit there, so none was set
  }
}

/** `8:0 1048576` a line; a device's limit of 0 is none. */
function freeThrottles(group: string): void {
  for (const name of fs
    .readdirSync(group)
    .filter((file) => /^blkio\.throttle\.(?:read|write)_(?:bps|iops)_device$/.test(file))) {
    const file = path.join(group, name);
    for (const line of fs.readFileSync(file, "utf8").split("\n").filter(Boolean)) {
      writeIfThere(file, `${line.split(" ")[0]} 0`);
    }
  }
}

function moveUp(folder: string, to: string): void {
  for (const inner of foldersIn(folder)) moveUp(inner, to);
  writeIfThere(path.join(folder, "freezer.state"), "THAWED");
  for (const pid of fs.readFileSync(path.join(folder, "cgroup.procs"), "utf8").split("\n").filter(Boolean)) {
    try {
      fs.writeFileSync(path.join(to, "cgroup.procs"), pid);
    } catch {
      // it has ended meanwhile
    }
  }
  removeFolder(folder);
}

function removeTree(folder: string): boolean {
  for (const inner of foldersIn(folder)) removeTree(inner);
  return removeFolder(folder);
}

function removeFolder(folder: string): boolean {
  try {
    fs.rmdirSync(folder);
    return true;
  } catch {
    return false; // a process of it is still ending
  }
}

function foldersIn(folder: string): readonly string[] {
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => path.join(folder, name));
}

/** Version 1 has a tree per controller, version 2 one for all. */
function tops(): readonly string[] {
  if (fs.existsSync(path.join(root, "cgroup.controllers"))) return [root];
  return controllers.map((name) => path.join(root, name)).filter((folder) => fs.existsSync(folder));
}
