// Runs inside a network namespace: a page at a public address that reaches for a private one, and what the browser lets it have.
import http from "node:http";
import { createSystemClock } from "../../src/app/clock.ts";
import type { Probe } from "../../src/kernel/model/probe.ts";
import { probes } from "../../src/observe/index.ts";

const privateAddress = "10.99.0.9";
let privateVisits = 0;

const server = http.createServer((request, response) => {
  const isPrivate = request.socket.localAddress?.endsWith(privateAddress) === true;
  if (isPrivate) privateVisits += 1;
  if (request.url === "/away") {
    response.writeHead(302, { location: "http://inner.test/" }).end();
    return;
  }
  response.setHeader("content-type", "text/html; charset=utf-8");
  response.end(
    isPrivate
      ? "<title>inner</title>"
      : '<title>shop</title><img src="http://inner.test/x.png"><iframe src="http://10.99.0.9/"></iframe>',
  );
});
await new Promise<void>((resolve) => server.listen(80, "0.0.0.0", () => resolve()));

const all: readonly Probe[] = probes;
const probe = all.find(({ kind }) => kind === "browser");
if (probe === undefined) throw new Error("no probe of this kind");
const looked = [];
for (const [url, trusted] of [
  ["http://shop.test/", []],
  ["http://shop.test/away", []],
  ["http://shop.test/away", ["inner.test"]],
  ["http://inner.test/", []],
] as const) {
  privateVisits = 0;
  const { outcome, error, facts } = await probe.run(probe.schema.parse({ browser: url }), {
    clock: createSystemClock(),
    timeoutMs: 15_000,
    signal: new AbortController().signal,
    trustedHosts: new Set(trusted),
  });
  looked.push({ outcome, code: error?.code ?? null, title: facts["title"], reached: privateVisits > 0 });
}
process.stdout.write(JSON.stringify(looked), () => process.exit(0));
