import { spawn } from "node:child_process";
import net from "node:net";
import { ok } from "../kernel/result.ts";
import { blind, stop, type Attempt, type Phase, type Step } from "./attempt.ts";

export interface Echoes {
  readonly sent: number;
  readonly received: number;
  /** of the echoes that came back */
  readonly roundTripMs: readonly number[];
  /** what a router or this machine said instead of an echo; null when nothing was said */
  readonly refusal: string | null;
}

/** ping needs no right of ours: it carries its own; 0.2 s is the shortest pause it grants everyone. */
const pauseMs = 200;
const longestWaitMs = 1_000;
/** Asked to end this much before the attempt's own end, ping still has time to print what it heard. */
const farewellMs = 150;
const maxOutputChars = 16_384;
const phase: Phase = { layer: "route", timing: null, limitMs: Infinity };

/**
 * Sends `count` echo requests with the system's `ping` and reads what it prints. When ping cannot run here, the attempt
 * is blind (`no-ping`) and says why.
 */
export async function echo(
  attempt: Attempt,
  { address, count }: { address: string; count: number },
): Promise<Step<Echoes>> {
  attempt.address = address;
  const pausesMs = pauseMs * (count - 1);
  const waitMs = Math.min(longestWaitMs, Math.max(100, attempt.remainingMs() - pausesMs - 100));
  return attempt.phase(phase, (settle) => {
    const [program, flags] = pingCommand({ address, count, waitMs });
    const ping = spawn(program, flags, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, LC_ALL: "C" },
    });
    let output = "";
    const keep = (chunk: Buffer): void => {
      if (output.length < maxOutputChars) output += chunk.toString("latin1");
    };
    ping.stdout.on("data", keep);
    ping.stderr.on("data", keep);
    const hurry = attempt.clock.after(attempt.remainingMs() - farewellMs, () => ping.kill("SIGINT"));
    ping.once("error", (error) => {
      hurry.cancel();
      settle(blind("route", "no-ping", error.message));
    });
    ping.once("close", () => {
      hurry.cancel();
      settle(readPing(output, count));
    });
    return () => {
      hurry.cancel();
      ping.kill("SIGKILL");
    };
  });
}

interface Echo {
  readonly address: string;
  readonly count: number;
  readonly waitMs: number;
}

/** The command line of this system's ping: Windows, macOS, and everywhere else iputils or BusyBox. */
function pingCommand({ address, count, waitMs }: Echo): readonly [string, readonly string[]] {
  const wait = String(Math.round(waitMs));
  if (process.platform === "win32") return ["ping", ["-n", String(count), "-w", wait, address]];
  const each = ["-n", "-c", String(count), "-i", String(pauseMs / 1_000)];
  if (process.platform === "darwin") {
    return net.isIPv6(address) ? ["ping6", [...each, address]] : ["ping", [...each, "-W", wait, address]];
  }
  // BusyBox takes whole seconds only
  const waitSeconds = waitMs === longestWaitMs ? "1" : (waitMs / 1_000).toFixed(2);
  return ["ping", [...each, "-W", waitSeconds, address]];
}

/** Reads ping's output: the echoes line by line, since the summary is worded differently everywhere. */
export function readPing(output: string, count: number): Step<Echoes> {
  // `ttl=64 time=0.031 ms`, macOS for IPv6 `hlim=64 time=…`, Windows in any language `時間 <1ms TTL=64`, for IPv6 without TTL
  const heard = [...output.matchAll(/^.*(?:\bttl=\d|\bhlim=\d|::?.*[=<]\s?\d+ms\b).*$/gim)].slice(0, count);
  const roundTripMs = heard
    .map(([line]) => Number(/[=<]\s?(\d+(?:\.\d+)?)\s?ms/i.exec(line)?.[1]))
    .filter((ms) => !Number.isNaN(ms));
  const refusal =
    /^From \S+ .*(?:unreachable|prohibited|exceeded|filtered|unknown code).*$/im.exec(output)?.[0] ?? null;
  // fewer than asked for when it had to end early
  const sent = Math.max(heard.length, Number(/(\d+) packets transmitted/.exec(output)?.[1] ?? count));
  if (heard.length > 0) return ok({ sent, received: heard.length, roundTripMs, refusal });
  if (/network is unreachable|no route to host|cannot assign requested address|can't assign/i.test(output)) {
    return blind("route", "no-route", output.trim());
  }
  const ran = /packets transmitted|statistics|0 received|Lost = /i.test(output) || refusal !== null;
  if (!ran) return blind("route", "no-ping", output.trim() === "" ? "ping ended without a word" : output.trim());
  return refusal === null ? stop("route", "timeout", lastLines(output)) : stop("route", "host-unreachable", refusal);
}

function lastLines(output: string): string {
  return output.trim().split("\n").slice(-2).join("\n");
}
