import { elapsedMs, stampNow, type Clock } from "../kernel/clock.ts";
import { errorText } from "../kernel/errors.ts";
import type { Log } from "../kernel/log.ts";
import type { Incident } from "../kernel/model/incident.ts";
import type { RestoreRun } from "../kernel/model/recovery.ts";
import type { Site } from "../kernel/model/site.ts";
import type { Prevention } from "../prevent/index.ts";
import type { Ledger } from "../storage/ledger/ledger.ts";

interface RecoveryWindowsDeps {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly log: Log;
  site(): Site;
  readonly windows: Pick<Prevention["windows"], "afterRecovery">;
}

interface RecoveryWindows {
  /** Takes up what ended while nobody listened. */
  start(): void;
  /** Waits for the look under way. */
  stop(): Promise<void>;
}

const recentRestores = 100;
const mostIncidents = 200;

/**
 * Has a host on which something was restored because of an incident verified like after any work: the incident's window opens
 * when the restore has ended, and stays shut until everything passes. One window for one incident, however often this is asked.
 */
export function createRecoveryWindows(deps: RecoveryWindowsDeps): RecoveryWindows {
  let turn: Promise<void> = Promise.resolve();
  let unlisten: (() => void) | null = null;

  function look(): void {
    turn = turn
      .then(() => lookOnce(deps))
      .catch((thrown: unknown) => deps.log.error("recoveries not followed", { error: errorText(thrown) }));
  }

  return {
    start() {
      unlisten = deps.ledger.onCommit((events) => {
        if (events.some(({ kind }) => kind === "restore.ended")) look();
      });
      look();
    },
    async stop() {
      unlisten?.();
      await turn;
    },
  };
}

async function lookOnce({ ledger, clock, log, site, windows }: RecoveryWindowsDeps): Promise<void> {
  const restores = (await ledger.read.restoreRuns({ limit: recentRestores })).filter(
    ({ kind, state }) => kind === "restore" && state !== "running",
  );
  if (restores.length === 0) return;
  const now = stampNow(clock);
  for (const incident of await ledger.read.incidents({ state: "open", limit: mostIncidents })) {
    const since = restores.filter((run) => elapsedMs(run.startedAt, now) <= elapsedMs(incident.startedAt, now));
    const hosts = [...new Set(since.flatMap((run) => hostsOf(run, site())))];
    const { hosts: mine, services } = concerned(incident, hosts, site());
    if (mine.length === 0) continue;
    const made = await windows.afterRecovery({ incidentId: incident.id, hosts: mine, services, actor: "koboshi" });
    if (!made.ok) log.warn("a recovery is not verified", { incident: incident.id, code: made.error.code });
  }
}

/** Where it was put, and whose it is. */
function hostsOf({ plan, target }: RestoreRun, { backups, hosts }: Site): readonly string[] {
  const named = [backups?.get(plan)?.host ?? "", target.replace(/^host:/, "")];
  return named.filter((key) => hosts.has(key));
}

/** Those that the incident is about, with what of it runs on them. */
function concerned(
  { subject, services }: Incident,
  hosts: readonly string[],
  site: Site,
): { readonly hosts: readonly string[]; readonly services: readonly string[] } {
  const on = (key: string): string | null => site.services.get(key)?.on ?? null;
  const mine = hosts.filter((host) => subject === `host:${host}` || services.some((key) => on(key) === host));
  return { hosts: mine, services: services.filter((key) => mine.includes(on(key) ?? "")) };
}
