import type { HardwareReading, HardwareSource } from "../../kernel/model/hardware.ts";
import type { HostReading } from "../../kernel/model/host-reading.ts";
import type { ControllerCertificate, SourceState } from "../../kernel/ports-hardware.ts";
import { safeText } from "../../clients/safe-text.ts";
import type { HardwareRecord } from "../../storage/ledger/nouns/hardware.ts";

/** How one look at one source ended. A look never throws at its caller, and never changes the machine. */
export interface Looked {
  readonly state: Exclude<SourceState, "waiting">;
  /** one line; null when it answered */
  readonly reason: string | null;
  readonly reading: HardwareReading | null;
  readonly certificate: ControllerCertificate | null;
  readonly learnt: HardwareRecord["learnt"];
  readonly vitals: HostReading | null;
}

/** What is asked of one source of one host. */
export interface Looker {
  readonly source: HardwareSource;
  /** without user and password */
  readonly address: string;
  /** @param input.isWhole logs, drives and limits too, not only what moves */
  look(input: { readonly isWhole: boolean; readonly record: HardwareRecord }): Promise<Looked>;
}

/** A look that brought nothing. */
export function failed(
  state: Looked["state"],
  reason: string,
  rest: Partial<Pick<Looked, "certificate" | "learnt">> = {},
): Looked {
  return { state, reason: safeText(reason, []), reading: null, certificate: null, learnt: {}, vitals: null, ...rest };
}
