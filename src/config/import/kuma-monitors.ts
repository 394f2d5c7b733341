import {
  basicLogin,
  bearerLogin,
  bodyOf,
  databaseCheck,
  headersOf,
  hostPort,
  methodOf,
  plainUrl,
  seconds,
  statusCodes,
  timing,
  type Owner,
} from "./checks.ts";
import type { Move, Values } from "./move.ts";
import { byField, isYes, jsonList, jsonOf, listOf, isMap, numberOf, textOf } from "./text.ts";

/** A monitor by the names of Uptime Kuma's own database; a backup's names are brought to these. */
export type KumaMonitor = Values;

/** What a backup calls differently. */
const backupNames: Readonly<Record<string, string>> = {
  accepted_statuscodes: "accepted_statuscodes_json",
  databaseConnectionString: "database_connection_string",
  databaseQuery: "database_query",
  docker_container: "docker_container",
  expectedValue: "expected_value",
  ignoreTls: "ignore_tls",
  invertKeyword: "invert_keyword",
  jsonPath: "json_path",
  proxyId: "proxy_id",
  pushToken: "push_token",
  authMethod: "auth_method",
  retryInterval: "retry_interval",
  smtpSecurity: "smtp_security",
  upsideDown: "upside_down",
  wsSubprotocol: "ws_subprotocol",
};

export function fromBackup(monitor: Values): KumaMonitor {
  return Object.fromEntries(Object.entries(monitor).map(([name, value]) => [backupNames[name] ?? name, value]));
}

export interface KumaSettings {
  readonly monitors: readonly KumaMonitor[];
  /** tags of each monitor, by its id */
  readonly tags: ReadonlyMap<number, readonly string[]>;
}

type Reader = (monitor: KumaMonitor, owner: Owner, move: Move) => Values | null;

/** One reader for each type of monitor that we have a probe for. */
const readers: Readonly<Record<string, Reader>> = {
  http: readHttp,
  keyword: readHttp,
  "json-query": readHttp,
  "real-browser": readBrowser,
  port: (monitor, owner, move) => atPort("tcp", monitor, { owner, move }),
  smtp: (monitor, owner, move) => withStarttls(monitor, atPort("smtp", monitor, { owner, move })),
  ntp: (monitor, owner, move) => atPort("ntp", monitor, { owner, move }),
  ping: (monitor, owner, move) => atHost("icmp", monitor, { owner, move }),
  dns: readDns,
  postgres: (monitor, owner, move) => readDatabase("postgres", monitor, { owner, move }),
  mysql: (monitor, owner, move) => readDatabase("mysql", monitor, { owner, move }),
  redis: (monitor, owner, move) => readDatabase("redis", monitor, { owner, move }),
  "websocket-upgrade": readWebSocket,
};

/** Puts monitors in as services and jobs, and groups as services that need their members. @returns keys by monitor id */
export function moveMonitors({ monitors, tags }: KumaSettings, move: Move): ReadonlyMap<number, string> {
  const keys = new Map<number, string>();
  const groups = monitors.filter(({ type }) => type === "group");
  for (const monitor of monitors.filter(({ type }) => type !== "group")) {
    const key = moveMonitor(monitor, tags.get(numberOf(monitor["id"]) ?? -1) ?? [], move);
    if (key !== null) keys.set(numberOf(monitor["id"]) ?? -1, key);
  }
  const members = byField(monitors, "parent");
  const depths = depthsOf(groups);
  // the innermost first, so that a group of groups finds its members
  for (const group of groups.toSorted((a, b) => (depths.get(b["id"]) ?? 0) - (depths.get(a["id"]) ?? 0))) {
    const id = numberOf(group["id"]) ?? -1;
    const needs = (members.get(group["id"]) ?? []).flatMap((member) => keys.get(numberOf(member["id"]) ?? -2) ?? []);
    if (needs.length > 0 && move.hasRoom()) keys.set(id, move.service({ name: nameOf(group), needs }));
  }
  return keys;
}

const deepest = 50;

/** How many groups each group lies in; a ring of parents ends at `deepest`. */
function depthsOf(groups: readonly KumaMonitor[]): ReadonlyMap<unknown, number> {
  const parents = new Map(groups.map(({ id, parent }) => [id, parent]));
  return new Map(
    groups.map(({ id }) => {
      let depth = 0;
      for (let at = parents.get(id); at !== undefined && at !== null && depth < deepest; at = parents.get(at))
        depth += 1;
      return [id, depth];
    }),
  );
}

function nameOf(monitor: KumaMonitor): string {
  return textOf(monitor["name"]) || textOf(monitor["hostname"]) || textOf(monitor["url"]) || "monitor";
}

function moveMonitor(monitor: KumaMonitor, tags: readonly string[], move: Move): string | null {
  const name = nameOf(monitor);
  const type = textOf(monitor["type"]);
  const owner = { what: `monitor ${textOf(monitor["id"])} «${name}»`, name };
  const because = unfit(monitor, type);
  if (because !== null || !move.hasRoom()) {
    move.left(owner.what, because?.code ?? "many", because?.detail);
    return null;
  }
  const comments = [textOf(monitor["description"]), tags.length === 0 ? "" : `tags: ${tags.join(", ")}`];
  if (type === "push") {
    movePush(monitor, { owner, comments, move });
    return null;
  }
  const check = readers[type]?.(monitor, owner, move) ?? null;
  if (check === null) return null;
  const times = timing({ every: monitor["interval"], timeout: monitor["timeout"], retries: monitor["maxretries"] });
  return move.service({ name, comments, checks: [{ ...check, ...times }] });
}

type Unfit = { readonly code: Parameters<Move["left"]>[1]; readonly detail?: string };

/** Why all of a monitor stays behind; null: it can be read. */
function unfit(monitor: KumaMonitor, type: string): Unfit | null {
  const { active, upside_down: upsideDown, proxy_id: proxy, auth_method: login } = monitor;
  if (active !== undefined && active !== null && !isYes(active)) return { code: "paused" };
  if (isYes(upsideDown)) return { code: "upside-down" };
  if (type !== "push" && readers[type] === undefined) return { code: "kind", detail: type };
  if (numberOf(proxy) !== null) return { code: "proxy" };
  const loginKind = textOf(login);
  return ["", "basic", "bearer", "null"].includes(loginKind) ? null : { code: "login-kind", detail: loginKind };
}

function movePush(
  monitor: KumaMonitor,
  { owner, comments, move }: { owner: Owner; comments: readonly string[]; move: Move },
): void {
  const every = seconds(monitor["interval"]) ?? "60s";
  const retries = numberOf(monitor["maxretries"]) ?? 0;
  const grace = seconds(retries * (numberOf(monitor["retry_interval"]) ?? 0)) ?? every;
  move.job({ name: owner.name, comments, value: { every, grace } });
  move.left(owner.what, "address");
}

function readHttp(monitor: KumaMonitor, owner: Owner, move: Move): Values | null {
  const address = plainUrl(textOf(monitor["url"]), owner, move);
  const method = methodOf(monitor["method"], owner, move);
  if (address === null || method === null) return null;
  const login = loginOf(monitor, owner, move);
  const headers = {
    ...headersOf(jsonOf(monitor["headers"]) ?? monitor["headers"], owner, move),
    ...address.headers,
    ...login,
  };
  const body = method === "GET" || method === "HEAD" ? undefined : bodyOf(monitor["body"], owner, move);
  const expect = { ...statusExpected(monitor, owner, move), ...contentExpected(monitor, owner, move) };
  if (isYes(monitor["ignore_tls"])) move.left(owner.what, "insecure-tls");
  return {
    http: address.url,
    ...(method === "GET" ? {} : { method }),
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
    ...(body === undefined ? {} : { body }),
    ...(Object.keys(expect).length === 0 ? {} : { expect }),
    ...(numberOf(monitor["maxredirects"]) === 0 ? { redirects: "none" } : {}),
  };
}

function loginOf(monitor: KumaMonitor, owner: Owner, move: Move): Values {
  if (textOf(monitor["basic_auth_user"]) !== "" || textOf(monitor["basic_auth_pass"]) !== "")
    return { Authorization: basicLogin(owner, move) };
  return textOf(monitor["bearer_token"]) === "" ? {} : { Authorization: bearerLogin(owner, move) };
}

function statusExpected(monitor: KumaMonitor, owner: Owner, move: Move): Values {
  const ranges = jsonList(monitor["accepted_statuscodes_json"]);
  if (ranges.length === 0) return {};
  const codes = statusCodes(ranges);
  if (codes.length > 0) return { status: codes.length === 1 ? codes[0] : codes };
  move.left(owner.what, "condition", ranges.map(textOf).join(", "));
  return {};
}

function contentExpected(monitor: KumaMonitor, owner: Owner, move: Move): Values {
  if (monitor["type"] === "json-query") {
    move.left(owner.what, "json-query", `${textOf(monitor["json_path"])} → ${textOf(monitor["expected_value"])}`);
    return {};
  }
  const keyword = textOf(monitor["keyword"]);
  if (monitor["type"] !== "keyword" || keyword === "") return {};
  return isYes(monitor["invert_keyword"]) ? { not_contains: keyword } : { contains: keyword };
}

function readBrowser(monitor: KumaMonitor, owner: Owner, move: Move): Values | null {
  const address = plainUrl(textOf(monitor["url"]), owner, move);
  return address === null ? null : { browser: address.url };
}

function readWebSocket(monitor: KumaMonitor, owner: Owner, move: Move): Values | null {
  const address = plainUrl(textOf(monitor["url"]), owner, move);
  const subprotocol = textOf(monitor["ws_subprotocol"]);
  if (address === null) return null;
  return { websocket: address.url, ...(subprotocol === "" ? {} : { subprotocol }) };
}

interface At {
  readonly owner: Owner;
  readonly move: Move;
}

function atPort(kind: "tcp" | "smtp" | "ntp", monitor: KumaMonitor, { owner, move }: At): Values | null {
  const [host, port] = [textOf(monitor["hostname"]), numberOf(monitor["port"])];
  if (host !== "" && (port !== null || kind !== "tcp")) return { [kind]: hostPort(host, port) };
  move.left(owner.what, "incomplete", "hostname, port");
  return null;
}

function atHost(kind: "icmp", monitor: KumaMonitor, { owner, move }: At): Values | null {
  const host = textOf(monitor["hostname"]);
  if (host !== "") return { [kind]: host };
  move.left(owner.what, "incomplete", "hostname");
  return null;
}

function withStarttls(monitor: KumaMonitor, check: Values | null): Values | null {
  const security = textOf(monitor["smtp_security"]);
  if (check === null) return null;
  return {
    ...check,
    ...(security === "starttls" ? { starttls: true } : {}),
    ...(security === "secure" ? { tls: true } : {}),
  };
}

function readDns(monitor: KumaMonitor, owner: Owner, move: Move): Values | null {
  const name = textOf(monitor["hostname"]);
  const server = textOf(monitor["dns_resolve_server"]).split(",")[0]?.trim() ?? "";
  if (name === "") {
    move.left(owner.what, "incomplete", "hostname");
    return null;
  }
  const conditions = jsonList(monitor["conditions"]);
  if (conditions.length > 0) move.left(owner.what, "condition", conditions.map(conditionText).join(", "));
  const port = numberOf(monitor["port"]);
  return {
    dns: name,
    type: (textOf(monitor["dns_resolve_type"]) || "A").toUpperCase(),
    ...(server === "" ? {} : { server: hostPort(server, port === 53 ? null : port) }),
  };
}

function conditionText(condition: unknown): string {
  if (!isMap(condition)) return textOf(condition);
  const parts = [condition["variable"], condition["operator"], condition["value"]].map(textOf).join(" ").trim();
  return parts === "" ? listOf(condition["children"]).map(conditionText).join(" ") : parts;
}

function readDatabase(kind: "postgres" | "mysql" | "redis", monitor: KumaMonitor, { owner, move }: At): Values | null {
  const check = databaseCheck(kind, textOf(monitor["database_connection_string"]), { owner, move });
  const query = textOf(monitor["database_query"]);
  if (check === null || query === "" || kind === "redis") return check;
  return { ...check, query };
}
