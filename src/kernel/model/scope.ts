/** Where the fault sits. */
export const scopeIds = [
  "none",
  "monitor",
  "path",
  "name",
  "service",
  "host",
  "segment",
  "site",
  "provider",
  "only-me",
  "local-lan",
] as const;
export type ScopeId = (typeof scopeIds)[number];

/** Who cannot use it. */
export const reaches = ["nobody", "one-client", "one-lan", "some-paths", "everyone"] as const;
export type Reach = (typeof reaches)[number];

/** A reason is data; words/scope.ts says it in both languages. */
export interface ScopeReason {
  /** `all-vantages-fail`, `only-vantage-fails`, `neighbour-up`, `whole-host-down` … */
  readonly code: string;
  readonly facts: Readonly<Record<string, string | number | readonly string[]>>;
}

export interface ScopeVerdict {
  readonly id: ScopeId;
  readonly reach: Reach;
  /** vantages that see the failure, by name */
  readonly failingFrom: readonly string[];
  /** vantages that see it working */
  readonly workingFrom: readonly string[];
  readonly reasons: readonly ScopeReason[];
}
