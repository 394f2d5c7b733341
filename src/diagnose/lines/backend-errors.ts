import type { LogEntry } from "../../kernel/ports-logs.ts";
import { fpmError } from "./fpm-errors.ts";
import { withoutValues } from "./requests.ts";

/**
 * What a web server wrote of the program behind it. `timeout`: it did not answer, or did not take the connection, in time ·
 * `refused`: no connection was to be had · `reset`: the connection ended without an answer
 */
export interface BackendError {
  readonly atMs: number;
  readonly kind: "timeout" | "refused" | "reset";
  readonly stage: "connecting" | "reading" | null;
  readonly program: "apache" | "nginx" | "php-fpm";
  /** `10.0.0.5:8080`, `/run/php/php-fpm.sock`, as far as the line says */
  readonly backend: string | null;
  /** without the values of its query; null: no line says it */
  readonly url: string | null;
  /** `AH01102`, `110`, `111` */
  readonly code: string;
  readonly text: string;
}

/** Of nginx's and Apache's error logs; one request that failed is one error, however many lines it has. */
export function backendErrorsIn(entries: readonly LogEntry[]): readonly BackendError[] {
  const returned = entries.flatMap(returnedBy);
  return entries.flatMap((entry) => {
    const found = fpmError(entry) ?? nginxError(entry) ?? apacheError(entry);
    if (found === null) return [];
    return found.program === "apache" ? [{ ...found, url: urlFor(entry, returned) }] : [found];
  });
}

/** Source: nginx 1.22, ngx_http_upstream.c and ngx_connection.c. */
const nginxForms: readonly (readonly [BackendError["kind"], RegExp])[] = [
  ["timeout", /upstream timed out \((110)\b/],
  // of a socket file whose queue is full: nobody takes it up, and nobody waits for that
  ["timeout", /connect\(\) to \S+ failed \((11)\b/],
  ["refused", /connect\(\)(?: to \S+)? failed \((11[0-3]|2|13)\b/],
  ["refused", /(no live upstreams) while connecting/],
  ["reset", /upstream (prematurely closed) connection|(?:recv|readv|send|writev)\(\) failed \((104|32)\b/],
];

function nginxError({ atMs, text, fields }: LogEntry): BackendError | null {
  if (!text.includes("upstream")) return null;
  for (const [kind, form] of nginxForms) {
    const match = form.exec(text);
    if (match === null) continue;
    const stage = text.includes("while connecting") ? "connecting" : "reading";
    return {
      atMs,
      kind,
      stage,
      program: "nginx",
      ...namedBy({ text, fields }),
      code: match[1] ?? match[2] ?? "",
      text,
    };
  }
  return null;
}

function namedBy({ text, fields }: Pick<LogEntry, "text" | "fields">): Pick<BackendError, "backend" | "url"> {
  const request = valueOf(fields["request"]) ?? /request: "([^"]*)/.exec(text)?.[1] ?? "";
  const upstream = valueOf(fields["upstream"]) ?? /upstream: "([^"]*)/.exec(text)?.[1] ?? "";
  const [, asked] = request.split(" ");
  const backend = /^\w+:\/\/(?:unix:)?([^/?]+|\/[^:]+)/.exec(upstream)?.[1] ?? null;
  return { backend, url: asked === undefined ? null : withoutValues(asked) };
}

/** Source: httpd 2.4, modules/proxy: mod_proxy_http.c, proxy_util.c, mod_proxy_fcgi.c. */
const apacheForms = /\b(AH01102|AH01110|AH00957|AH01114|AH01079|AH01075|AH01067|AH00959|AH02454)\b/;
const connecting: ReadonlySet<string> = new Set(["AH00957", "AH02454"]);
/** They repeat what `AH00957`, `AH02454` or `AH01075` says of the same request. */
const repeats: ReadonlySet<string> = new Set(["AH01114", "AH01079", "AH00959", "AH01067"]);

function apacheError({ atMs, text }: LogEntry): BackendError | null {
  const code = apacheForms.exec(text)?.[1];
  if (code === undefined || repeats.has(code)) return null;
  const system = /\((\d+)\)/.exec(text)?.[1] ?? "";
  const isConnecting = connecting.has(code);
  return {
    atMs,
    kind: apacheKind(system, isConnecting),
    stage: isConnecting ? "connecting" : "reading",
    program: "apache",
    backend: apacheBackend(text),
    url: null,
    code: system === "" ? code : `${code} (${system})`,
    text,
  };
}

/** A connection that fails for want of time, or of room in the queue, is one that nobody took up. */
function apacheKind(system: string, isConnecting: boolean): BackendError["kind"] {
  if (system === "70007" || system === "110" || (isConnecting && system === "11")) return "timeout";
  return isConnecting ? "refused" : "reset";
}

function apacheBackend(text: string): string | null {
  const socket = /attempt to connect to Unix domain socket (\S+)/.exec(text)?.[1];
  if (socket !== undefined) return socket;
  const named = /(?:remote server|attempt to connect to) ([\w.:[\]-]+)/.exec(text)?.[1];
  return named?.replace(/[.:]$/, "") ?? null;
}

interface Returned {
  readonly atMs: number;
  readonly worker: string;
  readonly url: string;
}

/** `AH00898: Error reading from remote server returned by /slow` */
function returnedBy(entry: LogEntry): readonly Returned[] {
  const url = /AH00898: .*? returned by (\S+?),?(?: referer|\s|$)/.exec(entry.text)?.[1];
  return url === undefined ? [] : [{ atMs: entry.atMs, worker: workerOf(entry), url: withoutValues(url) }];
}

const nearMs = 2_000;

/** Both lines are of one thread, at one moment. */
function urlFor(entry: LogEntry, returned: readonly Returned[]): string | null {
  const worker = workerOf(entry);
  const near = returned.filter((one) => one.worker === worker && Math.abs(one.atMs - entry.atMs) <= nearMs);
  return near.toSorted((a, b) => Math.abs(a.atMs - entry.atMs) - Math.abs(b.atMs - entry.atMs))[0]?.url ?? null;
}

function workerOf({ text, source }: LogEntry): string {
  return `${source} ${/\[pid (\d+(?::tid \d+)?)\]/.exec(text)?.[1] ?? ""}`;
}

function valueOf(value: string | number | undefined): string | null {
  return value === undefined ? null : String(value);
}
