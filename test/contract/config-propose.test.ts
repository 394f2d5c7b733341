import assert from "node:assert/strict";
import fs from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { createSystemClock } from "../../src/app/clock.ts";
import { init } from "../../src/cli/commands/init.ts";
import { runCommandLine } from "../../src/cli/run.ts";
import { checkConfigText, formatFindings } from "../../src/config/index.ts";
import { readAddress } from "../../src/config/propose/address.ts";
import { lookAround, type Found } from "../../src/config/propose/look.ts";
import { proposeConfig } from "../../src/config/propose/write.ts";
import { langs } from "../../src/kernel/lang.ts";
import type { ProbeResult } from "../../src/kernel/model/observation.ts";
import type { Probe } from "../../src/kernel/model/probe.ts";
import { probes } from "../../src/observe/index.ts";
import { tableOf } from "../doubles/command-table.ts";
import { freePort } from "../doubles/hub-process.ts";

const clock = createSystemClock();
const { signal } = new AbortController();
const server = http.createServer((_request, response) => response.end("<h1>店</h1>"));
const port = await freePort();
await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
after(() => server.close());

const answers = { lang: "ja", timeZone: "Asia/Tokyo", take: null, mail: "you@example.jp", smtp: "" } as const;

/** The machine's own probes, with the answers a well-run site gives. */
function answering(told: (kind: string, target: string) => Partial<ProbeResult> | null): readonly Probe[] {
  return (probes as readonly Probe[]).map((probe) => ({
    ...probe,
    run: (spec) => {
      const said = told(probe.kind, probe.target(spec));
      const down = { outcome: "down", layer: "connect", error: { code: "refused", text: "no" } } as const;
      return Promise.resolve({
        timings: { totalMs: 120 },
        address: null,
        facts: {},
        ...(said === null ? down : { outcome: "up", layer: null, error: null, ...said }),
      });
    },
  }));
}

const wellRun = answering((kind, target) => {
  if (kind === "http") return { facts: { status: 200, finalUrl: "https://www.example.jp/" } };
  if (kind === "tls")
    return { outcome: "degraded", layer: "tls", error: { code: "certificate-expires-soon", text: "" } };
  if (kind === "dns") return { facts: { answers: ["10 mx1.example.jp"] } };
  if (kind === "domain") return { facts: { daysLeft: 200 } };
  if (kind === "smtp") return { facts: { banner: "220 mx1" } };
  if (kind === "imap" || kind === "pop3") return target.includes("//mail.example.jp") ? {} : null;
  return kind === "icmp" ? {} : null;
});

async function found(typed: string, known?: readonly Probe[]): Promise<Found> {
  const looked = await lookAround(typed, { clock, signal, ...(known === undefined ? {} : { probes: known }) });
  assert.ok(looked.ok, looked.ok ? "" : looked.error.code);
  return looked.value;
}

function assertRight(text: string): void {
  const outcome = checkConfigText(text, "koboshi.yml");
  assert.ok(outcome.plan !== null, formatFindings(outcome, { lang: "en" }));
}

test("a page of one's own machine is found as it is", async () => {
  const seen = await found(`http://127.0.0.1:${port}/`);
  const web = seen.suggestions.find(({ id }) => id === "web");
  assert.deepEqual([web?.state, web?.ticked, web?.check], ["ok", true, { http: `http://127.0.0.1:${port}/` }]);
  assert.match(web?.say.ja ?? "", /応答しました\(200、/);
  assertRight(proposeConfig(seen, answers));
});

test("a page that is down is still proposed: it may be why someone came", async () => {
  const seen = await found("http://127.0.0.1:1/");
  const web = seen.suggestions.find(({ id }) => id === "web");
  assert.deepEqual([web?.state, web?.ticked], ["down", true]);
});

test("what is no address, and a name nobody knows, are told apart", async () => {
  for (const typed of ["", "   ", "ftp://x.example", "a b", "http://"]) {
    const looked = await lookAround(typed, { clock, signal });
    assert.equal(looked.ok ? "found" : looked.error.code, "KB1001", typed);
  }
  const nowhere = answering(() => ({ outcome: "down", layer: "dns", error: { code: "name-not-found", text: "" } }));
  const looked = await lookAround("no.such.example", { clock, signal, probes: nowhere });
  assert.equal(looked.ok ? "found" : looked.error.code, "KB1109");
});

test("a well-run site gives a handful of checks by service, each with a sentence in both languages", async () => {
  const seen = await found("www.example.jp", wellRun);
  const by = (service: string): string[] =>
    seen.suggestions.filter((one) => one.service === service).map(({ id }) => id);
  assert.deepEqual(by("www"), ["web", "certificate", "redirect"]);
  assert.deepEqual(by("dns"), ["dns", "domain"]);
  assert.deepEqual(by("mail"), ["smtp", "imap", "pop3"]);
  assert.equal(seen.suggestions.find(({ id }) => id === "certificate")?.state, "warning");
  for (const { say } of seen.suggestions) for (const lang of langs) assert.ok(say[lang].length > 5);
  for (const lang of langs) {
    const text = proposeConfig(seen, { ...answers, lang });
    assertRight(text);
    assert.match(text, /^ {2}www:\n {4}checks:\n {6}- http: https:\/\/www\.example\.jp\/ {3}# /m);
  }
});

test("only what was taken is written, and a relay when there is one", async () => {
  const seen = await found("www.example.jp", wellRun);
  const text = proposeConfig(seen, { ...answers, take: ["web", "smtp"], smtp: "smtps://relay.example.jp:465" });
  assertRight(text);
  assert.ok(!text.includes("- tls:") && text.includes("smtp: mx1.example.jp:25") && text.includes("smtps://relay"));
  assertRight(proposeConfig(seen, { ...answers, take: [], mail: "" }));
});

test("what a server says of itself cannot leave its comment", async () => {
  const rude = answering((kind) =>
    kind === "http" ? { facts: { status: "200\nhub: { listen: 0.0.0.0:1 }\r#" } } : null,
  );
  const text = proposeConfig(await found("www.example.jp", rude), answers);
  const outcome = checkConfigText(text, "koboshi.yml");
  assert.equal(outcome.plan?.site.hub.listen.host, "127.0.0.1");
});

test("addresses are read as people type them", () => {
  const table: [string, string, string | null, string | null][] = [
    ["www.example.jp", "www.example.jp", null, "example.jp"],
    ["https://shop.example.co.jp/cart", "shop.example.co.jp", "https://shop.example.co.jp/cart", "example.co.jp"],
    ["example.jp:8443", "example.jp", "https://example.jp:8443/", "example.jp"],
    ["yamada@example.jp", "example.jp", null, "example.jp"],
    ["2001:db8::1", "2001:db8::1", null, null],
    ["192.0.2.1", "192.0.2.1", null, null],
    ["例え.テスト", "xn--r8jz45g.xn--zckzah", null, "xn--r8jz45g.xn--zckzah"],
    ["nas.local", "nas.local", null, null],
  ];
  for (const [typed, host, url, domain] of table) assert.deepEqual(readAddress(typed), { host, url, domain }, typed);
});

async function koboshiInit(folder: string, ...argv: string[]): Promise<{ exit: number; out: string }> {
  let out = "";
  const say = (text: string): void => void (out += text);
  const exit = await runCommandLine(
    {
      argv: ["init", ...argv],
      env: { KOBOSHI_LANG: "ja" },
      cwd: folder,
      clock,
      isTty: false,
      stdout: say,
      stderr: say,
      signal,
    },
    tableOf(init),
  );
  return { exit, out };
}

test("init looks, writes one right file, and never over another", async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-init-"));
  try {
    const file = path.join(folder, "koboshi.yml");
    const done = await koboshiInit(folder, `http://127.0.0.1:${port}/`, "--mail", "you@example.jp", "--yes");
    assert.equal(done.exit, 0, done.out);
    assert.match(done.out, /● web .*応答しました/);
    const text = fs.readFileSync(file, "utf8");
    assertRight(text);
    assert.ok(text.split("\n").length <= 16, text);
    assert.equal(fs.statSync(file).mode & 0o777, 0o600);
    const again = await koboshiInit(folder, "www.example.jp", "--yes");
    assert.deepEqual([again.exit, fs.readFileSync(file, "utf8")], [1, text]);
    assert.deepEqual(fs.readdirSync(folder), ["koboshi.yml"]);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
});
