import type { BackendError } from "../lines/backend-errors.ts";
import type { Cliff } from "../lines/cliff.ts";
import type { AppliedLimit } from "../lines/limits.ts";
import { commonest, worstMinute, type Timed } from "../lines/rates.ts";
import type { Request } from "../lines/requests.ts";
import { excerpt } from "../lines/signs.ts";
import type { BackendVerdict } from "../lines/verdict.ts";
import { backendFacts } from "../lines/verdict.ts";
import { told } from "./inside.ts";
import type { Reading } from "./evidence.ts";

/** Lines of one kind in the window. */
export interface Counted {
  readonly lines: readonly (Timed & { readonly text: string })[];
}

/** What a web server's log says of the program behind it. */
export interface BackendTrouble {
  readonly errors: readonly BackendError[];
  /** requests in the window; 0: not known */
  readonly requests: number;
  readonly limit: AppliedLimit | null;
  readonly verdict: BackendVerdict;
}

/** What came to a web server in the window, and before it. */
export interface Traffic {
  readonly requests: readonly Request[];
  readonly usual: readonly Request[];
  /** requests a minute since the incident began; null: too short a time to say */
  readonly rate: number | null;
  readonly usualRate: number | null;
  /** requests answered without an error of the server's own, a minute */
  readonly done: number | null;
  readonly usualDone: number | null;
}

export interface TimesAtLimit {
  readonly cliff: Cliff;
  readonly limit: AppliedLimit | null;
  readonly errors: readonly BackendError[];
  readonly verdict: BackendVerdict;
}

/** In the worst minute: fewer are a passing disturbance. */
const manyPerMinute = 5;
/** Of all requests; a small site has few of either. */
const manyRatio = 0.2;
const leastForRatio = 3;

export function amountOf(count: number, perMinute: number, requests: number): "none" | "some" | "many" {
  if (count === 0) return "none";
  const isLargePart = requests > 0 && count >= leastForRatio && count / requests >= manyRatio;
  return perMinute >= manyPerMinute || isLargePart ? "many" : "some";
}

/** `AH01102 ×34/min 10.0.0.5:8080 /order (60 s ProxyTimeout ← Timeout /etc/apache2/apache2.conf:92)` */
export function readBackendErrors(trouble: BackendTrouble, which: readonly BackendError[]): Reading {
  const perMinute = worstMinute(which);
  const facts = backendFacts(which, trouble);
  const code = commonest(which.map((one) => one.code));
  const { limit } = trouble;
  const hasTimeout = which.some(({ kind }) => kind === "timeout");
  const parts = [
    `${code} ×${perMinute}/min`,
    facts["backend"] ?? "",
    facts["url"] ?? "",
    limit === null || !hasTimeout ? "" : `(${limit.seconds} s ${limit.name} ${limit.setAt})`,
  ];
  return told(amountOf(which.length, perMinute, trouble.requests), perMinute, {
    ...(which.length === 0 ? {} : { ...facts, detail: parts.filter((part) => part !== "").join(" ") }),
    raw: excerpt(which),
  });
}
