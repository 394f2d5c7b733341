import type { Facts } from "../../kernel/model/observation.ts";
import type { BackendError } from "./backend-errors.ts";
import type { Cliff } from "./cliff.ts";
import type { AppliedLimit } from "./limits.ts";
import { commonest } from "./rates.ts";

/** `slow`: it answers too late · `saturated`: it takes no more connections · `unreachable`: none is to be had · `limit`: it answers, later than the limit allows */
export type BackendVerdict = "slow" | "saturated" | "unreachable" | "limit";

/** Cut requests of which the backend, or a neighbour just before the limit, shows a normal end. */
const fewCut = 3;
const finishedRatio = 0.3;

export function isCliff({ cut, finished }: Pick<Cliff, "cut" | "finished">): boolean {
  return cut >= fewCut && finished >= Math.max(1, cut * finishedRatio);
}

/** @param isFull the web server's or the backend's own workers are used up */
export function verdictOf(
  errors: readonly BackendError[],
  { cliff, isFull }: { readonly cliff: Cliff; readonly isFull: boolean },
): BackendVerdict {
  const share = (is: (error: BackendError) => boolean): number => errors.filter(is).length / Math.max(1, errors.length);
  if (share(({ kind }) => kind !== "timeout") > 0.5) return "unreachable";
  if (isFull || share(({ kind, stage }) => kind === "timeout" && stage === "connecting") > 0.5) return "saturated";
  return isCliff(cliff) ? "limit" : "slow";
}

/** What an explanation needs: which backend, which address, which limit, set where, and what to make of it. */
export function backendFacts(
  errors: readonly BackendError[],
  { limit, verdict }: { readonly limit: AppliedLimit | null; readonly verdict: BackendVerdict },
): Facts {
  return {
    backend: commonest(errors.map((one) => one.backend)),
    url: commonest(errors.map((one) => one.url)),
    limitSeconds: limit?.seconds ?? null,
    limitName: limit?.name ?? null,
    setAt: limit?.setAt ?? null,
    verdict,
  };
}
