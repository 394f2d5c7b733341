import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { freePort, startHub, until } from "../doubles/hub-process.ts";
import { startWebTarget } from "../doubles/web-target.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-reload-"));
const [one, two] = [await startWebTarget(), await startWebTarget()];
const port = await freePort();
const service = (name: string, url: string): string => `  ${name}: { checks: [{ http: "${url}", every: 2s }] }`;
const config = (...services: readonly string[]): string =>
  `version: 1\npeople: { me: me@example.jp }\nservices:\n${services.join("\n")}`;
const hub = await startHub({ folder, port, config: config(service("one", one.url)) });
const file = path.join(folder, "koboshi.yml");

after(async () => {
  await hub.stop();
  await one.stop();
  await two.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

interface Status {
  readonly configHash: string;
  readonly services: readonly { key: string; state: string }[];
  readonly attentions: readonly { code: string; facts: { findings?: number } }[];
}

function write(text: string): void {
  fs.writeFileSync(file, `${text}\nhub: { listen: "127.0.0.1:${port}", data: ./data }\n`);
  process.kill(hub.pid, "SIGHUP");
}

test("a bad file never replaces the running one, and Home says that it was refused", async () => {
  const before = await until("well", async () => {
    const status = await hub.get<Status>("/api/v1/status");
    return status.services.every(({ state }) => state === "ok") ? status : null;
  });
  write(config(service("one", one.url), "  evil: { chekcs: [] }"));
  const refused = await until("refusal is told", async () => {
    const status = await hub.get<Status>("/api/v1/status");
    return status.attentions.some(({ code }) => code === "config-refused") ? status : null;
  });
  assert.equal(refused.configHash, before.configHash);
  assert.deepEqual(
    refused.services.map(({ key, state }) => [key, state]),
    [["one", "ok"]],
  );
  assert.match(hub.output(), /koboshi\.yml:5:\d+: error: .*chekcs/);
});

test("a good file takes over without a restart, and what it keeps stays known", async () => {
  write(config(service("one", one.url), service("two", two.url)));
  const status = await until("two is seen", async () => {
    const now = await hub.get<Status>("/api/v1/status");
    assert.notEqual(now.services.find(({ key }) => key === "one")?.state, "down");
    return now.services.find(({ key }) => key === "two")?.state === "ok" ? now : null;
  });
  assert.ok(!status.attentions.some(({ code }) => code === "config-refused"));
});
