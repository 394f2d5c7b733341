import path from "node:path";
import type { Clock } from "../kernel/clock.ts";
import type { Log } from "../kernel/log.ts";
import type { Observation, ProbeResult } from "../kernel/model/observation.ts";
import type { LogLines, Way } from "../kernel/model/probe.ts";
import type { Site } from "../kernel/model/site.ts";
import { artifactsOf } from "./artifacts.ts";
import { createConnectivity, type Sight } from "./connectivity.ts";
import { lookOnce } from "./look-once.ts";
import { probes } from "./probes/index.ts";
import { pictureNames } from "./probes/browser.ts";
import { createScheduler } from "./scheduler.ts";
import { trustedHosts } from "./trusted-hosts.ts";

/** The hub's own vantage, `here`: its probes, their schedule, and the check of its own eyes. */
export interface HereVantage {
  /** Takes over the checks of this site that run from here. */
  use(site: Site): void;
  start(): void;
  /** Ends every attempt at once; what they would have said is not reported. */
  stop(): Promise<void>;
  probeNow(checkIds: readonly string[]): void;
  /** One look that no check asks for. @param look a probe's kind and its parsed spec; null when stopped */
  look(look: {
    readonly kind: string;
    readonly spec: unknown;
    readonly timeoutMs: number;
    readonly way?: Way;
  }): Promise<ProbeResult | null>;
  /** when its scheduler last ran, monotonic; null before the start */
  pulse(): number | null;
  /** can this machine look at all? At most five seconds old. */
  sight(): Promise<Sight>;
}

export interface HereDeps {
  readonly clock: Clock;
  readonly log: Log;
  site(): Site;
  report(observation: Observation): void;
  /** what a page looked like, each time a check of it left a picture of its end */
  drawn?(picture: { readonly checkId: string; readonly isFailure: boolean; readonly bytes: Uint8Array }): void;
  /** the log lines kept here; checks of logs see nothing without them */
  readonly logs?: LogLines;
}

export function createHereVantage({ clock, log, site, report, logs, drawn }: HereDeps): HereVantage {
  const connectivity = createConnectivity({ clock, log });
  const guarded = connectivity.guard(probes);
  const trusted = trustedOf(site);
  const scheduler = createScheduler({
    clock,
    log,
    probes: guarded,
    vantage: "here",
    trustedHosts: trusted,
    report,
    artifacts: (checkId) => ({
      // few attempts leave anything
      async keep(name, bytes) {
        const isEnd = name === pictureNames.failure || name === pictureNames.success;
        if (isEnd) drawn?.({ checkId, isFailure: name === pictureNames.failure, bytes });
        return artifactsOf(path.join(site().hub.dataFolder, "screenshots"), checkId).keep(name, bytes);
      },
    }),
    logs,
  });
  return {
    use: (next) => scheduler.setChecks(next.checks.filter((check) => check.vantages.includes("here"))),
    start: () => scheduler.start(),
    stop: () => scheduler.stop(),
    probeNow: (checkIds) => scheduler.probeNow(checkIds),
    look: (wanted) =>
      // what lies another way says nothing of this machine's own eyes
      lookOnce({ clock, probes: wanted.way === undefined ? guarded : probes, trustedHosts: trusted }, wanted),
    pulse: () => scheduler.pulse(),
    sight: () => connectivity.read(),
  };
}

/** Every attempt asks: with many checks the answer is long, so it is worked out once for each site. */
function trustedOf(site: () => Site): () => ReadonlySet<string> {
  let known: { readonly site: Site; readonly hosts: ReadonlySet<string> } | null = null;
  return () => {
    const now = site();
    if (known?.site !== now) known = { site: now, hosts: trustedHosts(now, probes) };
    return known.hosts;
  };
}
