import { runAttempt } from "../../clients/attempt.ts";
import { echo } from "../../clients/icmp.ts";
import { reachableFirst, resolveHost } from "../../clients/resolve.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Burst } from "./packets.ts";

export interface BurstFound {
  readonly address: string | null;
  /** null when nothing could be sent: `why` says so */
  readonly burst: Burst | null;
  readonly why: string | null;
}

const echoes = 5;
const longestMs = 5_000;
/** ping's own words for «nothing came back»; they mean loss, not blindness */
const silent: ReadonlySet<string> = new Set(["timeout", "host-unreachable"]);

/** Five echoes to a host. `sticky`: the address to stay with as long as the name still has it. */
export async function lookAtPackets(
  host: string,
  sticky: string | null,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<BurstFound> {
  let address: string | null = null;
  let burst: Burst | null = null;
  const result = await runAttempt({ clock, timeoutMs: longestMs, signal }, async (attempt) => {
    const resolved = await resolveHost(attempt, host);
    if (!resolved.ok) return resolved.error;
    const stays = sticky !== null && resolved.value.includes(sticky);
    address = stays ? sticky : await reachableFirst(resolved.value);
    const heard = await echo(attempt, { address, count: echoes });
    if (!heard.ok) return heard.error;
    const { sent, received, roundTripMs } = heard.value;
    burst = { atMonotonicMs: clock.monotonicMs(), sent, received, roundTripMs };
    return null;
  });
  if (address !== null && result.error !== null && silent.has(result.error.code)) {
    burst = { atMonotonicMs: clock.monotonicMs(), sent: echoes, received: 0, roundTripMs: [] };
  }
  return { address, burst, why: burst === null ? (result.error?.code ?? "unknown") : null };
}
