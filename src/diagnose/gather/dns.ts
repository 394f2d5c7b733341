import { isIP } from "node:net";
import { stampNow } from "../../kernel/clock.ts";
import { componentId, nameOf } from "../../kernel/model/component.ts";
import type { ProbeResult } from "../../kernel/model/observation.ts";
import type { CheckStatus } from "../../kernel/model/status.ts";
import type { DiagnosisSources } from "../../kernel/ports-diagnosis-sources.ts";
import { domainOf } from "../addresses.ts";
import { addressIn, nothingUsual } from "../evidence/attempts.ts";
import { vpDnsa } from "../evidence/vp-dnsa.ts";
import { vpRdap } from "../evidence/vp-rdap.ts";
import { askedName } from "../parts.ts";
import { together, type Gathered, type Gatherer } from "./gatherer.ts";
import { noted, orAborted } from "./noted.ts";
import { rankOf } from "./readings.ts";
import { nearest, type Situation } from "./situation.ts";

const mostDomains = 6;
const mostServers = 3;
const lookMs = 2_000;
const usualMs = 2 * 3_600_000;
const mostRows = 300;
const vantage = "here";

/** Asks each domain's own name servers; which they are is remembered, since they cannot be asked for once they are silent. */
export function createNameGatherer(sources: DiagnosisSources): Gatherer {
  const servers = new Map<string, readonly string[]>();
  return {
    id: "dns",
    bundle: "dns",
    offers: (situation) =>
      nearest(situation, "domain", mostDomains)
        .filter((domain) => !isAskedByCheck(domain, situation))
        .map((domain) => {
          const target = componentId("domain", domain);
          return { bundle: "dns", target, tells: [{ evidence: vpDnsa.id, target, vantage }], expectedSeconds: 1 };
        }),
    gather: (offer, situation, signal) =>
      offer.target === null
        ? Promise.resolve({ seen: [], missing: [] })
        : look({ sources, servers, situation, signal }, nameOf(offer.target)),
  };
}

interface Asking {
  readonly sources: DiagnosisSources;
  /** addresses of each domain's name servers, as they were last found */
  readonly servers: Map<string, readonly string[]>;
  readonly situation: Situation;
  readonly signal: AbortSignal;
}

/** Names that checks look up in this domain; a check of the kind asks a server itself. */
function checksIn(domain: string, { cells, graph }: Situation): readonly CheckStatus[] {
  const known = new Set([...graph.parts.keys()].filter((id) => id.startsWith("domain:")).map(nameOf));
  return cells.filter((check) => {
    const name = askedName(check);
    return name !== null && domainOf(name, known) === domain;
  });
}

function isAskedByCheck(domain: string, situation: Situation): boolean {
  return checksIn(domain, situation).some(({ kind, target }) => kind === "dns" && target.includes(" @"));
}

async function look(asking: Asking, domain: string): Promise<Gathered> {
  const { sources, situation } = asking;
  const target = componentId("domain", domain);
  const at = stampNow(sources.clock);
  const hasRegistry = situation.cells.some(
    ({ kind, target: asked }) => kind === "domain" && asked.toLowerCase() === domain,
  );
  const rdap = hasRegistry ? [] : [noted({ evidence: vpRdap.id, target, vantage: null, at }, "not-configured")];
  const about = { evidence: vpDnsa.id, target, vantage, at };
  const found = await serversOf(asking, domain);
  if (found.length === 0) return together([noted(about, "unreachable"), ...rdap]);
  const name = checksIn(domain, situation).flatMap((check) => askedName(check) ?? [])[0] ?? domain;
  const expect = await usualAnswer(asking, domain);
  const read = await Promise.all(
    found.map(async (server) => {
      const asked = server.includes(":") ? `[${server}]` : server;
      const result = await ask(asking, { dns: name, server: asked, recursive: false, ...expect });
      return result === null ? ("timeout" as const) : vpDnsa.read({ kind: "dns", result, usual: nothingUsual });
    }),
  );
  const worst = read.reduce((a, b) => (rankOf(vpDnsa, b) > rankOf(vpDnsa, a) ? b : a));
  return together([noted(about, worst), ...rdap]);
}

function ask({ sources, signal }: Asking, keys: Readonly<Record<string, unknown>>): Promise<ProbeResult | null> {
  return orAborted(sources.look(vantage, { kind: "dns", keys, timeoutMs: lookMs }), signal, null);
}

async function serversOf(asking: Asking, domain: string): Promise<readonly string[]> {
  const names = recordsIn(await ask(asking, { dns: domain, type: "NS" }), "NS").slice(0, mostServers);
  const addresses = await Promise.all(
    names.map(async (dns) => recordsIn(await ask(asking, { dns, type: "A" }), "A")[0]),
  );
  const found = addresses.filter((address) => address !== undefined);
  if (found.length > 0) asking.servers.set(domain, found);
  return asking.servers.get(domain) ?? [];
}

/** `["NS ns1.example.jp."]` → `["ns1.example.jp"]` */
function recordsIn(result: ProbeResult | null, type: string): readonly string[] {
  const answers = result?.facts["answers"];
  if (!Array.isArray(answers)) return [];
  return answers
    .map(String)
    .filter((answer) => answer.startsWith(`${type} `))
    .map((answer) => answer.slice(type.length + 1).replace(/\.$/, ""));
}

/** Where the name led while all was right. A name that takes turns among many is not held to any. */
async function usualAnswer({ sources, situation }: Asking, domain: string): Promise<Readonly<Record<string, unknown>>> {
  const first = checksIn(domain, situation).find(({ kind }) => kind !== "dns");
  if (first === undefined) return {};
  const rows = await sources.observations({
    checkIds: [first.id],
    fromMs: situation.fromMs - usualMs,
    toMs: situation.fromMs,
    limit: mostRows,
  });
  const addresses = [...new Set(rows.filter(({ outcome }) => outcome === "up").flatMap((row) => addressIn(row) ?? []))];
  const a = addresses.filter((address) => isIP(address) === 4);
  return a.length === 0 || addresses.length > mostServers ? {} : { expect: { a, match: "contains" } };
}
