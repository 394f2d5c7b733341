import type { RepairStep } from "../kernel/model/aftercare.ts";

/** A service may take a minute to stop or start; longer than this is told as a failure. */
const usualTimeoutMs = 90_000;

/** A step with what most steps have: it ends with 0 and within 90 s, and nothing takes it back. */
export function usualStep({
  timeoutMs = usualTimeoutMs,
  okCodes = [0],
  expects = null,
  undo = null,
  ...step
}: Pick<RepairStep, "id" | "says" | "command"> & Partial<RepairStep>): RepairStep {
  return { ...step, timeoutMs, okCodes, expects, undo };
}
