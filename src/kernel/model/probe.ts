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
  /** one attempt; bad news is in the value, never thrown */
  run(spec: z.output<Schema>, context: ProbeContext): Promise<ProbeResult>;
}

export function defineProbe<Schema extends z.ZodType>(probe: Probe<Schema>): Probe<Schema> {
  return probe;
}
