import { agentTokenName } from "../../api/agent-token.ts";
import { readThisHost, type HostLookAnswer } from "../../clients/host-look.ts";
import { createJsonClient, type JsonClient } from "../../clients/http-json.ts";
import { sleep, type Clock } from "../../kernel/clock.ts";
import { errorText, KoboshiError } from "../../kernel/errors.ts";
import type { Log } from "../../kernel/log.ts";
import type { Secret } from "../../kernel/secret.ts";
import { createAgentLogs, type AgentLogs, type AgentLogsDeps } from "./follow-logs.ts";
import { refusalText } from "./refusal.ts";
import { sendLogs } from "./send-logs.ts";

export interface AgentOptions {
  readonly hubUrl: string;
  /** how the hub's configuration calls this machine */
  readonly host: string;
  readonly token: Secret;
  readonly everyMs: number;
  readonly plainHttp: boolean;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** where log lines wait for the hub, and what of this machine may be sent as one; left out: no logs are followed */
  readonly logs?: Pick<AgentLogsDeps, "folder" | "within">;
  /** the hub took one, for the first time since the start or since it was away */
  onTaken?(): void;
}

/** What was read while the hub is away: an hour of it, the oldest goes first. */
const mostKept = 60;
const fullEvery = 10;
const sendLimitMs = 15_000;
/** A look takes a second; a machine in great need may take longer and still be heard. */
const lookLimitMs = { quick: 20_000, full: 60_000 };

interface Kept extends HostLookAnswer {
  /** by the monotonic clock */
  readonly sentMs: number;
}

/**
 * Reads this machine round by round and hands it to the hub, and the logs the hub asks for as they grow, until `signal`
 * ends it. What the hub cannot take now is kept and sent later, oldest first, with how long ago it was read.
 * @throws KoboshiError KB4207 for a hub address that cannot be used
 */
export async function runAgent(options: AgentOptions): Promise<void> {
  const { clock, hubUrl, plainHttp } = options;
  const made = createJsonClient({ clock, baseUrl: hubUrl, plainHttp });
  if (!made.ok) throw new KoboshiError("KB4207", { hub: hubUrl });
  const client = made.value;
  try {
    await Promise.all([sendReadings(options, client), followLogs(options, client)]);
  } finally {
    client.close();
  }
}

async function sendReadings(options: AgentOptions, client: JsonClient): Promise<void> {
  const { clock, signal, everyMs } = options;
  const line: Line = { client, wayMs: 1_000, isTaken: null };
  const kept: Kept[] = [];
  for (let nth = 0; !signal.aborted; nth++) {
    const beganMs = clock.monotonicMs();
    const look = await lookHere(options, nth % fullEvery === 0 ? "full" : "quick");
    if (look !== null) kept.push(look);
    kept.splice(0, Math.max(0, kept.length - mostKept));
    await drain(options, line, kept);
    await sleep(clock, Math.max(0, beganMs + everyMs - clock.monotonicMs()), signal);
  }
}

/** Readings go on when no lines can be kept. */
async function followLogs(options: AgentOptions, client: JsonClient): Promise<void> {
  const logs = openLogs(options);
  if (logs === null) return;
  try {
    await sendLogs({ ...options, client, logs });
  } finally {
    await logs.stop();
  }
}

function openLogs({ logs, clock, log }: AgentOptions): AgentLogs | null {
  if (logs === undefined) return null;
  try {
    return createAgentLogs({ ...logs, clock, log });
  } catch (thrown) {
    log.error("logs are not followed: their folder cannot be used", { folder: logs.folder, error: errorText(thrown) });
    return null;
  }
}

async function lookHere({ clock, signal, log }: AgentOptions, kind: "quick" | "full"): Promise<Kept | null> {
  const sentMs = clock.monotonicMs();
  // every look tells its own rates: the one before may never have reached the hub
  const look = await readThisHost({ clock, signal, sections: [kind, "twice"], timeoutMs: lookLimitMs[kind] });
  if (look.ok) return { ...look.value, sentMs };
  if (!signal.aborted) log.error("this machine cannot be read", { reason: look.error.reason, said: look.error.said });
  return null;
}

interface Line {
  readonly client: JsonClient;
  /** how long the last way there and back took */
  wayMs: number;
  /** null: nothing was sent yet */
  isTaken: boolean | null;
}

/** Sends what is kept until the hub does not take it; what it refuses for good is not kept. */
async function drain(options: AgentOptions, line: Line, kept: Kept[]): Promise<void> {
  const { log, signal, host, onTaken } = options;
  for (let next = kept[0]; next !== undefined && !signal.aborted; next = kept[0]) {
    const { isTaken, why, isRefused } = await send(options, line, next);
    if (isTaken !== line.isTaken) {
      if (isTaken) onTaken?.();
      else log.error("the hub does not take the readings", { host, why, token: agentTokenName(host) });
      line.isTaken = isTaken;
    }
    if (!isTaken && !isRefused) return;
    kept.shift();
  }
}

interface Sent {
  readonly isTaken: boolean;
  /** it will never be taken */
  readonly isRefused: boolean;
  readonly why: string;
}

/** A reading the hub cannot make sense of; anything else that it refuses may be mended there. */
const useless: ReadonlySet<number> = new Set([400, 413]);

async function send({ clock, signal, host, token }: AgentOptions, line: Line, reading: Kept): Promise<Sent> {
  const startMs = clock.monotonicMs();
  const sentAgoMs = startMs - reading.sentMs;
  const answer = await line.client.request({
    method: "POST",
    path: `/api/v1/hosts/${encodeURIComponent(host)}/reading`,
    headers: {
      authorization: `Bearer ${token.reveal()}`,
      "content-type": "text/plain; charset=utf-8",
      "x-koboshi-sent-ago-ms": String(Math.round(sentAgoMs)),
      "x-koboshi-received-ago-ms": String(Math.round(sentAgoMs - (reading.receivedAtMs - reading.sentAtMs))),
      "x-koboshi-way-ms": String(Math.round(Math.min(60_000, line.wayMs))),
    },
    body: Buffer.from(reading.text),
    timeoutMs: sendLimitMs,
    signal,
  });
  if (!answer.ok) return { isTaken: false, isRefused: false, why: answer.error.text };
  line.wayMs = clock.monotonicMs() - startMs;
  const { status, body } = answer.value;
  return { isTaken: status === 200, isRefused: useless.has(status), why: refusalText(status, body) };
}
