import type { Stamp } from "./clock.ts";
import type { KoboshiError } from "./errors.ts";
import type { Result } from "./result.ts";

export const deviceClasses = ["phone", "tablet", "computer", "unknown"] as const;
export type DeviceClass = (typeof deviceClasses)[number];

export const networkKinds = ["mobile", "home", "office", "unknown"] as const;
export type NetworkKind = (typeof networkKinds)[number];

/** What someone said of one service, from where they are. Texts are foreign. */
export interface PeopleReport {
  readonly id: number;
  readonly at: Stamp;
  readonly service: string;
  readonly canReach: boolean;
  readonly device: DeviceClass;
  readonly network: NetworkKind;
  /** as typed, at most 60 characters; null when left empty */
  readonly isp: string | null;
  /** as typed, at most 500 characters; null when left empty */
  readonly comment: string | null;
  /** what their browser found when it tried by itself; null when it could not */
  readonly tried: "reached" | "not-reached" | null;
  /** the sender's address as a number that means nothing tomorrow: who has it cannot tell the address */
  readonly source: string;
}

export interface NewPeopleReport extends Omit<PeopleReport, "id" | "at" | "source"> {
  /** forgotten at once but for its number of the day */
  readonly address: string;
}

/** What people say of the services; owned by the observation. */
export interface PeopleDesk {
  /**
   * @returns `kept`; KB4305 for an unknown service, KB4306 when this source or all together have said too much lately: then
   * it was only counted
   */
  report(report: NewPeopleReport): Promise<Result<"kept", KoboshiError>>;
  /** newest first; `before`: the id of the last one of the page before */
  reports(query: { readonly before?: number; readonly limit: number }): Promise<readonly PeopleReport[]>;
  /** reports not kept since the start, because there were too many */
  turnedAway(): number;
}
