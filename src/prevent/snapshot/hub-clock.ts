import { runAttempt } from "../../clients/attempt.ts";
import { askTime } from "../../clients/ntp.ts";
import { reachableFirst, resolveHost } from "../../clients/resolve.ts";
import { elapsedMs, stampNow, type Clock, type Stamp } from "../../kernel/clock.ts";
import type { HostClockView } from "../../kernel/ports-hosts.ts";

export interface HubClockDeps {
  readonly clock: Clock;
  /** time servers of different operators, asked when someone wants to know */
  readonly servers: readonly { readonly host: string; readonly port: number }[];
  /** clocks of the machines looked into, for a hub that reaches no time server */
  hostClocks(): readonly HostClockView[];
}

/** Whether other clocks may be judged by the hub's own. */
export interface HubClock {
  /** Three agree with it, and more than disagree. An answer holds for ten minutes, unless the clock was set meanwhile. */
  isSure(): Promise<boolean>;
  stop(): void;
}

interface Witness {
  readonly offsetSeconds: number;
  readonly uncertaintySeconds: number;
}

const timeoutMs = 5_000;
const enough = 3;
/** Further off than this no clock of ours judges another. */
const toleratedSeconds = 0.5;
const sureForMs = 600_000;
const unsureForMs = 60_000;
const longestMs = 900_000;
const unsynchronisedStratum = 16;

export function createHubClock({ clock, servers, hostClocks }: HubClockDeps): HubClock {
  const stopping = new AbortController();
  let known: { readonly at: Stamp; readonly isSure: boolean } | null = null;
  let asking: Promise<boolean> | null = null;

  async function ask(): Promise<boolean> {
    const at = stampNow(clock);
    const heard = await Promise.all(servers.map((server) => witnessOf(clock, server, stopping.signal)));
    const told = heard.filter((one) => one !== null);
    const fresh = hostClocks().filter((view) => elapsedMs(view.at, at) <= longestMs);
    const isSure = isBorneOut(told.length >= enough ? told : [...told, ...fresh]);
    known = { at, isSure };
    return isSure;
  }

  function answer(): boolean | null {
    if (known === null) return null;
    const now = stampNow(clock);
    const ageMs = now.monotonicMs - known.at.monotonicMs;
    const steppedSeconds = Math.abs(now.atMs - known.at.atMs - ageMs) / 1_000;
    if (steppedSeconds > toleratedSeconds || ageMs > (known.isSure ? sureForMs : unsureForMs)) return null;
    return known.isSure;
  }

  return {
    async isSure() {
      const said = answer();
      if (said !== null) return said;
      asking ??= ask().finally(() => (asking = null));
      return asking;
    },
    stop: () => stopping.abort(),
  };
}

/** One question to one time server; null: no answer worth anything. */
async function witnessOf(
  clock: Clock,
  { host, port }: { readonly host: string; readonly port: number },
  signal: AbortSignal,
): Promise<Witness | null> {
  let witness: Witness | null = null;
  await runAttempt({ clock, timeoutMs, signal }, async (attempt) => {
    const resolved = await resolveHost(attempt, host);
    if (!resolved.ok) return resolved.error;
    const heard = await askTime(attempt, { address: await reachableFirst(resolved.value), port });
    if (!heard.ok) return heard.error;
    const { offsetMs, delayMs, stratum, leap } = heard.value;
    const isWorthIt = stratum > 0 && stratum < unsynchronisedStratum && leap !== 3;
    if (isWorthIt) witness = { offsetSeconds: offsetMs / 1_000, uncertaintySeconds: delayMs / 2_000 };
    return null;
  });
  return witness;
}

function isBorneOut(witnesses: readonly Witness[]): boolean {
  const agreeing = witnesses.filter(
    ({ offsetSeconds, uncertaintySeconds }) => Math.abs(offsetSeconds) - uncertaintySeconds <= toleratedSeconds,
  );
  return agreeing.length >= enough && agreeing.length * 2 > witnesses.length;
}
