import { stampNow, type Clock } from "../../kernel/clock.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import type { Actor } from "../../kernel/event.ts";
import type { FeedDesk, KeptNotice, Proposal } from "../../kernel/ports-feeds.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import type { Ledger } from "../../storage/ledger/ledger.ts";

export interface DecisionDeps {
  readonly ledger: Ledger;
  readonly clock: Clock;
  decided(notice: KeptNotice): void;
}

const longestMs = 62 * 86_400_000;
const mostWindows = 62;

/** What a person says about a proposal; the same decision twice is not an error. */
export function createDecisions(deps: DecisionDeps): Pick<FeedDesk, "confirm" | "reject"> {
  return {
    confirm: (input) => decide(deps, { ...input, state: "confirmed" }),
    reject: (input) => decide(deps, { ...input, windows: null, state: "rejected" }),
  };
}

interface Decision {
  readonly id: number;
  readonly version: number;
  readonly windows: Proposal["windows"] | null;
  readonly actor: Actor;
  readonly state: "confirmed" | "rejected";
}

async function decide(
  { ledger, clock, decided }: DecisionDeps,
  decision: Decision,
): Promise<Result<KeptNotice, KoboshiError>> {
  const result = await ledger.transaction(async (tx): Promise<Result<KeptNotice, KoboshiError>> => {
    const known = await tx.providerNotice(decision.id);
    if (known === null || known.proposal === null)
      return err(new KoboshiError("KB1002", { what: `notice ${decision.id}` }));
    if (known.versions !== decision.version) return err(new KoboshiError("KB4503", { notice: decision.id }));
    const windows = decision.state === "rejected" ? known.proposal.windows : settledWindows(known, decision.windows);
    if (windows === null) return err(new KoboshiError("KB4502", { notice: decision.id }));
    const proposal: Proposal = {
      ...known.proposal,
      state: decision.state,
      version: decision.version,
      windows,
      decidedBy: decision.actor,
      decidedAt: stampNow(clock),
      outdated: false,
    };
    const next = { ...known, proposal };
    await tx.updateProviderNotice(next, known.newest.text);
    await tx.append({
      kind: `provider-notice.${decision.state}`,
      actor: decision.actor,
      incidentId: null,
      data: {
        notice: known.id,
        provider: known.provider,
        title: known.newest.title,
        version: decision.version,
        windows,
        hosts: proposal.hosts,
      },
    });
    return ok(next);
  });
  if (result.ok) decided(result.value);
  return result;
}

/** @returns null while something about the times is still asked, or they make no sense */
function settledWindows({ newest }: KeptNotice, given: Decision["windows"]): Proposal["windows"] | null {
  if (given !== null) {
    const fits = given.every(({ startMs, endMs }) => endMs > startMs && endMs - startMs <= longestMs);
    return given.length > 0 && given.length <= mostWindows && fits ? given : null;
  }
  const { windows, questions } = newest.read;
  if (windows.length === 0 || questions.length > 0) return null;
  const whole = windows.flatMap(({ startMs, endMs }) => (endMs === null ? [] : [{ startMs, endMs }]));
  return whole.length === windows.length ? whole : null;
}
