import fs from "node:fs/promises";
import { Worker } from "node:worker_threads";
import type { Clock } from "../../kernel/clock.ts";
import type { Listening } from "./syslog-tcp.ts";

export interface SyslogUdpDeps {
  readonly clock: Clock;
  readonly host: string;
  readonly port: number;
  /** Resolves when the messages survive a kill. */
  take(input: { readonly from: string; readonly body: Buffer }): Promise<void>;
  /** messages that had to be let go */
  dropped(count: number): void;
}

export interface UdpListening extends Listening {
  /** Asks the system how many datagrams it let go before they were read; those since the last time are told as dropped. */
  countSystemDrops(): Promise<void>;
}

/** Asked for; the system gives what its `net.core.rmem_max` allows. */
const bufferBytes = 32 * 1024 * 1024;
/** Messages are passed on in bunches: each costs a flush to disk. */
const gatherMs = 20;
const creditBytes = 128 * 1024 * 1024;

type Said =
  | { readonly kind: "listening" }
  | { readonly kind: "some" }
  | { readonly kind: "failed"; readonly code: string; readonly text: string }
  | { readonly kind: "dropped"; readonly dropped: number }
  | { readonly kind: "batch"; readonly from: string; readonly body: Uint8Array; readonly count: number };

/** @throws what the system says to the port */
export async function listenSyslogUdp(deps: SyslogUdpDeps): Promise<UdpListening> {
  const { host, port } = deps;
  const worker = startWorker({ host, port, bufferBytes, creditBytes });
  const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
  const taking = new Set<Promise<void>>();
  let droppedThere = 0;
  await new Promise<void>((resolve, reject) => {
    worker.once("error", reject);
    worker.on("message", (said: Said) => {
      if (said.kind === "listening") resolve();
      else if (said.kind === "some") deps.clock.after(gatherMs, () => worker.postMessage({ pass: true }, []));
      else if (said.kind === "failed") reject(Object.assign(new Error(said.text), { code: said.code }));
      else if (said.kind === "dropped") {
        deps.dropped(said.dropped - droppedThere);
        droppedThere = said.dropped;
      } else {
        const work = takeBatch(deps, worker, said).finally(() => taking.delete(work));
        taking.add(work);
      }
    });
  }).catch(async (thrown: unknown) => {
    await worker.terminate();
    throw thrown;
  });
  let systemDrops = (await systemDropsOf(port)) ?? 0;
  return {
    async stop() {
      worker.postMessage({ stop: true }, []);
      await ended;
      await Promise.all(taking);
    },
    async countSystemDrops() {
      const now = await systemDropsOf(port);
      if (now === null) return;
      if (now > systemDrops) deps.dropped(now - systemDrops);
      systemDrops = now;
    },
  };
}

/** Built, the worker is JavaScript; unbuilt, it needs the loader that this thread was started with, which threads do not inherit. */
function startWorker(workerData: unknown): Worker {
  if (!import.meta.url.endsWith(".ts")) return new Worker(new URL("./udp-worker.js", import.meta.url), { workerData });
  const file = JSON.stringify(new URL("./udp-worker.ts", import.meta.url).href);
  const load = `import("tsx/esm/api").then(({ register }) => { register(); return import(${file}); })`;
  return new Worker(load, { eval: true, workerData });
}

async function takeBatch(
  deps: SyslogUdpDeps,
  worker: Worker,
  { from, body, count }: Extract<Said, { kind: "batch" }>,
): Promise<void> {
  try {
    await deps.take({ from, body: Buffer.from(body.buffer, body.byteOffset, body.length) });
  } catch {
    deps.dropped(count); // no sender of datagrams can be asked to wait; the spool itself says why
  } finally {
    worker.postMessage({ done: body.length }, []);
  }
}

/** The `drops` column of the sockets bound to this port. Source: proc(5), /proc/net/udp. @returns null where there is none */
async function systemDropsOf(port: number): Promise<number | null> {
  const tables = await Promise.all(
    ["/proc/net/udp", "/proc/net/udp6"].map((file) => fs.readFile(file, "utf8").catch(() => "")),
  );
  const rows = tables.flatMap((table) => table.split("\n").slice(1));
  const own = rows.map((row) => row.trim().split(/\s+/)).filter((row) => isOfPort(row[1] ?? "", port));
  return own.length === 0 ? null : own.reduce((sum, row) => sum + Number(row.at(-1)), 0);
}

function isOfPort(local: string, port: number): boolean {
  return Number.parseInt(local.split(":").at(-1) ?? "", 16) === port;
}
