import { execFileSync } from "node:child_process";
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import type { ProbeContext } from "../../src/kernel/model/probe.ts";

const page = `<!doctype html><title>こぼし商店</title><h1>いらっしゃいませ</h1>
<form onsubmit="document.querySelector('#said').textContent = 'こんにちは ' + document.querySelector('#user').value; return false">
<input id="user"><input id="pass" type="password"><button>入る</button></form><p id="said"></p>
<script>setTimeout(() => { throw new Error("broken on purpose"); }, 0)</script><img src="/gone.png">`;

/** Pages that work, fail, keep silent, never end, and never let go of the processor. */
const routes: Readonly<Record<string, http.RequestListener>> = {
  "/": (_request, response) => void response.setHeader("content-type", "text/html; charset=utf-8").end(page),
  "/broken": (_request, response) => void response.writeHead(503).end("down for now"),
  "/silent": () => undefined,
  "/hanging": (_request, response) => void response.setHeader("content-type", "text/html").write("<h1>begun"),
  "/busy": (_request, response) =>
    void response.setHeader("content-type", "text/html").end("<h1>x</h1><script>for(;;);</script>"),
};

const notFound: http.RequestListener = (_request, response) => void response.writeHead(404).end();

export interface BrowserSite {
  readonly url: string;
  /** pictures kept, by name */
  readonly kept: ReadonlyMap<string, Buffer>;
  /** for attempts: 15 s, and pictures are kept here */
  readonly context: Partial<ProbeContext>;
  connections(): Promise<number>;
  close(): void;
}

export async function startBrowserSite(): Promise<BrowserSite> {
  const server = http.createServer((request, response) => (routes[request.url ?? ""] ?? notFound)(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const kept = new Map<string, Buffer>();
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    kept,
    context: {
      timeoutMs: 15_000,
      artifacts: {
        async keep(name, bytes) {
          kept.set(name, Buffer.from(bytes));
          return `/kept/${name}`;
        },
      },
    },
    connections: () => new Promise((resolve) => server.getConnections((_error, count) => resolve(count))),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Chromium's processes that were started by this one, however deep. */
export function browserPids(): readonly number[] {
  const lines = execFileSync("ps", ["-eo", "pid=,ppid=,comm="], { encoding: "utf8" }).trim().split("\n");
  const all = lines
    .map((line) => line.trim().split(/\s+/))
    .map(([pid, ppid, name = ""]) => ({ pid: Number(pid), ppid: Number(ppid), name }));
  const below = new Set([process.pid]);
  for (let before = 0; before < below.size;) {
    before = below.size;
    for (const { pid, ppid } of all) if (below.has(ppid)) below.add(pid);
  }
  return all.filter(({ pid, name }) => below.has(pid) && name.startsWith("chrom")).map(({ pid }) => pid);
}
