/** Three values everywhere: what is not proven is `unknown`, never yes. */
export type Truth = true | false | "unknown";
export type Fate = "survives" | "lost" | "unknown";

export const lossKinds = [
  "disk",
  "host",
  "segment",
  "region",
  "provider-closes",
  "provider-deletes",
  "account-suspended",
  "account-stolen",
  "admin-mistake",
  "admin-malice",
  "person-gone",
  "host-root-stolen",
  "hub-stolen",
  "hub-lost",
  "ransomware",
  "automation-everywhere",
  "silent-corruption",
  "bad-release",
  "key-lost",
  "key-leaked",
  "credential-leaked",
  "dns-lost",
  "network-partition",
  "repository-rot",
  "retention-trap",
] as const;
export type LossKind = (typeof lossKinds)[number];

/** One way to lose things: a kind of the list, a loss of the site's own making, or targets of a question together. */
export interface LossEvent {
  /** `host:web1`, `provider-deletes:sakura-vps`, `custom:移転`, `without:place:sakura` */
  readonly id: string;
  readonly kind: LossKind | "custom" | "without";
  /** what it happens to, as people write it; null: to everything */
  readonly of: string | null;
  /** how long it can go unnoticed; 0: seen at once */
  readonly unnoticedMs: number;
}

/** What is known or could be known: the key of its words, and whom it is about. */
export interface AuditFact {
  readonly code: FactCode;
  readonly of: string;
}
export const factCodes = [
  "copy",
  "append-only",
  "locked",
  "key",
  "key-holder",
  "person-can",
  "login-shared",
  "region",
  "host-place",
  "host-credentials",
  "hub-place",
  "automation",
  "reading",
  "takeover",
  "same-disk",
  "mounted",
  "generations",
  "damage",
] as const;
export type FactCode = (typeof factCodes)[number];

export const reasonCodes = [
  "located",
  "deleted",
  "no-key",
  "unreadable",
  "no-generation",
  "absent",
  "damaged",
  "unproven",
] as const;

/** Why a copy is of no use, or why nobody can say. `by`: components, `host:web1`, `account:omni-1`. */
export interface CopyReason {
  readonly code: (typeof reasonCodes)[number];
  readonly by: readonly string[];
  /** what would decide it; null when it is decided */
  readonly fact: AuditFact | null;
}

/** One plan's copies at one place, after the loss. */
export interface CopyOutcome {
  /** the plan */
  readonly of: string;
  readonly place: string;
  readonly external: boolean;
  readonly survives: Truth;
  readonly newestAtMs: number | null;
  /** last time something about it was verified well; null: never */
  readonly checkedAtMs: number | null;
  /** whether the live side's credentials cannot delete it */
  readonly undeletable: Truth;
  readonly reason: CopyReason | null;
}

/** Seconds, with the span in which they lie; null: not known. */
export interface Estimate {
  readonly p10: number | null;
  readonly p50: number | null;
  readonly p90: number | null;
}

export const recoveryPhases = ["decide", "provision", "access", "fetch", "load", "verify", "switch"] as const;
export type RecoveryPhase = (typeof recoveryPhases)[number];

/** What the time of a phase was taken from. */
export const estimateSources = ["drills", "place", "rate", "declared", "assumed", "unknown"] as const;
/** Of a recovery time against what is promised. */
export const recoveryVerdicts = ["met", "missed", "unproven", "no-target"] as const;

/** One summand of a recovery time, with what it was taken from. */
export interface PhaseEstimate extends Estimate {
  readonly phase: RecoveryPhase;
  readonly from: (typeof estimateSources)[number];
  /** of `fetch` */
  readonly bytes: number | null;
  readonly bytesPerSecond: number | null;
}

export interface RecoveryEstimate extends Estimate {
  /** the plan and place it would be fetched from */
  readonly plan: string;
  readonly place: string;
  readonly phases: readonly PhaseEstimate[];
  /** what the place asks for getting it out, as written; null: nothing known */
  readonly fee: string | null;
  readonly targetSeconds: number | null;
  readonly verdict: (typeof recoveryVerdicts)[number];
}

/** One set of data after the loss. */
export interface DataOutcome {
  /** the plan by which it is known */
  readonly data: string;
  readonly fate: Fate;
  /** whether the data in use are still there */
  readonly live: Truth;
  /** counts of its copies */
  readonly copies: number;
  readonly surviving: number;
  readonly best: CopyOutcome | null;
  readonly reason: CopyReason | null;
  /** seconds of business since the newest usable copy */
  readonly loseSeconds: number | null;
  /** at the worst moment; null: not known */
  readonly loseWorstSeconds: number | null;
  readonly loseTargetSeconds: number | null;
  readonly recovery: RecoveryEstimate | null;
}

/** koboshi's own ledger, keys and configuration. */
export interface OwnRecords {
  /** some plan copies the ledger */
  readonly isCopied: boolean;
  /** whether its machine is still there after the loss */
  readonly hubStays: Truth;
  /** lines of the configuration that would copy them; null: copied already, or no repository lies elsewhere */
  readonly lines: string | null;
}

/** What is left after one loss. */
export interface LossOutcome {
  readonly event: LossEvent;
  readonly copies: readonly CopyOutcome[];
  readonly data: readonly DataOutcome[];
  /** hosts lost with services on them, of which no plan copies anything */
  readonly uncopiedHosts: readonly string[];
  /** services that stand still */
  readonly down: readonly string[];
  /** whether koboshi's own machine is still there */
  readonly hubStays: Truth;
  /** whether the status page can still be seen, and be changed; null: there is none */
  readonly page: { readonly seen: Truth; readonly changed: Truth } | null;
  readonly recoverSeconds: number | null;
  readonly loseSeconds: number | null;
}

/** A row of the table of all losses. */
export interface LossRow {
  readonly event: LossEvent;
  readonly lost: readonly string[];
  readonly unknown: readonly string[];
}

export const changeKinds = ["prove", "revoke", "key", "reader", "retention", "append-only", "copy"] as const;
export type ChangeKind = (typeof changeKinds)[number];

/** One change that would help, and by how much. */
export interface AuditChange {
  readonly kind: ChangeKind;
  /** what it is done to: a place, a plan, `person:sato>repository:office/shop` … */
  readonly of: string;
  /** where to, for copies and keys; null: to a new place, and for all other changes */
  readonly at: string | null;
  readonly fact: AuditFact | null;
}

export interface AuditHelp {
  readonly change: AuditChange;
  /** pairs of data and loss that are lost, and unknown, before and after */
  readonly before: { readonly lost: number; readonly unknown: number };
  readonly after: { readonly lost: number; readonly unknown: number };
}

export interface AuditQuestion {
  readonly fact: AuditFact;
  /** pairs of data and loss whose verdict one answer or the other decides */
  readonly decides: number;
}

/** Losses that together leave nothing of a set of data; `alike`: how many of the same sort each stands for. */
export interface CutSet {
  readonly data: readonly string[];
  readonly events: readonly { readonly event: LossEvent; readonly alike: number }[];
  /** false: only when what is not known is against us */
  readonly sure: boolean;
}

export interface AuditOverview {
  /** worst first, bounded */
  readonly rows: readonly LossRow[];
  /** losses beyond those that take something or leave it open, none of them worse */
  readonly rowsLeft: number;
  readonly questions: readonly AuditQuestion[];
  readonly help: AuditHelp | null;
  readonly cuts: readonly CutSet[];
}

export interface AuditReport {
  readonly atMs: number;
  readonly planned: boolean;
  /** targets as `kind:name`; empty: all losses */
  readonly without: readonly string[];
  /** something is copied, and of it nothing is lost and nothing is unknown */
  readonly ok: boolean;
  readonly lost: readonly string[];
  readonly unknown: readonly string[];
  /** what is left: with `without` after it, else as things stand */
  readonly outcome: LossOutcome;
  /** left out when something in particular was asked for */
  readonly overview: AuditOverview | null;
  /** hosts with services of which no plan copies anything */
  readonly uncopiedHosts: readonly string[];
  /** null: nothing at all is copied */
  readonly own: OwnRecords | null;
  /** where the data of each plan are in use, for the grid */
  readonly liveAt: readonly { readonly data: string; readonly host: string; readonly place: string | null }[];
  /** seconds of complete rehearsals and recoveries, oldest first */
  readonly trend: readonly { readonly plan: string; readonly seconds: readonly number[] }[];
}

export interface AuditOptions {
  /** declared copies and claims count as true */
  readonly planned: boolean;
  /** `kind:name`, a bare name where only one thing has it, or a loss's id */
  readonly without: readonly string[];
}

/** The survival audit for web, API and command. */
export interface AuditDesk {
  /** KB8201 for a target that is not there, KB8202 for a name of several things */
  audit(options: AuditOptions): Promise<AuditReport>;
  /** counts for Home: data that some loss takes altogether, and data of which that is not known */
  summary(): Promise<{ readonly data: number; readonly lost: number; readonly unknown: number }>;
  /** everything that can be asked for, as `kind:name` */
  targets(): Promise<readonly string[]>;
}
