import type { Clock } from "../../src/kernel/clock.ts";
import type { Site } from "../../src/kernel/model/site.ts";
import type { DiagnosisSources } from "../../src/kernel/ports-diagnosis-sources.ts";

/** Sources of a hub that nobody told anything, that looks at nothing and can ask nobody. */
export function quietSources(
  { clock, site }: { readonly clock: Clock; readonly site: Site },
  over: Partial<DiagnosisSources> = {},
): DiagnosisSources {
  return {
    clock,
    site: () => site,
    checks: () => [],
    vantages: () => [],
    pulseAgeMs: () => 0,
    observations: async () => [],
    pinged: async () => new Set(),
    probeNow: () => undefined,
    look: async () => null,
    notes: async () => [],
    announcements: () => [],
    notices: async () => [],
    feeds: () => [],
    readFeeds: async () => undefined,
    reports: async () => [],
    hardwareOf: () => null,
    lookAtHardware: async () => null,
    paths: () => [],
    jobs: () => [],
    copiesOf: async () => ({ runs: [], copies: [] }),
    openSignals: async () => [],
    ...over,
  };
}
