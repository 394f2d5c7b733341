import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import http from "node:http";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { createSystemClock } from "../../src/app/clock.ts";
import type { Clock } from "../../src/kernel/clock.ts";
import { errorCodes, type KoboshiError } from "../../src/kernel/errors.ts";
import type { Check } from "../../src/kernel/model/check.ts";
import type { Site, VantageSpec } from "../../src/kernel/model/site.ts";
import type { Result } from "../../src/kernel/result.ts";
import { Secret } from "../../src/kernel/secret.ts";
import { createVantageDesk, vantagePaths, type VantageDesk } from "../../src/observe/index.ts";
import type { Intake } from "../../src/observe/vantage/intake.ts";
import type { Ledger } from "../../src/storage/ledger/ledger.ts";
import { openLedger } from "../../src/storage/ledger/open.ts";
import { programWords } from "./program.ts";
import { recordingLog } from "./scripted-probe.ts";
import { watchedSite } from "./watched-site.ts";

/** A real hub's desk behind a real HTTP server, with the real ledger. */
export interface VantageBench {
  readonly folder: string;
  readonly url: string;
  readonly port: number;
  readonly desk: VantageDesk;
  readonly ledger: Ledger;
  readonly intakes: Intake[];
  readonly log: ReturnType<typeof recordingLog>;
  /** Replaces checks or vantages, as a new configuration does. */
  configure(over: Partial<Pick<Site, "checks" | "vantages">>): Promise<void>;
  /** every observation taken so far, in order */
  seen(): readonly Intake["fresh"][number][];
  startVantage(over?: Partial<VantageArgs>): VantageProcess;
}

interface VantageArgs {
  readonly hubUrl: string;
  readonly token: string | null;
  readonly folder: string;
  readonly allow: readonly string[];
  readonly wallAheadMs: number;
}

export interface VantageProcess {
  readonly child: ChildProcess;
  readonly folder: string;
  lines(): readonly { readonly message: string; readonly [fact: string]: unknown }[];
  kill(): Promise<void>;
  ended(): Promise<number | null>;
}

export const officeToken = "correct-horse-battery";

/** Runs `body` on a fresh bench; whatever happens, its processes and files are gone after. */
export async function withBench(
  body: (bench: VantageBench) => Promise<void>,
  { clock = createSystemClock(), checks = [] }: { clock?: Clock; checks?: readonly Check[] } = {},
): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-vantage-"));
  const log = recordingLog();
  const ledger = await openLedger({ folder: path.join(folder, "hub"), clock, log });
  let site: Site = { ...watchedSite({ services: {} }), checks, vantages: vantagesOf({ office: officeToken }) };
  const intakes: Intake[] = [];
  const desk = await createVantageDesk({
    ledger,
    site: () => site,
    clock,
    log,
    onIntake: (intake) => void intakes.push(intake),
  });
  const server = serve(desk);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as net.AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const started: VantageProcess[] = [];
  try {
    await body({
      folder,
      url,
      port,
      desk,
      ledger,
      intakes,
      log,
      seen: () => intakes.flatMap(({ fresh, late }) => [...late, ...fresh]),
      async configure(over) {
        site = { ...site, ...over };
        await desk.siteChanged();
      },
      startVantage(over = {}) {
        const vantage = startVantage({
          hubUrl: url,
          token: officeToken,
          folder: path.join(folder, "office"),
          allow: ["127.0.0.1"],
          wallAheadMs: 0,
          ...over,
        });
        started.push(vantage);
        return vantage;
      },
    });
  } finally {
    await Promise.all(started.map((vantage) => vantage.kill()));
    server.closeAllConnections();
    server.close();
    await ledger.close();
    fs.rmSync(folder, { recursive: true });
  }
}

export function vantagesOf(tokens: Readonly<Record<string, string | null>>): ReadonlyMap<string, VantageSpec> {
  return new Map(Object.entries({ here: null, ...tokens }).map(([name, token]) => [name, vantageSpec(name, token)]));
}

function vantageSpec(name: string, token: string | null): VantageSpec {
  return { name, at: null, lan: null, isp: null, token: token === null ? null : new Secret(token, "a test") };
}

/** A check by the real TCP probe, from the vantage `office`. */
export function tcpCheck(id: string, port: number, over: Partial<Check> = {}): Check {
  return {
    id,
    service: "shop",
    kind: "tcp",
    name: id,
    target: `127.0.0.1:${port}`,
    everyMs: 1_000,
    timeoutMs: 900,
    attempts: 3,
    vantages: ["office"],
    namedVantages: [],
    spec: { tcp: { host: "127.0.0.1", port }, expect: {} },
    ...over,
  };
}

/** Looks again and again until `found` gives something; fails by saying what was waited for. */
export async function until<T>(what: string, found: () => T | undefined | false | null, limitMs = 20_000): Promise<T> {
  const deadlineMs = Date.now() + limitMs;
  for (;;) {
    const value = found();
    if (value !== undefined && value !== false && value !== null) return value;
    if (Date.now() > deadlineMs) throw new Error(`waited ${limitMs} ms in vain: ${what}`);
    await delay(20);
  }
}

function serve(desk: VantageDesk): http.Server {
  return http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const gone = new AbortController();
      response.on("close", () => gone.abort());
      route(desk, request, { body: Buffer.concat(chunks), signal: gone.signal })
        .then((result) => send(response, result))
        .catch((thrown: unknown) => {
          response.statusCode = 500;
          response.end(String(thrown));
        });
    });
  });
}

async function route(
  desk: VantageDesk,
  { method = "", url = "", headers }: http.IncomingMessage,
  { body, signal }: { body: Buffer; signal: AbortSignal },
): Promise<Result<unknown, KoboshiError> | null> {
  const request = { method, path: url, headers, body };
  if (method === "POST" && url === vantagePaths.join) return desk.join(JSON.parse(body.toString()));
  if (method === "GET" && url.startsWith(vantagePaths.work)) return desk.work(request, signal);
  if (method === "POST" && url === vantagePaths.report) return desk.report(request);
  return null;
}

function send(response: http.ServerResponse, result: Result<unknown, KoboshiError> | null): void {
  response.setHeader("content-type", "application/json");
  if (result === null) response.statusCode = 404;
  else if (!result.ok) response.statusCode = errorCodes[result.error.code].status;
  response.end(
    JSON.stringify(result === null ? {} : result.ok ? result.value : { error: { code: result.error.code } }),
  );
}

function startVantage({ token, ...args }: VantageArgs): VantageProcess {
  fs.mkdirSync(args.folder, { recursive: true });
  const tokenFile = token === null ? null : path.join(args.folder, "token");
  if (tokenFile !== null && token !== null) fs.writeFileSync(tokenFile, `${token}\n`);
  const program = path.resolve("test/doubles/vantage-process.ts");
  const child = spawn(process.execPath, [...programWords(program), JSON.stringify({ ...args, tokenFile })], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  const exit = once(child, "exit");
  return {
    child,
    folder: args.folder,
    lines: () =>
      output
        .split("\n")
        .slice(0, -1)
        .map((line) => JSON.parse(line) as { message: string }),
    async kill() {
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
      await exit;
    },
    async ended() {
      await exit;
      return child.exitCode;
    },
  };
}

/** A port that takes connections, until it is closed. */
export async function listening(port = 0): Promise<{ port: number; close(): Promise<void> }> {
  const server = net.createServer((socket) => socket.destroy());
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as net.AddressInfo).port,
    async close() {
      server.close();
      await once(server, "close");
    },
  };
}
