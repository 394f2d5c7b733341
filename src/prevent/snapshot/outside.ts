import { hostOf, type Visit } from "../../clients/http-visit.ts";
import { stampNow, type Clock } from "../../kernel/clock.ts";
import type { Check } from "../../kernel/model/check.ts";
import type { OutsideView, PagePrint } from "../../kernel/model/aftercare.ts";
import type { Host, Site } from "../../kernel/model/site.ts";
import type { CheckStatus } from "../../kernel/model/status.ts";
import type { HostClockView } from "../../kernel/ports-hosts.ts";
import type { OutsideViewer } from "../../kernel/ports-prevent.ts";
import { Secret } from "../../kernel/secret.ts";
import type { Ledger } from "../../storage/ledger/ledger.ts";
import { seenClock } from "./seen-clock.ts";
import { fetchPrint } from "./page-print.ts";
import { pack, unpack } from "./shelf.ts";

export interface OutsideDeps {
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly site: Site;
  /** what the checks show now */
  checks(): readonly CheckStatus[];
  /** how far a host's clock is off, as its looks and its web server tell; null: nobody could tell */
  hostClock(host: string): HostClockView | null;
  /** the hub's own clock is known to be right */
  isHubClockSure(): boolean | Promise<boolean>;
  readonly keptDays?: number;
}

/** What hosts show to the world, now and as it was kept. */
export interface Outside extends OutsideViewer {
  apply(site: Site): void;
  /** Looks and keeps what it sees; after `stop` nothing. */
  keep(host: string): Promise<void>;
  /** Ends requests under way. */
  stop(): void;
}

const hourMs = 3_600_000;
const denseMs = 48 * hourMs;
const usualKeptDays = 30;
const pagesAtOnce = 4;
const mostPages = 100;
const maxRedirects = 10;

export function createOutsideViewer(deps: OutsideDeps): Outside {
  const { clock, ledger, keptDays = usualKeptDays } = deps;
  const stopping = new AbortController();
  let { site } = deps;

  async function look(host: string, isHubClockSure: boolean, sinceMs: number | null): Promise<OutsideView> {
    const known = site.hosts.get(host);
    const checks = known === undefined ? [] : checksOf(site, known, deps.checks());
    const wanted = pagesWanted(site, checks);
    const pages = await printsOf(clock, wanted, stopping.signal);
    return {
      at: stampNow(clock),
      checks,
      pages,
      certificates: certificatesOf(checks),
      clock: seenClock({ inside: deps.hostClock(host), checks, now: stampNow(clock), sinceMs }),
      isHubClockSure,
    };
  }

  return {
    now: async (host, clockSinceMs = null) => look(host, await deps.isHubClockSure(), clockSinceMs),
    async before(host, atMs) {
      const kept = await ledger.read.outsideBefore(host, atMs);
      return kept === null ? null : (JSON.parse(unpack(kept)) as OutsideView);
    },
    async keep(host) {
      if (stopping.signal.aborted) return;
      // time servers are not asked for every look that is only kept: nothing is judged by it
      const view = await look(host, false, null);
      const { atMs } = view.at;
      const old = { thinBeforeMs: atMs - denseMs, dropBeforeMs: atMs - keptDays * 24 * hourMs };
      const body = pack(JSON.stringify(view));
      await ledger.transaction(async (tx) => {
        await tx.insertOutside({ host, atMs, body });
        await tx.pruneOutside(host, old);
      });
    },
    apply: (next) => void (site = next),
    stop: () => stopping.abort(),
  };
}

/** Of the services on the host, and those that name its address themselves. */
function checksOf({ services }: Site, { key, address }: Host, all: readonly CheckStatus[]): readonly CheckStatus[] {
  const names = [key, address].flatMap((name) => (name === null ? [] : [name.toLowerCase()]));
  const namesIt = (target: string): boolean => {
    const words = target.toLowerCase().split(/[\s/@]+|:(?=\d+\b)/);
    return names.some((name) => words.includes(name));
  };
  return all.filter(({ service, target }) => services.get(service)?.on === key || namesIt(target));
}

/** Only what the hub itself asks for, and only by GET: another method may change something. */
function pagesWanted({ checks, hosts }: Site, of: readonly CheckStatus[]): ReadonlyMap<string, Visit> {
  const ids = new Set(of.map(({ id }) => id));
  const trustedHosts = new Set(
    [...hosts.values()].flatMap(({ key, address }) => [
      key.toLowerCase(),
      ...(address === null ? [] : [address.toLowerCase()]),
    ]),
  );
  const wanted = checks.filter(({ id, kind, vantages }) => kind === "http" && ids.has(id) && vantages.includes("here"));
  const visits = wanted.slice(0, mostPages).flatMap((check): readonly (readonly [string, Visit])[] => {
    const visit = visitOf(check, trustedHosts);
    return visit === null ? [] : [[check.id, visit]];
  });
  return new Map(visits);
}

function visitOf({ spec }: Check, trustedHosts: ReadonlySet<string>): Visit | null {
  const { http, method, headers, redirects, ca } = spec as Readonly<Record<string, unknown>>;
  if (typeof http !== "string" || !URL.canParse(http) || (method !== "GET" && method !== "HEAD")) return null;
  const url = new URL(http);
  url.hash = "";
  return {
    url,
    method: "GET",
    headers: { "accept-encoding": "gzip", ...credentials(url), ...sentHeaders(headers) },
    body: null,
    maxRedirects: redirects === "none" ? 0 : maxRedirects,
    caFile: typeof ca === "string" ? ca : null,
    trustedHosts: new Set([...trustedHosts, hostOf(url)]),
  };
}

function credentials({ username, password }: URL): Readonly<Record<string, string>> {
  if (username === "" && password === "") return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
}

/** The check's own, as the check sends them. */
function sentHeaders(headers: unknown): Readonly<Record<string, string>> {
  if (typeof headers !== "object" || headers === null) return {};
  const pairs = Object.entries(headers).flatMap(([name, value]: readonly [string, unknown]) => {
    const text = value instanceof Secret ? value.reveal() : value;
    return typeof text === "string" ? [[name.toLowerCase(), text] as const] : [];
  });
  return Object.fromEntries(pairs);
}

async function printsOf(
  clock: Clock,
  wanted: ReadonlyMap<string, Visit>,
  signal: AbortSignal,
): Promise<Readonly<Record<string, PagePrint | null>>> {
  const prints = new Map<string, PagePrint | null>();
  const waiting = [...wanted];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [id, visit] = next;
      prints.set(id, await fetchPrint(clock, visit, signal));
    }
  };
  await Promise.all(Array.from({ length: pagesAtOnce }, worker));
  // in the order of the file, whichever answered first
  return Object.fromEntries([...wanted.keys()].map((id) => [id, prints.get(id) ?? null]));
}

/** The certificate's fingerprint: two of one serial do not exist, and two of one fingerprint neither. */
function certificatesOf(checks: readonly CheckStatus[]): Readonly<Record<string, string>> {
  const found = checks.flatMap(({ id, cells }) => {
    const prints = cells.map(({ last }) => last?.facts["certificateFingerprint"]);
    const print = prints.find((one) => typeof one === "string");
    return print === undefined ? [] : [[id, print] as const];
  });
  return Object.fromEntries(found);
}
