import type { Stamp } from "./clock.ts";
import type { KoboshiError } from "./errors.ts";
import type { Actor } from "./event.ts";
import type { AftercareFinding, JobsVerdict, OutsideView, Repair } from "./model/aftercare.ts";
import type { ComponentId } from "./model/component.ts";
import type { Signal } from "./model/signal.ts";
import type { HostSnapshot, SnapshotDifference, SnapshotSection } from "./model/snapshot.ts";
import type { Window, WindowOrigin, WindowState } from "./model/window.ts";
import type { Result } from "./result.ts";

/** Which alarms wait because work is being done; owned by the prevention. Pure and quick: it is asked at every change. */
export interface Holds {
  /** id of the window that holds it; null: it is told as always */
  heldBy(signal: Signal): number | null;
  /** the windows that hold a component now: its state is shown as in maintenance */
  holding(component: ComponentId): readonly Window[];
}

/** For whoever folds signals into incidents. */
export interface HoldBook extends Pick<Holds, "heldBy" | "holding"> {
  /** What was held, to be counted; told again and again of the same ones. */
  noteHeld(signals: readonly Signal[]): Promise<void>;
}

export interface NewWindow {
  readonly title: string;
  readonly startMs: number;
  /** null is refused: KB7102 with the default that may be offered */
  readonly endMs: number | null;
  readonly timeZone: string;
  readonly targets: readonly ComponentId[];
  readonly alternate: string | null;
  readonly isPublic: boolean;
  readonly checksWanted: readonly string[];
  readonly origin: WindowOrigin;
  readonly reference: string | null;
}

/** Alarms of one thing that waited for a window. */
export interface HeldSubject {
  readonly subject: ComponentId;
  readonly count: number;
  readonly newestAt: Stamp;
  /** one of them is still so */
  readonly isOpen: boolean;
}

/** Windows and what people do with them; owned by the prevention. Each verb is one transaction with its event. */
export interface WindowDesk extends Holds {
  /** newest start first */
  windows(query: {
    readonly states: readonly WindowState[] | null;
    readonly limit: number;
  }): Promise<readonly Window[]>;
  window(id: number): Promise<Window | null>;
  /** KB7101 no such target, KB7102 no end or an end before its start */
  add(input: { readonly wanted: NewWindow; readonly actor: Actor }): Promise<Result<Window, KoboshiError>>;
  /** KB1002 no such window, KB7103 it is not planned any more */
  move(input: {
    readonly id: number;
    readonly startMs: number;
    readonly endMs: number;
    readonly actor: Actor;
  }): Promise<Result<Window, KoboshiError>>;
  /** The hold ends at once; what is still true is told. KB1002, KB7103 */
  cancel(input: {
    readonly id: number;
    readonly reason: string;
    readonly actor: Actor;
  }): Promise<Result<Window, KoboshiError>>;
  /** A person says that the work is over: verification begins. KB1002, KB7103 */
  done(input: { readonly id: number; readonly actor: Actor }): Promise<Result<Window, KoboshiError>>;
  /** Closes it though not everything passed; a reason is required. KB1001 without one, KB1002, KB7103, KB7104 a check that nobody may waive */
  sign(input: {
    readonly id: number;
    readonly reason: string;
    readonly actor: Actor;
  }): Promise<Result<Window, KoboshiError>>;
  findings(id: number): Promise<readonly AftercareFinding[]>;
  /** what waited for it while it lasted, newest first; also after its end */
  held(id: number): Promise<readonly HeldSubject[]>;
  /** Looks at everything anew and waits for it. KB1002, KB7103 */
  recheck(id: number): Promise<Result<readonly AftercareFinding[], KoboshiError>>;
}

/** Takes down what hosts are like; owned by the prevention. */
export interface SnapshotDesk {
  /** Takes one now. KB1002 unknown host, KB4204 nothing of ours reads it. A host that cannot be read is an empty, incomplete snapshot that says why */
  take(host: string, sections: readonly SnapshotSection[]): Promise<Result<HostSnapshot, KoboshiError>>;
  /** the newest complete one not after that moment; null: none is kept */
  newestBefore(host: string, atMs: number): Promise<HostSnapshot | null>;
  list(host: string, limit: number): Promise<readonly { readonly takenAt: Stamp; readonly isComplete: boolean }[]>;
  /** worst first; `noise` as learned for this host */
  compare(before: HostSnapshot, after: HostSnapshot): readonly SnapshotDifference[];
  /** keeps what a comparison with no window between taught */
  learn(host: string, differences: readonly SnapshotDifference[]): Promise<void>;
  forgetNoise(host: string): Promise<void>;
}

/** Asks whether everything is as before; owned by the prevention. */
export interface AftercareRunner {
  /** Looks at every host of the window, all at once as far as connections allow, keeps what was found and offers repairs. */
  run(window: Window): Promise<readonly AftercareFinding[]>;
  /** as kept last, worst first */
  findings(windowId: number): Promise<readonly AftercareFinding[]>;
}

/** What a host shows to the world; owned by whoever measures. */
export interface OutsideViewer {
  /** @param clockSinceMs what its clock was read as before that moment says nothing of it now; left out: all that is not old counts */
  now(host: string, clockSinceMs?: number | null): Promise<OutsideView>;
  /** as it was kept nearest before that moment; null: nothing was kept */
  before(host: string, atMs: number): Promise<OutsideView | null>;
}

/** Which jobs ran, did not run, and will run; owned by the prevention. */
export interface JobsAfter {
  judge(input: {
    readonly host: string;
    readonly before: HostSnapshot | null;
    readonly after: HostSnapshot | null;
    readonly fromMs: number;
    readonly toMs: number;
    /** clock of the host minus true time, piece by piece, oldest first */
    readonly clock: readonly { readonly fromMs: number; readonly offsetMs: number }[];
    /** when it was up, true time; `stoodStillAfter`: until the next one it was halted as it was, nothing was started anew */
    readonly up: readonly { readonly fromMs: number; readonly toMs: number; readonly stoodStillAfter?: boolean }[];
    /** true time at which a repair sets the clock right; null: none is planned */
    readonly stepAtMs: number | null;
  }): Promise<JobsVerdict>;
}

export const repairStates = [
  "offered",
  "approved",
  "running",
  "done",
  "failed",
  "unknown",
  "refused",
  "withdrawn",
] as const;
export type RepairState = (typeof repairStates)[number];

/**
 * Why a step is not done. The first ones: nothing of it ran. `code`, `no-text`, `timed-out`: it ran and did not do what was
 * expected. `no-answer`, `no-end`: nobody knows whether it ran to its end.
 */
export const repairTroubles = [
  "not-reached",
  "key-unconfirmed",
  "key-changed",
  "login-refused",
  "no-root",
  "no-folder",
  "no-tools",
  "not-a-shell",
  "rebooted",
  "expired",
  "not-as-approved",
  "not-continued",
  "code",
  "no-text",
  "timed-out",
  "no-answer",
  "no-end",
] as const;
export type RepairTrouble = (typeof repairTroubles)[number];

export interface RepairStepRun {
  readonly id: string;
  readonly state: "waiting" | "running" | "done" | "failed" | "unknown";
  readonly code: number | null;
  /** masked, at most 4,000 characters */
  readonly output: string;
  readonly at: Stamp | null;
  /** of one that failed or is unknown; `seen`: what the system or the far side said, foreign text */
  readonly trouble?: { readonly reason: RepairTrouble; readonly seen: string } | null;
}

/** A repair as it was offered, approved and carried out. */
export interface RepairRun {
  readonly id: number;
  readonly windowId: number | null;
  readonly host: string;
  readonly repair: Repair;
  /** of the exact commands: what was approved is what runs */
  readonly sha256: string;
  readonly state: RepairState;
  readonly offeredAt: Stamp;
  readonly approvedBy: Actor | null;
  readonly approvedAt: Stamp | null;
  /** why a person does not want it; absent: none was given */
  readonly reason?: string;
  readonly steps: readonly RepairStepRun[];
}

/** Changes machines, and only as approved: every step is claimed on the host before it runs, so none runs twice. */
export interface RepairDesk {
  repairs(query: { readonly windowId: number | null; readonly limit: number }): Promise<readonly RepairRun[]>;
  repair(id: number): Promise<RepairRun | null>;
  /** The same repair offered for the same host and window again is the same one while it was not approved. KB1002 */
  offer(input: {
    readonly windowId: number | null;
    readonly host: string;
    readonly repair: Repair;
  }): Promise<Result<RepairRun, KoboshiError>>;
  /** Runs it. KB1002, KB7201 it is not as it was shown, KB7202 it was decided already, KB7203 the host allows no changes */
  approve(input: {
    readonly id: number;
    readonly sha256: string;
    readonly actor: Actor;
  }): Promise<Result<RepairRun, KoboshiError>>;
  /** Nobody runs it. An empty reason is none. KB1002, KB7202 */
  refuse(input: {
    readonly id: number;
    readonly reason: string;
    readonly actor: Actor;
  }): Promise<Result<RepairRun, KoboshiError>>;
  /** It is not called for any more, or not yet: nobody may approve it; offered again it is another one. KB1002, KB7202 */
  withdraw(input: { readonly id: number }): Promise<Result<RepairRun, KoboshiError>>;
  /**
   * Carries on what was under way when koboshi ended, and asks the hosts what became of steps whose end nobody knew: at once
   * and again every minute. No step runs twice by it.
   */
  start(): Promise<void>;
  stop(): Promise<void>;
}
