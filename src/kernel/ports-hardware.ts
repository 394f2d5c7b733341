import type { Stamp } from "./clock.ts";
import type { KoboshiError } from "./errors.ts";
import type { Actor } from "./event.ts";
import type { HardwareHealth, HardwareReading, HardwareSource, PowerState, Trap } from "./model/hardware.ts";
import type { HostReading } from "./model/host-reading.ts";
import type { StateWord } from "./model/status.ts";
import type { Result } from "./result.ts";

/** How the hardware of one host stands, from everything that is asked about it. */
export interface HardwareStatus {
  readonly host: string;
  /** `down` critical, `warning`, `ok`, `unknown`: nothing answers now, whatever it said before */
  readonly state: StateWord;
  readonly health: HardwareHealth;
  readonly power: PowerState;
  /** the newest answer of any of its sources; null: never. A host whose system is silent while this is new has power and a working board */
  readonly answersAtMs: number | null;
  /** the management controller first */
  readonly sources: readonly HardwareSourceStatus[];
  /** CPU, memory, disks as SNMP tells them; null without SNMP, or when it tells nothing */
  readonly vitals: HostReading | null;
}

/**
 * `ok` answers; `waiting` not asked yet; `silent` does not answer; `refused` did not take the login; `certificate` shows
 * another certificate than the one kept; `broken` answers, but nothing that can be read; `missing` this machine lacks a
 * program or an address for it.
 */
export const sourceStates = ["ok", "waiting", "silent", "refused", "certificate", "broken", "missing"] as const;
export type SourceState = (typeof sourceStates)[number];

export interface HardwareSourceStatus {
  readonly kind: HardwareSource;
  /** where it is asked, without user and password */
  readonly address: string;
  readonly state: SourceState;
  /** what was said to the last failed look, one line; null while it answers */
  readonly reason: string | null;
  readonly answeredAt: Stamp | null;
  /** how long the last look took */
  readonly tookMs: number | null;
  readonly certificate: ControllerCertificate | null;
  /** the last one, also when it no longer answers */
  readonly reading: HardwareReading | null;
}

/** What a controller's TLS is believed by. */
export interface ControllerCertificate {
  /** sha256, upper-case hex with colons, of the one it shows now */
  readonly fingerprint: string;
  /** `authority`: the system's; `kept`: the same as the first one seen, or as a person confirmed; `changed`: another one */
  readonly trust: "authority" | "kept" | "changed";
  /** the one that is kept; null with an authority */
  readonly kept: string | null;
}

/** What became of what was sent to the port for traps. */
export interface TrapIntakeStatus {
  /** null: none is open, as the configuration says */
  readonly port: number | null;
  /** why the port could not be opened; null while it is open */
  readonly problem: string | null;
  readonly taken: number;
  /** another community or user than the configuration names */
  readonly refused: number;
  readonly malformed: number;
  /** more than is taken from one sender, or from all */
  readonly dropped: number;
  readonly lastRefusedFrom: string | null;
  /** what was told too often to be written down one by one */
  readonly unwritten: number;
}

/** The hardware, asked without changing anything; owned by the observation. */
export interface HardwareDesk {
  /** every host with a controller or SNMP, in the order of the configuration */
  hardware(): readonly HardwareStatus[];
  /** null: nothing is asked about this host's hardware */
  hardwareOf(host: string): HardwareStatus | null;
  /** Looks at all of it now; resolves when the looks have ended. KB1002 */
  lookNow(host: string): Promise<Result<HardwareStatus, KoboshiError>>;
  /** From now on the controller is believed by the certificate it shows, which must be this one. KB1002, KB4401 */
  trustCertificate(input: {
    readonly host: string;
    readonly fingerprint: string;
    readonly actor: Actor;
  }): Promise<Result<HardwareStatus, KoboshiError>>;
  /** newest first, from the one before `before` on */
  traps(query: { readonly host?: string; readonly before?: number; readonly limit: number }): Promise<readonly Trap[]>;
  trapIntake(): TrapIntakeStatus;
}
