/** Where an attempt stopped, from the bottom up. */
export const layers = ["dns", "route", "connect", "tls", "protocol", "application", "content"] as const;
export type Layer = (typeof layers)[number];

/**
 * What one attempt says of its target. `degraded`: it works, but something written in the check is not met (slow, a
 * certificate about to expire). `unknown`: we could not look; it never counts against the target.
 */
export const outcomes = ["up", "degraded", "down", "unknown"] as const;
export type Outcome = (typeof outcomes)[number];

/** How long each phase took, milliseconds by the monotonic clock; a phase that was not reached is absent. */
export interface Timings {
  readonly dnsMs?: number;
  readonly connectMs?: number;
  readonly tlsMs?: number;
  /** until the server's first byte: banner, status line, echo reply */
  readonly firstByteMs?: number;
  readonly bodyMs?: number;
  readonly totalMs: number;
}

export interface ProbeError {
  /** lower-case words joined by `-`, stable: `refused`, `timeout`, `name-not-found`, `certificate-expired`, `status` … */
  readonly code: string;
  /** what the system or the server said, kept as it came, at most 2 KB */
  readonly text: string;
}

export type Facts = Readonly<Record<string, string | number | boolean | null | readonly (string | number)[]>>;

/** The value of one attempt. A probe never throws at its caller. */
export interface ProbeResult {
  readonly outcome: Outcome;
  /** the layer at which it stopped; null when everything asked for was met */
  readonly layer: Layer | null;
  readonly timings: Timings;
  /** the address used, `203.0.113.10:443` or `[2001:db8::1]:443`; null when no name was resolved */
  readonly address: string | null;
  /** what was seen on the way, units in the keys: `status`, `bodyBytes`, `banner`, `ownStallMs` (the looking process stood still) … */
  readonly facts: Facts;
  readonly error: ProbeError | null;
}

/** One attempt of one check from one vantage, with the hub's own time of it. */
export interface Observation extends ProbeResult {
  readonly checkId: string;
  readonly vantage: string;
  /** 1 for the regular attempt, 2 and more for the quick ones that follow a change */
  readonly attempt: number;
  /** when the attempt ended, Unix epoch UTC by the hub's clock */
  readonly atMs: number;
  /** the same moment by the hub's monotonic clock */
  readonly monotonicMs: number;
}
