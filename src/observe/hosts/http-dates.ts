import { stampNow, type Clock } from "../../kernel/clock.ts";
import type { Observation } from "../../kernel/model/observation.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { HostClockView } from "../../kernel/ports-hosts.ts";

/** Reads a host's clock off the `Date` its web server sends: no login is needed for that. */
export interface HttpDates {
  use(site: Site): void;
  /** whose clock an attempt shows, and what it says; null when it shows none */
  clockIn(observation: Observation): { readonly host: string; readonly clock: HostClockView } | null;
}

/** The header counts whole seconds, and a server may make the page before it sends it. */
const ownUncertaintySeconds = 1;

/** So many in a row must say the same before a clock is called wrong by it: a busy looker reads a `Date` late. */
const agreeing = 3;

export interface HttpDateDeps {
  readonly clock: Clock;
  /** a vantage's wall clock minus ours; null: not known, then its word about other clocks is worth nothing */
  vantageOffsetMs?(vantage: string): number | null;
}

export function createHttpDates({ clock, vantageOffsetMs }: HttpDateDeps): HttpDates {
  let hostOf = new Map<string, string>();
  const heard = new Map<string, readonly HostClockView[]>();

  /** of the newest the one nearest to being right; none while there are too few */
  function believed(host: string, seen: HostClockView): HostClockView | null {
    const newest = [...(heard.get(host) ?? []), seen].slice(-agreeing);
    heard.set(host, newest);
    const [nearest = null] = newest.toSorted((a, b) => Math.abs(a.offsetSeconds) - Math.abs(b.offsetSeconds));
    return newest.length < agreeing ? null : nearest;
  }

  return {
    use(site) {
      hostOf = new Map(
        site.checks.flatMap(({ id, service, kind }) => {
          const host = site.services.get(service)?.on ?? null;
          return kind === "http" && host !== null && site.hosts.has(host) ? [[id, host] as const] : [];
        }),
      );
    },
    clockIn({ checkId, vantage, facts, timings }) {
      const host = hostOf.get(checkId);
      const offset = facts["dateOffsetSeconds"];
      const lookerMs = vantage === "here" ? 0 : (vantageOffsetMs?.(vantage) ?? null);
      if (host === undefined || typeof offset !== "number" || lookerMs === null) return null;
      const seen = believed(host, {
        offsetSeconds: offset + lookerMs / 1_000,
        uncertaintySeconds: ownUncertaintySeconds + timings.totalMs / 1_000,
        source: "http",
        at: stampNow(clock),
      });
      return seen === null ? null : { host, clock: seen };
    },
  };
}
