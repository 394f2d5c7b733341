import type { BundleId, Missing, Seen } from "../../kernel/model/diagnosis.ts";
import type { Offer } from "../model.ts";
import type { Situation } from "./situation.ts";

export interface Gathered {
  readonly seen: readonly Seen[];
  readonly missing: readonly Missing[];
}

/** Looks at one bundle of evidence. What it cannot have is missing, with its reason; it never rejects for that. */
export interface Gatherer {
  /** a name of its own: two may share a bundle */
  readonly id: string;
  readonly bundle: BundleId;
  /** what it could be asked now; its `gather` takes only these */
  offers(situation: Situation): readonly Offer[];
  /** Ends soon after `signal` aborts, with what there is by then. */
  gather(offer: Offer, situation: Situation, signal: AbortSignal): Promise<Gathered>;
}

export const nothing: Gathered = { seen: [], missing: [] };

export function together(parts: readonly Gathered[]): Gathered {
  return { seen: parts.flatMap(({ seen }) => seen), missing: parts.flatMap(({ missing }) => missing) };
}
