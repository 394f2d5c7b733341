// Watches the way to one target, quickly, and prints what it tells: one JSON line each.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { createSystemClock } from "../../../src/app/clock.ts";
import { createPaths } from "../../../src/observe/path/paths.ts";
import { wayProbes } from "../../../src/observe/path/way-probes.ts";
import { openLedger } from "../../../src/storage/ledger/open.ts";
import { testSite } from "../web-fixture.ts";

const [target = "", folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-path-"))] = process.argv.slice(2);
const clock = createSystemClock();
const log = {
  debug() {},
  info() {},
  warn() {},
  error: (message: string, facts?: object) => say({ message, ...facts }),
};
const ledger = await openLedger({ folder, clock, log });
const site = testSite();
const check = {
  id: "shop/icmp",
  service: "shop",
  kind: "icmp",
  name: "ping",
  target,
  everyMs: 60_000,
  timeoutMs: 10_000,
  attempts: 3,
  vantages: ["here", "office"],
  namedVantages: [],
  spec: { icmp: target },
};

function say(what: object): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}

const paths = await createPaths({
  clock,
  ledger,
  log,
  // the office stands beside the hub and looks with what a vantage looks with
  look: (_vantage, { kind, spec, timeoutMs }) => {
    const probe = wayProbes.find((one) => one.kind === kind);
    const { signal } = new AbortController();
    return Promise.resolve(probe?.run(spec, { clock, signal, timeoutMs, trustedHosts: new Set() }) ?? null);
  },
  pace: { burstEveryMs: 1_000, traceEveryMs: 2_000, confirmAfterMs: 300 },
  append: ({ name, subject, value, labels }) => say({ metric: name, subject, value, labels }),
  take: async (changes) => changes.forEach(({ change, signal }) => say({ change, signal })),
});
ledger.onCommit((events) => events.forEach(({ kind, data }) => say({ event: kind, data })));
paths.use({ ...site, checks: [check] });
const shown = setInterval(() => say({ paths: paths.paths() }), 300);

process.once("SIGTERM", () => {
  clearInterval(shown);
  void paths
    .stop()
    .then(() => ledger.close())
    .then(() => process.exit(0));
});
