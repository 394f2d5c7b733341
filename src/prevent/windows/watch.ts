import type { Stamp } from "../../kernel/clock.ts";
import type { NewEvent } from "../../kernel/event.ts";
import type { ComponentId } from "../../kernel/model/component.ts";
import type { Window } from "../../kernel/model/window.ts";

/** What makes a host the one it is, as it was last read. */
export interface KnownMachine {
  readonly bootId: string | null;
  readonly machineId: string | null;
  readonly dmiUuid: string | null;
  readonly macs: readonly string[];
  readonly uptimeSeconds: number | null;
  readonly readAt: Stamp;
}

/** When a snapshot is taken before the work begins: a day, an hour, ten minutes. */
export const snapshotPoints = ["day", "hour", "minutes"] as const;
export type SnapshotPoint = (typeof snapshotPoints)[number];

/** What a window's keeper remembers of it over a restart. */
export interface Watch {
  /** signals that began before it are not held; null: nothing is held yet */
  readonly holdsSince: Stamp | null;
  /** how much later than planned it may be before somebody is told */
  readonly graceMs: number;
  /** as the file or the notice said last: what a person moved by hand stays until they say something else */
  readonly said: { readonly startMs: number; readonly endMs: number } | null;
  /** by host; what it was like before the hold began, with the boot and uptime seen last */
  readonly machines: Readonly<Record<string, KnownMachine>>;
  /** lost at the last look */
  readonly lostNow: readonly ComponentId[];
  /** lost or started anew at least once */
  readonly downOnce: readonly ComponentId[];
  readonly pointsTaken: readonly SnapshotPoint[];
  /** `host/check` of what keeps it from closing, as found last; null: not looked at yet */
  readonly failing: readonly string[] | null;
  /** one of them is critical */
  readonly isCritical: boolean;
}

/** A window with what is remembered of it. */
export interface Kept {
  readonly window: Window;
  readonly watch: Watch;
}

/** What became of it, and what is to be told of that. */
export interface Stepped extends Kept {
  readonly events: readonly NewEvent[];
}

export const newWatch: Watch = {
  holdsSince: null,
  graceMs: 15 * 60_000,
  said: null,
  machines: {},
  lostNow: [],
  downOnce: [],
  pointsTaken: [],
  failing: null,
  isCritical: false,
};

/** `well`: all of its checks are met; `partly`: some are not; `lost`: none is; `unknown`: nobody can tell now. */
export type Reach = "well" | "partly" | "lost" | "unknown";

/** One target as it is seen from outside. */
export interface SeenUnit {
  readonly reach: Reach;
  /** checks that nobody meets */
  readonly lostChecks: number;
  /** rounds in a row in which every check was met */
  readonly wellRounds: number;
  /** rounds in a row in which it was not lost */
  readonly upRounds: number;
  /** false: it has no checks and nobody looks into it */
  readonly isWatched: boolean;
}

export interface SeenMachine extends KnownMachine {
  /** it shows another host key than the pinned one, so nobody logs in */
  readonly isKeyChanged: boolean;
}

/** What is seen of one window's targets at one moment. */
export interface Seen {
  readonly now: Stamp;
  readonly units: ReadonlyMap<ComponentId, SeenUnit>;
  /** hosts that were ever read */
  readonly machines: ReadonlyMap<string, SeenMachine>;
  /** machine ids of all hosts, by host */
  readonly machineIds: ReadonlyMap<string, string>;
  /** its provider says that it has begun */
  readonly isSaidToRun: boolean;
  /** its provider says, since it was about to begin, that it is over */
  readonly isSaidOver: boolean;
  /** a snapshot of before the work is being taken */
  readonly isPreparing: boolean;
}

/** An event of a window: what every one of them says, and what is particular to it. */
export function windowEvent(
  kind: NewEvent["kind"],
  window: Pick<Window, "id" | "title">,
  { actor = "koboshi", ...data }: Partial<Pick<NewEvent, "actor">> & Readonly<Record<string, unknown>> = {},
): NewEvent {
  const incidentId = null;
  return { kind, actor, incidentId, data: { window: window.id, title: window.title, ...data } };
}
