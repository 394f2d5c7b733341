import type { Stamp } from "../clock.ts";
import type { Actor } from "../event.ts";
import type { ComponentId } from "./component.ts";

/**
 * Where a window stands. `preparing`: what is there before is written down; `open`: the work may be under way; `verifying`:
 * the work is over, and it is shown that everything is as before; `closed`: it is, or a person signed for what is not.
 */
export const windowStates = ["planned", "preparing", "open", "verifying", "closed", "cancelled"] as const;
export type WindowState = (typeof windowStates)[number];

/** Who made it: a person, the file, a provider's notice, a host that started by itself, the end of a recovery. */
export const windowOrigins = ["hand", "file", "notice", "reboot", "recovery"] as const;
export type WindowOrigin = (typeof windowOrigins)[number];

/** What was seen of the work itself, from outside and by the hosts' boot ids. */
export interface WindowCourse {
  /** the first target was lost, or its provider said so, or its time came */
  readonly startedAt: Stamp | null;
  /** every target had been back for three rounds */
  readonly backAt: Stamp | null;
  /** it was over before its planned end */
  readonly isEarly: boolean;
  /** it is later than the planned end by more than is allowed; told once */
  readonly overrunAt: Stamp | null;
  /** hosts that were lost at least once */
  readonly wentDown: readonly string[];
  /** hosts that started anew */
  readonly rebooted: readonly string[];
  /** hosts whose own clock stood still for a while though they did not start anew, and for how long */
  readonly pausedMs: Readonly<Record<string, number>>;
  /** how often a target came back and went again */
  readonly timesLostAgain: number;
  /** hosts that came back as another machine, and in what way */
  readonly otherMachine: Readonly<Record<string, "replaced" | "moved" | "rekeyed" | "cloned">>;
}

/** Nothing was seen yet. */
export const noCourse: WindowCourse = {
  startedAt: null,
  backAt: null,
  isEarly: false,
  overrunAt: null,
  wentDown: [],
  rebooted: [],
  pausedMs: {},
  timesLostAgain: 0,
  otherMachine: {},
};

/** A person's word that something is to be let through though it is not as before. */
export interface WindowSignature {
  readonly by: Actor;
  readonly at: Stamp;
  readonly reason: string;
  /** `host/check` of everything that had not passed */
  readonly waived: readonly string[];
}

/** A time in which work is done on some targets: their alarms are held, and it ends only when they are shown to be well. */
export interface Window {
  /** 1, 2, 3 … */
  readonly id: number;
  /** 1, raised when it is moved; earlier versions stay in the ledger's events */
  readonly version: number;
  readonly state: WindowState;
  readonly origin: WindowOrigin;
  /** the notice's number, the file's entry and occurrence, the incident's number; null for a person's */
  readonly reference: string | null;
  readonly title: string;
  /** planned, Unix epoch UTC */
  readonly startMs: number;
  readonly endMs: number;
  /** IANA zone in which its times were said */
  readonly timeZone: string;
  /** as written: `host:web1`, `service:shop`, `place:sakura` */
  readonly targets: readonly ComponentId[];
  /** what the targets come to, in the order of the file */
  readonly hosts: readonly string[];
  readonly services: readonly string[];
  /** what stands in meanwhile, for whoever is told; null: nothing */
  readonly alternate: string | null;
  /** shown on the status page and told to its subscribers */
  readonly isPublic: boolean;
  /** groups of checks asked for afterwards; empty: all */
  readonly checksWanted: readonly string[];
  readonly course: WindowCourse;
  /** signals held so far */
  readonly heldSignals: number;
  readonly createdAt: Stamp;
  readonly createdBy: Actor;
  readonly closedAt: Stamp | null;
  /** null: everything passed, or it is not closed */
  readonly signature: WindowSignature | null;
}

/** Its alarms are held, unless they are of danger. */
export function isHolding({ state }: Pick<Window, "state">): boolean {
  return state === "preparing" || state === "open" || state === "verifying";
}
