import type { clockRepair } from "../../hands/clock-repair.ts";
import type { AftercareInput, JobOccurrence } from "../../kernel/model/aftercare.ts";
import type { HostSnapshot } from "../../kernel/model/snapshot.ts";
import { clockOf } from "./clock.ts";
import { look } from "./outcome.ts";
import { unitStates } from "./units.ts";

/** Plans how one host's clock is set right; refused where it is not the host's to set. */
export type ClockRepair = typeof clockRepair;

/** More jobs at once than this is not left to chance. */
const mostAtStep = 3;
/** A step back by more than this is done without those that cannot bear time going back. */
const stepBackSeconds = 5;
const cannotGoBack =
  /^(?:dovecot|mysql|mysqld|mariadb|postgresql|mongod|slapd|etcd|cassandra|influxdb)(?:@[^.]*)?(?:-\d[\w.]*)?(?:\.service)?$/;

/** What the step would start by itself is stopped when it is much, or something that must not run unasked. */
export function stopsCronFirst(atStep: readonly JobOccurrence[]): boolean {
  return atStep.length > mostAtStep || atStep.some(({ isSafeTwice }) => isSafeTwice === false);
}

/** Null: the host was not read, or nobody knows how far it is off. */
export function clockRepairOf(input: AftercareInput, repair: ClockRepair): ReturnType<ClockRepair> | null {
  const { before, after, jobs } = input;
  const clock = clockOf(input);
  if (after === null || clock === null || Object.keys(after.sections).length === 0) return null;
  const { offsetSeconds } = clock;
  const stopUnits = offsetSeconds > stepBackSeconds ? sensitive(after) : [];
  return repair({ before, after, offsetSeconds, stopCronFirst: stopsCronFirst(jobs?.atStep ?? []), stopUnits });
}

function sensitive(after: HostSnapshot): readonly string[] {
  const units = look(after, "units", "after").section ?? {};
  return [...unitStates(units)]
    .filter(([name, { active }]) => active === "active" && cannotGoBack.test(name))
    .map(([name]) => name);
}
