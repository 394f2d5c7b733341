import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { freePort, startHub, until } from "../doubles/hub-process.ts";

interface Service {
  readonly state: string;
  readonly checks: readonly { readonly cells: readonly { readonly last: { readonly error: unknown } | null }[] }[];
}

function line(nth: number): string {
  return `web1 error ${nth}: Upstream timed out while reading\n`;
}

test("a log with more such lines than it should is a warning with the newest of them, and over when they stop", async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-"));
  const file = path.join(folder, "error_log");
  fs.writeFileSync(file, "Starting\n");
  const config = `version: 1
hosts: { web1: { address: 127.0.0.1 } }
services:
  shop:
    on: web1
    checks: [{ log: "web1:${file}", match: upstream timed out, more_than: 2 per 6s, every: 1s }]`;
  const hub = await startHub({ folder, config, port: await freePort() });
  const shop = async (): Promise<Service> => {
    const { items } = await hub.get<{ items: readonly Service[] }>("/api/v1/services");
    assert.ok(items[0] !== undefined);
    return items[0];
  };
  try {
    await until("the log is read and fine", async () => (await shop()).state === "ok");
    fs.appendFileSync(file, line(1) + line(2));
    fs.appendFileSync(file, `another line\n${line(3)}`);
    await until("the warning", async () => (await shop()).state === "warning");
    const { incidents } = await hub.get<{ incidents: readonly { readonly severity: string }[] }>("/api/v1/status");
    assert.equal(incidents[0]?.severity, "warning");
    await until("its end", async () => (await shop()).state === "ok");
  } finally {
    await hub.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  }
});
