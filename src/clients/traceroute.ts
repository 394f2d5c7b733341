import { execFile } from "node:child_process";
import net from "node:net";
import type { Clock } from "../kernel/clock.ts";
import { err, ok, type Result } from "../kernel/result.ts";
import { printable } from "./printable.ts";

/** The routers on the way to an address, as far as they answered. */
export interface Trace {
  readonly method: TraceMethod;
  /** one entry a hop, from the nearest: the addresses that answered, sorted; empty when none did */
  readonly hops: readonly (readonly string[])[];
  /** the last hop is the address itself */
  readonly reached: boolean;
}

export type TraceMethod = "icmp" | "udp" | "tcp" | "tracepath";

export interface TraceFailure {
  readonly code: "no-traceroute" | "no-route" | "timeout";
  readonly text: string;
}

export interface TraceWanted {
  /** numeric */
  readonly address: string;
  /** for the TCP method */
  readonly port: number;
  /** the more, the surer all routers that take turns are seen; three show most of them */
  readonly probesPerHop: number;
  /** of all methods together */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Source: traceroute(8); 30 hops are more than any way through the Internet has. */
const mostHops = 30;
/** Sixteen at once keep 30 silent hops of three probes below 7 s. */
const probing = ["-n", "-w", "1", "-N", "16", "-m", String(mostHops)];
const maxOutputBytes = 65_536;

/**
 * Finds the way to an address with the system's traceroute, by UDP, which shows routers that take turns, then, where this process may,
 * by ICMP and TCP: firewalls let different ones through. With none of them complete, the one that came furthest counts. Without
 * traceroute it takes tracepath.
 */
export async function trace(clock: Clock, wanted: TraceWanted): Promise<Result<Trace, TraceFailure>> {
  const startMs = clock.monotonicMs();
  let best: Trace | null = null;
  let failure: TraceFailure = { code: "no-traceroute", text: "neither traceroute nor tracepath is installed" };
  for (const method of methods()) {
    const leftMs = wanted.timeoutMs - (clock.monotonicMs() - startMs);
    if (leftMs <= 0 || wanted.signal.aborted) break;
    if (method === "tracepath" && failure.code !== "no-traceroute") break;
    const found = await traceBy(method, clock, { ...wanted, timeoutMs: leftMs });
    if (!found.ok) {
      failure = found.error;
      continue;
    }
    if (found.value.reached) return found;
    if (best === null || found.value.hops.length > best.hops.length) best = found.value;
    failure = { code: "timeout", text: "" };
  }
  return best === null ? err(failure) : ok(best);
}

/** Raw sockets are root's; whoever is not has UDP. */
function methods(): readonly TraceMethod[] {
  return process.getuid?.() === 0 ? ["udp", "icmp", "tcp", "tracepath"] : ["udp", "tracepath"];
}

function commandOf(
  method: TraceMethod,
  { address, port, probesPerHop }: TraceWanted,
): readonly [string, readonly string[]] {
  const family = net.isIPv6(address) ? "-6" : "-4";
  if (method === "tracepath") return ["tracepath", [family, "-n", "-m", String(mostHops), address]];
  const by = { icmp: ["-I"], udp: [], tcp: ["-T", "-p", String(port)] }[method];
  return ["traceroute", [family, ...probing, "-q", String(probesPerHop), ...by, address]];
}

async function traceBy(method: TraceMethod, clock: Clock, wanted: TraceWanted): Promise<Result<Trace, TraceFailure>> {
  const [program, flags] = commandOf(method, wanted);
  const said = await run({ clock, program, flags, timeoutMs: wanted.timeoutMs, signal: wanted.signal });
  if (!said.ok) return said;
  const hops = readTrace(said.value);
  if (hops === null) return err({ code: "no-route", text: printable(said.value.trim()).slice(0, 300) });
  const last = hops.at(-1);
  return ok({ method, hops, reached: last?.includes(wanted.address) === true });
}

interface Run {
  readonly clock: Clock;
  readonly program: string;
  readonly flags: readonly string[];
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** @returns everything it printed; what it had printed when its time was over counts too */
function run({ clock, program, flags, timeoutMs, signal }: Run): Promise<Result<string, TraceFailure>> {
  return new Promise((resolve) => {
    const env = { ...process.env, LC_ALL: "C" };
    const child = execFile(program, flags, { env, maxBuffer: maxOutputBytes, signal }, (error, stdout, stderr) => {
      timer.cancel();
      if (error?.code === "ENOENT") resolve(err({ code: "no-traceroute", text: `${program}: not installed` }));
      else if (signal.aborted) resolve(err({ code: "timeout", text: "stopped" }));
      else resolve(ok(stdout + stderr));
    });
    const timer = clock.after(timeoutMs, () => child.kill("SIGKILL"));
  });
}

/** ` 2  10.0.2.1  0.05 ms 10.0.2.5  0.06 ms *` of traceroute, ` 2:  10.0.2.1   0.05ms reached` of tracepath. */
const hopLine = /^\s*(\d{1,3})(?::|\s)\s+(.*)$/;
const addressForm = /(?:^|\s)((?:\d{1,3}\.){3}\d{1,3}|[0-9a-fA-F]*:[0-9a-fA-F:.]+)(?=\s|$)/g;
/** A router that says there is no way on: `!H`, `!N`, `!X` … */
const refusal = /\s![A-Z<\d]/;

/**
 * Reads the output of traceroute or tracepath, numeric. Hops from which a refusal came, and the silent ones before them, are
 * no part of the way. @returns null when there is not one line of a hop in it
 */
export function readTrace(output: string): readonly (readonly string[])[] | null {
  const lines = output.split("\n").flatMap((line) => {
    const [, number, rest = ""] = hopLine.exec(line) ?? [];
    return number === undefined ? [] : [{ hop: Number(number), rest }];
  });
  if (lines.length === 0) return null;
  const found = new Map<number, Set<string>>();
  for (const { hop, rest } of lines) {
    const known = found.get(hop) ?? new Set<string>();
    if (!refusal.test(rest)) for (const address of addressesIn(rest)) found.set(hop, known.add(address));
  }
  const furthest = Math.max(0, ...[...found.keys()].filter((hop) => hop <= mostHops));
  return Array.from({ length: furthest }, (_, at) => [...(found.get(at + 1) ?? [])].toSorted());
}

function addressesIn(text: string): readonly string[] {
  return [...text.matchAll(addressForm)].map(([, address = ""]) => address).filter((one) => net.isIP(one) !== 0);
}
