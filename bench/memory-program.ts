// A hub's whole day in 200 seconds: its clock runs 432 times as fast, everything else is real. Prints the highest memory.
import fs from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createSystemClock } from "../src/app/clock.ts";
import { loadConfig, openSecrets, thisMachine } from "../src/config/index.ts";
import type { Clock } from "../src/kernel/clock.ts";
import { freePort } from "../test/doubles/hub-process.ts";
import { pause } from "./process.ts";

const speed = 432;
const dayMs = 86_400_000;
const checks = 50;
const log = { debug() {}, info() {}, warn() {}, error() {} };

function fastClock(): Clock {
  const real = createSystemClock();
  const [wall, mono] = [real.nowMs(), real.monotonicMs()];
  const passed = (): number => (real.monotonicMs() - mono) * speed;
  return {
    bootId: real.bootId,
    nowMs: () => wall + passed(),
    monotonicMs: () => mono + passed(),
    after: (delayMs, run) => real.after(delayMs / speed, run),
  };
}

// the hub as it is shipped: running it from its sources would take the memory of a compiler, too
const built = new URL("../dist/app/hub.js", import.meta.url).href;
const { startHub } = (await import(built)) as typeof import("../src/app/hub.ts");
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-bench-"));
let answered = 0;
const target = http
  .createServer((_request, response) => {
    answered += 1;
    response.end("ok");
  })
  .listen(0, "127.0.0.1");
await once(target, "listening");
const { port } = target.address() as AddressInfo;
const services = Array.from(
  { length: checks },
  (_, nth) =>
    `  s${nth}: { on: host${nth % 3}, checks: [{ http: "http://127.0.0.1:${port}/${nth}", every: 60s, timeout: 60s }] }`,
);
const hosts = [0, 1, 2].map((nth) => `  host${nth}: { address: 127.0.0.1 }`).join("\n");
const file = path.join(folder, "koboshi.yml");
fs.writeFileSync(
  file,
  `version: 1\nhub: { listen: "127.0.0.1:${await freePort()}", data: ./data }\nhosts:\n${hosts}\nservices:\n${services.join("\n")}\n`,
);
const { plan, findings } = loadConfig(file);
if (plan === null) throw new Error(JSON.stringify(findings.filter(({ severity }) => severity === "error")));
const site = openSecrets(plan, thisMachine());
if (!site.ok) throw new Error("no secret is expected here");
const hub = await startHub({ clock: fastClock(), log, version: "bench", configPath: file }, site.value);
let peakBytes = 0;
const steps = dayMs / speed / 1_000;
for (let second = 0; second < steps; second++) {
  await pause(1_000);
  peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
}
await hub.stop();
target.close();
target.closeAllConnections();
fs.rmSync(folder, { recursive: true, force: true });
console.log(JSON.stringify({ peakMegabytes: peakBytes / 1e6, observations: answered }));
process.exit(0);
