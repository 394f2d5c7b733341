import { createJsonClient } from "../../clients/http-json.ts";
import type { Clock } from "../../kernel/clock.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import type { Secret } from "../../kernel/secret.ts";

export interface Call {
  readonly url: string;
  readonly token: Secret | null;
  readonly signal: AbortSignal;
}

const timeoutMs = 10_000;
const longestAnswerBytes = 100_000;

/** One call of an address of the configuration. @returns its body when it answers 2xx, else why not, in a few words */
export async function callOnce(clock: Clock, { url, token, signal }: Call): Promise<Result<unknown, string>> {
  const { origin, pathname, search } = new URL(url);
  const client = createJsonClient({ clock, baseUrl: origin, plainHttp: true, maxAnswerBytes: longestAnswerBytes });
  if (!client.ok) return err(client.error);
  try {
    const headers = token === null ? {} : { headers: { authorization: `Bearer ${token.reveal()}` } };
    const asked = await client.value.request({
      method: "GET",
      path: `${pathname}${search}`,
      timeoutMs,
      signal,
      ...headers,
    });
    if (!asked.ok) return err(asked.error.text.slice(0, 200));
    const { status, body } = asked.value;
    return status >= 200 && status < 300 ? ok(body) : err(`status ${status}`);
  } finally {
    client.value.close();
  }
}
