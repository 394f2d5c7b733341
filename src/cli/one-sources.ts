import type { Clock } from "../kernel/clock.ts";
import type { Site } from "../kernel/model/site.ts";
import type { CheckStatus } from "../kernel/model/status.ts";
import type { DiagnosisSources } from "../kernel/ports-diagnosis-sources.ts";
import { probes, type createHereVantage } from "../observe/index.ts";

interface HereOnly {
  readonly clock: Clock;
  readonly site: Site;
  checks(): readonly CheckStatus[];
  readonly here: ReturnType<typeof createHereVantage>;
}

/** What one machine without a hub can find out: it looks, and has no books. */
export function createDiagnosisSourcesHere({ clock, site, checks, here }: HereOnly): DiagnosisSources {
  return {
    clock,
    site: () => site,
    checks,
    vantages: () => [{ name: "here", state: "ok", lastSeenAt: null, clockOffsetMs: null }],
    pulseAgeMs: () => 0,
    observations: () => Promise.resolve([]),
    pinged: () => Promise.resolve(new Set()),
    probeNow: (checkIds) => here.probeNow(checkIds),
    async look(vantage, { kind, keys, timeoutMs }) {
      const parsed = probes.find((probe) => probe.kind === kind)?.schema.safeParse(keys);
      return vantage === "here" && parsed?.success === true ? here.look({ kind, spec: parsed.data, timeoutMs }) : null;
    },
    notes: () => Promise.resolve([]),
    announcements: () => [],
    notices: () => Promise.resolve([]),
    feeds: () => [],
    readFeeds: () => Promise.resolve(),
    reports: () => Promise.resolve([]),
    hardwareOf: () => null,
    lookAtHardware: () => Promise.resolve(null),
    paths: () => [],
    jobs: () => [],
    copiesOf: () => Promise.resolve({ runs: [], copies: [] }),
    openSignals: () => Promise.resolve([]),
  };
}
