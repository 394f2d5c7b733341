import assert from "node:assert/strict";
import { after, test } from "node:test";
import { until } from "../doubles/hub-process.ts";
import { openTwoSpaces } from "../doubles/two-spaces.ts";

const spaces = openTwoSpaces(["10.77.1.1", "10.77.2.1"]);
const { koboshi } = spaces;
spaces.inWorld('require("http").createServer((q, r) => r.end("ok")).listen(8080, "0.0.0.0")');
spaces.startHub(`version: 1
people: { me: me@example.jp }
services:
  one: { checks: [{ http: "http://10.77.1.1:8080/", every: 2s, timeout: 1s }] }
  two: { checks: [{ http: "http://10.77.2.1:8080/", every: 2s, timeout: 1s }] }`);
after(() => spaces.close());

test("the monitor's own line cut: no service is blamed, one incident says that you may be blind", async () => {
  await until("both are seen", async () => koboshi("status")?.verdict === "ok");
  spaces.world("link", "set", "line", "down");
  await until("it says so", async () => (koboshi("incident", "ls", "--open")?.items.length ?? 0) > 0);
  await new Promise((resolve) => setTimeout(resolve, 8_000)); // long enough for anything else to be confirmed wrongly
  const { items } = koboshi("incident", "ls") ?? { items: [] };
  assert.deepEqual(
    items.map(({ subject, diagnosis }) => [subject, diagnosis.scope.id]),
    [["vantage:here", "monitor"]],
  );
  const status = koboshi("status");
  assert.notEqual(status?.verdict, "ok");
  assert.deepEqual(
    status?.services.map(({ state }) => state),
    ["unknown", "unknown"],
  );
  assert.ok(status?.attentions.some(({ code }) => code === "vantage-blind"));
});

test("the line back: it sees again, and the incident ends by itself", async () => {
  spaces.world("link", "set", "line", "up");
  await until("all is well", async () => koboshi("status")?.verdict === "ok");
  const { items } = koboshi("incident", "ls") ?? { items: [] };
  assert.deepEqual(
    items.map(({ subject, state }) => [subject, state]),
    [["vantage:here", "resolved"]],
  );
});
