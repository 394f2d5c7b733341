import http from "node:http";
import net from "node:net";
import type { Duplex } from "node:stream";
import tls from "node:tls";
import { remainingMs, sleep, stampNow, later, type Clock, type Stamp } from "../kernel/clock.ts";
import { errorText } from "../kernel/errors.ts";
import { err, ok, type Result } from "../kernel/result.ts";
import type { Secret } from "../kernel/secret.ts";
import { retryAfterMs } from "./retry-after.ts";

export interface RedfishTarget {
  /** `https://bmc.example`, without a trailing slash */
  readonly url: string;
  readonly user: string | null;
  readonly password: Secret | null;
  /** sha256 of the certificate it must show when no authority vouches for it; null: the first one is taken */
  readonly kept: string | null;
}

export interface RedfishFailure {
  readonly reason:
    | "unreachable"
    | "too-slow"
    | "refused"
    | "certificate"
    | "not-there"
    | "not-json"
    | "too-large"
    | "busy"
    | "foreign-link"
    | "too-many"
    | "answer";
  readonly text: string;
}

export type RedfishBody = Readonly<Record<string, unknown>>;

/** One visit of a controller; bounded in requests, bytes and time. */
export interface RedfishSession {
  /** the service root, at `/redfish/v1` */
  readonly root: RedfishBody;
  /** what it showed; null over plain HTTP */
  certificate(): { readonly fingerprint: string; readonly byAuthority: boolean } | null;
  /** A link as a resource gives it; anything but the same origin is not asked. */
  get(link: string): Promise<Result<RedfishBody, RedfishFailure>>;
  requests(): number;
  /** Ends the session at the controller, too: they have room for few. */
  close(): Promise<void>;
}

export const redfishLimits = { requests: 200, visitMs: 20_000, answerBytes: 1_000_000, visitBytes: 8_000_000 };
const requestMs = 8_000;
const goodbyeMs = 2_000;
const mostRedirects = 3;
const mostBusyTries = 2;
/** A controller that asks for more is left until the next look. */
const longestBusyMs = 5_000;

interface Visit {
  readonly clock: Clock;
  readonly base: URL;
  readonly target: RedfishTarget;
  readonly agent: http.Agent;
  readonly deadline: Stamp;
  certificate: { fingerprint: string; byAuthority: boolean } | null;
  /** set when the TLS end was turned away: nothing was sent then */
  turnedAway: boolean;
  headers: Record<string, string>;
  requests: number;
  bytes: number;
}

interface Reply {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

/**
 * Signs in: a session where the controller has them, else Basic. Nothing secret is sent before the certificate was
 * found good. Controllers usually sign their own: then the first one seen is kept and any other turned away.
 */
export async function openRedfish(
  clock: Clock,
  target: RedfishTarget,
): Promise<Result<RedfishSession, RedfishFailure & { readonly certificate: Visit["certificate"] }>> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 2 });
  const visit: Visit = {
    clock,
    base: new URL(target.url),
    target,
    agent,
    deadline: later(stampNow(clock), redfishLimits.visitMs),
    certificate: null,
    turnedAway: false,
    headers: {},
    requests: 0,
    bytes: 0,
  };
  if (visit.base.protocol === "https:") believeByPin(visit);
  const entered = await enter(visit);
  if (!entered.ok) {
    agent.destroy();
    return err({ ...entered.error, certificate: visit.certificate });
  }
  const { root, session } = entered.value;
  return ok({
    root,
    certificate: () => visit.certificate,
    get: (link) => getResource(visit, link),
    requests: () => visit.requests,
    async close() {
      if (session !== null) await send(visit, { method: "DELETE", path: session, timeoutMs: goodbyeMs });
      agent.destroy();
    },
  });
}

/** TLS of our own below the agent: a request is only written once the certificate was looked at. */
function believeByPin(visit: Visit): void {
  const { base, target, agent } = visit;
  const host = base.hostname.replace(/^\[(.*)\]$/, "$1");
  const connect = (_options: unknown, done: (error: Error | null, socket?: Duplex) => void): void => {
    const socket = tls.connect({
      host,
      port: Number(base.port || 443),
      ...(net.isIP(host) === 0 ? { servername: host } : {}),
      rejectUnauthorized: false,
      // the pin replaces what key lengths an authority would ask for
      ciphers: "DEFAULT@SECLEVEL=0",
    });
    socket.once("error", done);
    socket.once("secureConnect", () => {
      socket.off("error", done);
      const fingerprint = socket.getPeerX509Certificate()?.fingerprint256 ?? "";
      visit.certificate = { fingerprint, byAuthority: socket.authorized };
      const isGood = socket.authorized || target.kept === null || target.kept === fingerprint;
      if (isGood) {
        done(null, socket);
        return;
      }
      visit.turnedAway = true;
      socket.destroy();
      done(new Error(`the controller shows another certificate than the one kept: ${fingerprint}`));
    });
  };
  Object.assign(agent, { createConnection: connect });
}

interface Entered {
  readonly root: RedfishBody;
  /** its path, to be ended; null without one */
  readonly session: string | null;
}

async function enter(visit: Visit): Promise<Result<Entered, RedfishFailure>> {
  const { user, password } = visit.target;
  const root = await getResource(visit, "/redfish/v1/");
  if (!root.ok) return root;
  if (user === null || password === null) return ok({ root: root.value, session: null });
  const where = sessionsOf(root.value);
  const reply = await send(visit, {
    method: "POST",
    path: where,
    body: JSON.stringify({ UserName: user, Password: password.reveal() }),
  });
  if (!reply.ok) return reply;
  const { status, headers } = reply.value;
  const token = headers["x-auth-token"];
  if (status >= 200 && status < 300 && typeof token === "string") {
    visit.headers = { "x-auth-token": token };
    return ok({ root: root.value, session: pathWithin(visit.base, headers.location ?? "") });
  }
  if (status === 401 || status === 403) return err({ reason: "refused", text: `${status} at the login` });
  // no sessions here, or none left
  visit.headers = { authorization: `Basic ${Buffer.from(`${user}:${password.reveal()}`).toString("base64")}` };
  return ok({ root: root.value, session: null });
}

function sessionsOf(root: RedfishBody): string {
  const links = root["Links"] as { Sessions?: { "@odata.id"?: unknown } } | undefined;
  const named = links?.Sessions?.["@odata.id"];
  return typeof named === "string" ? named : "/redfish/v1/SessionService/Sessions";
}

/** The path and query of a link on the same origin; null for any other. */
export function pathWithin(base: URL, link: string): string | null {
  if (link === "" || !URL.canParse(link, base)) return null;
  const url = new URL(link, base);
  return url.origin === base.origin ? `${url.pathname}${url.search}` : null;
}

async function getResource(visit: Visit, link: string): Promise<Result<RedfishBody, RedfishFailure>> {
  let path = pathWithin(visit.base, link);
  for (let redirects = 0; redirects <= mostRedirects; redirects++) {
    if (path === null) return err({ reason: "foreign-link", text: `${link} leads to another server` });
    const reply = await whenNotBusy(visit, path);
    if (!reply.ok) return reply;
    const { status, headers, text } = reply.value;
    if (status < 300 || status >= 400) return readBody(status, text);
    path = pathWithin(visit.base, headers.location ?? "");
  }
  return err({ reason: "answer", text: `more than ${mostRedirects} redirects` });
}

function readBody(status: number, text: string): Result<RedfishBody, RedfishFailure> {
  if (status === 401 || status === 403) return err({ reason: "refused", text: `status ${status}` });
  if (status === 404) return err({ reason: "not-there", text: "status 404" });
  if (status !== 200) return err({ reason: "answer", text: `status ${status}` });
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === "object" && body !== null && !Array.isArray(body)) return ok(body as RedfishBody);
    return err({ reason: "not-json", text: "the answer is no JSON object" });
  } catch (thrown) {
    return err({ reason: "not-json", text: errorText(thrown) });
  }
}

async function whenNotBusy(visit: Visit, path: string): Promise<Result<Reply, RedfishFailure>> {
  for (let tries = 0; ; tries++) {
    const reply = await send(visit, { method: "GET", path });
    if (!reply.ok || (reply.value.status !== 503 && reply.value.status !== 429)) return reply;
    const { headers } = reply.value;
    const waitMs = retryAfterMs(headers["retry-after"], headers.date) ?? 1_000;
    const isTooLong = waitMs > longestBusyMs || waitMs > remainingMs(visit.clock, visit.deadline);
    if (tries === mostBusyTries || isTooLong) {
      return err({ reason: "busy", text: `status ${reply.value.status}, wait ${waitMs} ms` });
    }
    await sleep(visit.clock, waitMs);
  }
}

interface Sent {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  readonly body?: string;
  readonly timeoutMs?: number;
}

function send(visit: Visit, sent: Sent): Promise<Result<Reply, RedfishFailure>> {
  const isGoodbye = sent.method === "DELETE";
  const leftMs = Math.min(requestMs, remainingMs(visit.clock, visit.deadline));
  if (!isGoodbye && leftMs === 0) return fail("too-slow", `no time left of ${redfishLimits.visitMs} ms`);
  if (!isGoodbye && (visit.requests >= redfishLimits.requests || visit.bytes >= redfishLimits.visitBytes)) {
    return fail("too-many", `${visit.requests} requests, ${visit.bytes} bytes`);
  }
  visit.requests += 1;
  return exchange(visit, { ...sent, timeoutMs: sent.timeoutMs ?? leftMs });
}

function fail(reason: RedfishFailure["reason"], text: string): Promise<{ ok: false; error: RedfishFailure }> {
  return Promise.resolve({ ok: false, error: { reason, text } });
}

function exchange(
  visit: Visit,
  { method, path, body, timeoutMs }: Sent & { readonly timeoutMs: number },
): Promise<Result<Reply, RedfishFailure>> {
  const { base, agent, clock } = visit;
  return new Promise((resolve) => {
    const request = http.request({
      agent,
      method,
      path,
      host: base.hostname.replace(/^\[(.*)\]$/, "$1"),
      port: Number(base.port || (base.protocol === "https:" ? 443 : 80)),
      headers: {
        host: base.host,
        accept: "application/json",
        "odata-version": "4.0",
        ...(body === undefined
          ? {}
          : { "content-type": "application/json", "content-length": String(Buffer.byteLength(body)) }),
        ...visit.headers,
      },
    });
    const end = (result: Result<Reply, RedfishFailure>): void => {
      timer.cancel();
      if (!result.ok) request.destroy();
      resolve(result);
    };
    const stop = (reason: RedfishFailure["reason"], text: string): void => end(err({ reason, text }));
    const timer = clock.after(timeoutMs, () => stop("too-slow", `no whole answer within ${Math.round(timeoutMs)} ms`));
    request.on("error", (thrown) => stop(visit.turnedAway ? "certificate" : "unreachable", thrown.message));
    request.on("response", (incoming) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      incoming.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        visit.bytes += chunk.length;
        if (bytes > redfishLimits.answerBytes) stop("too-large", `more than ${redfishLimits.answerBytes} bytes`);
        else chunks.push(chunk);
      });
      incoming.on("error", (thrown) => stop("unreachable", thrown.message));
      incoming.on("end", () =>
        end(
          ok({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            text: Buffer.concat(chunks).toString("utf8"),
          }),
        ),
      );
    });
    request.end(body);
  });
}
