import type { Clock } from "../clock.ts";
import type { Bilingual, Lang } from "../lang.ts";
import type { Result } from "../result.ts";
import type { Secret } from "../secret.ts";
import type { NoticeKind, Undelivered, WindowNoticeKind } from "./notice.ts";
import type { Severity } from "./signal.ts";
import type { ChannelSpec, Person } from "./site.ts";

export type ChannelKind = ChannelSpec["kind"];
export type SpecOf<Kind extends ChannelKind> = Extract<ChannelSpec, { kind: Kind }>;

/** What a notice says in one language; the body's lines are not wrapped yet. */
export interface NoticeText {
  readonly subject: string;
  readonly body: string;
}

/** One notice, ready to be put into a channel's own form. Every retry carries the same `id` and the same words. */
export interface ChannelMessage {
  /** the same for every attempt, different for everything else this or another hub ever sends: `241-opened-9f…` */
  readonly id: string;
  /** `id` of the first message about this incident by this channel to this recipient; null when this is the first */
  readonly threadId: string | null;
  /** `test`: about nothing, so that somebody sees whether it arrives */
  readonly kind: NoticeKind | WindowNoticeKind | "test";
  /** null: it is about a window */
  readonly incidentId: number | null;
  readonly severity: Severity;
  /** null for a room */
  readonly person: Person | null;
  /** the recipient's own language; the site's for a room */
  readonly lang: Lang;
  readonly texts: Readonly<Record<Lang, NoticeText>>;
  /** addresses in the text that koboshi itself put there: the only ones to make clickable */
  readonly links: readonly string[];
  /** the incident as the API shows it, JSON; null when it is about none */
  readonly incident: unknown;
  /** the window, JSON; left out when it is about none */
  readonly window?: unknown;
}

/** What a channel may use. It must end within `timeoutMs` in all, and at once when `signal` aborts. */
export interface ChannelContext {
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** the secret koboshi made for this channel when the configuration names none; the same at every call */
  madeSecret(): Promise<Secret>;
}

/**
 * One way to tell. `audience` says who is at the other end: a `person` hears through it what is meant for them, a `room`
 * (a webhook, a chat) hears once for everyone.
 */
export interface Channel {
  readonly kind: ChannelKind;
  readonly summary: Bilingual;
  readonly audience: "person" | "room";
  /** whether this person has what the channel needs, an address for instance; a room reaches everyone */
  reaches(person: Person): boolean;
  /** one attempt with a spec of the channel's own kind; bad news is in the value, free of secrets, never thrown */
  readonly send: Send<ChannelSpec>;
}

type Send<Spec> = (spec: Spec, message: ChannelMessage, context: ChannelContext) => Promise<Result<void, Undelivered>>;

interface ChannelOf<Kind extends ChannelKind> extends Omit<Channel, "kind" | "send"> {
  readonly kind: Kind;
  readonly send: Send<SpecOf<Kind>>;
}

export function defineChannel<Kind extends ChannelKind>(channel: ChannelOf<Kind>): Channel {
  return { ...channel, send: (spec, message, context) => channel.send(spec as SpecOf<Kind>, message, context) };
}
