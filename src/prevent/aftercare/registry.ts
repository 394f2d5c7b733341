import type { AftercareCheck, AftercareFinding } from "../../kernel/model/aftercare.ts";
import type { ClockRepair } from "./clock-repair.ts";
import { backups } from "./checks/backups.ts";
import { certificates } from "./checks/certificates.ts";
import { clockOffset } from "./checks/clock-offset.ts";
import { containers } from "./checks/containers.ts";
import { cronDaemon } from "./checks/cron-daemon.ts";
import { database } from "./checks/database.ts";
import { diskSpace } from "./checks/disk-space.ts";
import { firewall } from "./checks/firewall.ts";
import { jobsLateOrDouble } from "./checks/jobs-late-or-double.ts";
import { jobsMissed } from "./checks/jobs-missed.ts";
import { kernel } from "./checks/kernel.ts";
import { licencesAndTokens } from "./checks/licences-and-tokens.ts";
import { logsFlow } from "./checks/logs-flow.ts";
import { mailFlow } from "./checks/mail-flow.ts";
import { monitoringItself } from "./checks/monitoring-itself.ts";
import { mounts } from "./checks/mounts.ts";
import { nameResolution } from "./checks/name-resolution.ts";
import { network } from "./checks/network.ts";
import { packages } from "./checks/packages.ts";
import { pagesSame } from "./checks/pages-same.ts";
import { portsNew } from "./checks/ports-new.ts";
import { ports } from "./checks/ports.ts";
import { raidAndSmart } from "./checks/raid-and-smart.ts";
import { reachable } from "./checks/reachable.ts";
import { rebootedAsExpected } from "./checks/rebooted-as-expected.ts";
import { sameMachine } from "./checks/same-machine.ts";
import { servicesAnswer } from "./checks/services-answer.ts";
import { swap } from "./checks/swap.ts";
import { timeService } from "./checks/time-service.ts";
import { timeStampedDamage } from "./checks/time-stamped-damage.ts";
import { timezone } from "./checks/timezone.ts";
import { unitsEnabled } from "./checks/units-enabled.ts";
import { unitsFailedNew } from "./checks/units-failed-new.ts";
import { whatWasRestored } from "./checks/what-was-restored.ts";
import { unitsRunning } from "./checks/units-running.ts";

/** Every check, in the order in which they are asked: each stands behind what it is `after`. PREVENT §2.4. */
export function aftercareChecks(repair: ClockRepair): readonly AftercareCheck[] {
  return [
    reachable,
    sameMachine,
    clockOffset(repair),
    timeService(repair),
    timezone,
    mounts,
    network,
    firewall,
    nameResolution,
    unitsRunning,
    unitsEnabled,
    unitsFailedNew,
    containers,
    ports,
    cronDaemon,
    database,
    whatWasRestored,
    servicesAnswer,
    pagesSame,
    certificates,
    mailFlow,
    jobsMissed,
    jobsLateOrDouble,
    backups,
    rebootedAsExpected,
    portsNew,
    diskSpace,
    raidAndSmart,
    swap,
    kernel,
    packages,
    logsFlow,
    monitoringItself,
    licencesAndTokens,
    timeStampedDamage,
  ];
}

/** Asked whatever a window asks for: without them nothing else means anything. */
export const alwaysAsked: ReadonlySet<string> = new Set(["reachable", "identity", "recovery", "monitoring"]);

/** Whether a person may let it through. What could not be seen may always be signed for. */
export function mayWaive({ check, result }: Pick<AftercareFinding, "check" | "result">): boolean {
  return !neverWaived.has(check) || result !== "fail";
}

/** With a clock that is known to be wrong, every time in every log and every job is wrong. */
const neverWaived: ReadonlySet<string> = new Set(["clock-offset"]);
