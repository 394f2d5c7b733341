import assert from "node:assert/strict";
import { test } from "node:test";
import { createLogGatherer } from "../../src/diagnose/gather/log.ts";
import { situationOf } from "../../src/diagnose/gather/situation.ts";
import type { Seen } from "../../src/kernel/model/diagnosis.ts";
import type { LogEntry, LogSource } from "../../src/kernel/ports-logs.ts";
import { ok } from "../../src/kernel/result.ts";
import { kernelLine } from "../../src/readers/host/why-kern.ts";
import { createFakeClock } from "../doubles/fake-clock.ts";
import { logHost } from "../doubles/log-bench.ts";
import { noHosts } from "../doubles/no-hosts.ts";
import { answersWith, noInside } from "../doubles/no-inside.ts";
import { noLogs } from "../doubles/no-logs.ts";
import { watchedSite } from "../doubles/watched-site.ts";

const clock = createFakeClock();
const nowMs = clock.nowMs();
const source = "web1:/var/log/kern.log";
const sketch = watchedSite({ hosts: { web1: {} }, services: { shop: { on: "web1" } } });
const site = {
  ...sketch,
  hosts: new Map([["web1", logHost("web1", { logs: [{ path: "/var/log/kern.log", format: null }] })]]),
};
const denied = answersWith({ unobserved: { kern: "needs-root" } });

function line(program: string, said: string): LogEntry {
  const text = `2026-11-22T18:23:54.884119+00:00 web1 ${program}: ${said}`;
  return {
    seq: 1,
    atMs: nowMs - 5_000,
    source,
    host: "web1",
    program,
    severity: null,
    format: "syslog",
    templateId: null,
    fields: {},
    text,
  };
}

async function kernelEvidence(lines: readonly LogEntry[], answers = denied): Promise<Seen | undefined> {
  const follows = { key: source, host: "web1", lastAtMs: nowMs } as LogSource;
  const logs = noLogs({ search: async () => lines, state: () => ({ ...noLogs().state(), sources: [follows] }) });
  const hosts = { ...noHosts, ask: async () => ok(answers) };
  const gatherer = createLogGatherer(noInside({ clock, site: () => site, hosts, logs }));
  const situation = situationOf({ subject: "host:web1", startedAtMs: nowMs - 20_000, nowMs, site, cells: [] });
  const [offer] = gatherer.offers(situation);
  assert.ok(offer !== undefined);
  const { seen } = await gatherer.gather(offer, situation, new AbortController().signal);
  return seen.find(({ evidence }) => evidence === "hs.kern");
}

test("who may not ask the kernel reads what it wrote into a followed log", async () => {
  const seen = await kernelEvidence([line("kernel", "[ 4711.123456] I/O error, dev sda, sector 81920 op 0x1:(WRITE)")]);
  assert.equal(seen?.state, "hwerr");
  assert.equal(seen?.raw, "I/O error, dev sda, sector 81920 op 0x1:(WRITE)");
});

test("a log in which the kernel says nothing proves nothing", async () => {
  assert.equal(await kernelEvidence([line("cron", "I/O error")]), undefined);
});

test("the kernel's own list forgets what the log still holds, and nothing is told twice", async () => {
  const said = "I/O error, dev sda, sector 81920 op 0x1:(WRITE)";
  const forgotten = await kernelEvidence([line("kernel", said)], { ...denied, kern: [] });
  assert.deepEqual([forgotten?.state, forgotten?.value], ["hwerr", 1]);
  const listed = kernelLine(said, { atMs: nowMs - 5_000, level: 3 });
  const both = await kernelEvidence([line("kernel", `[ 4711.123456] ${said}`)], { ...denied, kern: [listed] });
  assert.deepEqual([both?.state, both?.value], ["hwerr", 1]);
});
