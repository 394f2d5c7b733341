import { isIP } from "node:net";
import { stampNow } from "../../kernel/clock.ts";
import { componentId } from "../../kernel/model/component.ts";
import type { DiagnosisSources } from "../../kernel/ports-diagnosis-sources.ts";
import { addressOf } from "../addresses.ts";
import { vpTcp } from "../evidence/vp-tcp.ts";
import type { Watched } from "./attempts.ts";
import { together, type Gathered } from "./gatherer.ts";
import { noted, orAborted } from "./noted.ts";

/** It follows the first wave, whose time it shares. */
const lookMs = 900;
const mostLooks = 24;

interface Asking {
  readonly sources: DiagnosisSources;
  readonly vantages: readonly string[];
  readonly signal: AbortSignal;
}

/** What was found where the name used to lead, to be put in place of what the name's own failure left unseen. */
export interface Pinned {
  in(gathered: Gathered): Gathered;
}

/** Where a name does not resolve, the port is tried at the address it was last all right at. */
export async function pinnedEvidence(
  { sources, vantages, signal }: Asking,
  watched: readonly Watched[],
): Promise<Pinned> {
  const lost = watched.filter((one) => vantages.includes(one.vantage) && lastAddress(one) !== null).slice(0, mostLooks);
  const found = await Promise.all(
    lost.map(async (one) => {
      const { check, vantage, usual } = one;
      const tcp = lastAddress(one) ?? "";
      const result = await orAborted(
        sources.look(vantage, { kind: "tcp", keys: { tcp }, timeoutMs: lookMs }),
        signal,
        null,
      );
      const target = componentId("service", check.service);
      const about = { evidence: vpTcp.id, target, vantage, at: stampNow(sources.clock) };
      return noted(about, result === null ? "timeout" : vpTcp.read({ kind: "tcp", result, usual }));
    }),
  );
  const extra = together(found);
  const known = new Set(extra.seen.map(keyOf));
  return {
    in: ({ seen, missing }) => ({
      seen: [...seen.filter((one) => !known.has(keyOf(one))), ...extra.seen],
      missing: missing.filter((one) => !known.has(keyOf(one))),
    }),
  };
}

/** `203.0.113.10:443`; null: its name leads where it always led, or nothing is known of before. */
function lastAddress({ check, now, usual }: Watched): string | null {
  const named = addressOf(check);
  const address = usual.addresses.at(-1);
  if (now === null || named === null || named.port === null || address === undefined) return null;
  if (isIP(named.host) !== 0 || check.kind === "icmp" || now.outcome !== "down" || now.layer !== "dns") return null;
  return `${isIP(address) === 6 ? `[${address}]` : address}:${named.port}`;
}

function keyOf(one: { readonly evidence: string; readonly target: string; readonly vantage: string | null }): string {
  return `${one.evidence} ${one.target} ${one.vantage}`;
}
