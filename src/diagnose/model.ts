import type { BundleId, CauseAt, Seen } from "../kernel/model/diagnosis.ts";
import type { ComponentId } from "../kernel/model/component.ts";
import type { BothLangs } from "../kernel/ports-diagnosis.ts";

/** What sort of thing a part is to the catalogue; a cause sits at one sort. */
export const partKinds = [
  "client",
  "lan",
  "isp",
  "vantage",
  "domain",
  "cert",
  "account",
  "provider",
  "site",
  "segment",
  "host",
  "web",
  "app",
  "db",
  "mail",
  "extdep",
  "backup",
] as const;
export type PartKind = (typeof partKinds)[number];

/** Where a cause may sit; `service` is web, app, db and mail, `webapp` web and app. */
export type CausePlace = PartKind | "service" | "webapp";

/** A thing that can be broken. A vantage behind a LAN it shares with another is a client, too. */
export interface Part {
  readonly id: ComponentId;
  readonly kinds: readonly PartKind[];
  readonly dependsOn: readonly PartEdge[];
}

/** `all`: it fails when `to` fails · `any`: only when all of its group fail · `kofn`: when fewer than `k` of its group are left · `soft`: it is weakened by `beta` */
export type PartEdge =
  | { readonly to: ComponentId; readonly mode: "all" }
  | { readonly to: ComponentId; readonly mode: "any"; readonly group: string }
  | { readonly to: ComponentId; readonly mode: "kofn"; readonly group: string; readonly k: number }
  | { readonly to: ComponentId; readonly mode: "soft"; readonly beta: number };

export interface PartGraph {
  readonly parts: ReadonlyMap<ComponentId, Part>;
  /** programs that are reached through a web server, by that server: its books tell of them, though it can do without them */
  readonly behind?: ReadonlyMap<ComponentId, readonly ComponentId[]>;
}

/** Whose evidence a likelihood speaks of: the part's own, that of what depends on it (`^`), of vantages behind it (`~`), of what it depends on (`@`), or any (`*`). */
export type Relation = "own" | "dependents" | "behind" | "needs" | "any";

/** P(state | cause) for one evidence in one relation; what is not written is left to the evidence's normal state. */
export interface Likelihood {
  readonly evidence: string;
  readonly relation: Relation;
  readonly states: Readonly<Record<string, number>>;
  /** why the figures are as they are, where that is known */
  readonly why?: BothLangs;
}

export interface Cause {
  readonly id: string;
  readonly layer: string;
  readonly at: CausePlace;
  /** cases in a hundred or so; normalised over the catalogue */
  readonly weight: number;
  /** which of the stories it comes from */
  readonly seeds: readonly string[];
  readonly likelihoods: readonly Likelihood[];
  /** causes it may bring about, with the chance of it */
  readonly brings: Readonly<Record<string, number>>;
  /** what mends it: action → chance that it does, given this cause */
  readonly mendedBy: Readonly<Record<string, number>>;
  /** it may hit some who look and spare others, as a block of addresses does */
  readonly isSelective?: boolean;
  readonly title: BothLangs;
  readonly action: BothLangs;
  readonly notYet: BothLangs;
  readonly fix: BothLangs;
  readonly prevention: BothLangs;
  /** `shipped`, or the file */
  readonly from: string;
}

/** What may mend a cause; `Cause.mendedBy` says with what chance. */
export interface RepairAction {
  readonly id: string;
  readonly title: BothLangs;
  /** minutes of outage it adds, and of danger counted as minutes */
  readonly costMinutes: number;
  /** `none`: it stops and loses nothing · `service`: one service stops for a moment · `host`: everything on the host stops · `data`: data or evidence may be lost */
  readonly risk: "none" | "service" | "host" | "data";
  /** done on our own machines where they stand, so not advised while a cause at the provider stands first */
  readonly touchesOurs: boolean;
  /** not advised while one of the causes is at least this probable */
  readonly forbiddenWhen: readonly { readonly causes: readonly string[]; readonly atLeast: number }[];
}

/** What can be looked at; its file in `evidence/` also says how the state follows from what was read. */
export interface EvidenceKind {
  readonly id: string;
  readonly title: BothLangs;
  readonly bundle: BundleId;
  /** normal first; later ones mask earlier ones */
  readonly states: readonly string[];
  /** what a person is told of each state */
  readonly stateWords: Readonly<Record<string, BothLangs>>;
  /** P(state) while nothing is broken, for the states after the first */
  readonly leak: readonly number[];
  /** evidence of one group tells partly the same thing twice; null: of no group */
  readonly group: string | null;
  /** a record says it as it stands, with no stopwatch and no sample in between: its reading is hardly ever wrong */
  readonly isExact?: true;
  readonly timeoutSeconds: number;
  /** a web server's word on the programs behind it, too: what makes them fail shows here */
  readonly tellsOfBehind?: true;
  /** 0 from outside or from our own books · 1 reads on the host · 2 leaves a slight trace */
  readonly risk: 0 | 1 | 2;
  readonly unit: string;
}

export interface Catalogue {
  readonly causes: ReadonlyMap<string, Cause>;
  readonly evidence: ReadonlyMap<string, EvidenceKind>;
  /** sha256 of all of it, hex */
  readonly version: string;
}

/** Something that could be asked now. */
export interface Offer {
  readonly bundle: BundleId;
  /** host, domain … it is asked of; null: everything of that bundle */
  readonly target: ComponentId | null;
  /** what it would tell */
  readonly tells: readonly {
    readonly evidence: string;
    readonly target: ComponentId;
    readonly vantage: string | null;
  }[];
  readonly expectedSeconds: number;
}

/** How often a state was found on a healthy day, by evidence and target, where that is known. */
export interface Habits {
  /** P(state | healthy) of this very target, as this vantage sees it; null: not known, the catalogue's leak stands */
  leak(
    evidence: string,
    look: { readonly target: ComponentId; readonly vantage: string | null },
  ): readonly number[] | null;
  /** changes an hour at this part; null: not known */
  changesPerHour(target: ComponentId): number | null;
}

/** What was learned from confirmed cases; an empty one changes nothing. */
export interface Lessons {
  /** confirmed cases of a cause, faded with age */
  cases(causeId: string): number;
  /** sum over all causes */
  readonly total: number;
  /** faded counts of states seen with a cause, by evidence; null: none */
  states(causeId: string, evidence: string, relation: Relation): Readonly<Record<string, number>> | null;
}

/** One explanation of everything seen: no cause, one, or two. */
export interface Explanation {
  readonly causes: readonly CauseAt[];
  readonly probability: number;
  /** the second follows from the first */
  readonly chained: boolean;
}

/** Where everything stands after some evidence. */
export interface Judgement {
  /** best first */
  readonly explanations: readonly Explanation[];
  /** P(cause is at work), over all explanations, best first, after the bound that unexplained evidence sets */
  readonly causes: readonly { readonly cause: CauseAt; readonly probability: number }[];
  readonly noneProbability: number;
  /** P(something at this part is broken), best first */
  readonly parts: readonly { readonly part: ComponentId; readonly probability: number }[];
  readonly unexplained: readonly Seen[];
}
