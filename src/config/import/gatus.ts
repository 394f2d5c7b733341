import type { KoboshiError } from "../../kernel/errors.ts";
import { ok, type Result } from "../../kernel/result.ts";
import { bodyOf, headersOf, hostPort, methodOf, plainUrl, seconds, timing, type Owner } from "./checks.ts";
import { goDurationMs, readConditions, type Expected } from "./gatus-conditions.ts";
import type { Importer } from "./importer.ts";
import { addressesOf } from "./kuma-notifications.ts";
import type { Move, Values } from "./move.ts";
import { isMap, isYes, listOf, numberOf, oneLine, textOf } from "./text.ts";
import { readYaml } from "./yaml.ts";

export const gatus: Importer = {
  product: "gatus",
  name: { ja: "Gatus", en: "Gatus" },
  file: { ja: "config.yaml", en: "config.yaml" },
  mostBytes: 10_000_000,
  read(source, move): Result<null, KoboshiError> {
    const config = readYaml(source, "Gatus config.yaml");
    if (!config.ok) return config;
    return readConfig(config.value, move);
  },
};

/** What is read here; anything else in the file is listed. */
const known = new Set(["endpoints", "external-endpoints", "alerting", "maintenance", "ui"]);

function readConfig(config: Values, move: Move): Result<null, KoboshiError> {
  const groups = new Map<string, string[]>();
  const join = (group: string, key: string): void => {
    if (group !== "") groups.set(group, [...(groups.get(group) ?? []), key]);
  };
  for (const endpoint of listOf(config["endpoints"]).filter(isMap)) {
    const key = moveEndpoint(endpoint, move);
    if (key !== null) join(textOf(endpoint["group"]), key);
  }
  for (const [group, needs] of groups) if (move.hasRoom()) move.service({ name: group, needs });
  for (const external of listOf(config["external-endpoints"]).filter(isMap)) moveExternal(external, move);
  if (isMap(config["alerting"])) moveAlerting(config["alerting"], move);
  if (isMap(config["maintenance"])) move.left("maintenance", "maintenance", textOf(config["maintenance"]["start"]));
  for (const name of Object.keys(config).filter((one) => !known.has(one))) move.left(name, "setting");
  return ok(null);
}

function moveEndpoint(endpoint: Values, move: Move): string | null {
  const name = textOf(endpoint["name"]) || textOf(endpoint["url"]);
  const group = textOf(endpoint["group"]);
  const owner = { what: `endpoint «${group === "" ? "" : `${group}/`}${name}»`, name };
  const look = stays(endpoint, owner.what, move) ? null : readAddress(endpoint, owner, move);
  return look === null ? null : moveLook(endpoint, look, { owner, move });
}

/** Switched off, or one too many: then it is listed. */
function stays({ enabled }: Values, what: string, move: Move): boolean {
  if (enabled !== false && move.hasRoom()) return false;
  move.left(what, enabled === false ? "paused" : "many");
  return true;
}

function moveLook(endpoint: Values, look: Look, { owner, move }: At): string {
  const conditions = listOf(endpoint["conditions"]).map((one) => unescape(textOf(one)));
  const expected = readConditions(conditions, look.kind);
  for (const text of expected.left) move.left(owner.what, "condition", text);
  const client = isMap(endpoint["client"]) ? endpoint["client"] : {};
  tellClient(client, owner, move);
  const times = timesOf(endpoint, client);
  const redirects = client["ignore-redirect"] === true && look.kind === "http" ? { redirects: "none" } : {};
  const check = { ...look.check, ...expecting[look.kind]?.(expected, look.check), ...times, ...redirects };
  return move.service({ name: owner.name, checks: [check, ...domainChecks(endpoint, expected)] });
}

function timesOf(endpoint: Values, client: Values): Values {
  const every = (goDurationMs(textOf(endpoint["interval"])) ?? 60_000) / 1_000;
  const timeout = (goDurationMs(textOf(client["timeout"])) ?? 0) / 1_000;
  return timing({ every, timeout, retries: retriesOf(endpoint) });
}

/** The alerts' own number of failures in a row; ours is one less than that in repetitions. */
function retriesOf(endpoint: Values): number | null {
  const [threshold] = listOf(endpoint["alerts"])
    .filter(isMap)
    .flatMap((alert) => numberOf(alert["failure-threshold"]) ?? []);
  return threshold === undefined ? null : threshold - 1;
}

function tellClient(client: Values, owner: Owner, move: Move): void {
  if (client["insecure"] === true) move.left(owner.what, "insecure-tls");
  if (textOf(client["proxy-url"]) !== "") move.left(owner.what, "proxy");
  for (const kind of ["oauth2", "identity-aware-proxy", "tls"])
    if (client[kind] !== undefined) move.left(owner.what, "login-kind", kind);
}

interface Look {
  readonly kind: string;
  readonly check: Values;
}

function readAddress(endpoint: Values, owner: Owner, move: Move): Look | null {
  const written = unescape(textOf(endpoint["url"]));
  if (/\$\{?[A-Za-z_]/.test(written)) {
    move.left(owner.what, "environment", written);
    return null;
  }
  if (isMap(endpoint["dns"])) return readDns(endpoint["dns"], written, { owner, move });
  const scheme = /^([a-z]+):\/\//i.exec(written)?.[1]?.toLowerCase() ?? "";
  if (scheme === "http" || scheme === "https") return readHttp(endpoint, written, { owner, move });
  const rest = written.slice(scheme.length + 3).replace(/\/.*$/s, "");
  const other = byScheme[scheme]?.(rest, written) ?? null;
  if (other === null) move.left(owner.what, "kind", scheme === "" ? written : scheme);
  return other;
}

const byScheme: Readonly<Record<string, (rest: string, written: string) => Look>> = {
  tcp: (rest) => ({ kind: "tcp", check: { tcp: rest } }),
  tls: (rest) => ({ kind: "tls", check: { tls: rest } }),
  starttls: (rest) => ({ kind: "smtp", check: { smtp: rest, starttls: true } }),
  icmp: (rest) => ({ kind: "icmp", check: { icmp: rest } }),
  ssh: (rest) => ({ kind: "ssh", check: { ssh: rest } }),
  ws: (_rest, written) => ({ kind: "websocket", check: { websocket: written } }),
  wss: (_rest, written) => ({ kind: "websocket", check: { websocket: written } }),
};

interface At {
  readonly owner: Owner;
  readonly move: Move;
}

function readHttp(endpoint: Values, written: string, { owner, move }: At): Look | null {
  const address = plainUrl(written, owner, move);
  const method = methodOf(endpoint["method"], owner, move);
  if (address === null || method === null) return null;
  const headers = { ...headersOf(unescapeAll(endpoint["headers"]), owner, move), ...address.headers };
  const body = bodyOf(unescape(textOf(endpoint["body"])), owner, move);
  if (isYes(endpoint["graphql"])) move.left(owner.what, "setting", "graphql");
  return {
    kind: "http",
    check: {
      http: address.url,
      ...(method === "GET" ? {} : { method }),
      ...(Object.keys(headers).length === 0 ? {} : { headers }),
      ...(body === undefined ? {} : { body }),
    },
  };
}

function readDns(dns: Values, server: string, { owner, move }: At): Look | null {
  const name = textOf(dns["query-name"]).replace(/\.$/, "");
  if (name === "") {
    move.left(owner.what, "incomplete", "dns.query-name");
    return null;
  }
  const type = (textOf(dns["query-type"]) || "A").toUpperCase();
  const [host = "", port] = server.replace(/^dns:\/\//, "").split(":");
  const asked = host === "" ? {} : { server: hostPort(host, port === undefined ? null : Number(port)) };
  return { kind: "dns", check: { dns: name, type, ...asked } };
}

type Expecting = (expected: Expected, check: Values) => Values;

/** What each kind of check can be asked of what Gatus asks. */
const expecting: Readonly<Record<string, Expecting>> = {
  http: (expected) => ({ ...warnBefore(expected), ...expectAll(expected) }),
  smtp: (expected) => ({ ...warnBefore(expected), ...expectWithin(expected) }),
  icmp: (expected) => expectWithin(expected),
  tls: warnBefore,
  websocket: (expected) => ({ ...warnBefore(expected), ...within(expected) }),
  tcp: ({ banner }) => (banner === null ? {} : { expect: { banner } }),
  ssh: ({ banner }) => (banner === null ? {} : { expect: { banner } }),
  dns: (expected, check) => ({ ...within(expected), ...recordExpected(expected, textOf(check["type"])) }),
};

function within({ withinMs }: Expected): Values {
  return withinMs === null ? {} : { within: `${withinMs}ms` };
}

function warnBefore({ certificateDays }: Expected): Values {
  return certificateDays === null ? {} : { warn: `${certificateDays}d` };
}

function expectWithin(expected: Expected): Values {
  return expected.withinMs === null ? {} : { expect: within(expected) };
}

/** A single entry needs no brackets. */
function alone<T>(list: readonly T[]): T | readonly T[] | undefined {
  return list.length === 1 ? list[0] : list;
}

function expectAll(expected: Expected): Values {
  const expect = {
    ...(expected.status.length === 0 ? {} : { status: alone(expected.status) }),
    ...(expected.contains.length === 0 ? {} : { contains: alone(expected.contains) }),
    ...within(expected),
  };
  return Object.keys(expect).length === 0 ? {} : { expect };
}

const recordKeys = new Set(["a", "aaaa", "cname", "mx", "ns", "txt"]);

function recordExpected({ record }: Expected, type: string): Values {
  const key = type.toLowerCase();
  return record === null || !recordKeys.has(key) ? {} : { expect: { [key]: record } };
}

function domainChecks(endpoint: Values, { domainDays: days }: Expected): readonly Values[] {
  const url = textOf(endpoint["url"]);
  if (days === null || !URL.canParse(url)) return [];
  return [{ domain: new URL(url).hostname, warn: `${days}d`, every: "1d" }];
}

function moveExternal(external: Values, move: Move): void {
  const name = textOf(external["name"]);
  const what = `external-endpoint «${name}»`;
  if (stays(external, what, move)) return undefined;
  const heartbeat = isMap(external["heartbeat"]) ? external["heartbeat"] : {};
  const everyMs = goDurationMs(textOf(heartbeat["interval"]));
  const group = textOf(external["group"]);
  const value = everyMs === null || everyMs === 0 ? {} : { every: seconds(everyMs / 1_000) };
  move.job({ name, comments: group === "" ? [] : [`group: ${group}`], value });
  return move.left(what, "address");
}

function moveAlerting(alerting: Values, move: Move): void {
  for (const [kind, config] of Object.entries(alerting)) {
    if (!isMap(config)) continue;
    if (kind === "email") moveMail(config, move);
    else if (kind === "custom")
      move.left("alerting.custom", "channel", oneLine(textOf(config["url"]).replace(/\?.*$/s, ""), 80));
    else move.left(`alerting.${kind}`, "channel", kind);
  }
}

function moveMail(config: Values, move: Move): void {
  const [host, port] = [textOf(config["host"]), numberOf(config["port"]) ?? 587];
  if (!/^[^\s:/@[\]$]+$/.test(host)) return move.left("alerting.email", "incomplete", "host");
  const [user, from] = [textOf(config["username"]), textOf(config["from"])];
  move.channel({
    name: "mail",
    value: {
      kind: "mail",
      smtp: `${port === 465 ? "smtps" : "smtp"}://${host}:${port}`,
      ...(user === "" || user.includes("$") ? {} : { user }),
      ...passwordOf(textOf(config["password"]), move),
      ...(from === "" || from.includes("$") ? {} : { from: oneLine(from, 200) }),
    },
  });
  for (const mail of addressesOf(textOf(config["to"]))) move.person({ name: mail.split("@")[0] ?? "person", mail });
}

function passwordOf(written: string, move: Move): Values {
  if (written === "") return {};
  const variable = /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$/.exec(written)?.[1];
  const secret = { owner: "mail", purpose: "smtp password" };
  return { password: move.secret(variable === undefined ? secret : { ...secret, variable }) };
}

/** `$$` is how Gatus writes a dollar. */
function unescape(text: string): string {
  return text.replaceAll("$$", "$");
}

function unescapeAll(headers: unknown): unknown {
  if (!isMap(headers)) return headers;
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, unescape(textOf(value))]));
}
