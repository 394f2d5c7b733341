import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Row } from "./row.ts";

const limitMegabytes = 300;

/** Memory of a hub with 50 checks on 3 hosts after a day that passes 432 times as fast. */
export async function memory(): Promise<readonly Row[]> {
  const child = spawn(process.execPath, ["--import", "tsx", "bench/memory-program.ts"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let printed = "";
  child.stdout.on("data", (bytes: Buffer) => (printed += bytes.toString()));
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0) throw new Error(`the simulated day ended with ${code}`);
  const { peakMegabytes, observations } = JSON.parse(printed) as { peakMegabytes: number; observations: number };
  const day = `memory: a simulated day, ${observations} observations`;
  return [{ name: day, ours: peakMegabytes, peer: "goal", theirs: limitMegabytes, unit: "MB" }];
}
