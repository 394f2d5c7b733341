import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import pg from "pg";
import { createSystemClock } from "../../src/app/clock.ts";
import { insideGatherers } from "../../src/diagnose/gather/inside.ts";
import { situationOf } from "../../src/diagnose/gather/situation.ts";
import { createUsualBook } from "../../src/diagnose/usual/usual.ts";
import type { BundleId, Seen } from "../../src/kernel/model/diagnosis.ts";
import type { Host, ServiceKind, Site } from "../../src/kernel/model/site.ts";
import type { InsideSources } from "../../src/kernel/ports-diagnosis-inside.ts";
import { ok } from "../../src/kernel/result.ts";
import { usualWatch, withHosts, sshHost } from "../doubles/host-bench.ts";
import { deskOf, hostStatus, readingOf } from "../doubles/host-readings.ts";
import { freePort, until } from "../doubles/hub-process.ts";
import { logHost } from "../doubles/log-bench.ts";
import { noInside } from "../doubles/no-inside.ts";
import { postgresPassword, postgresUser, startPostgres } from "../doubles/postgres-server.ts";
import { recordingLog } from "../doubles/scripted-probe.ts";
import { startSshHost } from "../doubles/sshd-host.ts";
import { watchedSite } from "../doubles/watched-site.ts";
import { askMachine } from "../doubles/why-machine.ts";

const clock = createSystemClock();
const look = { by: "ssh" as const, readKey: null, sudo: "none" as const, watch: usualWatch };

function siteOf(host: Host, service: { readonly kind: ServiceKind; readonly port: number }): Site {
  const site = watchedSite({ services: { shop: { on: "web1", target: `127.0.0.1:${service.port}` } } });
  const services = [...site.services].map(([key, one]) => [key, { ...one, kind: service.kind }] as const);
  return { ...site, hosts: new Map([["web1", host]]), services: new Map(services) };
}

/** Everything one bundle tells; nothing that it offers is left out. */
async function evidenceOf(sources: InsideSources, bundle: BundleId): Promise<ReadonlyMap<string, Seen>> {
  const site = sources.site();
  const cells = site.checks.map((check) => ({ ...check, state: "ok" as const, since: null, cells: [] }));
  const nowMs = clock.nowMs();
  const situation = situationOf({
    subject: "service:shop",
    startedAtMs: nowMs - 90_000,
    nowMs,
    site,
    cells: cells as unknown as Parameters<typeof situationOf>[0]["cells"],
  });
  const gatherer = insideGatherers(sources).find((one) => one.bundle === bundle);
  const [offer] = gatherer?.offers(situation) ?? [];
  assert.ok(gatherer !== undefined && offer !== undefined, bundle);
  const { seen, missing } = await gatherer.gather(offer, situation, new AbortController().signal);
  const told = [...seen, ...missing].map(({ evidence, target }) => `${evidence} ${target}`);
  assert.deepEqual(told.toSorted(), offer.tells.map(({ evidence, target }) => `${evidence} ${target}`).toSorted());
  return new Map(seen.map((one) => [one.evidence, one]));
}

/** This machine as a host that is asked with the shipped script. */
function thisMachine(site: Site, inPlace: Readonly<Record<string, string>> = {}): InsideSources {
  const status = hostStatus({ key: "web1", reading: readingOf(clock.nowMs()), readAt: stamp() });
  const desk = {
    ...deskOf([status]),
    lookNow: async () => ok(status),
    ask: async (_key: string, sections: readonly string[]) =>
      ok((await askMachine(["why", ...sections].join(","), { inPlace })).answers),
  };
  return noInside({ clock, site: () => site, hosts: desk });
}

function stamp(): Seen["at"] {
  return { atMs: clock.nowMs(), monotonicMs: clock.monotonicMs(), bootId: clock.bootId };
}

test("a PostgreSQL with its connections used up is full, and with room again it is not", async () => {
  const port = await freePort();
  const sockets = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-sockets-"));
  fs.chmodSync(sockets, 0o777);
  const settings = { max_connections: "8", unix_socket_directories: sockets };
  const server = await startPostgres({ port, settings });
  const connect = { host: "127.0.0.1", port, user: postgresUser, password: postgresPassword, database: "postgres" };
  const clients: pg.Client[] = [];
  try {
    const sources = thisMachine(siteOf(logHost("web1", { look }), { kind: "db", port }), {
      "/var/run/postgresql": sockets,
    });
    for (let count = 0; count < 8; count++) {
      const client = new pg.Client(connect);
      client.on("error", () => undefined);
      await client.connect().then(
        () => clients.push(client),
        () => undefined,
      );
    }
    const full = await evidenceOf(sources, "db");
    assert.equal(full.get("db.conn")?.state, "full", JSON.stringify([...full]));
    assert.notEqual(full.get("db.up")?.state, "refused");
  } finally {
    for (const client of clients) await client.end();
    await server.stop("SIGINT");
    fs.rmSync(sockets, { recursive: true, force: true });
  }
});

test("what a machine says of itself in one look is told of its host, and its screen is kept short", async () => {
  const burning = spawn("sh", ["-c", "while :; do :; done"], { stdio: "ignore" });
  try {
    const sources = thisMachine(siteOf(logHost("web1", { look }), { kind: "web", port: 80 }));
    // a machine under load does not always answer every question in its three seconds
    const told = new Map<string, Seen>();
    await until("everything was told once", async () => {
      for (const [id, seen] of await evidenceOf(sources, "ssh")) told.set(id, seen);
      return ["hs.ssh", "hs.lim", "hs.nic", "hs.swap", "hs.top"].every((id) => told.has(id));
    });
    for (const { raw, target } of told.values()) {
      assert.ok(Buffer.byteLength(raw) <= 2_048);
      assert.match(target, /^(?:host:web1|service:shop)$/);
    }
  } finally {
    burning.kill("SIGKILL");
  }
});

test("over SSH: a folder that lost its files since the machine was well is gone, and a silent server is told as such", async () => {
  const server = await startSshHost();
  const site = path.join(server.folder, "site");
  const blog = path.join(site, "a blog");
  fs.mkdirSync(blog, { recursive: true });
  fs.writeFileSync(path.join(blog, "first.html"), "post");
  for (let count = 0; count < 30; count++) fs.writeFileSync(path.join(site, `${count}.html`), "page");
  const host = sshHost(server, { tracked: [site] });
  try {
    await withHosts([host], { everyMs: 60_000 }, async ({ hosts }) => {
      await hosts.lookNow("web1");
      const kept = new Map<string, string>();
      let calm = true;
      let offsetMs = -3_600_000;
      const book = createUsualBook({
        clock: { ...clock, nowMs: () => clock.nowMs() + offsetMs },
        log: recordingLog(),
        hosts,
        isCalm: () => calm,
        read: async (key) => kept.get(key) ?? null,
        write: async (key, value) => void kept.set(key, value),
      });
      assert.equal(await book.note("web1"), true);
      calm = false;
      offsetMs = 0;
      assert.equal(await book.note("web1"), false, "nothing is written down while something is wrong");
      const whole = siteOf(host, { kind: "web", port: 80 });
      const sources = noInside({ clock, site: () => whole, hosts, usual: book.of });
      const before = await evidenceOf(sources, "data");
      assert.equal(before.get("hs.data")?.state, "ok");
      fs.rmSync(blog, { recursive: true });
      const less = (await evidenceOf(sources, "data")).get("hs.data");
      assert.deepEqual([less?.state, less?.facts["path"]], ["gone", blog], "one folder of it");
      for (const name of fs.readdirSync(site).slice(1)) fs.rmSync(path.join(site, name));
      const after = await evidenceOf(sources, "data");
      assert.equal(after.get("hs.data")?.state, "gone", JSON.stringify(after.get("hs.data")));
      await server.stop();
      const silent = await evidenceOf(sources, "ssh");
      assert.equal(silent.get("hs.ssh")?.state, "refused");
      assert.ok(!silent.has("hs.disk"), "what cannot be seen is missing, not well");
    });
  } finally {
    await server.stop();
  }
});
