import type { Clock } from "../kernel/clock.ts";
import type { ProbeResult } from "../kernel/model/observation.ts";
import type { Site } from "../kernel/model/site.ts";
import type { CheckStatus, VantageStatus } from "../kernel/model/status.ts";
import type { DiagnosisLook, DiagnosisSources } from "../kernel/ports-diagnosis-sources.ts";
import type { JobBoard } from "../kernel/ports.ts";
import type { FeedDesk } from "../kernel/ports-feeds.ts";
import type { HardwareDesk } from "../kernel/ports-hardware.ts";
import type { PathBoard } from "../kernel/ports-paths.ts";
import { probes, type createHereVantage, type VantageDesk } from "../observe/index.ts";
import type { Ledger } from "../storage/ledger/ledger.ts";
import type { Telemetry } from "../storage/telemetry/telemetry.ts";

export interface DiagnosisSourcesDeps {
  readonly clock: Clock;
  readonly ledger: Pick<Ledger, "read">;
  readonly telemetry: Pick<Telemetry, "read">;
  site(): Site;
  checks(): readonly CheckStatus[];
  readonly here: Pick<ReturnType<typeof createHereVantage>, "look" | "pulse">;
  readonly desk: Pick<VantageDesk, "look" | "statuses">;
  probeNow(checkIds: readonly string[]): void;
  readonly senses: {
    readonly feeds: FeedDesk & { readNow(key: string): Promise<void> };
    readonly hardware: HardwareDesk;
    readonly paths: PathBoard;
    readonly heartbeats: JobBoard;
  };
}

/** One ping a minute for each target, and no more than these. */
const mostPings = 20_000;
const mostNotices = 100;
const mostRuns = 30;
const mostSets = 1;

/** What the hub knows and can find out from outside, for the diagnosis to ask. */
export function createDiagnosisSources(deps: DiagnosisSourcesDeps): DiagnosisSources {
  const { clock, ledger, telemetry, here, desk, senses } = deps;
  return {
    clock,
    site: deps.site,
    checks: deps.checks,
    vantages: (): readonly VantageStatus[] => desk.statuses(),
    pulseAgeMs: () => clock.monotonicMs() - (here.pulse() ?? clock.monotonicMs()),
    observations: (query) => telemetry.read.observations(query),
    async pinged(range) {
      const points = await telemetry.read.metrics({ name: "path_loss_ratio", ...range, limit: mostPings });
      return new Set(points.flatMap(({ value, labels }) => (value < 1 ? (labels["target"] ?? []) : [])));
    },
    probeNow: deps.probeNow,
    look: (vantage, wanted) => lookFrom({ here, desk }, vantage, wanted),
    notes: (kind) => ledger.read.notes(kind),
    announcements: () => senses.feeds.current(),
    notices: () => senses.feeds.notices({ search: "", provider: null, before: null, limit: mostNotices }),
    feeds: () => senses.feeds.feeds(),
    async readFeeds(provider) {
      const own = senses.feeds.feeds().filter((feed) => feed.provider === provider);
      await Promise.all(own.map(({ key }) => senses.feeds.readNow(key)));
    },
    reports: (sinceMs) => ledger.read.peopleReportsSince(sinceMs),
    hardwareOf: (host) => senses.hardware.hardwareOf(host),
    async lookAtHardware(host) {
      const looked = await senses.hardware.lookNow(host);
      return looked.ok ? looked.value : null;
    },
    paths: () => senses.paths.paths(),
    jobs: () => senses.heartbeats.jobs(),
    async copiesOf(plan) {
      const [runs, copies] = await Promise.all([
        ledger.read.backupRuns({ plan, limit: mostRuns }),
        ledger.read.copyStates({ plan, sets: mostSets, verified: 0 }),
      ]);
      return { runs, copies };
    },
    openSignals: () => ledger.read.openSignals(),
  };
}

async function lookFrom(
  { here, desk }: Pick<DiagnosisSourcesDeps, "here" | "desk">,
  vantage: string,
  { kind, keys, timeoutMs }: DiagnosisLook,
): Promise<ProbeResult | null> {
  const parsed = probes.find((probe) => probe.kind === kind)?.schema.safeParse(keys);
  if (parsed?.success !== true) return notALook(parsed?.error.message ?? kind);
  const look = { kind, spec: parsed.data, timeoutMs };
  return vantage === "here" ? here.look(look) : desk.look(vantage, look);
}

/** An address that no check could have, either: nobody looked. */
function notALook(text: string): ProbeResult {
  const error = { code: "not-a-target", text: text.slice(0, 500) };
  return { outcome: "unknown", layer: null, timings: { totalMs: 0 }, address: null, facts: {}, error };
}
