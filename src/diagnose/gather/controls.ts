import { hasAnswered } from "../../kernel/answer.ts";
import { stampNow } from "../../kernel/clock.ts";
import { componentId } from "../../kernel/model/component.ts";
import type { DiagnosisSources } from "../../kernel/ports-diagnosis-sources.ts";
import { numberIn } from "../evidence/attempts.ts";
import { addressOf } from "../addresses.ts";
import { vpCtrl } from "../evidence/vp-ctrl.ts";
import { together, type Gathered } from "./gatherer.ts";
import { noted, orAborted } from "./noted.ts";
import { nearest, type Situation } from "./situation.ts";

export const mostProviders = 3;
const mostNeighbours = 8;
const mostVantages = 4;
const lookMs = 2_000;

interface Asking {
  readonly sources: DiagnosisSources;
  readonly situation: Situation;
  readonly vantages: readonly string[];
  readonly signal: AbortSignal;
}

/** Whether others at the same provider can be reached, from several vantages. */
export async function controlEvidence(asking: Asking): Promise<Gathered> {
  const providers = nearest(asking.situation, "provider", mostProviders);
  const vantages = asking.vantages.slice(0, mostVantages);
  return together(
    await Promise.all(providers.flatMap((key) => vantages.map((vantage) => fromOne(asking, key, vantage)))),
  );
}

/** Machines of others: one that is watched as the site's own fails with its own host, segment and line. */
export function neighboursOf({ site, cells }: Situation, provider: string): readonly string[] {
  const own = new Set([
    ...[...site.hosts.values()].flatMap(({ key, address }) => [key, ...(address === null ? [] : [address])]),
    ...cells.flatMap((check) => addressOf(check)?.host ?? []),
  ]);
  return (site.providers.get(provider)?.neighbours ?? [])
    .filter((url) => !own.has(new URL(url).hostname.toLowerCase()))
    .slice(0, mostNeighbours);
}

async function fromOne({ sources, situation, signal }: Asking, provider: string, vantage: string): Promise<Gathered> {
  const urls = neighboursOf(situation, provider);
  const looked = await Promise.all(
    urls.map(async (http) => {
      const look = sources.look(vantage, { kind: "http", keys: { http }, timeoutMs: lookMs });
      return { http, result: await orAborted(look, signal, null) };
    }),
  );
  const about = {
    evidence: vpCtrl.id,
    target: componentId("provider", provider),
    vantage,
    at: stampNow(sources.clock),
  };
  const told = looked.flatMap(({ http, result }) =>
    result === null || result.outcome === "unknown" ? [] : [{ http, isThere: isThere(result) }],
  );
  if (urls.length > 0 && told.length === 0) return noted(about, "timeout");
  const failed = told.filter(({ isThere: there }) => !there).map(({ http }) => http);
  return noted(about, vpCtrl.read({ failed, tried: told.length }));
}

/** Any answer will do: what is asked is whether the provider's network and machines stand. */
function isThere(result: Parameters<typeof numberIn>[0]): boolean {
  return result.outcome !== "down" || numberIn(result, "status") !== null || hasAnswered(result);
}
