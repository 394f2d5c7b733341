import type { Clock, Stamp } from "../kernel/clock.ts";
import { elapsedMs, stampNow } from "../kernel/clock.ts";
import type { Incident } from "../kernel/model/incident.ts";
import type { RestoreRun, Verification } from "../kernel/model/recovery.ts";
import type { Site } from "../kernel/model/site.ts";
import type { CheckStatus } from "../kernel/model/status.ts";
import type { HealthBlocker, HealthGate } from "../kernel/ports-health.ts";
import type { Ledger } from "../storage/ledger/ledger.ts";
import { healthGateWords } from "../words/health-gate.ts";

export interface HealthGateDeps {
  readonly clock: Clock;
  readonly ledger: Pick<Ledger, "read">;
  site(): Site;
  /** as the board has them now */
  checks(): readonly CheckStatus[];
}

const recentRestores = 200;
const well: ReadonlySet<CheckStatus["state"]> = new Set(["ok", "maintenance", "paused"]);

/** What was restored while an incident was open is right, and every check of its services passes, before it is resolved. */
export function createHealthGate({ clock, ledger, site, checks }: HealthGateDeps): HealthGate {
  return {
    async blockers(incidentId) {
      const incident = await ledger.read.incident(incidentId);
      if (incident === null) return [];
      const now = stampNow(clock);
      const restores = newestOfPlans(await ledger.read.restoreRuns({ limit: recentRestores }), now).filter((run) =>
        belongs(run, { incident, site: site(), now }),
      );
      if (restores.length === 0) return [];
      const looks: Verification[] = [];
      for (const { plan, place } of restores) {
        const copies = await ledger.read.copyStates({ plan, sets: 0, verified: 20 });
        looks.push(...(copies.find((copy) => copy.place === place)?.verified ?? []));
      }
      return [
        ...restores.flatMap((run) => restoreBlockers(run, looks)),
        ...checks()
          .filter(({ service, state }) => incident.services.includes(service) && !well.has(state))
          .map(checkBlocker),
      ];
    },
  };
}

/** Drills do not count; of several tries the last one does. */
function newestOfPlans(runs: readonly RestoreRun[], now: Stamp): readonly RestoreRun[] {
  const newest = new Map<string, RestoreRun>();
  for (const run of runs.filter(({ kind }) => kind === "restore")) {
    const known = newest.get(run.plan);
    if (known === undefined || elapsedMs(run.startedAt, now) < elapsedMs(known.startedAt, now))
      newest.set(run.plan, run);
  }
  return [...newest.values()];
}

interface About {
  readonly incident: Incident;
  readonly site: Site;
  readonly now: Stamp;
}

/** Begun after the incident had, of a host or onto a host that is its subject or carries one of its services. */
function belongs(run: RestoreRun, { incident, site, now }: About): boolean {
  if (elapsedMs(run.startedAt, now) > elapsedMs(incident.startedAt, now)) return false;
  const hosts = new Set([site.backups?.get(run.plan)?.host ?? "", run.target.replace(/^host:/, "")]);
  if (incident.subject.startsWith("host:") && hosts.has(incident.subject.slice("host:".length))) return true;
  return incident.services.some((key) => hosts.has(site.services.get(key)?.on ?? "—"));
}

function restoreBlockers(
  { plan, place, set, state }: RestoreRun,
  looks: readonly Verification[],
): readonly HealthBlocker[] {
  if (state === "running") return [blocker("restore-running", plan, "restoreRunning")];
  if (state !== "done") return [blocker("restore-failed", plan, "restoreFailed")];
  const isBroken = looks.some(
    (look) =>
      look.plan === plan &&
      look.place === place &&
      look.set === set &&
      look.findings.some(({ severity }) => severity === "broken"),
  );
  return isBroken ? [blocker("copy-broken", plan, "copyBroken")] : [];
}

function checkBlocker({ id, state }: CheckStatus): HealthBlocker {
  return state === "unknown"
    ? blocker("check-unseen", id, "checkUnseen")
    : blocker("check-failing", id, "checkFailing");
}

function blocker(
  code: HealthBlocker["code"],
  of: string,
  say: "restoreRunning" | "restoreFailed" | "copyBroken" | "checkFailing" | "checkUnseen",
): HealthBlocker {
  return { code, of, ja: healthGateWords("ja")[say](of), en: healthGateWords("en")[say](of) };
}
