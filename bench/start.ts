import fs from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { freePort, startHub } from "../test/doubles/hub-process.ts";
import type { Row } from "./row.ts";

const rounds = 5;
const limitMs = 1_500;

/** From starting the process on an empty folder to its first probe arriving at the target. */
export async function start(): Promise<readonly Row[]> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const target = http.createServer((_request, response) => response.end("ok")).listen(0, "127.0.0.1");
    await once(target, "listening");
    const firstProbe = once(target, "request");
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-bench-"));
    const { port } = target.address() as AddressInfo;
    const began = performance.now();
    const hub = startHub({
      folder,
      port: await freePort(),
      config: `version: 1\nservices: { web: "http://127.0.0.1:${port}/" }`,
    });
    await firstProbe;
    times.push(performance.now() - began);
    await (await hub).kill();
    target.close();
    target.closeAllConnections();
    fs.rmSync(folder, { recursive: true, force: true });
  }
  const median = times.toSorted((a, b) => a - b)[Math.floor(rounds / 2)] ?? Number.NaN;
  return [{ name: "start: cold start to first probe", ours: median, peer: "limit", theirs: limitMs, unit: "ms" }];
}
