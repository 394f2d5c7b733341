import { verifyClock } from "../../hands/verify-clock.ts";
import type { AftercareInput, AftercareResult, ClockReading } from "../../kernel/model/aftercare.ts";

/** Host's clock minus true time. */
export type MeasuredClock = Omit<ClockReading, "at">;

/** Beyond what may be an error of the measurement: told, not well, dangerous, jobs are other than they should be. PREVENT §2.2. */
const warnSeconds = 0.5;
const failSeconds = 1;
const criticalSeconds = 30;
export const jobsSeconds = 60;

/** How long a look takes in which the host says its time once. */
const lookUncertaintySeconds = 2;

/** From outside; else from what the host said when it was looked at. Null: nobody could tell. */
export function clockOf({ outsideAfter, after }: Pick<AftercareInput, "outsideAfter" | "after">): MeasuredClock | null {
  if (outsideAfter.clock !== null) return outsideAfter.clock;
  if (after === null || after.hostClockMs === null) return null;
  const offsetSeconds = Math.round(after.hostClockMs - after.takenAt.atMs) / 1_000;
  return { offsetSeconds, uncertaintySeconds: lookUncertaintySeconds };
}

export function clockVerdict({ offsetSeconds, uncertaintySeconds }: MeasuredClock): {
  readonly result: Extract<AftercareResult, "pass" | "warn" | "fail">;
  readonly isCritical: boolean;
} {
  const sure = Math.abs(offsetSeconds) - uncertaintySeconds;
  if (sure > failSeconds) return { result: "fail", isCritical: sure > criticalSeconds };
  return { result: sure > warnSeconds ? "warn" : "pass", isCritical: false };
}

/** No repair set it, or it was shown since that it stays where it was put. */
export function isClockKept({ clockSinceSet, after }: Pick<AftercareInput, "clockSinceSet" | "after">): boolean {
  return clockSinceSet === null || verifyClock(clockSinceSet, after).state === "settled";
}

/** Far enough off for a repair that steps it. */
export function isStepNeeded(clock: MeasuredClock | null): boolean {
  return clock !== null && clockVerdict(clock).result === "fail";
}

export function isContainer(virtualisation: string | undefined): boolean {
  return /^(?:docker|podman|lxc|lxc-libvirt|openvz|systemd-nspawn|container-other|wsl|rkt|proot)$/.test(
    virtualisation ?? "",
  );
}
