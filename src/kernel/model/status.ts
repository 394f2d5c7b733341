import type { Stamp } from "../clock.ts";
import type { ComponentId } from "./component.ts";
import type { Incident } from "./incident.ts";
import type { Observation } from "./observation.ts";

/** The seven states anything is shown in; `unknown` is never shown as healthy. */
export const stateWords = ["ok", "warning", "down", "affected", "maintenance", "unknown", "paused"] as const;
export type StateWord = (typeof stateWords)[number];

/** One check as one vantage sees it. */
export interface CellStatus {
  readonly vantage: string;
  readonly state: StateWord;
  /** null before the first reading */
  readonly last: Observation | null;
  /** the last reading is older than three intervals */
  readonly stale: boolean;
}

export interface CheckStatus {
  readonly id: string;
  readonly service: string;
  readonly kind: string;
  readonly name: string;
  readonly target: string;
  readonly everyMs: number;
  readonly state: StateWord;
  /** when this state was confirmed; null before that */
  readonly since: Stamp | null;
  /** a change is being confirmed right now by quick attempts */
  readonly confirming: boolean;
  readonly cells: readonly CellStatus[];
}

export interface ServiceStatus {
  readonly key: string;
  readonly name: string;
  readonly state: StateWord;
  /** for `affected`: what it is affected by */
  readonly because: ComponentId | null;
  readonly since: Stamp | null;
  readonly checks: readonly CheckStatus[];
}

export interface VantageStatus {
  readonly name: string;
  /** `silent`: no word from it; `blind`: it says, or we see, that it cannot look */
  readonly state: "ok" | "blind" | "silent" | "never-joined";
  readonly lastSeenAt: Stamp | null;
  /** its wall clock minus ours; null for the hub and before the first report */
  readonly clockOffsetMs: number | null;
  /** its own, and the one its reports come from: who is banned somewhere is told by it. Left out: not known */
  readonly addresses?: readonly string[];
}

/** Something a person should know although nothing is down. words/attention.ts says each code in both languages. */
export interface Attention {
  readonly code: string;
  readonly level: "warning" | "down" | "info";
  readonly facts: Readonly<Record<string, string | number>>;
}

/** Whether someone outside would notice that koboshi is silent. */
export interface WatchStatus {
  /** `starting`: not called yet; `withheld`: koboshi is not well and keeps silent on purpose */
  readonly watchdog: "none" | "starting" | "ok" | "failing" | "withheld";
  readonly lastOkAt: Stamp | null;
}

/** The answer to «is everything all right, and if not, what now», from which Home, the API and the command line speak. */
export interface SiteStatus {
  readonly at: Stamp;
  readonly verdict: "ok" | "warning" | "down" | "unknown" | "empty";
  /** broken first, then by name */
  readonly services: readonly ServiceStatus[];
  readonly vantages: readonly VantageStatus[];
  readonly openIncidents: readonly Incident[];
  readonly attentions: readonly Attention[];
  readonly configHash: string;
  /** milliseconds since the hub last heard from its own scheduler: koboshi's pulse */
  readonly pulseAgeMs: number;
  /** left out where nobody could be asked, as from the command line */
  readonly watch?: WatchStatus;
}
