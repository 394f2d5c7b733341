import type { Clock } from "../../kernel/clock.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import type { Bilingual } from "../../kernel/lang.ts";
import type { Outcome, ProbeResult } from "../../kernel/model/observation.ts";
import type { Probe } from "../../kernel/model/probe.ts";
import type { StateWord } from "../../kernel/model/status.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import { probes } from "../../observe/index.ts";
import { foundSentence, type FoundKind } from "../../words/propose.ts";
import type { Plain } from "../edit/value.ts";
import { readAddress, type Address } from "./address.ts";
import { readGateway } from "./gateway.ts";

/** One check that seems worth having, with what it sees right now. */
export interface Suggestion {
  /** stable inside one look: `web`, `certificate`, `mail` … */
  readonly id: FoundKind;
  /** the service it would belong to */
  readonly service: string;
  readonly state: StateWord;
  /** one sentence: what was found */
  readonly say: Bilingual;
  /** as the configuration file has it */
  readonly check: { readonly [key: string]: Plain };
  readonly ticked: boolean;
}

export interface Found {
  /** as it was typed */
  readonly address: string;
  readonly host: string;
  readonly suggestions: readonly Suggestion[];
}

export interface LookDeps {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** the machine's own when left out */
  readonly probes?: readonly Probe[];
}

/** Everything together; a person is waiting. */
const wholeMs = 10_000;
const eachMs = 6_000;

interface Looking extends LookDeps {
  readonly probes: readonly Probe[];
}

/**
 * Looks at an address from all sides at once: page, certificate, redirect, names, mail, SSH, expiry, and this machine's
 * own line. @returns KB1001 for what is no address, KB1109 when nothing is there
 */
export async function lookAround(typed: string, deps: LookDeps): Promise<Result<Found, KoboshiError>> {
  const address = readAddress(typed);
  if (address === null) return err(new KoboshiError("KB1001", { what: typed.slice(0, 100) }));
  const stop = new AbortController();
  const onAbort = (): void => stop.abort();
  deps.signal.addEventListener("abort", onAbort, { once: true });
  const timer = deps.clock.after(wholeMs, onAbort);
  try {
    const looking: Looking = { clock: deps.clock, signal: stop.signal, probes: deps.probes ?? probes };
    const groups = await Promise.all([
      lookAtWeb(looking, address),
      lookAtNames(looking, address),
      lookAtMail(looking, address),
      lookAtSsh(looking, address),
      lookAtLine(looking),
    ]);
    const suggestions = groups.flat();
    // a name that does not exist is a slip of the keyboard; a page that is down may be why someone came
    const there = suggestions.some(({ id, state }) => id !== "line" && state !== "down");
    const named = suggestions.some(({ id }) => id === "web");
    if (!there && !named) return err(new KoboshiError("KB1109", { address: typed.slice(0, 100) }));
    return ok({ address: typed.trim(), host: address.host, suggestions });
  } finally {
    timer.cancel();
    deps.signal.removeEventListener("abort", onAbort);
  }
}

type Spec = { readonly [key: string]: Plain };

/** One attempt; null when there is no such probe or the check cannot be written. */
async function look({ probes: known, clock, signal }: Looking, kind: string, spec: Spec): Promise<ProbeResult | null> {
  const probe = known.find((one) => one.kind === kind);
  const parsed = probe?.schema.safeParse(spec);
  if (probe === undefined || parsed?.success !== true) return null;
  const trustedHosts = new Set(probe.hosts(parsed.data));
  return probe.run(parsed.data, { clock, signal, timeoutMs: eachMs, trustedHosts });
}

const stateOf: Readonly<Record<Outcome, StateWord>> = {
  up: "ok",
  degraded: "warning",
  down: "down",
  unknown: "unknown",
};

function suggestion(
  id: FoundKind,
  service: string,
  { check, result }: { readonly check: Spec; readonly result: ProbeResult },
): Suggestion {
  const state = stateOf[result.outcome];
  const ticked = state === "ok" || state === "warning" || id === "web";
  return { id, service, state, say: foundSentence(id, result), check, ticked };
}

function works(result: ProbeResult | null): result is ProbeResult {
  return result !== null && (result.outcome === "up" || result.outcome === "degraded");
}

async function lookAtWeb(looking: Looking, { host, url }: Address): Promise<Suggestion[]> {
  const name = host.includes(":") ? `[${host}]` : host;
  const wanted = url === null ? [`https://${name}/`, `http://${name}/`] : [url];
  const seen = await Promise.all(wanted.map((http) => look(looking, "http", { http })));
  const best = Math.max(0, seen.findIndex(works));
  const [http, result] = [wanted[best] ?? "", seen[best] ?? null];
  if (result === null || (result.layer === "dns" && !works(result))) return [];
  const service = serviceName(host);
  const page = suggestion("web", service, { check: { http }, result });
  if (!http.startsWith("https:")) return [page];
  const [certificate, redirect] = await Promise.all([
    lookAtCertificate(looking, { url: new URL(http), service }),
    lookAtRedirect(looking, { http: wanted[1], seen: seen[1] ?? null, service }),
  ]);
  return [page, ...certificate, ...redirect];
}

/** Visitors who type the bare name come by http first. */
async function lookAtRedirect(
  looking: Looking,
  { http, seen, service }: { http: string | undefined; seen: ProbeResult | null; service: string },
): Promise<Suggestion[]> {
  if (http === undefined || !works(seen) || !String(seen.facts["finalUrl"]).startsWith("https:")) return [];
  const check = { http, redirects: "none", expect: { status: "3xx" } };
  const result = await look(looking, "http", check);
  return works(result) ? [suggestion("redirect", service, { check, result })] : [];
}

async function lookAtCertificate(
  looking: Looking,
  { url, service }: { readonly url: URL; readonly service: string },
): Promise<Suggestion[]> {
  const check = { tls: `${url.hostname}:${url.port === "" ? "443" : url.port}` };
  const result = await look(looking, "tls", check);
  return result === null ? [] : [suggestion("certificate", service, { check, result })];
}

async function lookAtNames(looking: Looking, { host, domain }: Address): Promise<Suggestion[]> {
  if (domain === null) return [];
  const [names, expiry] = await Promise.all([look(looking, "dns", { dns: host }), look(looking, "domain", { domain })]);
  return [
    ...(works(names) ? [suggestion("dns", "dns", { check: { dns: host }, result: names })] : []),
    ...(works(expiry) ? [suggestion("domain", "dns", { check: { domain }, result: expiry })] : []),
  ];
}

async function lookAtMail(looking: Looking, { domain }: Address): Promise<Suggestion[]> {
  if (domain === null) return [];
  const mx = await look(looking, "dns", { dns: domain, type: "MX" });
  const answers = works(mx) ? mx.facts["answers"] : [];
  const exchanger = (Array.isArray(answers) ? (answers as readonly unknown[]) : [])
    .map((answer) => String(answer).split(/\s+/).at(-1)?.replace(/\.$/, "") ?? "")
    .find((name) => name.includes("."));
  if (exchanger === undefined) return [];
  const [smtp, imap, pop3] = await Promise.all([
    lookAtSmtp(looking, exchanger),
    firstOf(looking, [`imap.${domain}`, `mail.${domain}`, exchanger], {
      id: "imap",
      checkOf: (host) => ({ imap: `imaps://${host}` }),
    }),
    firstOf(looking, [`pop.${domain}`, `mail.${domain}`, exchanger], {
      id: "pop3",
      checkOf: (host) => ({ pop3: `pop3s://${host}` }),
    }),
  ]);
  return [...smtp, ...imap, ...pop3];
}

async function lookAtSmtp(looking: Looking, exchanger: string): Promise<Suggestion[]> {
  const checks: Spec[] = [{ smtp: `${exchanger}:25`, starttls: true }, { smtp: `${exchanger}:25` }];
  for (const check of checks) {
    const result = await look(looking, "smtp", check);
    if (works(result)) return [suggestion("smtp", "mail", { check, result })];
  }
  return [];
}

interface Wanted {
  readonly id: "imap" | "pop3";
  checkOf(host: string): Spec;
}

/** The first of several likely names that answers, all asked at once. */
async function firstOf(looking: Looking, hosts: readonly string[], { id, checkOf }: Wanted): Promise<Suggestion[]> {
  const checks = [...new Set(hosts)].map(checkOf);
  const results = await Promise.all(checks.map((check) => look(looking, id, check)));
  const index = results.findIndex(works);
  const [check, result] = [checks[index], results[index]];
  return check === undefined || result === undefined || result === null
    ? []
    : [suggestion(id, "mail", { check, result })];
}

async function lookAtSsh(looking: Looking, { host }: Address): Promise<Suggestion[]> {
  const check = { ssh: host.includes(":") ? `[${host}]:22` : `${host}:22` };
  const result = await look(looking, "ssh", check);
  return works(result) ? [suggestion("ssh", serviceName(host), { check, result })] : [];
}

/** This machine's own way out: without it every service seems down at once. */
async function lookAtLine(looking: Looking): Promise<Suggestion[]> {
  const gateway = readGateway();
  if (gateway === null) return [];
  const check = { icmp: gateway };
  const result = await look(looking, "icmp", check);
  return works(result) ? [suggestion("line", "line", { check, result })] : [];
}

/** `www.example.jp` → `www`; an address → `web` */
export function serviceName(host: string): string {
  const [first = ""] = host.split(".");
  return /^[a-z][a-z0-9-]{0,62}$/.test(first) && host.includes(".") ? first : "web";
}
