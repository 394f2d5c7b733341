/** Why an incident cannot simply be resolved, as people read it. */
export interface HealthBlocker {
  readonly code: "restore-running" | "restore-failed" | "copy-broken" | "check-failing" | "check-unseen";
  /** a plan, a check */
  readonly of: string;
  readonly ja: string;
  readonly en: string;
}

/** Whether what was restored because of an incident is right and works. */
export interface HealthGate {
  /** Empty when nothing was restored for it, or all of it is verified and every check passes. */
  blockers(incidentId: number): Promise<readonly HealthBlocker[]>;
}
