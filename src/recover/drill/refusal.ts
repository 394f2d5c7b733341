export const refusalCodes = [
  "not-declared",
  "production-marker",
  "no-drill-marker",
  "foreign-drill-marker",
  "same-machine",
  "same-host-key",
  "same-address",
  "named",
  "in-service",
  "egress-open",
  "mail-open",
  "names-reachable",
  "cron-live",
  "clock-wrong",
  "writable-credential",
  "not-claimed",
  "unreachable",
  "lacks",
  "copy-out-of-reach",
] as const;
export type RefusalCode = (typeof refusalCodes)[number];

/** Why a drill must not run there. `unknown`: it could not be shown that it may. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly unknown: boolean;
  /** what was seen, safe to show */
  readonly seen: string;
}

export function refusal(code: RefusalCode, seen: string): readonly Refusal[] {
  return [{ code, unknown: false, seen }];
}

export function untold(code: RefusalCode, what: string): readonly Refusal[] {
  return [{ code, unknown: true, seen: what }];
}
