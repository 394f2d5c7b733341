import type { KoboshiError } from "../../kernel/errors.ts";
import { ok, type Result } from "../../kernel/result.ts";
import {
  basicLogin,
  bearerLogin,
  bodyOf,
  headersOf,
  methodOf,
  plainUrl,
  statusCodes,
  timing,
  type Owner,
} from "./checks.ts";
import { goDurationMs } from "./gatus-conditions.ts";
import type { Importer } from "./importer.ts";
import type { Move, Values } from "./move.ts";
import { readTargets, type ProbedTarget } from "./prometheus.ts";
import { isMap, listOf, textOf } from "./text.ts";
import { readYaml } from "./yaml.ts";

export const blackbox: Importer = {
  product: "blackbox",
  name: { ja: "blackbox_exporter", en: "blackbox_exporter" },
  file: {
    ja: "blackbox.yml。対象は Prometheus 側にあるので、prometheus.yml も続けて書いてください",
    en: "blackbox.yml; its targets stand in prometheus.yml, so name that one after it",
  },
  mostBytes: 10_000_000,
  read(source, move): Result<null, KoboshiError> {
    const config = readYaml(source, "blackbox.yml");
    if (!config.ok) return config;
    const scraping = source.beside === null ? ok({}) : readYaml(source.beside, "prometheus.yml");
    if (!scraping.ok) return scraping;
    const modules = isMap(config.value["modules"]) ? config.value["modules"] : {};
    moveTargets(modules, readTargets(scraping.value, move), move);
    return ok(null);
  },
};

function moveTargets(modules: Values, targets: readonly ProbedTarget[], move: Move): void {
  const used = new Set<string>();
  for (const target of targets) {
    const module = modules[target.module];
    const owner = { what: `target «${target.target}» (${target.module})`, name: target.target };
    if (!isMap(module)) {
      move.left(owner.what, "incomplete", `module ${target.module}`);
      continue;
    }
    used.add(target.module);
    moveTarget(module, target, { owner, move });
  }
  for (const name of Object.keys(modules).filter((one) => !used.has(one))) move.left(`module ${name}`, "no-target");
}

interface At {
  readonly owner: Owner;
  readonly move: Move;
}

function moveTarget(module: Values, target: ProbedTarget, { owner, move }: At): void {
  const prober = textOf(module["prober"]);
  const settings = isMap(module[prober]) ? module[prober] : {};
  const check = probers[prober]?.(settings, target.target, { owner, move });
  if (check === undefined) return move.left(owner.what, "kind", prober);
  if (check === null) return undefined;
  if (!move.hasRoom()) return move.left(owner.what, "many");
  const timeout = (goDurationMs(textOf(module["timeout"])) ?? 0) / 1_000;
  const times = timing({ every: (target.everyMs ?? 60_000) / 1_000, timeout });
  move.service({ name: nameOf(target.target), comments: target.labels, checks: [{ ...check, ...times }] });
  return undefined;
}

function nameOf(target: string): string {
  return URL.canParse(target) && target.includes("://") ? new URL(target).host : target;
}

type Reader = (settings: Values, target: string, at: At) => Values | null;

const probers: Readonly<Record<string, Reader>> = {
  http: readHttp,
  tcp: readTcp,
  icmp: (_settings, target) => ({ icmp: target }),
  dns: readDns,
};

/** Settings we have a word for, or whose default is ours. */
const httpKnown = new Set([
  "method",
  "headers",
  "body",
  "valid_status_codes",
  "no_follow_redirects",
  "follow_redirects",
  "fail_if_body_not_matches_regexp",
  "basic_auth",
  "bearer_token",
  "bearer_token_file",
  "authorization",
  "tls_config",
  "preferred_ip_protocol",
  "ip_protocol_fallback",
  "enable_http2",
  "enable_http3",
]);

function readHttp(settings: Values, target: string, { owner, move }: At): Values | null {
  const address = plainUrl(/^https?:\/\//i.test(target) ? target : `http://${target}`, owner, move);
  const method = methodOf(settings["method"], owner, move);
  if (address === null || method === null) return null;
  const headers = {
    ...headersOf(settings["headers"], owner, move),
    ...address.headers,
    ...loginOf(settings, owner, move),
  };
  const body = bodyOf(settings["body"], owner, move);
  const expect = httpExpected(settings, { owner, move });
  tellRules(settings, { owner, move });
  return {
    http: address.url,
    ...(method === "GET" ? {} : { method }),
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
    ...(body === undefined ? {} : { body }),
    ...(Object.keys(expect).length === 0 ? {} : { expect }),
    ...redirectsOf(settings),
    ...authorityOf(settings),
  };
}

function tellRules(settings: Values, { owner, move }: At): void {
  if (tlsOf(settings)["insecure_skip_verify"] === true) move.left(owner.what, "insecure-tls");
  for (const name of Object.keys(settings).filter((one) => !httpKnown.has(one))) {
    if (settings[name] !== false) move.left(owner.what, "condition", name);
  }
}

function tlsOf({ tls_config: tls }: Values): Values {
  return isMap(tls) ? tls : {};
}

function redirectsOf(settings: Values): Values {
  const stops = settings["no_follow_redirects"] === true || settings["follow_redirects"] === false;
  return stops ? { redirects: "none" } : {};
}

function authorityOf(settings: Values): Values {
  const file = textOf(tlsOf(settings)["ca_file"]);
  return file.startsWith("/") ? { ca: file } : {};
}

function httpExpected(settings: Values, { owner, move }: At): Values {
  const codes = statusCodes(listOf(settings["valid_status_codes"]));
  const patterns = listOf(settings["fail_if_body_not_matches_regexp"]).map(textOf);
  for (const pattern of patterns.slice(1)) move.left(owner.what, "condition", pattern);
  return {
    ...(codes.length === 0 ? {} : { status: codes }),
    ...(patterns[0] === undefined || patterns[0] === "" ? {} : { matches: patterns[0] }),
  };
}

function loginOf(settings: Values, owner: Owner, move: Move): Values {
  if (isMap(settings["basic_auth"])) return { Authorization: basicLogin(owner, move) };
  const hasToken = ["bearer_token", "bearer_token_file", "authorization"].some((name) => settings[name] !== undefined);
  return hasToken ? { Authorization: bearerLogin(owner, move) } : {};
}

/** A first expectation that is a protocol's greeting means that protocol's own probe. */
const greetings: readonly (readonly [RegExp, (target: string, tls: boolean) => Values])[] = [
  [/^\^?SSH-/, (target) => ({ ssh: target })],
  [/^\^?\\?\+OK/, (target, tls) => ({ pop3: `${tls ? "pop3s" : "pop3"}://${target}` })],
  [/^\^?\\?\* OK/, (target, tls) => ({ imap: `${tls ? "imaps" : "imap"}://${target}` })],
  [/^\^?220/, (target, tls) => ({ smtp: target, ...(tls ? { tls: true } : {}) })],
];

function readTcp(settings: Values, target: string, { owner, move }: At): Values | null {
  const tls = settings["tls"] === true;
  const dialogue = listOf(settings["query_response"]).filter(isMap);
  const first = textOf(dialogue[0]?.["expect"]);
  const greeting = greetings.find(([pattern]) => pattern.test(first));
  if (greeting !== undefined) return greeting[1](target, tls);
  for (const step of dialogue) {
    const text = textOf(step["expect"]) || textOf(step["send"]);
    if (text !== "") move.left(owner.what, "condition", text);
  }
  return tls ? { tls: target } : { tcp: target };
}

function readDns(settings: Values, target: string, { owner, move }: At): Values | null {
  const name = textOf(settings["query_name"]).replace(/\.$/, "");
  if (name === "") {
    move.left(owner.what, "incomplete", "query_name");
    return null;
  }
  for (const rule of Object.keys(settings).filter((one) => one.startsWith("validate_")))
    move.left(owner.what, "condition", rule);
  return { dns: name, type: (textOf(settings["query_type"]) || "A").toUpperCase(), server: target };
}
