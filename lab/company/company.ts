/** What one command inside a host of the lab's company gave. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A mail the hub sent, as the lab's mail sink received it. */
export interface CaughtMail {
  readonly subject: string;
  readonly text: string;
  readonly to: string[];
}

/** How busy the shop is; `idle` is the checks alone. */
export type Load = "idle" | "normal" | "busy";

/** The small company of the fault lab, up and running: real services in network namespaces, a real hub that watches them. */
export interface Company {
  /** runs `sh -c` inside that host (also lan, pr, dns1, ext1, bk1 …) with the variables and LAB_* commands of the contract; bounded */
  run(on: string, script: string): Promise<Ran>;
  load(level: Load): Promise<void>;
  /** the hub's API; its token is added */
  readonly hub: {
    readonly url: string;
    get<T>(path: string): Promise<T>;
    post<T>(path: string, body?: unknown): Promise<T>;
  };
  /** notices the hub sent, oldest first */
  mails(): readonly CaughtMail[];
  /** whether every check of every vantage is ok and no incident is open; waits for it at most `limitMs` */
  healthy(limitMs: number): Promise<{ readonly ok: boolean; readonly why: string[] }>;
  /** resets relays, modes, clock and doubles, restarts what died: as after raising */
  heal(): Promise<void>;
  down(): Promise<void>;
}

export interface RaiseOptions {
  /** everything of this company lies in it; made when missing */
  readonly folder: string;
  /** of the load: equal seeds visit the same pages in the same order */
  readonly seed: number;
  log(line: string): void;
}

export { clearAway } from "./clear.ts";
export { raiseCompany } from "./raise.ts";
