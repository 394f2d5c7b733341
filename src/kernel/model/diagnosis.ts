import type { Stamp } from "../clock.ts";
import type { Actor } from "../event.ts";
import type { Lang } from "../lang.ts";
import type { ComponentId } from "./component.ts";
import type { Facts } from "./observation.ts";
import type { ScopeVerdict } from "./scope.ts";

/**
 * What is gathered in one go: `net` from every vantage, `dns`, `path`, `prov` the provider's word, `chg` our own book of
 * changes and windows, `user` what people say, `bak` the book of copies, `lines` what a host's followed logs brought to the hub,
 * `ssh` `log` `svc` `db` `mail` `data` on a host, `bmc` its controller.
 */
export const bundleIds = [
  "net",
  "dns",
  "path",
  "prov",
  "chg",
  "user",
  "bak",
  "lines",
  "ssh",
  "log",
  "svc",
  "db",
  "mail",
  "data",
  "bmc",
] as const;
export type BundleId = (typeof bundleIds)[number];

/** One piece of evidence as it was found. */
export interface Seen {
  /** `hs.disk`, `vp.http` … */
  readonly evidence: string;
  /** what it tells of */
  readonly target: ComponentId;
  /** who saw it; null: the hub's books, or the machine itself */
  readonly vantage: string | null;
  /** one of the states the evidence names; the first of them is normal */
  readonly state: string;
  /** in the evidence's unit; null where there is no number */
  readonly value: number | null;
  /** what the sentence about it needs */
  readonly facts: Facts;
  /** as it was on screen or in the log, secrets masked, at most 2 KB; empty when there is nothing to show */
  readonly raw: string;
  readonly at: Stamp;
  /** it was so in the incident's window and is not so now */
  readonly past: boolean;
  /** when it became so, Unix epoch UTC by the hub's clock; null: not known */
  readonly changedAtMs: number | null;
}

export const missingReasons = ["unreachable", "denied", "timeout", "not-configured", "parent-down"] as const;
export type MissingReason = (typeof missingReasons)[number];

/** Evidence that was asked for and could not be had; it counts neither for nor against anything. */
export interface Missing {
  readonly evidence: string;
  readonly target: ComponentId;
  readonly vantage: string | null;
  readonly reason: MissingReason;
}

/** Evidence by name, with what it did to one cause. */
export interface Weighed {
  readonly seen: Seen;
  /** log10 of how much likelier the evidence is with the cause than without it */
  readonly weight: number;
}

/** A cause at a component. */
export interface CauseAt {
  /** `disk-full`, or `other-unknown` */
  readonly id: string;
  /** null: `other-unknown` that nothing places */
  readonly component: ComponentId | null;
}

export interface RankedCause extends CauseAt {
  /** 0 to 1, after the bound that unexplained evidence sets */
  readonly probability: number;
  /** strongest first */
  readonly for: readonly Weighed[];
  readonly against: readonly Weighed[];
}

/** A rival that was set aside, and the evidence that decided it. */
export interface RuledOut extends CauseAt {
  readonly by: Weighed;
}

/**
 * `sure`: one explanation stands far above the rest and explains everything · `same-step`: all that is left begins with the same
 * step · `nothing-to-learn`: what could still be asked would not change it · `time`: the time given is over · `exhausted`: everything
 * was asked · `replaced`: a newer diagnosis of the same incident began
 */
export const stopReasons = ["sure", "same-step", "nothing-to-learn", "time", "exhausted", "replaced"] as const;
export type StopReason = (typeof stopReasons)[number];

/** What was asked in one go, and where the ranking stood after it. */
export interface Wave {
  readonly asked: readonly { readonly bundle: BundleId; readonly target: ComponentId | null }[];
  /** since the diagnosis began */
  readonly endedAfterSeconds: number;
  readonly top: readonly {
    readonly id: string;
    readonly component: ComponentId | null;
    readonly probability: number;
  }[];
}

/** A step a person may take, in the order that costs least to expect. */
export interface RepairStep {
  /** `start-service`, `undo-change` … words/diagnosis.ts says it */
  readonly action: string;
  readonly component: ComponentId | null;
  /** chance that it mends it, 0 to 1 */
  readonly chance: number;
  /** minutes of outage and danger it costs */
  readonly costMinutes: number;
}

/** A cause as a person reads it. */
export interface ToldCause extends CauseAt {
  /** with where it sits: 「ディスク容量の不足(web1)」 */
  readonly title: string;
  /** one of four words */
  readonly certainty: string;
  /** 1 to 99 */
  readonly percent: number;
  /** sentences, strongest first */
  readonly for: readonly string[];
  readonly against: readonly string[];
  readonly action: string;
  readonly notYet: string;
  readonly fix: string;
  readonly prevention: string;
}

/** The whole diagnosis in one language, from templates: the same evidence reads the same. */
export interface Told {
  /** one line: what it is and how sure, or that nobody can say yet */
  readonly headline: string;
  readonly causes: readonly ToldCause[];
  /** rivals set aside, each with what decided it */
  readonly ruledOut: readonly string[];
  readonly unobserved: readonly string[];
  readonly unexplained: readonly string[];
  /** first safe action of the best explanation */
  readonly action: string;
  readonly notYet: string | null;
  /** in the order that costs least to expect */
  readonly repair: readonly string[];
  /** why it ended, or that it is under way */
  readonly stopped: string;
}

/** One diagnosis, as far as it has come. The record of it can be replayed: the same evidence gives the same answer. */
export interface Diagnosis {
  /** null: without an incident, as from the command line */
  readonly incidentId: number | null;
  readonly subject: ComponentId;
  readonly at: Stamp;
  /** since it began */
  readonly seconds: number;
  /** when the scope was first told, since it began; null: not yet */
  readonly scopeSeconds: number | null;
  readonly scope: ScopeVerdict;
  /** most probable first, at most ten; those under one in a hundred are left out */
  readonly causes: readonly RankedCause[];
  /** the best explanation: one cause, two, or none (nothing is broken) */
  readonly best: { readonly causes: readonly CauseAt[]; readonly probability: number; readonly chained: boolean };
  /** that nothing is broken */
  readonly noneProbability: number;
  readonly ruledOut: readonly RuledOut[];
  readonly seen: readonly Seen[];
  readonly unobserved: readonly Missing[];
  /** abnormal, and not explained by the best explanation */
  readonly unexplained: readonly Seen[];
  readonly repair: readonly RepairStep[];
  /** null: it is still under way */
  readonly stoppedBecause: StopReason | null;
  /** everything was looked at once; what changes quickly is looked at again */
  readonly isAnswered?: boolean;
  readonly waves: readonly Wave[];
  /** sha256 of the catalogue it was made with, hex */
  readonly catalogue: string;
  readonly told: Readonly<Record<Lang, Told>>;
}

/** A cause that a person confirmed, or that the mending showed, with what was seen then: rankings learn from it. */
export interface ConfirmedCase {
  readonly incidentId: number;
  readonly cause: CauseAt;
  readonly seen: readonly Seen[];
  readonly at: Stamp;
  readonly actor: Actor;
  /** 1 when a person says so, less when it was only concluded */
  readonly trust: number;
  readonly note: string;
}
