import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { programWords } from "../../doubles/program.ts";
import type { ProbeResult } from "../../../src/kernel/model/observation.ts";

/** One attempt to make inside the namespace. */
export interface Wanted {
  readonly check: Readonly<Record<string, unknown>>;
  readonly timeoutMs: number;
}

export interface Answer {
  readonly results: readonly ProbeResult[];
  /** how long all attempts together took */
  readonly tookMs: number;
  /** how long a file took to be read through the thread pool in the meantime, at worst */
  readonly worstReadMs: number;
}

export interface Namespace {
  /** shell lines that build its network; `lo` is up already */
  readonly setup?: readonly string[];
  readonly hosts?: string;
  readonly resolvConf?: string;
  readonly wanted: readonly Wanted[];
}

/** Makes the attempts, all at once, in a network namespace of their own, with their own hosts file and resolver. */
export async function inNamespace({
  setup = [],
  hosts = "127.0.0.1 localhost\n",
  resolvConf = "nameserver 127.0.0.1\n",
  wanted,
}: Namespace): Promise<Answer> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-netns-"));
  fs.writeFileSync(path.join(folder, "hosts"), hosts);
  fs.writeFileSync(path.join(folder, "resolv.conf"), resolvConf);
  const script = [
    "set -e",
    `mount --bind ${folder}/hosts /etc/hosts`,
    `mount --bind ${folder}/resolv.conf /etc/resolv.conf`,
    "ip link set lo up",
    ...setup,
    `exec ${process.execPath} ${programWords("test/contract/probes/namespace-program.ts").join(" ")}`,
  ].join("\n");
  try {
    return JSON.parse(
      await run(["--map-root-user", "--net", "--mount", "sh", "-c", script], JSON.stringify(wanted)),
    ) as Answer;
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

function run(args: readonly string[], input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn("/usr/bin/unshare", args, { stdio: ["pipe", "pipe", "inherit"] });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.once("error", reject);
    child.once("close", (code) =>
      code === 0 ? resolve(output) : reject(new Error(`namespace program ended with ${code}`)),
    );
    child.stdin.end(input);
  });
}
