import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import type { Row } from "./row.ts";

/** What a program took, with everything it started. */
export interface Taken {
  readonly seconds: number;
  /** of user and system together */
  readonly cpuSeconds: number;
  /** resident at once, of all its processes */
  readonly peakMegabytes: number;
}

export interface Ended extends Taken {
  /** bounded */
  readonly printed: string;
}

const lookMs = 100;
const pageBytes = 4_096;
/** Its last line of errors are the seconds of CPU of all that it waited for. */
const timed = `TIMEFORMAT='cpu %U %S'; time "$@"`;

/** Runs a program to its end. @throws with its last words when it fails */
export async function measured(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const began = performance.now();
  const child = spawn("bash", ["-c", timed, "bash", ...words], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let said = "";
  let printed = "";
  child.stdout.on("data", (text: Buffer) => (printed = (printed + text.toString()).slice(-8_192)));
  child.stderr.on("data", (text: Buffer) => (said = (said + text.toString()).slice(-8_192)));
  let peakBytes = 0;
  const looking = setInterval(() => (peakBytes = Math.max(peakBytes, residentOf(child.pid ?? 0))), lookMs);
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  clearInterval(looking);
  if (code !== 0) throw new Error(`${words.join(" ").slice(0, 200)} ended with ${code}: ${said.slice(-1_000)}`);
  const [, user, system] = /cpu ([\d.]+) ([\d.]+)\s*$/.exec(said) ?? [];
  return {
    seconds: (performance.now() - began) / 1_000,
    cpuSeconds: Number(user) + Number(system),
    peakMegabytes: peakBytes / 1_048_576,
    printed,
  };
}

/** Of a process and everything below it, bytes. Pages that several share count for each. Source: proc(5). */
function residentOf(root: number): number {
  const all = fs.readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? (statOf(Number(name)) ?? []) : []));
  const below = new Set([root]);
  // a child may stand before its parent where numbers began anew
  for (let size = 0; size !== below.size;) {
    size = below.size;
    for (const { pid, parent } of all) if (below.has(parent)) below.add(pid);
  }
  return all.reduce((sum, { pid, pages }) => sum + (below.has(pid) ? pages * pageBytes : 0), 0);
}

/** null: it ended while we looked */
function statOf(pid: number): { readonly pid: number; readonly parent: number; readonly pages: number } | null {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { pid, parent: Number(fields[1]), pages: Number(fields[21]) };
  } catch (thrown) {
    if (thrown instanceof Error && "code" in thrown && (thrown.code === "ENOENT" || thrown.code === "ESRCH"))
      return null;
    throw thrown;
  }
}

/** Everything on the machine that wanted a processor in the last minute: seconds mean little where there are far fewer. */
export function loadRow(bench: string): Row {
  return {
    name: `${bench}: load of the machine`,
    ours: os.loadavg()[0] ?? Number.NaN,
    peer: "processors",
    theirs: os.availableParallelism(),
    unit: "",
  };
}

export function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
