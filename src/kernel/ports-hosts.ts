import type { Stamp } from "./clock.ts";
import type { KoboshiError } from "./errors.ts";
import type { Actor } from "./event.ts";
import type { HostAnswers, WhySection } from "./model/host-answers.ts";
import type { HostReading } from "./model/host-reading.ts";
import type { Facts } from "./model/observation.ts";
import type { Severity } from "./model/signal.ts";
import type { Attention, StateWord } from "./model/status.ts";
import type { Result } from "./result.ts";

/**
 * Why a host's vitals are not known. `not-set-up`: the file names no key and no agent; `key-unconfirmed`: nobody said yet
 * that the key it shows is its own; `key-changed`: it shows another one, so nobody logs in; `not-a-shell`: what answered
 * was not our script; `agent-silent`: its agent sent nothing for three rounds.
 */
export const hostSilences = [
  "not-set-up",
  "not-read-yet",
  "no-user",
  "key-unconfirmed",
  "key-changed",
  "private-key-missing",
  "private-key-unreadable",
  "auth-refused",
  "refused",
  "unreachable",
  "name-not-found",
  "old-server",
  "timeout",
  "closed",
  "session-refused",
  "not-a-shell",
  "too-long",
  "agent-silent",
  "reader-fault",
] as const;
export type HostSilence = (typeof hostSilences)[number];

/** Something a good administrator would not leave as it is. */
export interface HostFinding {
  /** `disk-full`, `unit-failed`, `clock-off` … stable */
  readonly kind: string;
  /** which of several: a mount, a unit, a job; null when there is one of it */
  readonly item: string | null;
  readonly severity: Severity;
  readonly facts: Facts;
}

/** How far a host's clock is off, and who says so. */
export interface HostClockView {
  /** host's clock minus ours; positive: ahead */
  readonly offsetSeconds: number;
  readonly uncertaintySeconds: number;
  readonly source: "ssh" | "agent" | "http";
  readonly at: Stamp;
}

export interface HostKeyView {
  /** `SHA256:…` that is believed; null: none yet */
  readonly pinned: string | null;
  /** who says so: the configuration, or the person who confirmed it */
  readonly pinnedBy: "file" | Actor | null;
  /** what the host showed last, when that is not the pinned one */
  readonly seen: string | null;
}

/** One host as its vitals stand now. */
export interface HostStatus {
  readonly key: string;
  readonly at: string | null;
  readonly address: string;
  readonly by: "ssh" | "agent" | null;
  readonly state: StateWord;
  /** null: the reading is as new as it should be */
  readonly silence: { readonly reason: HostSilence; readonly text: string; readonly since: Stamp } | null;
  /** the newest; what only a thorough look finds is as old as that look */
  readonly reading: HostReading | null;
  /** by our clock; null without a reading */
  readonly readAt: Stamp | null;
  /** worst first */
  readonly findings: readonly HostFinding[];
  readonly hostKey: HostKeyView;
  /** its SSH server speaks only what is no longer thought safe */
  readonly oldAlgorithms: boolean;
  readonly clock: HostClockView | null;
}

/** A frame as an agent sends it. Ages count back from the moment it arrived, by the agent's monotonic clock. */
export interface AgentFrame {
  readonly key: string;
  readonly text: string;
  readonly sentAgoMs: number;
  readonly receivedAgoMs: number;
  /** how long the way to us may have taken */
  readonly wayMs: number;
}

/** Runs a script that only reads on a machine; what it printed is framed as a look is. */
export interface HostReader {
  /** One at a time, in turn with the host's looks. A host that is not read over SSH is silent: `not-set-up` */
  run(
    key: string,
    order: { readonly command: string; readonly script: string; readonly deadlineMs: number },
  ): Promise<Result<{ readonly text: string }, { readonly reason: HostSilence }>>;
}

/** What is known of the machines from inside; owned by the observation. */
export interface HostDesk {
  /** in the order of the file */
  hosts(): readonly HostStatus[];
  /** null: not in the file */
  host(key: string): HostStatus | null;
  /** Looks, thoroughly unless asked otherwise, and waits for it. KB1002 unknown host, KB4204 nothing of ours reads it. A host that cannot be read is no error */
  lookNow(key: string, thoroughness?: "quick" | "full"): Promise<Result<HostStatus, KoboshiError>>;
  /**
   * Asks the machine what a diagnosis wants to know, over the same connection as its looks and before any that wait; about
   * three seconds; of one too busy for that, what it said after seven, at most fifteen. One that cannot be asked is no error: then `silence` of the answer says why.
   * KB1002 unknown host, KB4204 it is not read over SSH
   * @param sections all when empty
   * @param pages paths that a check asks for, too, for the section `direct`: the machine asks the programs behind its web
   * servers for them
   */
  ask(
    key: string,
    sections: readonly WhySection[],
    pages?: readonly string[],
  ): Promise<Result<HostAnswers, KoboshiError>>;
  /**
   * Believes this host key from now on, and looks. Twice is not an error. KB1002 unknown host, KB4201 not the key that was
   * seen, KB4205 the file names the key
   */
  confirmKey(input: {
    readonly key: string;
    readonly fingerprint: string;
    readonly actor: Actor;
  }): Promise<Result<HostStatus, KoboshiError>>;
  /** Takes what an agent read; on disk when it resolves. KB1002, KB4203 not a frame, KB4204 the file names no agent there */
  receive(frame: AgentFrame): Promise<Result<HostStatus, KoboshiError>>;
  /** A text for whoever supports the machine: what was read last, as it is; null for an unknown host */
  pack(key: string): string | null;
  attentions(): readonly Attention[];
}
