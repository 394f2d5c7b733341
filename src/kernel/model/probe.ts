import type { z } from "zod";
import type { Clock } from "../clock.ts";
import type { Bilingual } from "../lang.ts";
import type { ProbeResult } from "./observation.ts";

/** What a probe may use. It must end within `timeoutMs` in all, and at once when `signal` aborts. */
export interface ProbeContext {
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Host names the configuration itself names: a redirect may lead there even when the address is private. */
  readonly trustedHosts: ReadonlySet<string>;
  /** where a probe leaves what is too large for facts; absent where nothing is kept */
  readonly artifacts?: Artifacts;
  /** lines of the logs that are followed; absent where none are kept */
  readonly logs?: LogLines;
  /** another way to the target than this machine's network; absent: there is none */
  readonly way?: Way;
}

/** The way into a closed place: whatever name or address is asked for, it is that place's own. */
export interface Way {
  /** Opens one connection to a port there. @returns the port of 127.0.0.1 behind which it is, for one who comes; null: refused */
  door(port: number): Promise<number | null>;
}

/** Log lines, where they are kept. */
export interface LogLines {
  /**
   * Lines of this source within the last `windowMs` that hold `text`, counted up to `most`. Null: the source is not being
   * read, so nothing is known.
   */
  count(query: {
    readonly source: string;
    readonly text: string;
    readonly windowMs: number;
    readonly most: number;
  }): Promise<{ readonly lines: number; readonly newest: string } | null>;
}

/** Files of one check. */
export interface Artifacts {
  /** Keeps `bytes` in place of what had this name before. @returns where, for people */
  keep(name: string, bytes: Uint8Array): Promise<string>;
}

/**
 * One way to look. `schema` is the check's own keys as written in the file (the kind's key carries the target); the keys
 * every check has (`every`, `timeout`, `attempts`, `from`, `name`) are not part of it.
 */
export interface Probe<Schema extends z.ZodType = z.ZodType> {
  readonly kind: string;
  readonly summary: Bilingual;
  readonly schema: Schema;
  /** URL schemes `koboshi check` takes for this probe, without the colon: `["http", "https"]` */
  readonly urlSchemes: readonly string[];
  /** the check that a bare URL means */
  fromUrl(url: URL): z.input<Schema>;
  /** what is looked at, as a person would write it; names the check */
  target(spec: z.output<Schema>): string;
  /** hosts named by the spec, lower case: for trust, for placing the check */
  hosts(spec: z.output<Schema>): readonly string[];
  /**
   * Interval and time limit of a check that names none; those of every check when left out. `shortestEveryMs`: looking more
   * often than this is refused.
   */
  readonly defaults?: { readonly everyMs: number; readonly timeoutMs: number; readonly shortestEveryMs?: number };
  /**
   * The written keys, dotted, in which a host of the file may stand in place of its address; the kind's own key when left
   * out.
   */
  readonly addressedBy?: readonly string[];
  /** the program an attempt runs on the machine it looks from; a vantage elsewhere runs it only where its own list says so */
  program?(spec: z.output<Schema>): string;
  /** only the hub's own vantage can look, whatever `from:` says */
  readonly onlyHere?: true;
  /** one attempt; bad news is in the value, never thrown */
  run(spec: z.output<Schema>, context: ProbeContext): Promise<ProbeResult>;
}

export function defineProbe<Schema extends z.ZodType>(probe: Probe<Schema>): Probe<Schema> {
  return probe;
}
