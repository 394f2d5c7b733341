import type { DiagnosisSources } from "./ports-diagnosis-sources.ts";
import type { HostDesk } from "./ports-hosts.ts";
import type { HostFolder } from "./model/host-service-answers.ts";
import type { HostListener } from "./model/host-reading.ts";
import type { LogDesk } from "./ports-logs.ts";

/** One value of one series of a host. */
export interface HostPoint {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly atMs: number;
}

/** How a machine was while nothing was wrong with it; null: it was not observed then. */
export interface HostUsual {
  /** Unix epoch UTC by the hub's clock */
  readonly atMs: number;
  readonly bootId: string | null;
  readonly listeners: readonly HostListener[] | null;
  /** names of programs that were ever among the busiest; they only grow */
  readonly programs: readonly string[];
  /** addresses somebody logged in from; they only grow */
  readonly loginsFrom: readonly string[];
  readonly firewallHashes: Readonly<Record<string, string>> | null;
  readonly hasDefaultRoute: boolean | null;
  readonly cardsUp: readonly string[] | null;
  /** mounts that could be written; left out: not looked at */
  readonly writable?: readonly string[] | null;
  readonly folders: readonly HostFolder[] | null;
  /** files of packages that differed even then */
  readonly differing: readonly string[] | null;
  readonly mailWaiting: number | null;
  readonly longestQueryMs: number | null;
  /** from being asked to its first word */
  readonly firstWordMs: number | null;
}

/** What can be known from inside the machines, for a diagnosis to ask; answered by the hub. */
export interface InsideSources extends Pick<
  DiagnosisSources,
  "clock" | "site" | "checks" | "observations" | "jobs" | "notes" | "vantages"
> {
  readonly hosts: Pick<HostDesk, "host" | "ask" | "lookNow">;
  readonly logs: Pick<LogDesk, "search" | "state">;
  /** of `host:web1`; from inclusive, to exclusive */
  metrics(query: {
    readonly subject: string;
    readonly name: string;
    readonly fromMs: number;
    readonly toMs: number;
    readonly limit: number;
  }): Promise<readonly HostPoint[]>;
  /** oldest first; empty: it was never seen in good health */
  usual(host: string): Promise<readonly HostUsual[]>;
}
