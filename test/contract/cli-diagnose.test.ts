import assert from "node:assert/strict";
import { once } from "node:events";
import fs from "node:fs";
import http from "node:http";
import https from "node:https";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { createSystemClock } from "../../src/app/clock.ts";
import { commands } from "../../src/cli/commands/index.ts";
import { runCommandLine } from "../../src/cli/run.ts";
import { createAuthority } from "./probes/certificates.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-one-look-"));
const clock = createSystemClock();
const servers: net.Server[] = [];
// compiling the sources is no part of what is timed
before(() => koboshi("diagnose", "http://127.0.0.1:2/"));
after(() => {
  for (const server of servers) {
    if (server instanceof http.Server || server instanceof https.Server) server.closeAllConnections();
    server.close();
  }
  fs.rmSync(folder, { recursive: true, force: true });
});

async function listening(server: net.Server): Promise<number> {
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as net.AddressInfo).port;
}

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly tookMs: number;
}

async function koboshi(...argv: readonly string[]): Promise<Ran> {
  let out = "";
  const beganAtMs = performance.now();
  const code = await runCommandLine(
    {
      argv,
      env: { KOBOSHI_CONFIG: path.join(folder, "koboshi.yml") },
      cwd: folder,
      clock,
      isTty: false,
      stdout: (text) => void (out += text),
      stderr: () => undefined,
      signal: new AbortController().signal,
    },
    commands,
  );
  return { code, out, tookMs: performance.now() - beganAtMs };
}

interface OneLookJson {
  readonly schema: string;
  readonly scope: {
    readonly id: string;
    readonly reach: string;
    readonly failingFrom: string[];
    readonly reasons: object[];
  };
  readonly causes: readonly {
    readonly id: string;
    readonly component: string;
    readonly probability: number;
    readonly for: readonly string[];
    readonly against: readonly string[];
  }[];
  readonly unobserved: readonly string[];
  readonly stoppedBecause: string;
  readonly seconds: number;
  readonly headline: string;
  readonly checks: readonly {
    readonly kind: string;
    readonly state: string;
    readonly error: { code: string } | null;
  }[];
}

async function asked(address: string): Promise<Ran & { readonly json: OneLookJson }> {
  const ran = await koboshi("diagnose", address, "--json", "--lang", "en");
  return { ...ran, json: JSON.parse(ran.out) as OneLookJson };
}

describe("koboshi diagnose, one look without a hub", { concurrency: 2 }, () => {
  test("a refused port is a crash, told within six seconds with all that the contract names", async () => {
    const nobody = net.createServer();
    const port = await listening(nobody);
    nobody.close();
    const { code, json, tookMs } = await asked(`http://127.0.0.1:${port}/`);
    assert.equal(code, 4);
    assert.ok(tookMs < 6_000, `${tookMs} ms`);
    assert.equal(json.schema, "koboshi.diagnose/1");
    const [first] = json.causes;
    assert.equal(`${first?.id}@${first?.component}`, "service-crash@service:127.0.0.1");
    assert.ok(first !== undefined && first.probability > 0.5 && first.probability < 1);
    assert.deepEqual(first.for, ["TCP connection: the connection is refused", "HTTP answer: no answer"]);
    assert.deepEqual(first.against, []);
    assert.deepEqual(json.scope.failingFrom, ["here"]);
    assert.ok(json.scope.reasons.length > 0 && json.scope.reach !== "");
    assert.deepEqual(json.unobserved, ["the inside of 127.0.0.1 (neither SSH nor an agent is set up)"]);
    assert.equal(typeof json.stoppedBecause, "string");
    assert.ok(json.seconds >= 0);
    assert.deepEqual(
      json.checks.map(({ kind, state, error }) => [kind, state, error?.code]),
      [["http", "down", "refused"]],
    );
  });

  test("what is read on a screen says where it stops, why, what to do first, and says no address twice", async () => {
    const { code, out } = await koboshi("diagnose", "http://127.0.0.1:2/", "--lang", "ja");
    assert.equal(code, 4);
    const lines = out.split("\n");
    assert.match(lines[0] ?? "", /^\S+ 障害 {2}http http:\/\/127\.0\.0\.1:2\/ {2}ポート2に接続できません/);
    assert.ok(
      lines.some((line) => /^原因: サービスの異常終了 — 疑わしい\(\d+%\)$/.test(line)),
      out,
    );
    assert.ok(lines.includes("   + TCP 接続: 接続が拒否されます"), out);
    const at = (heading: string): number => lines.findIndex((line) => line.startsWith(heading));
    assert.ok(at("まずすること") > 0 && at("まずすること") < at("2. "), "the first step stands before the rivals");
    assert.equal(out.split("127.0.0.1").length - 1, 2, "the check and what nobody sees inside");
  });

  test("error 404 and 500 are down, and the answer is what is told", async () => {
    const port = await listening(
      http.createServer(({ url }, answer) => {
        answer.statusCode = url === "/gone" ? 404 : 500;
        answer.end("no");
      }),
    );
    const [gone, broken] = await Promise.all([
      asked(`http://127.0.0.1:${port}/gone`),
      asked(`http://127.0.0.1:${port}/broken`),
    ]);
    assert.deepEqual([gone.code, broken.code], [4, 4]);
    assert.ok(gone.json.causes[0]?.for.includes("HTTP answer: answers with a 4xx error"), gone.out);
    assert.ok(broken.json.causes[0]?.for.includes("HTTP answer: answers with error 500"), broken.out);
    assert.ok(!gone.json.causes.some(({ id }) => id === "service-crash"));
  });

  test("a page that answers late is no outage and not all well: exit 3, with how long it took", async () => {
    const port = await listening(
      http.createServer((_, answer) => void clock.after(3_500, () => answer.end("at last"))),
    );
    const { code, out } = await koboshi("diagnose", `http://127.0.0.1:${port}/`, "--lang", "en");
    assert.equal(code, 3);
    assert.match(out, /HTTP answer: answers more slowly than usual \(\d[\d.]* s\)/);
  });

  test("all up: exit 0, nothing is blamed and nobody is told to do anything", async () => {
    const port = await listening(http.createServer((_, answer) => answer.end("ok")));
    const { code, out } = await koboshi("diagnose", `http://127.0.0.1:${port}/`, "--lang", "en");
    assert.equal(code, 0);
    assert.match(out, /Nothing looks broken now/);
    assert.doesNotMatch(out, /%|First:|Why:/);
  });

  test("a certificate nobody trusts is told as the certificate", async () => {
    const authority = await createAuthority(folder);
    const files = await authority.issue("localhost", { fromDays: -1, toDays: 90, names: "DNS:localhost" });
    const pem = { cert: fs.readFileSync(files.cert), key: fs.readFileSync(files.key) };
    const port = await listening(https.createServer(pem, (_, answer) => answer.end("ok")));
    const { code, json } = await asked(`https://localhost:${port}/`);
    assert.equal(code, 4);
    assert.match(`${json.causes[0]?.id}`, /^(?:tls|cert)/, json.headline);
  });

  test("a name that does not exist is told as the name, whatever the port", async () => {
    const { code, json } = await asked("http://no-such-host.invalid/");
    assert.equal(code, 4);
    assert.ok(
      json.checks.some(({ error }) => error?.code === "nx" || /name|dns|not-found|nxdomain/.test(error?.code ?? "")),
    );
    assert.ok(["domain-expired", "dns-record-wrong"].includes(json.causes[0]?.id ?? ""), json.headline);
  });

  test("a server that says nothing is waited for once, and is down", async () => {
    const port = await listening(net.createServer((socket) => void socket.on("error", () => socket.destroy())));
    const { code, json, tookMs } = await asked(`http://127.0.0.1:${port}/`);
    assert.equal(code, 4);
    assert.ok(tookMs < 30_000, `${tookMs} ms`);
    assert.ok(
      json.causes.some((cause) => cause.id === "service-hang"),
      json.headline,
    );
  });

  test("blind spots: what cannot be told apart, nearest first, and what would tell it", async () => {
    const config = path.join(folder, "shop.yml");
    fs.writeFileSync(
      config,
      'version: 1\npeople: { me: me@example.jp }\nhosts: { web1: {} }\nservices: { shop: { on: web1, checks: [{ http: "http://127.0.0.1:2/" }] } }\n',
    );
    const { code, out } = await koboshi("diagnose", "--blind-spots", "--json", "--config", config);
    assert.equal(code, 3);
    const { items } = JSON.parse(out) as { items: { one: { id: string }; distance: number; add: object | null }[] };
    assert.ok(items.some(({ add }) => add !== null));
    assert.deepEqual(
      items.map(({ distance }) => distance),
      items.map(({ distance }) => distance).toSorted((a, b) => a - b),
    );
    const { out: text } = await koboshi("diagnose", "--blind-spots", "--lang", "ja", "--config", config);
    assert.match(text, /区別できない原因の組が \d+ 組あります/);
  });
});
