import type { Stamp } from "./clock.ts";

/** One line of a way: the routers seen at this distance; empty: none of them ever answered. */
export type Hop = readonly string[];

/** A way as it is known: routers that take turns are one hop. */
export interface Route {
  readonly hops: readonly Hop[];
  /** the target itself answered at its end */
  readonly reached: boolean;
  readonly since: Stamp;
}

/** Packets there and back over the last five minutes. Times in milliseconds. */
export interface PathPackets {
  readonly sent: number;
  readonly lossRatio: number;
  /** of what came back; null when nothing did */
  readonly minMs: number | null;
  readonly meanMs: number | null;
  readonly maxMs: number | null;
  /** mean difference of one echo to the next; null with fewer than two */
  readonly jitterMs: number | null;
}

/** The newest burst of echoes. */
export interface PathBurst {
  readonly atMs: number;
  readonly sent: number;
  readonly received: number;
}

/** How the network looks from one vantage to one target of the checks. */
export interface PathStatus {
  readonly vantage: string;
  /** the host as the checks name it */
  readonly target: string;
  /** the address looked at; null while the name does not resolve */
  readonly address: string | null;
  /** `host:web1`, or the service whose check names the target */
  readonly subject: string;
  readonly services: readonly string[];
  /** null before the first burst, and while nothing could be sent */
  readonly packets: PathPackets | null;
  /** what `packets` ends with */
  readonly newest: PathBurst | null;
  readonly route: Route | null;
  /** the way before the last change */
  readonly before: Route | null;
  readonly tracedAt: Stamp | null;
  /** what could not be looked at, and why: `packets` or `route` → code */
  readonly unobserved: Readonly<Record<string, string>>;
  /** open signals: `loss`, `route` */
  readonly troubles: readonly string[];
}

/** The ways to the targets of the checks; owned by the observation. */
export interface PathBoard {
  /** troubled ones first, then by target */
  paths(): readonly PathStatus[];
  /** targets beyond those that are watched */
  leftOut(): number;
  /** the ways that were in force, newest first; from the hub unless another vantage is named */
  history(target: string, vantage?: string): Promise<readonly Route[]>;
}
