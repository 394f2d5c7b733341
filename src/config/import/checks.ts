import { isIPv6 } from "node:net";
import { writeDuration } from "../../kernel/units.ts";
import type { Move, Values } from "./move.ts";
import { isMap, numberOf, textOf } from "./text.ts";

/** What carries a secret by its name, wherever it stands. */
const secretName = /auth|token|secret|passw|pwd|api[-_]?key|apikey|^key$|cookie|session|signature|^sig$|credential/i;
const longestEverySeconds = 30 * 86_400;

/** Whose check it is, for the list of what stays behind and of the secrets to set. */
export interface Owner {
  /** as the list names it: `monitor 12 «Shop»` */
  readonly what: string;
  readonly name: string;
}

function wholeSeconds(value: unknown): number | null {
  const found = numberOf(value);
  return found === null || found <= 0 ? null : Math.min(longestEverySeconds, Math.max(1, Math.round(found)));
}

/** Seconds as the configuration writes them, `30s`, `1d`; null for none. */
export function seconds(value: unknown): string | null {
  const found = wholeSeconds(value);
  return found === null ? null : writeDuration(found * 1_000);
}

/** Interval, time limit and repetitions of a check; a limit above the interval has no meaning and goes. */
export function timing({ every, timeout, retries }: { every: unknown; timeout?: unknown; retries?: unknown }): Values {
  const [interval, limit, repeats] = [wholeSeconds(every), wholeSeconds(timeout), numberOf(retries)];
  return {
    ...(interval === null ? {} : { every: seconds(interval) }),
    ...(limit !== null && limit <= (interval ?? 60) ? { timeout: seconds(limit) } : {}),
    // «no retries» would wake someone for a single lost packet: then the usual number holds
    ...(repeats === null || repeats < 1 ? {} : { attempts: Math.min(10, Math.round(repeats) + 1) }),
  };
}

export function hostPort(host: string, port: number | null): string {
  const written = isIPv6(host) ? `[${host}]` : host;
  return port === null ? written : `${written}:${port}`;
}

/** A URL without user and password, which come back as a header; null when it cannot be carried over at all. */
export function plainUrl(written: string, owner: Owner, move: Move): { url: string; headers: Values } | null {
  if (!URL.canParse(written)) {
    move.left(owner.what, "incomplete", "url");
    return null;
  }
  const url = new URL(written);
  if ([...url.searchParams.keys()].some((name) => secretName.test(name))) {
    move.left(owner.what, "secret-in-url");
    return null;
  }
  if (url.username === "" && url.password === "") return { url: written, headers: {} };
  url.username = "";
  url.password = "";
  return { url: url.href, headers: { Authorization: basicLogin(owner, move) } };
}

/** The header of a basic login; its user and password are not written anywhere. */
export function basicLogin(owner: Owner, move: Move): string {
  return move.secret({ owner: owner.name, purpose: "authorization", form: "Basic base64(user:password)" });
}

export function bearerLogin(owner: Owner, move: Move): string {
  return move.secret({ owner: owner.name, purpose: "authorization", form: "Bearer …" });
}

/** Headers with what sounds secret, and what a template fills in, as references. */
export function headersOf(headers: unknown, owner: Owner, move: Move): Values {
  if (!isMap(headers)) return {};
  const pairs = Object.entries(headers).flatMap(([name, value]): [string, string][] => {
    const text = Array.isArray(value) ? value.map(textOf).join(", ") : textOf(value);
    if (!/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(name) || text === "") return [];
    const variable = /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$/.exec(text)?.[1];
    if (variable !== undefined) return [[name, move.secret({ owner: owner.name, purpose: name, variable })]];
    const isSecret = secretName.test(name) || /\$\{[^}]*\}/.test(text);
    return [[name, isSecret ? move.secret({ owner: owner.name, purpose: name }) : text]];
  });
  return Object.fromEntries(pairs.slice(0, 50));
}

/** A body without anything that sounds secret; undefined when there is none or it may not be written. */
export function bodyOf(body: unknown, owner: Owner, move: Move): string | undefined {
  const text = textOf(body);
  if (text === "") return undefined;
  if (!secretName.test(text) && !/\$\{[^}]*\}/.test(text) && text.length <= 10_000) return text;
  move.left(owner.what, "secret-in-body");
  return undefined;
}

const methods = new Set(["GET", "HEAD", "POST", "PUT", "OPTIONS"]);

/** The method of a check; null when we do not send it. */
export function methodOf(method: unknown, owner: Owner, move: Move): string | null {
  const name = (textOf(method) || "GET").toUpperCase();
  if (methods.has(name)) return name;
  move.left(owner.what, "method", name);
  return null;
}

/** Status codes as we write them: `2xx`, 404. Ranges that are no whole hundred are listed one by one. */
export function statusCodes(ranges: readonly unknown[]): readonly (string | number)[] {
  const codes = ranges.flatMap((range): (string | number)[] => {
    const [, from, to] = /^\s*(\d{3})\s*(?:-\s*(\d{3}))?\s*$/.exec(textOf(range)) ?? [];
    if (from === undefined) return [];
    return codesBetween(Number(from), Number(to ?? from));
  });
  return [...new Set(codes)];
}

function codesBetween(from: number, to: number): (string | number)[] {
  const codes: (string | number)[] = [];
  for (let code = from; code <= Math.min(to, 599);) {
    if (code % 100 === 0 && code + 99 <= to) {
      codes.push(`${code / 100}xx`);
      code += 100;
    } else {
      codes.push(code);
      code += 1;
    }
  }
  return codes.filter((code) => typeof code === "string" || code >= 100);
}

/** A database's URL without its password, which becomes a reference. @returns null when it is no such URL */
export function databaseCheck(
  kind: "postgres" | "mysql" | "redis",
  written: string,
  { owner, move }: { owner: Owner; move: Move },
): Values | null {
  const schemes = { postgres: /^postgres(?:ql)?:$/, mysql: /^(?:mysql|mariadb):$/, redis: /^rediss?:$/ };
  const url = URL.canParse(written) ? new URL(written) : null;
  if (url === null || !schemes[kind].test(url.protocol) || url.hostname === "") {
    move.left(owner.what, "incomplete", "connection string");
    return null;
  }
  const [user, hasPassword] = [decodeURIComponent(url.username), url.password !== ""];
  url.username = "";
  url.password = "";
  for (const name of url.searchParams.keys()) if (secretName.test(name)) url.searchParams.delete(name);
  return {
    [kind]: url.href,
    ...(user === "" ? {} : { user }),
    ...(hasPassword ? { password: move.secret({ owner: owner.name, purpose: "password" }) } : {}),
  };
}
