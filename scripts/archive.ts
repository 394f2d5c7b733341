// `npm run archive [-- --out DIR]`: koboshi with its own Node in one archive for this machine's kind of Linux. Unpack it,
// run ./koboshi; nothing has to be installed. The Node inside is the one that runs this script.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

const launcher = `#!/bin/sh
here=$(CDPATH= cd -- "$(dirname -- "$(readlink -f -- "$0")")" && pwd) || exit 1
exec "$here/bin/node" "$here/lib/dist/cli/main.js" "$@"
`;

const { version } = JSON.parse(fs.readFileSync("package.json", "utf8")) as { version: string };
const name = `koboshi-${version}-${process.platform}-${process.arch}`;
const asked = process.argv.indexOf("--out");
const out = path.resolve(asked < 0 ? "." : (process.argv[asked + 1] ?? "."));
const staging = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-archive-"));

try {
  const root = path.join(staging, name);
  const lib = path.join(root, "lib");
  fs.mkdirSync(path.join(root, "bin"), { recursive: true });
  fs.mkdirSync(lib);
  fs.copyFileSync(process.execPath, path.join(root, "bin", "node"));
  fs.chmodSync(path.join(root, "bin", "node"), 0o755);
  for (const file of ["package.json", "package-lock.json"]) fs.copyFileSync(file, path.join(lib, file));
  for (const folder of ["dist", "schema"]) fs.cpSync(folder, path.join(lib, folder), { recursive: true });
  for (const file of ["README.md", "README.ja.md", "LICENSE"]) fs.copyFileSync(file, path.join(root, file));
  execFileSync("npm", ["ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], {
    cwd: lib,
    stdio: ["ignore", "ignore", "inherit"],
  });
  fs.writeFileSync(path.join(root, "koboshi"), launcher, { mode: 0o755 });
  const archive = path.join(out, `${name}.tar.gz`);
  execFileSync("tar", ["-C", staging, "--owner=0", "--group=0", "--numeric-owner", "-czf", archive, name]);
  const bytes = fs.readFileSync(archive);
  const hash = createHash("sha256").update(bytes).digest("hex");
  fs.writeFileSync(`${archive}.sha256`, `${hash}  ${name}.tar.gz\n`);
  console.log(`${archive}\t${(bytes.length / 1e6).toFixed(1)} MB\tsha256 ${hash}`);
} finally {
  fs.rmSync(staging, { recursive: true, force: true });
}
