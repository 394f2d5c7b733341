import type { Stamp } from "./clock.ts";
import type { KoboshiError } from "./errors.ts";
import type { Actor } from "./event.ts";
import type { FeedSpec } from "./model/site.ts";
import type { ProviderNotice, ProviderNoticePhase } from "./model/provider-notice.ts";
import type { Result } from "./result.ts";

/** What a provider has announced that matters now: under way, or to begin within a day. */
export interface ProviderAnnouncement {
  readonly noticeId: number;
  readonly provider: string;
  readonly title: string;
  readonly phase: Extract<ProviderNoticePhase, "planned" | "ongoing">;
  readonly kind: ProviderNotice["kind"];
  /** Unix epoch, UTC; null: it is under way and its beginning was not told */
  readonly startMs: number | null;
  readonly endMs: number | null;
  /** false: something about it is still asked, so it is possible, not announced */
  readonly certain: boolean;
  /** hosts of ours it names or could mean, with how sure */
  readonly hosts: readonly { readonly host: string; readonly confidence: number }[];
  readonly confidence: number;
}

/** The provider's own word about now; owned by the observation, asked by the scope of an incident. */
export interface ProviderWord {
  /** by provider, those under way first */
  current(): readonly ProviderAnnouncement[];
}

/** Why a source could not be read; `selector-empty`: the page came, and nothing on it is where it was. */
export interface FeedTrouble {
  readonly code: string;
  readonly text: string;
}

export interface FeedStatus {
  /** `provider/0` */
  readonly key: string;
  readonly provider: string;
  readonly kind: FeedSpec["kind"];
  /** as it may be shown: no user, password or query */
  readonly address: string;
  /** `unknown`: never read yet */
  readonly state: "ok" | "warning" | "down" | "unknown";
  readonly lastTriedAt: Stamp | null;
  readonly lastSuccessAt: Stamp | null;
  readonly trouble: FeedTrouble | null;
  /** notices kept of it */
  readonly notices: number;
  readonly nextAtMs: number | null;
}

/** Why a notice is thought to be about something of ours. Points 0 to 1. */
export interface NoticeMatch {
  /** `host:web1`, `place:sakura` */
  readonly target: string;
  readonly points: number;
  readonly why:
    | "address"
    | "provider-name"
    | "own-name"
    | "pattern"
    | "region"
    | "account"
    | "all"
    | "provider-only"
    | "names-others"
    | "said-unaffected";
  /** the words of the notice */
  readonly words: string;
}

/** The window a notice leads to; a person decides. Nothing is silenced by a proposal. */
export interface Proposal {
  readonly state: "proposed" | "confirmed" | "rejected";
  /** the version it was drawn up from, or decided on */
  readonly version: number;
  readonly windows: readonly { readonly startMs: number; readonly endMs: number }[];
  /** hosts it is for */
  readonly hosts: readonly string[];
  readonly decidedBy: Actor | null;
  readonly decidedAt: Stamp | null;
  /** the notice changed after it was decided: look again */
  readonly outdated: boolean;
}

export interface NoticeVersion {
  /** 1, 2 … */
  readonly number: number;
  readonly receivedAt: Stamp;
  readonly title: string;
  /** plain lines, the title first; spans count in it */
  readonly text: string;
  readonly link: string | null;
  /** what its sender says of its date; null: nothing readable */
  readonly publishedAtMs: number | null;
  readonly read: ProviderNotice;
}

/** One notice as it is now. */
export interface KeptNotice {
  readonly id: number;
  readonly provider: string;
  readonly feed: string;
  readonly firstSeenAt: Stamp;
  readonly versions: number;
  readonly newest: NoticeVersion;
  readonly confidence: number;
  readonly matches: readonly NoticeMatch[];
  /** null: it has no window to propose and asks none */
  readonly proposal: Proposal | null;
}

export interface NoticeQuery {
  /** words that must all be in it, in any language; empty: all */
  readonly search: string;
  readonly provider: string | null;
  /** only those whose id is smaller */
  readonly before: number | null;
  /** 1 to 200 */
  readonly limit: number;
}

/** What providers tell, and what people decide about it; owned by the observation. */
export interface FeedDesk extends ProviderWord {
  /** in the order of the file */
  feeds(): readonly FeedStatus[];
  /** newest first */
  notices(query: NoticeQuery): Promise<readonly KeptNotice[]>;
  /** with all its versions, newest first; null: none of this number */
  notice(id: number): Promise<{ readonly notice: KeptNotice; readonly versions: readonly NoticeVersion[] } | null>;
  /**
   * Makes the proposal a plan. `windows` are the person's own where something was asked. KB1002 for no such notice or
   * proposal, KB4502 while a window has no end or is asked about and none were given, KB4503 when a newer version has come
   */
  confirm(input: {
    readonly id: number;
    readonly version: number;
    readonly windows: readonly { readonly startMs: number; readonly endMs: number }[] | null;
    readonly actor: Actor;
  }): Promise<Result<KeptNotice, KoboshiError>>;
  /** It is not about us. KB1002, KB4503 */
  reject(input: {
    readonly id: number;
    readonly version: number;
    readonly actor: Actor;
  }): Promise<Result<KeptNotice, KoboshiError>>;
}
