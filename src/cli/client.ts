import fs from "node:fs";
import { fetchPinned } from "./hub-fetch.ts";
import { errorCodes, KoboshiError, type ErrorCode } from "../kernel/errors.ts";

/** The running hub's API. Every call ends within its time; a refusal comes back as the KoboshiError the hub named. */
export interface HubClient {
  /** where it is asked */
  url(): Promise<string>;
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body?: unknown): Promise<T>;
  /** a file as it is */
  bytes(path: string): Promise<Buffer>;
}

/** Where a hub is and how it is spoken to. */
export interface HubPlace {
  readonly url: string;
  /** the certificate the hub on this machine shows: exactly this one is believed; null: as the system believes */
  readonly certFile?: string | null;
  /** null: none; reading from this machine needs none */
  readonly tokenFile: string | null;
}

export interface ClientOptions {
  /** asked before the first call, not before: to know it may mean reading the configuration */
  place(): Promise<HubPlace>;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** A refusal in the hub's own words, in the language it was asked in. */
export class HubRefusal extends KoboshiError {
  readonly said: { readonly message: string; readonly fix: string };

  constructor(code: ErrorCode, said: { message: string; fix: string }) {
    super(code, {});
    this.said = said;
  }
}

export function createHubClient(options: ClientOptions): HubClient {
  let known: Promise<HubPlace> | null = null;
  const place = (): Promise<HubPlace> => (known ??= options.place());

  async function call(method: "GET" | "POST", path: string, body?: unknown): Promise<Response> {
    const headers: Record<string, string> = { accept: "application/json" };
    const { tokenFile, url } = await place();
    const token = readToken(tokenFile);
    if (token !== null) headers["authorization"] = `Bearer ${token}`;
    if (method === "POST") headers["content-type"] = "application/json";
    const answer = await reach({ ...options, ...(await place()) }, path, {
      method,
      headers,
      ...(method === "POST" ? { body: JSON.stringify(body ?? {}) } : {}),
    });
    if (!answer.ok) throw refusal(await jsonOf(answer, url), url);
    return answer;
  }
  return {
    url: async () => (await place()).url,
    get: async <T>(path: string) => (await jsonOf(await call("GET", path), (await place()).url)) as T,
    post: async <T>(path: string, body?: unknown) =>
      (await jsonOf(await call("POST", path, body), (await place()).url)) as T,
    bytes: async (path) => Buffer.from(await (await call("GET", path)).arrayBuffer()),
  };
}

interface Sent {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

async function reach(
  options: HubPlace & Pick<ClientOptions, "timeoutMs" | "signal">,
  path: string,
  sent: Sent,
): Promise<Response> {
  const { certFile = null } = options;
  const url = new URL(path, options.url);
  try {
    const signal = AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMs)]);
    if (certFile !== null) return await fetchPinned(url, { ...sent, signal }, certFile);
    return await fetch(url, { ...sent, signal, redirect: "error" });
  } catch (cause) {
    throw new KoboshiError("KB1201", { url: options.url }, cause);
  }
}

async function jsonOf(answer: Response, url: string): Promise<unknown> {
  return answer.json().catch((cause: unknown) => {
    throw new KoboshiError("KB1201", { url }, cause);
  });
}

function refusal(json: unknown, url: string): KoboshiError {
  const { error } = (json ?? {}) as { error?: { code?: string; message?: string; fix?: string } };
  const code = Object.keys(errorCodes).find((known): known is ErrorCode => known === error?.code);
  if (code === undefined) return new KoboshiError("KB1201", { url });
  return new HubRefusal(code, { message: error?.message ?? code, fix: error?.fix ?? "" });
}

function readToken(file: string | null): string | null {
  if (file === null || !fs.existsSync(file)) return null;
  return fs.readFileSync(file, "utf8").trim();
}
