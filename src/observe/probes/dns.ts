import { isIP } from "node:net";
import { z } from "zod";
import { runAttempt, stop, type Attempt, type Step, type Stop } from "../../clients/attempt.ts";
import { askServer, askSystem, type DnsAnswer, type DnsServer } from "../../clients/dns-ask.ts";
import {
  aliasesIn,
  recordTexts,
  recordTypes,
  serialIn,
  shortestTtlSeconds,
  wireType,
  type AskedType,
} from "../../clients/dns-records.ts";
import { reachableFirst, resolveHost } from "../../clients/resolve.ts";
import { durationField, key, oneOrMany, many } from "../../kernel/fields.ts";
import { ok } from "../../kernel/result.ts";
import { defineProbe } from "../../kernel/model/probe.ts";
import { DnsExpectation, typesExpected, valuesStop } from "../dns-expectation.ts";
import { askedName, nameField } from "../dns-name.ts";
import { hostOrPortField, urlHost, urlHostPort, writeHostPort, type HostPort } from "../probe-fields.ts";

const dnsPort = 53;
const keptAnswers = 20;
/** A name server gets this long before the next is asked. Source: resolv.conf(5), RES_TIMEOUT. */
const serverLimitMs = 5_000;

const schema = z.strictObject({
  dns: key(nameField(), {
    ja: "尋ねる名前。IP アドレスを書くと逆引き(PTR)",
    en: "the name to ask for; an IP address asks for its name (PTR)",
  }),
  type: key(oneOrMany(z.enum(recordTypes)).optional(), {
    ja: "レコードの種類。省くと expect に書いた種類、それも無ければ A(無ければ AAAA)",
    en: "record types; when left out those under expect, else A, or AAAA when there is no A",
  }),
  server: key(hostOrPortField(dnsPort).optional(), {
    ja: "尋ねるサーバ(名前またはアドレス、ポートは省くと 53)。省くとこのマシンが使うサーバ",
    en: "the server to ask, port 53 when left out; this machine's own servers when left out",
  }),
  servers: key(z.array(hostOrPortField(dnsPort)).min(2).max(13).optional(), {
    ja: "同じことを尋ねる複数のサーバ。どれかが答えない、ゾーンの版(SOA の serial)がそろわないときは注意",
    en: "several servers asked the same; a warning when one fails or their zones' serials (SOA) differ",
  }),
  recursive: key(z.boolean().default(true), {
    ja: "false なら、サーバ自身が知っていることだけを尋ねる(権威サーバ向け)",
    en: "false asks only what the server itself knows, as authoritative servers do",
  }),
  expect: key(DnsExpectation.prefault({}), { ja: "期待する答え", en: "the answer expected" }),
  within: key(durationField().optional(), { ja: "これより遅ければ注意", en: "slower than this is a warning" }),
});
type Spec = z.output<typeof schema>;

/** What a name resolves to, asked of any server. */
export const dns = defineProbe({
  kind: "dns",
  summary: { ja: "名前解決の答え", en: "what a name resolves to" },
  schema,
  // the name asked for is no host to be replaced by its address
  addressedBy: ["server", "servers"],
  urlSchemes: ["dns"],
  // Source: RFC 4501, `dns://server/name?type=MX`; a name alone may stand without the slashes or as the host
  fromUrl: (url) => {
    const path = decodeURIComponent(url.pathname.replace(/^\/+/, ""));
    const type = new URLSearchParams(url.search.replaceAll(";", "&")).get("type")?.toUpperCase();
    const named = {
      dns: path === "" ? urlHost(url) : path,
      ...(type === undefined ? {} : { type: type as AskedType }),
    };
    return path === "" || url.hostname === "" ? named : { ...named, server: urlHostPort(url) };
  },
  target: ({ dns: name, server }) => (server === undefined ? name : `${name} @${writeHostPort(server)}`),
  hosts: (spec) => {
    const servers = serversOf(spec).map(({ host }) => host.toLowerCase());
    return servers.length === 0 ? [spec.dns] : [...new Set(servers)];
  },
  run: (spec, context) => runAttempt(context, (attempt) => look(attempt, spec)),
});

function serversOf({ server, servers = [] }: Spec): readonly HostPort[] {
  return server === undefined ? servers : [server, ...servers];
}

async function look(attempt: Attempt, spec: Spec): Promise<Stop | null> {
  const servers = serversOf(spec);
  const stopped =
    servers.length > 1 ? await lookAtAll(attempt, spec, servers) : await lookAtOne(attempt, spec, servers[0]);
  if (stopped !== null) return stopped;
  const { within = Infinity } = spec;
  const tookMs = attempt.elapsedMs();
  if (tookMs <= within) return null;
  return warning("application", "slow", `took ${Math.round(tookMs)} ms, expected within ${within} ms`);
}

async function lookAtOne(attempt: Attempt, spec: Spec, server: HostPort | undefined): Promise<Stop | null> {
  if (server === undefined) return judgeAll(attempt, spec, null);
  const found = await findServer(attempt, server);
  return found.ok ? judgeAll(attempt, spec, found.value) : found.error;
}

/** Each server in turn; those that fail while others serve are a warning, and so are zones of different age. */
async function lookAtAll(attempt: Attempt, spec: Spec, servers: readonly HostPort[]): Promise<Stop | null> {
  const failed: { readonly server: string; readonly stop: Stop }[] = [];
  const serials = new Map<string, number | null>();
  for (const [place, server] of servers.entries()) {
    const limitMs = Math.min(serverLimitMs, attempt.remainingMs() / (servers.length - place));
    const found = await findServer(attempt, server);
    const stopped = found.ok ? await judgeAll(attempt, spec, { ...found.value, limitMs }) : found.error;
    if (stopped !== null) failed.push({ server: writeHostPort(server), stop: stopped });
    if (stopped?.layer === "content" || !found.ok) continue;
    if (stopped === null)
      serials.set(writeHostPort(server), await serialOf(attempt, spec, { ...found.value, limitMs }));
  }
  attempt.facts["serials"] = [...serials].map(([server, serial]) => `${server} ${serial ?? "-"}`);
  return verdictOf(failed, serials, servers.length);
}

function verdictOf(
  failed: readonly { readonly server: string; readonly stop: Stop }[],
  serials: ReadonlyMap<string, number | null>,
  count: number,
): Stop | null {
  const told = failed.map(({ server, stop: { code, text } }) => `${server}: ${code}, ${text}`).join("\n");
  // a wrong answer reaches whoever happens to ask that server, however right the others are
  const worst = failed.find(({ stop: { layer } }) => layer === "content") ?? failed[0];
  if (worst !== undefined && (failed.length === count || worst.stop.layer === "content")) {
    return { ...worst.stop, text: told };
  }
  if (worst !== undefined) return warning("dns", "some-servers-failed", told);
  const known = new Set([...serials.values()].filter((serial) => serial !== null));
  if (known.size < 2) return null;
  return warning("content", "serial-differs", [...serials].map(([server, serial]) => `${server} ${serial}`).join(", "));
}

interface Asked extends DnsServer {
  readonly limitMs?: number;
}

async function findServer(attempt: Attempt, { host, port }: HostPort): Promise<Step<Asked>> {
  const resolved = await resolveHost(attempt, host);
  if (!resolved.ok) return resolved;
  const address = await reachableFirst(resolved.value);
  attempt.address = writeHostPort({ host: address, port });
  return ok({ address, port });
}

/** Every type that is asked for, in turn; @param server null: this machine's own */
async function judgeAll(attempt: Attempt, spec: Spec, server: Asked | null): Promise<Stop | null> {
  const types = typesOf(spec);
  const [first = "A", ...others] = types;
  let stopped = await judgeType(attempt, spec, { type: first, server });
  if (types.length === 0 && stopped?.code === "no-record") {
    stopped = (await judgeType(attempt, spec, { type: "AAAA", server })) === null ? null : stopped;
  }
  for (const type of others) stopped ??= await judgeType(attempt, spec, { type, server });
  return stopped;
}

function typesOf({ dns: name, type, expect }: Spec): readonly AskedType[] {
  const types = [...new Set([...many(type), ...typesExpected(expect)])];
  return types.length === 0 && isIP(name) !== 0 ? ["PTR"] : types;
}

interface Wanted {
  readonly type: AskedType;
  readonly server: Asked | null;
}

async function judgeType(attempt: Attempt, spec: Spec, wanted: Wanted): Promise<Stop | null> {
  const answered = await ask(attempt, spec, wanted);
  if (!answered.ok) return answered.error;
  const { type } = wanted;
  const values = recordTexts(answered.value.answers, type);
  noteAnswer(attempt, type, answered.value);
  return (
    rcodeStop(spec, answered.value, type) ?? flagsStop(spec, answered.value) ?? valuesOrNothing(spec, type, values)
  );
}

async function ask(
  attempt: Attempt,
  { dns: name, recursive }: Spec,
  { type, server }: Wanted,
): Promise<Step<DnsAnswer>> {
  const question = { name: askedName(name), type: wireType(type), recursive };
  return server === null ? askSystem(attempt, question) : askServer(attempt, { server, question, ...limitOf(server) });
}

function limitOf({ limitMs }: Asked): { limitMs?: number } {
  return limitMs === undefined ? {} : { limitMs };
}

async function serialOf(attempt: Attempt, { dns: name }: Spec, server: Asked): Promise<number | null> {
  const question = { name: askedName(name), type: "SOA", recursive: false } as const;
  const answered = await askServer(attempt, { server, question, ...limitOf(server) });
  return answered.ok ? serialIn([...answered.value.answers, ...answered.value.authorities]) : null;
}

function noteAnswer(attempt: Attempt, type: AskedType, answer: DnsAnswer): void {
  const { facts } = attempt;
  facts["rcode"] = answer.rcode;
  facts["transport"] = answer.transport;
  facts["authoritative"] = answer.isAuthoritative;
  facts["recursionOffered"] = answer.offersRecursion;
  facts["dnssecValidated"] = answer.isAuthenticated;
  const values = recordTexts(answer.answers, type).map((value) => `${type} ${value}`);
  facts["answers"] = [...new Set([...namedValues(facts["answers"]), ...values])].slice(0, keptAnswers);
  const ttlSeconds = shortestTtlSeconds(answer.answers);
  if (ttlSeconds !== null) facts["ttlSeconds"] = ttlSeconds;
  const aliases = aliasesIn(answer.answers);
  if (aliases.length > 0) facts["aliases"] = aliases.slice(0, keptAnswers);
  const serial = serialIn(answer.answers);
  if (serial !== null) facts["serial"] = serial;
}

function namedValues(kept: Attempt["facts"][string] | undefined): readonly (string | number)[] {
  return Array.isArray(kept) ? (kept as readonly (string | number)[]) : [];
}

/** Response codes with a word of their own; the first two are what a resolver says of a name anywhere else, too. */
const codes: Readonly<Record<string, string>> = {
  NXDOMAIN: "name-not-found",
  SERVFAIL: "name-server-failed",
  REFUSED: "query-refused",
};

function rcodeStop({ dns: name, expect }: Spec, { rcode }: DnsAnswer, type: AskedType): Stop | null {
  const wanted = expect.rcode.toUpperCase();
  if (rcode === wanted) return null;
  const text = `${rcode}: ${type} ${name}`;
  if (wanted !== "NOERROR") return stop("content", "answer-differs", `${text}; expected ${wanted}`).error;
  return stop("dns", codes[rcode] ?? "query-failed", text).error;
}

function flagsStop({ expect }: Spec, { isAuthoritative, isAuthenticated }: DnsAnswer): Stop | null {
  if (expect.authoritative && !isAuthoritative) {
    return stop("content", "not-authoritative", "the server is not responsible for the zone: no aa flag").error;
  }
  if (!expect.dnssec || isAuthenticated) return null;
  return stop("content", "not-validated", "the answer does not carry the resolver's DNSSEC verdict: no ad flag").error;
}

function valuesOrNothing(spec: Spec, type: AskedType, values: readonly string[]): Stop | null {
  if (spec.expect.rcode !== "noerror") return null;
  if (values.length === 0) return stop("dns", "no-record", `no ${type} record of ${spec.dns}`).error;
  return valuesStop({ name: spec.dns, type, values }, spec.expect);
}

function warning(layer: Stop["layer"], code: string, text: string): Stop {
  return { outcome: "degraded", layer, code, text };
}
