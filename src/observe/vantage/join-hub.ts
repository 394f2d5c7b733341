import fs from "node:fs";
import type { JsonClient } from "../../clients/http-json.ts";
import { sleep, type Clock } from "../../kernel/clock.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import type { Log } from "../../kernel/log.ts";
import { createBackoff } from "./backoff.ts";
import type { Identity, VantageFolder } from "./folder.ts";
import { ErrorAnswer, JoinAnswer, vantagePaths } from "./wire.ts";

export interface JoinHubDeps {
  readonly client: JsonClient;
  readonly folder: VantageFolder;
  readonly tokenFile: string | null;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

const timeoutMs = 10_000;

/**
 * Who this vantage is: known from before, or joined now, trying until the hub can be reached.
 * @returns null when stopped
 * @throws KoboshiError KB4001 the hub refuses the token; KB1001 not joined yet and no token given
 */
export async function joinHub(deps: JoinHubDeps): Promise<Identity | null> {
  const known = deps.folder.identity();
  if (known !== null) return known;
  const token = readToken(deps.tokenFile);
  const backoff = createBackoff();
  while (!deps.signal.aborted) {
    const joined = await askToJoin(deps, token);
    if (joined !== null) {
      deps.folder.join(joined);
      deps.log.info("joined the hub", { vantage: joined.vantage, hub: joined.hub });
      return joined;
    }
    await sleep(deps.clock, backoff.nextMs(), deps.signal);
  }
  return null;
}

function readToken(tokenFile: string | null): string {
  if (tokenFile === null || !fs.existsSync(tokenFile)) {
    throw new KoboshiError("KB1001", { what: tokenFile === null ? "--token-file" : `--token-file ${tokenFile}` });
  }
  return fs.readFileSync(tokenFile, "utf8").trim();
}

/** @returns null when the hub cannot be reached now */
async function askToJoin({ client, folder, log, signal }: JoinHubDeps, token: string): Promise<Identity | null> {
  const body = Buffer.from(JSON.stringify({ token, publicKey: folder.publicKey }));
  const asked = await client.request({ method: "POST", path: vantagePaths.join, body, timeoutMs, signal });
  if (!asked.ok) {
    log.warn("the hub cannot be reached to join", { reason: asked.error.reason, text: asked.error.text });
    return null;
  }
  const answer = JoinAnswer.safeParse(asked.value.body).data;
  if (asked.value.status === 200 && answer !== undefined) return answer;
  const code = ErrorAnswer.safeParse(asked.value.body).data?.error.code;
  if (code === "KB4001") throw new KoboshiError("KB4001");
  log.warn("the hub did not let this vantage join", { status: asked.value.status, code: code ?? null });
  return null;
}
