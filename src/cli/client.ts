import fs from "node:fs";
import { errorCodes, KoboshiError, type ErrorCode } from "../kernel/errors.ts";

/** The running hub's API. Every call ends within its time; a refusal comes back as the KoboshiError the hub named. */
export interface HubClient {
  readonly url: string;
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body?: unknown): Promise<T>;
}

export interface ClientOptions {
  readonly url: string;
  /** null: none; reading from this machine needs none */
  readonly tokenFile: string | null;
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
  async function call<T>(method: "GET" | "POST", path: string, body?: unknown): Promise<T> {
    const headers: Record<string, string> = { accept: "application/json" };
    const token = readToken(options.tokenFile);
    if (token !== null) headers["authorization"] = `Bearer ${token}`;
    if (method === "POST") headers["content-type"] = "application/json";
    const answer = await reach(options, path, {
      method,
      headers,
      ...(method === "POST" ? { body: JSON.stringify(body ?? {}) } : {}),
    });
    const json: unknown = await answer.json().catch((cause: unknown) => {
      throw new KoboshiError("KB1201", { url: options.url }, cause);
    });
    if (!answer.ok) throw refusal(json, options.url);
    return json as T;
  }
  return {
    url: options.url,
    get: (path) => call("GET", path),
    post: (path, body) => call("POST", path, body),
  };
}

async function reach(options: ClientOptions, path: string, init: RequestInit): Promise<Response> {
  try {
    const signal = AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMs)]);
    return await fetch(new URL(path, options.url), { ...init, signal, redirect: "error" });
  } catch (cause) {
    throw new KoboshiError("KB1201", { url: options.url }, cause);
  }
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
