import { agentLogsPath, encodeSentLogs, longestSentBytes, SentAnswerJson, sentLogsType } from "../../api/agent-logs.ts";
import type { JsonClient } from "../../clients/http-json.ts";
import { sleep, type Clock } from "../../kernel/clock.ts";
import type { Log } from "../../kernel/log.ts";
import type { Secret } from "../../kernel/secret.ts";
import { refusalText } from "./refusal.ts";
import type { AgentLogs, Waiting } from "./follow-logs.ts";

export interface SendLogsDeps {
  readonly client: JsonClient;
  readonly host: string;
  readonly token: Secret;
  readonly logs: AgentLogs;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

const lookEveryMs = 500;
/** The hub takes an agent that said nothing for 90 s as silent. */
const speakEveryMs = 15_000;
const batchBytes = longestSentBytes / 2;
const sendLimitMs = 30_000;
const firstPauseMs = 1_000;
const longestPauseMs = 60_000;

/**
 * Sends what is followed as it comes, and how each log stands, until `signal` ends it. What the hub has not said it took
 * is sent again; the hub knows it by its number.
 */
export async function sendLogs(deps: SendLogsDeps): Promise<void> {
  const { logs, clock, log, signal } = deps;
  let spokenMs = Number.NEGATIVE_INFINITY;
  let said = "";
  let pauseMs = firstPauseMs;
  let isTaken = true;
  while (!signal.aborted) {
    const records = await logs.waiting(batchBytes);
    const standing = JSON.stringify(logs.sources().map(({ path, state, problem }) => [path, state, problem]));
    const isDue = clock.monotonicMs() - spokenMs >= speakEveryMs || standing !== said;
    if (records.length === 0 && !isDue) {
      await sleep(clock, lookEveryMs, signal);
      continue;
    }
    const refused = await send(deps, records);
    if (refused === null) [spokenMs, said] = [clock.monotonicMs(), standing];
    if (refused !== null && isTaken) log.error("the hub does not take the log lines; they wait here", { why: refused });
    if (refused === null && !isTaken) log.info("the hub takes log lines again");
    isTaken = refused === null;
    pauseMs = isTaken ? firstPauseMs : Math.min(pauseMs * 2, longestPauseMs);
    if (!isTaken) await sleep(clock, pauseMs, signal);
  }
}

/** @returns why the hub did not take all of it; null when it did */
async function send({ client, host, token, logs, clock, signal }: SendLogsDeps, records: readonly Waiting[]) {
  const { epoch } = logs;
  const answer = await client.request({
    method: "POST",
    path: agentLogsPath(host),
    headers: { authorization: `Bearer ${token.reveal()}`, "content-type": sentLogsType },
    body: encodeSentLogs({ epoch, sentAtMs: clock.nowMs(), sources: logs.sources(), records }),
    timeoutMs: sendLimitMs,
    signal,
  });
  if (!answer.ok) return answer.error.text;
  const { status, body } = answer.value;
  const read = SentAnswerJson.safeParse(body);
  if (status !== 200 || !read.success) return refusalText(status, body);
  const { taken, paths } = read.data;
  const last = records[Math.min(taken, records.length) - 1];
  if (last !== undefined) logs.sent(last.nextSeq);
  logs.use(paths);
  return taken < records.length ? "its own spool is full" : null;
}
