import { runAttempt } from "../../clients/attempt.ts";
import { askTime } from "../../clients/ntp.ts";
import { reachableFirst, resolveHost } from "../../clients/resolve.ts";
import { elapsedMs, stampNow, type Clock, type Stamp } from "../../kernel/clock.ts";
import type { HostClockView } from "../../kernel/ports-hosts.ts";

interface TimeServer {
  readonly host: string;
  readonly port: number;
}

export interface HubClockDeps {
  readonly clock: Clock;
  /** time servers of different operators, asked when someone wants to know */
  servers(): readonly TimeServer[];
  /** clocks of the machines looked into, for a hub that reaches no time server */
  hostClocks(): readonly HostClockView[];
}

/** Whether other clocks may be judged by the hub's own. */
export interface HubClock {
  /** Three agree with it, and more than disagree. An answer holds for ten minutes, unless the clock was set or others are to be asked. */
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
  let known: { readonly at: Stamp; readonly isSure: boolean; readonly of: string } | null = null;
  let asking: { readonly of: string; readonly answer: Promise<boolean> } | null = null;

  async function ask(asked: readonly TimeServer[]): Promise<boolean> {
    const at = stampNow(clock);
    const heard = await Promise.all(asked.map((server) => witnessOf(clock, server, stopping.signal)));
    const told = heard.filter((one) => one !== null);
    const fresh = hostClocks().filter((view) => elapsedMs(view.at, at) <= longestMs);
    const isSure = isBorneOut(told.length >= enough ? told : [...told, ...fresh]);
    known = { at, isSure, of: namesOf(asked) };
    return isSure;
  }

  function answer(of: string): boolean | null {
    if (known === null || known.of !== of) return null;
    const now = stampNow(clock);
    const ageMs = now.monotonicMs - known.at.monotonicMs;
    const steppedSeconds = Math.abs(now.atMs - known.at.atMs - ageMs) / 1_000;
    if (steppedSeconds > toleratedSeconds || ageMs > (known.isSure ? sureForMs : unsureForMs)) return null;
    return known.isSure;
  }

  return {
    async isSure() {
      const wanted = servers();
      const of = namesOf(wanted);
      const said = answer(of);
      if (said !== null) return said;
      if (asking?.of === of) return asking.answer;
      const mine = { of, answer: ask(wanted) };
      asking = mine;
      try {
        return await mine.answer;
      } finally {
        if (asking === mine) asking = null;
      }
    },
    stop: () => stopping.abort(),
  };
}

function namesOf(servers: readonly TimeServer[]): string {
  return servers.map(({ host, port }) => `${host}:${port}`).join(" ");
}

/** One question to one time server; null: no answer worth anything. */
async function witnessOf(clock: Clock, { host, port }: TimeServer, signal: AbortSignal): Promise<Witness | null> {
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
