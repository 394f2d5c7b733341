import assert from "node:assert/strict";
import http from "node:http";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { openDiagnosisBench, statesOf, type DiagnosisBench } from "../doubles/diagnosis-bench.ts";
import { freePort, until } from "../doubles/hub-process.ts";
import { createAuthority, type Authority } from "../contract/probes/certificates.ts";
import { startNginx } from "../contract/probes/nginx.ts";

// a real nginx before a slow program, seen by the hub and by a vantage in a process of its own
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-diagnosis-"));
const backend = http.createServer((_request, response) => void setTimeout(() => response.end("<h1>Shop</h1>"), slowMs));
let slowMs = 0;
let authority: Authority;
let stopNginx: (() => Promise<void>) | null = null;
let bench: DiagnosisBench;
let ports: { readonly web: number; readonly other: number; readonly app: number };

async function serve(certificate: string): Promise<void> {
  await stopNginx?.();
  const tls = `ssl_certificate ${folder}/${certificate}.pem; ssl_certificate_key ${folder}/${certificate}.key;`;
  const web = `server { listen 127.0.0.1:${ports.web} ssl; ${tls} location / { proxy_pass http://127.0.0.1:${ports.app}; } }`;
  const other = `server { listen 127.0.0.1:${ports.other}; listen 127.0.0.2:${ports.other}; location / { return 200 "other"; } }`;
  stopNginx = await startNginx(folder, `${web}\n${other}`, [ports.web, ports.other]);
}

const checked = (): Record<string, string> =>
  Object.fromEntries(
    bench.checks().flatMap(({ service, cells }) => cells.map(({ vantage, state }) => [`${service} ${vantage}`, state])),
  );

async function whileState(service: string, state: string): Promise<void> {
  await until(`${service} ${state}`, async () => {
    const states = checked();
    return states[`${service} here`] === state && states[`${service} office`] === state;
  });
}

before(async () => {
  ports = { web: await freePort(), other: await freePort(), app: await freePort() };
  authority = await createAuthority(folder);
  await authority.issue("good", { fromDays: -10, toDays: 100, names: "IP:127.0.0.1" });
  await authority.issue("old", { fromDays: -100, toDays: -1, names: "IP:127.0.0.1" });
  await authority.issue("wrong", { fromDays: -10, toDays: 100, names: "DNS:elsewhere.test" });
  backend.listen(ports.app, "127.0.0.1");
  await once(backend, "listening");
  await serve("good");
  bench = await openDiagnosisBench({
    folder,
    vantages: ["office"],
    config: `version: 1
people: { me: me@example.jp }
vantages: [here, { name: office, lan: office, isp: isp-o, token: "\${file:@FOLDER@/office.token}" }]
places: { dc1: { provider: p1 } }
providers: { p1: { neighbours: ["http://127.0.0.2:${ports.other}/"] } }
hosts: { web1: { at: dc1, address: 127.0.0.1 } }
services:
  web: { on: web1, checks: [{ http: "https://127.0.0.1:${ports.web}/", every: 1s, timeout: 900ms, ca: ${authority.ca}, expect: { contains: Shop } }] }
  app: { on: web1, checks: [{ tcp: "127.0.0.1:${ports.app}", every: 1s, timeout: 900ms }] }
  far: { checks: [{ http: "http://127.0.0.1:${ports.other}/", every: 1s, timeout: 900ms }] }
`,
  });
  bench.startVantage("office");
  await bench.settled();
});
after(async () => {
  await bench?.close();
  await stopNginx?.();
  backend.closeAllConnections();
  backend.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

test("while all is well every vantage says so, and nothing that was not looked at is called well", async () => {
  const { seen, missing, tookMs } = await bench.gather("net", bench.situation("service:web"));
  // an attempt may have been held up while everything started: that is of the past, and said to be
  const states = statesOf({ seen: seen.filter(({ past }) => !past) });
  const earlier = seen.filter(({ past }) => past);
  assert.ok(earlier.length < 3, JSON.stringify(earlier.map(({ evidence, state }) => [evidence, state])));
  const wasHeldUp = new Set(earlier.map(({ evidence, target, vantage }) => `${evidence} ${target} ${vantage}`));
  for (const vantage of ["here", "office"]) {
    for (const key of ["vp.http service:web", "vp.tcp service:web", "vp.tls service:web", "vp.content service:web"])
      assert.equal(
        states[`${key} ${vantage}`] ?? (wasHeldUp.has(`${key} ${vantage}`) ? "ok" : undefined),
        "ok",
        `${key} ${vantage}`,
      );
    assert.equal(states[`vp.date service:web ${vantage}`], "ok");
    assert.equal(states[`vp.icmp host:web1 ${vantage}`], "ok");
    assert.equal(states[`vp.ctrl provider:p1 ${vantage}`], "ok");
    assert.equal(states[`vp.self vantage:${vantage} ${vantage}`], "ok");
  }
  assert.deepEqual([...new Set(Object.values(states))], ["ok"]);
  assert.ok(
    missing.some(
      ({ evidence, target, reason }) =>
        evidence === "vp.content" && target === "service:far" && reason === "not-configured",
    ),
  );
  assert.ok(tookMs < 3_600, `${tookMs} ms`);
});

test("what the offer promises is what comes, seen or missing", async () => {
  const situation = bench.situation("service:web");
  const { seen, missing } = await bench.gather("net", situation);
  const came = new Set(
    [...seen, ...missing].map(({ evidence, target, vantage }) => `${evidence} ${target} ${vantage}`),
  );
  const { gatherers } = await import("../../src/diagnose/gather/index.ts");
  const [offer] =
    gatherers(bench.sources)
      .find(({ id }) => id === "net")
      ?.offers(situation) ?? [];
  for (const { evidence, target, vantage } of offer?.tells ?? [])
    assert.ok(came.has(`${evidence} ${target} ${vantage}`), `${evidence} ${target} ${vantage}`);
});

test("a page that takes long is slow, not gone", async () => {
  slowMs = 3_000;
  await whileState("web", "down");
  const { seen } = await bench.gather("net", bench.situation("service:web"));
  assert.equal(statesOf({ seen })["vp.http service:web office"], "none", "no answer within its time");
  slowMs = 0;
  await whileState("web", "ok");
  const again = await bench.gather("net", bench.situation("service:web"));
  const states = statesOf(again);
  assert.equal(states["vp.http service:web here"], "-none", "it was so, and is not so now");
  assert.equal(states["vp.tcp service:web here"], "ok");
  const past = again.seen.find(({ evidence, past: was }) => evidence === "vp.http" && was);
  assert.match(past?.raw ?? "", /^timeout: /);
  assert.ok(typeof past?.changedAtMs === "number");
});

test("a backend that is gone shows as 502 of the page and as refused of itself", async () => {
  const startedAtMs = Date.now() + 600_000;
  backend.closeAllConnections();
  backend.close();
  await whileState("web", "down");
  await whileState("app", "down");
  const { seen } = await bench.gather("net", bench.situation("service:web", startedAtMs));
  const states = statesOf({ seen });
  for (const vantage of ["here", "office"]) {
    assert.equal(states[`vp.http service:web ${vantage}`], "c502");
    assert.equal(states[`vp.tcp service:web ${vantage}`], "ok");
    assert.equal(states[`vp.tcp service:app ${vantage}`], "refused");
    assert.equal(states[`vp.icmp host:web1 ${vantage}`], "ok");
    assert.equal(states[`vp.http service:far ${vantage}`], "ok");
  }
  assert.equal(
    seen.find(({ evidence, target }) => evidence === "vp.http" && target === "service:web")?.facts["status"],
    502,
  );
  backend.listen(ports.app, "127.0.0.1");
  await whileState("web", "ok");
});

for (const [certificate, state] of [
  ["old", "expired"],
  ["wrong", "bad"],
] as const) {
  test(`a certificate that is ${state} is told apart from a server that is gone`, async () => {
    await serve(certificate);
    await whileState("web", "down");
    const { seen } = await bench.gather("net", bench.situation("service:web", Date.now() + 600_000));
    const states = statesOf({ seen });
    for (const vantage of ["here", "office"]) {
      assert.equal(states[`vp.tls service:web ${vantage}`], state);
      assert.equal(states[`vp.http service:web ${vantage}`], "none");
      assert.equal(states[`vp.tcp service:web ${vantage}`], "ok");
    }
    await serve("good");
    await whileState("web", "ok");
  });
}

test("a server that is gone refuses, from everywhere, and the provider's others do not answer either", async () => {
  await stopNginx?.();
  stopNginx = null;
  await whileState("web", "down");
  await whileState("far", "down");
  const { seen, tookMs } = await bench.gather("net", bench.situation("service:web", Date.now() + 600_000));
  const states = statesOf({ seen });
  for (const vantage of ["here", "office"]) {
    assert.equal(states[`vp.tcp service:web ${vantage}`], "refused");
    assert.equal(states[`vp.http service:web ${vantage}`], "none");
    assert.equal(states[`vp.ctrl provider:p1 ${vantage}`], "ok", "a machine that refuses stands");
    assert.equal(
      states[`vp.self vantage:${vantage} ${vantage}`],
      "ok",
      "what nobody reaches says nothing of who looks",
    );
  }
  assert.ok(tookMs < 3_600, `${tookMs} ms`);
});
