import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import type { Facts } from "../../kernel/model/observation.ts";
import type { EvidenceKind } from "../model.ts";

/** What one look says, in the evidence's own states. */
export interface Reading {
  /** one of the evidence's states */
  readonly state: string;
  /** in the evidence's unit; null where there is no number */
  readonly value: number | null;
  /** what the sentence about it needs */
  readonly facts: Facts;
  /** what was on screen, at most 2 KB, secrets masked; empty when there is nothing to show */
  readonly raw: string;
}

/**
 * An evidence whose state can be read: `read` is pure, takes what its bundle's gatherer found, and never makes «normal» of
 * what was not seen.
 */
export interface ReadableEvidence<Found> extends EvidenceKind {
  read(found: Found): Reading | MissingReason;
}

/** One piece of evidence as data; add `read` where a gatherer exists. */
export function evidence<const Kind extends EvidenceKind>(kind: Kind): Kind {
  return kind;
}

export function isMissing(found: Reading | MissingReason): found is MissingReason {
  return typeof found === "string";
}
