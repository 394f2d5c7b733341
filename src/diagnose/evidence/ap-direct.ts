import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import type { HostDirect } from "../../kernel/model/host-service-answers.ts";
import { evidence, type Reading } from "./evidence.ts";
import { told } from "./inside.ts";
import { isFailure, quantile, type Request } from "../lines/requests.ts";
import { isSlow, numberIn, unseen, type Tried } from "./attempts.ts";

/** The backend asked on its own host, past the proxy. */
export const apDirect = evidence({
  id: "ap.direct",
  bundle: "svc",
  title: { ja: "裏側への直接の応答", en: "backend asked directly" },
  states: ["ok", "slow", "error", "none"],
  stateWords: {
    ok: { ja: "正常に応答しています", en: "answers as it should" },
    slow: { ja: "応答が遅くなっています", en: "answers slowly" },
    error: { ja: "エラーを返します", en: "answers with an error" },
    none: { ja: "応答がありません", en: "no answer" },
  },
  leak: [0.03, 0.01, 0.003],
  group: "app",
  timeoutSeconds: 8,
  risk: 2,
  unit: "ms",

  /**
   * A check aimed at the program itself, past the proxy; else what it answers its own machine; else what it wrote down of its
   * own answers.
   */
  read({ tried, asked, requests, usual }: AskedDirectly): Reading | MissingReason {
    if (tried !== null) return fromCheck(tried);
    const answered = asked === null ? null : fromHost(asked);
    if (answered !== null) return answered;
    if (requests.length < fewRequests) return "not-configured";
    const failed = requests.filter(isFailure).length / requests.length;
    const p95 = quantile(
      requests.flatMap(({ seconds }) => seconds ?? []),
      0.95,
    );
    const before = quantile(
      usual.flatMap(({ seconds }) => seconds ?? []),
      0.95,
    );
    const ms = p95 === null ? null : Math.round(p95 * 1_000);
    if (failed >= failedRatio) return told("error", ms, { detail: `5xx ${Math.round(failed * 100)}%` });
    if (ms === null) return "not-configured";
    const slow = isSlow(ms, before === null ? null : before * 1_000, noticeableMs);
    return told(slow ? "slow" : "ok", ms, { detail: `p95 ${ms} ms` });
  },
});

export interface AskedDirectly {
  /** null: no check speaks to the program itself */
  readonly tried: Tried | null;
  /** null: its machine was not asked, or does not know where the program is */
  readonly asked: AskedOnHost | null;
  /** of the program's own access log, in the window and before it */
  readonly requests: readonly Request[];
  readonly usual: readonly Request[];
}

const fewRequests = 5;
const failedRatio = 0.5;
const noticeableMs = 1_000;

/** On the machine, past the proxy; `closed`: nobody listens where the web server looks for it */
export type AskedOnHost =
  | (HostDirect & { readonly usualP95Ms: number | null; readonly closed?: undefined })
  | { readonly closed: string };

/** Null: a page that nobody watches answers quickly, which says nothing of those that people ask for. */
function fromHost(asked: AskedOnHost): Reading | null {
  if (asked.closed !== undefined) return told("none", null, { detail: asked.closed });
  const { backend, page, outcome, status, totalMs, usualP95Ms, isCheckedPage } = asked;
  const detail = `${backend}${page} ${status ?? outcome}`;
  if (outcome !== "answered" || status === null) return told("none", totalMs, { detail });
  if (status >= 500) return told("error", totalMs, { detail });
  if (isSlow(totalMs, usualP95Ms, noticeableMs)) return told("slow", totalMs, { detail });
  return isCheckedPage ? told("ok", totalMs, { detail }) : null;
}

function fromCheck({ result, usual }: Tried): Reading | MissingReason {
  const why = unseen(result);
  if (why !== null) return why;
  const totalMs = Math.round(result.timings.totalMs);
  const status = numberIn(result, "status");
  const detail = [result.address, status ?? result.error?.code].filter((part) => part).join(" ");
  if (status !== null && status >= 500) return told("error", totalMs, { detail });
  if (result.outcome === "down" && status === null) return told("none", totalMs, { detail });
  const slow = result.error?.code === "slow" || isSlow(totalMs, usual.totalP95Ms, noticeableMs);
  return told(slow ? "slow" : "ok", totalMs, { detail });
}
