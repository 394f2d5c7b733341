// Runs before start, test and check on a bare clone: imports nothing but Node itself, and in words an old Node can read.
import { spawnSync } from "node:child_process";
import fs from "node:fs";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(
    `koboshi needs Node.js 20.19 or newer; this is ${process.versions.node}. / koboshi には Node.js 20.19 以上が必要です(いまは ${process.versions.node})。\n`,
  );
  process.exit(69);
}

/** @param {string[]} args */
function npm(args) {
  const { status } = spawnSync("npm", args, { stdio: ["ignore", "inherit", "inherit"] });
  if (status !== 0) process.exit(status ?? 1);
}

/** @param {string} file */
function writtenAtMs(file) {
  return fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** @param {string} folder */
function newestAtMs(folder) {
  const names = fs.readdirSync(folder, { recursive: true, encoding: "utf8" });
  return Math.max(...names.map((name) => writtenAtMs(`${folder}/${name}`)));
}

if (writtenAtMs("node_modules/.package-lock.json") < writtenAtMs("package-lock.json")) {
  // dev dependencies carry the compiler, so NODE_ENV=production must not leave them out; no install script is needed
  npm(["ci", "--include=dev", "--ignore-scripts", "--no-audit", "--no-fund"]);
}
if (process.argv[2] === "build") {
  const stamp = "dist/.built";
  const newest = Math.max(newestAtMs("src"), writtenAtMs("package-lock.json"), writtenAtMs("scripts/web.mjs"));
  if (writtenAtMs(stamp) <= newest) {
    fs.rmSync("dist", { recursive: true, force: true }); // no output of a source that is gone
    npm(["run", "--silent", "build"]);
    fs.writeFileSync(stamp, "");
  }
}
