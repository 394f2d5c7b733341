import type { z } from "zod";
import type { JsonClient } from "../../clients/http-json.ts";
import type { Clock } from "../../kernel/clock.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import type { VantageFolder } from "./folder.ts";
import { signRequest } from "./signing.ts";
import { ErrorAnswer, vantageHeaders } from "./wire.ts";

/** `refused`: the hub knows this vantage no more; trying again cannot help. */
export interface LineFailure {
  readonly kind: "refused" | "unreachable" | "stopped";
  readonly text: string;
}

export interface Heard<T> {
  readonly value: T;
  readonly tookMs: number;
}

/** The signed way to the hub. */
export interface HubLine {
  ask<T>(question: Question<T>): Promise<Result<Heard<T>, LineFailure>>;
  /** Did the hub answer last; null: never asked. */
  reachable(): boolean | null;
  /** when it last answered what was asked, by the monotonic clock; null: not since the start */
  heardMs(): number | null;
}

export interface Question<T> {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body?: unknown;
  readonly answer: z.ZodType<T>;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface HubLineDeps {
  readonly client: JsonClient;
  readonly folder: VantageFolder;
  readonly vantage: string;
  readonly clock: Clock;
}

/** Two requests may overtake each other, and an older copy of the folder may be far behind: each refusal skips further. */
const skips = [0, 1_000, 1_000_000, 1_000_000_000];

export function createHubLine(deps: HubLineDeps): HubLine {
  let reachable: boolean | null = null;
  let heardMs: number | null = null;
  return {
    reachable: () => reachable,
    heardMs: () => heardMs,
    async ask(question) {
      for (const skip of skips) {
        const { result, isOutnumbered } = await askOnce(deps, question, skip);
        if (isOutnumbered) continue;
        if (result.ok) heardMs = deps.clock.monotonicMs();
        if (result.ok || result.error.kind !== "stopped") reachable = result.ok || result.error.kind === "refused";
        return result;
      }
      return err({ kind: "unreachable", text: "KB4003 again and again" });
    },
  };
}

interface Once<T> {
  readonly result: Result<Heard<T>, LineFailure>;
  readonly isOutnumbered: boolean;
}

async function askOnce<T>(
  { client, folder, vantage, clock }: HubLineDeps,
  question: Question<T>,
  skip: number,
): Promise<Once<T>> {
  const { method, path, timeoutMs, signal } = question;
  const body = Buffer.from(question.body === undefined ? "" : JSON.stringify(question.body));
  const sequence = folder.nextSequence(skip);
  const signature = signRequest(folder.privatePem, { vantage, method, path, sequence, body });
  const headers = {
    // a header holds no kanji
    [vantageHeaders.name]: encodeURIComponent(vantage),
    [vantageHeaders.sequence]: String(sequence),
    [vantageHeaders.signature]: signature,
  };
  const sentMs = clock.monotonicMs();
  const bytes = method === "GET" ? {} : { body };
  const sent = await client.request({ method, path, headers, timeoutMs, signal, ...bytes });
  if (!sent.ok) return failed(sent.error.reason === "aborted" ? "stopped" : "unreachable", sent.error.text);
  const { status, body: said } = sent.value;
  const value = status === 200 ? question.answer.safeParse(said) : null;
  if (value?.success === true) {
    return { result: ok({ value: value.data, tookMs: clock.monotonicMs() - sentMs }), isOutnumbered: false };
  }
  const code = ErrorAnswer.safeParse(said).data?.error.code ?? "";
  if (code === "KB4003") return { ...failed("unreachable", code), isOutnumbered: true };
  if (code === "KB4002") return failed("refused", code);
  return failed("unreachable", `status ${status} ${code}`.trim());
}

function failed(
  kind: LineFailure["kind"],
  text: string,
): { result: Result<never, LineFailure>; isOutnumbered: boolean } {
  return { result: err({ kind, text }), isOutnumbered: false };
}
