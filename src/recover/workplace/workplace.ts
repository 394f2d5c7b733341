import type { Readable, Writable } from "node:stream";

/** A program to run: never a shell string. */
export interface Command {
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** A running program. */
export interface Running {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** how it ended; `signal` when it was killed. Never rejects. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  /** to it and everything it started */
  kill(signal: "SIGINT" | "SIGTERM" | "SIGKILL"): void;
}

/** A machine on which backups run: this one, or one reached over SSH. */
export interface Workplace {
  /** `localhost`, `host:web1` */
  readonly name: string;
  start(command: Command): Running;
  /** Runs it to its end. Output is bounded; `input` goes to its standard input. */
  run(command: Command, options?: RunOptions): Promise<RunResult>;
  /** Writes a file that only its owner may read. */
  putSecret(text: string): Promise<{ readonly path: string; remove(): Promise<void> }>;
}

export interface RunOptions {
  readonly input?: string | Buffer;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface RunResult {
  /** null: killed */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}
