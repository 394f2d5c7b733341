import type { HostReading } from "../../kernel/model/host-reading.ts";
import type { HostBounds, HostJudgement } from "./judgement.ts";

/** From here on certificates, one-time codes and Kerberos fail. */
const criticalClockMs = 30_000;
/** The clock of a container is its host's. */
const containers = /^(?:docker|podman|lxc|lxc-libvirt|openvz|systemd-nspawn|container-other|wsl|rkt|proot)$/;

/** The offset itself, and whether something keeps it small: a daemon that calls itself fine may be three hours off. */
export function judgeClock({ clock, system }: HostReading, { clockMs }: HostBounds): readonly HostJudgement[] {
  if (clock === null) return [];
  const { offsetSeconds, uncertaintySeconds, service } = clock;
  const sureMs = (Math.abs(offsetSeconds) - uncertaintySeconds) * 1_000;
  const severity = sureMs <= clockMs ? null : sureMs > Math.max(clockMs, criticalClockMs) ? "critical" : "warning";
  const facts = {
    offsetSeconds,
    uncertaintySeconds,
    service: service.name,
    synchronised: service.synchronised,
    ownOffsetSeconds: service.ownOffsetSeconds,
  };
  return [{ kind: "clock-off", item: null, severity, facts }, ...judgeService(service, system)];
}

type Clock = NonNullable<HostReading["clock"]>;

function judgeService(service: Clock["service"], system: HostReading["system"]): readonly HostJudgement[] {
  const virtualisation = system?.virtualisation ?? "";
  if (service.name === null && containers.test(virtualisation)) return [];
  const problem = problemOf(service);
  return [
    {
      kind: "time-service",
      item: null,
      severity: problem === null ? null : "warning",
      facts: { problem, service: service.name, source: service.source },
    },
  ];
}

/** `none`, `stopped`, `no-source`, `not-at-boot`: the worst of them; null: fine as far as it was observed. */
function problemOf({ name, running, enabled, synchronised }: Clock["service"]): string | null {
  if (name === null) return "none";
  if (running === false) return "stopped";
  if (synchronised === false) return "no-source";
  return enabled === false ? "not-at-boot" : null;
}

/** Jobs whose last run is missing, and a daemon that runs none at all. */
export function judgeJobs({ cron, units }: HostReading): readonly HostJudgement[] {
  const jobs = (cron ?? []).filter(({ verdict }) => verdict === "ran" || verdict === "missed");
  const judged = jobs.map(({ where, line, user, verdict, lastDueAtMs, lastRunAtMs }): HostJudgement => ({
    kind: "job-missed",
    item: where,
    severity: verdict === "missed" ? "warning" : null,
    facts: { line, user, lastDueAtMs, lastRunAtMs },
  }));
  const daemon = cronDaemonOf(units);
  if (daemon === null || !startsByCron(cron ?? [])) return judged;
  const severity = daemon.isStopped ? "warning" : null;
  return [{ kind: "cron-stopped", item: null, severity, facts: { daemon: daemon.name } }, ...judged];
}

/** A crontab names something to start, not timers alone. */
export function startsByCron(jobs: NonNullable<HostReading["cron"]>): boolean {
  return jobs.some(({ where }) => !where.startsWith("timer:"));
}

/** The daemon that is to start what crontabs name; null: none is known there. */
export function cronDaemonOf(
  units: HostReading["units"],
): { readonly name: string; readonly isStopped: boolean } | null {
  const name = ["cron", "crond", "cronie"].find((one) => units?.states[one] !== undefined);
  if (name === undefined) return null;
  const state = units?.states[name]?.active;
  return { name, isStopped: state === "inactive" || state === "failed" };
}
