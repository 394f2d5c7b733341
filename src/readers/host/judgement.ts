import type { Severity } from "../../kernel/model/signal.ts";
import type { HostFinding } from "../../kernel/ports-hosts.ts";

/** What is too much. Ratios 0 to 1 of what is used. */
export interface HostBounds {
  readonly diskRatio: number;
  readonly inodesRatio: number;
  readonly memoryRatio: number;
  readonly swapRatio: number;
  readonly loadPerCore: number;
  readonly clockMs: number;
  /** units that must run, besides none failing */
  readonly units: readonly string[];
}

/** One thing that was looked at; `severity` null: it is as it should be. What was not observed is not among them. */
export interface HostJudgement extends Omit<HostFinding, "severity"> {
  readonly severity: Severity | null;
}
