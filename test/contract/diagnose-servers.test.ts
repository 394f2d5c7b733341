import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { createSystemClock } from "../../src/app/clock.ts";
import { vpMail } from "../../src/diagnose/evidence/vp-mail.ts";
import { nothingUsual } from "../../src/diagnose/evidence/attempts.ts";
import { gatherers } from "../../src/diagnose/gather/index.ts";
import type { Gathered, Gatherer } from "../../src/diagnose/gather/gatherer.ts";
import { situationOf, type Situation } from "../../src/diagnose/gather/situation.ts";
import type { BundleId } from "../../src/kernel/model/diagnosis.ts";
import type { ProbeResult } from "../../src/kernel/model/observation.ts";
import type { Probe } from "../../src/kernel/model/probe.ts";
import type { Site } from "../../src/kernel/model/site.ts";
import type { CheckStatus } from "../../src/kernel/model/status.ts";
import type { DiagnosisSources, PastObservation } from "../../src/kernel/ports-diagnosis-sources.ts";
import { Secret } from "../../src/kernel/secret.ts";
import { probes } from "../../src/observe/index.ts";
import { statesOf } from "../doubles/diagnosis-bench.ts";
import { startDovecot, type Dovecot } from "../doubles/dovecot.ts";
import { startNsd, startUnbound } from "../doubles/name-server.ts";
import { quietSources } from "../doubles/quiet-sources.ts";
import { oneServer, startRedfish } from "../doubles/redfish.ts";
import { watchedSite } from "../doubles/watched-site.ts";
import { withHardware } from "./hardware/bench.ts";
import { createAuthority, type Authority } from "./probes/certificates.ts";

const clock = createSystemClock();
// the machine's clock keeps nothing alive
const awake = setInterval(() => {}, 1_000);
after(() => clearInterval(awake));
const sketch = watchedSite({ hosts: { web1: { at: "dc1" } }, services: { shop: { on: "web1" } } });
const cell: CheckStatus = {
  id: "shop/1",
  service: "shop",
  kind: "http",
  name: "shop",
  target: "http://www.shop.test/",
  everyMs: 60_000,
  state: "down",
  since: null,
  confirming: false,
  cells: [],
};
const site: Site = {
  ...sketch,
  checks: [{ ...cell, timeoutMs: 10_000, attempts: 3, vantages: ["here"], namedVantages: [], spec: {} }],
};

function situation(startedAtMs = clock.nowMs()): Situation {
  return situationOf({ subject: "service:shop", startedAtMs, nowMs: clock.nowMs(), site, cells: [cell] });
}

async function run(kind: string, keys: Readonly<Record<string, unknown>>, timeoutMs = 2_000): Promise<ProbeResult> {
  const probe = probes.find((one) => one.kind === kind);
  if (probe === undefined) throw new Error(kind);
  const context = { clock, timeoutMs, signal: new AbortController().signal, trustedHosts: new Set<string>() };
  const spec = probe.schema.parse(keys) as Record<string, unknown>;
  const opened = typeof keys["password"] === "string" ? { password: new Secret(keys["password"], "a test") } : {};
  return (probe as Probe).run({ ...spec, ...opened }, context);
}

async function gather(gatherer: Gatherer | undefined, at = situation()): Promise<Gathered> {
  const [offer] = gatherer?.offers(at) ?? [];
  if (gatherer === undefined || offer === undefined) throw new Error("nothing is offered");
  return gatherer.gather(offer, at, new AbortController().signal);
}

function of(bundle: BundleId, over: Partial<DiagnosisSources>): Gatherer | undefined {
  return gatherers(quietSources({ clock, site }, over)).find((one) => one.bundle === bundle);
}

function zone(www: string): string {
  return [
    "$ORIGIN shop.test.",
    "@ 5 IN SOA ns1 root 1 60 60 60 5",
    "@ 5 IN NS ns1",
    "ns1 5 IN A 127.0.0.1",
    www === "" ? "" : `www 5 IN A ${www}`,
    "",
  ].join("\n");
}

const usual: PastObservation = {
  checkId: cell.id,
  vantage: "here",
  attempt: 1,
  atMs: clock.nowMs() - 3_600_000,
  outcome: "up",
  layer: null,
  timings: { totalMs: 5 },
  address: "192.0.2.10:80",
  facts: {},
  error: null,
};

test("a domain's own name server is asked, and remembered for when it no longer answers", async () => {
  let nsd = await startNsd({ "shop.test": zone("192.0.2.10") });
  const unbound = await startUnbound({ zone: "shop.test.", authority: nsd.port, anchor: null });
  const asked = of("dns", {
    observations: async () => [usual],
    // the world's port 53 is the real servers' own here
    look: async (_vantage, { kind, keys, timeoutMs }) => {
      const server = keys["server"] === undefined ? unbound.port : nsd.port;
      return run(kind, { ...keys, server: `127.0.0.1:${server}` }, timeoutMs);
    },
  });
  const told = async (): Promise<string | undefined> => statesOf(await gather(asked))["vp.dnsa domain:shop.test here"];
  try {
    assert.equal(await told(), "ok");
    for (const [zones, state] of [
      [{ "shop.test": zone("192.0.2.99") }, "mismatch"],
      [{ "shop.test": zone("") }, "nx"],
      [{ "other.test": zone("192.0.2.10").replaceAll("shop.test", "other.test") }, "servfail"],
    ] as const) {
      await nsd.stop();
      nsd = await startNsd(zones);
      assert.equal(await told(), state);
    }
    await nsd.stop();
    assert.equal(await told(), "timeout");
  } finally {
    await nsd.stop();
    await unbound.stop();
  }
});

test("a controller is read anew; what it cannot say is missing", async () => {
  const double = await startRedfish({ resources: oneServer() });
  const bmc = { kind: "redfish", url: double.url, user: "admin", password: new Secret("adminpw", "a test") } as const;
  await withHardware({ hosts: { web1: { bmc } } }, async ({ hardware }) => {
    const asked = of("bmc", {
      hardwareOf: (host) => hardware().hardwareOf(host),
      lookAtHardware: async (host) => {
        const looked = await hardware().lookNow(host);
        return looked.ok ? looked.value : null;
      },
    });
    const fine = await gather(asked);
    assert.deepEqual(statesOf(fine), {
      "bm.reach host:web1": "ok",
      "bm.power host:web1": "on",
      "bm.health host:web1": "ok",
      "bm.sel host:web1": "none",
      "hs.smart host:web1": "ok",
    });
    assert.deepEqual(
      fine.missing.map(({ evidence, reason }) => [evidence, reason]),
      [["bm.con", "not-configured"]],
    );

    const system = "/redfish/v1/Systems/1";
    const log = "/redfish/v1/Managers/1/LogServices/SEL/Entries";
    const status = { State: "Enabled", Health: "Critical", HealthRollup: "Critical" };
    double.resources.set(system, { ...double.resources.get(system), PowerState: "Off", Status: status });
    const entry = {
      "@odata.id": `${log}/9`,
      Id: "9",
      Severity: "Critical",
      Message: "Power supply lost",
      SensorType: "Power Supply",
    };
    const created = new Date(clock.nowMs() - 60_000).toISOString();
    double.resources.set(`${log}/9`, { ...entry, Created: created });
    double.resources.set(log, { "@odata.id": log, Members: [{ ...entry, Created: created }] });
    const broken = statesOf(await gather(asked));
    assert.deepEqual(
      [broken["bm.power host:web1"], broken["bm.health host:web1"], broken["bm.sel host:web1"]],
      ["off", "crit", "crit"],
    );

    await double.close();
    const gone = await gather(asked);
    assert.deepEqual(statesOf(gone), { "bm.reach host:web1": "timeout" });
    assert.ok(gone.missing.filter(({ reason }) => reason === "unreachable").length === 3);
  });
});

test("a mail server's refusal of the login is told apart from its silence", async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-mail-"));
  const authority = await createAuthority(folder);
  const pem = await authority.issue("mail", { fromDays: -1, toDays: 90, names: "IP:127.0.0.1" });
  const dovecot = await startDovecot({ users: { anna: "right" }, pem });
  try {
    await refusals(dovecot, authority);
  } finally {
    await dovecot.stop();
    fs.rmSync(folder, { recursive: true });
  }
});

async function refusals({ ports, signal, stop }: Dovecot, { ca }: Authority): Promise<void> {
  const state = async (keys: Readonly<Record<string, unknown>>): Promise<unknown> => {
    const kind = "imap" in keys ? "imap" : "pop3";
    const result = await run(kind, { ca, ...keys }, 2_000);
    const found = vpMail.read({ kind, result, usual: nothingUsual });
    return typeof found === "string" ? found : found.state;
  };
  const [imap, pop3] = [`imaps://127.0.0.1:${ports.imaps}`, `pop3s://127.0.0.1:${ports.pop3s}`];
  const login = { user: "anna", password: "right" };
  assert.deepEqual([await state({ imap, ...login }), await state({ pop3, ...login })], ["ok", "ok"]);
  const wrong = { user: "anna", password: "wrong" };
  assert.deepEqual([await state({ imap, ...wrong }), await state({ pop3, ...wrong })], ["authfail", "authfail"]);
  signal("auth", "SIGSTOP");
  assert.equal(await state({ pop3, ...login }), "timeout");
  signal("auth", "SIGCONT");
  await stop();
  assert.deepEqual([await state({ imap }), await state({ pop3 })], ["refused", "refused"]);
}
