import { createDiagnosisSourcesHere } from "./one-sources.ts";
import { createDetector } from "../detect/index.ts";
import { createDiagnostician, gatherers, judgeScope, openCatalogue } from "../diagnose/index.ts";
import { stampNow, type Clock } from "../kernel/clock.ts";
import { siteGraph } from "../kernel/graph.ts";
import type { Log } from "../kernel/log.ts";
import { componentId } from "../kernel/model/component.ts";
import type { Diagnosis } from "../kernel/model/diagnosis.ts";
import type { Site } from "../kernel/model/site.ts";
import type { CheckStatus } from "../kernel/model/status.ts";
import { createHereVantage } from "../observe/index.ts";

export interface OneLook {
  readonly diagnosis: Diagnosis;
  readonly checks: readonly CheckStatus[];
}

interface OneLookDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly causesFolder: string | null;
  onStep?(diagnosis: Diagnosis): void;
}

/** Every check that is answered at all has looked by then, and again where it failed; the diagnosis looks once more. */
const settleMs = 2_000;
/** One that nobody answers gives up by then. */
const hangMs = 11_000;
const pollMs = 50;

/** Why a service does not work, without a hub: looked at from this machine alone, for at most half a minute. */
export async function lookOnce(
  { clock, log, signal, causesFolder, onStep }: OneLookDeps,
  { site, service }: { readonly site: Site; readonly service: string },
): Promise<OneLook> {
  const only = hereOnly(site);
  const graph = siteGraph(only);
  const detector = createDetector({ site: only, graph, clock, log, openSignals: [] });
  const here = createHereVantage({ clock, log, site: () => only, report: (seen) => void detector.take(seen) });
  const startedAtMs = clock.nowMs();
  here.use(only);
  here.start();
  try {
    here.probeNow(only.checks.map(({ id }) => id));
    const checks = (): readonly CheckStatus[] => detector.checks();
    await settled(clock, { checks, signal, tick: () => void detector.tick() });
    const sources = createDiagnosisSourcesHere({ clock, site: only, checks, here });
    const { catalogue } = openCatalogue(causesFolder);
    const diagnostician = createDiagnostician({ clock, log, catalogue, gatherers: gatherers(sources) });
    const subject = componentId("service", service);
    const scope = judgeScope({ graph, site: only, cells: checks(), subject, signals: [] });
    const diagnosis = await diagnostician.diagnose(
      { incidentId: null, subject, startedAtMs, scope },
      { site: only, cells: checks(), lessons: null, signal, onStep: async (step) => onStep?.(step) },
    );
    return { diagnosis, checks: checks() };
  } finally {
    await here.stop();
  }
}

/** Nobody else looks; what a hub would ask of other places is asked from here. */
function hereOnly(site: Site): Site {
  const vantages = new Map([...site.vantages].filter(([name]) => name === "here"));
  return { ...site, vantages, checks: site.checks.map((check) => ({ ...check, vantages: ["here"] })) };
}

interface Settling {
  checks(): readonly CheckStatus[];
  tick(): void;
  readonly signal: AbortSignal;
}

async function settled(clock: Clock, { checks, tick, signal }: Settling): Promise<void> {
  const beganAt = stampNow(clock);
  while (!signal.aborted && clock.monotonicMs() - beganAt.monotonicMs < hangMs) {
    tick();
    const unseen = checks().some(({ cells }) => cells.some(({ last }) => last === null));
    const isLate = clock.monotonicMs() - beganAt.monotonicMs >= settleMs;
    if (!unseen && (isLate || !checks().some(({ confirming }) => confirming))) return;
    await new Promise<void>((resolve) => clock.after(pollMs, resolve));
  }
}
