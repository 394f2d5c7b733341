import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import type { HardwareDrive, HardwareEntry } from "../../kernel/model/hardware.ts";
import type { HardwareSourceStatus, HardwareStatus } from "../../kernel/ports-hardware.ts";

/** The machine's own controller, which lives while its system does not; an SNMP agent is no such thing. */
export function controllerOf({ sources }: HardwareStatus): HardwareSourceStatus | null {
  return sources.find(({ kind }) => kind !== "snmp") ?? null;
}

/** The first source that answered its last look. */
export function answeringOf({ sources }: HardwareStatus): HardwareSourceStatus | null {
  return sources.find(({ state }) => state === "ok") ?? null;
}

const reasons: Readonly<Record<HardwareSourceStatus["state"], MissingReason>> = {
  ok: "not-configured",
  waiting: "timeout",
  silent: "unreachable",
  refused: "denied",
  certificate: "denied",
  broken: "unreachable",
  missing: "not-configured",
};

/** Why a controller says nothing about what is inside. */
export function withoutController(controller: HardwareSourceStatus | null): MissingReason {
  return controller === null ? "not-configured" : reasons[controller.state];
}

/** What a controller wrote since `fromMs`, without what only tells that something is over. */
export function troublesSince(hardware: HardwareStatus, fromMs: number): readonly HardwareEntry[] | null {
  const controller = controllerOf(hardware);
  if (controller?.state !== "ok" || controller.reading === null) return null;
  return controller.reading.entries.filter(
    ({ atMs, isClearing, severity }) => atMs !== null && atMs >= fromMs && !isClearing && severity !== "info",
  );
}

/** Entries of IPMI's sensor types 20h (OS stop) and 23h (watchdog): the system's end, not the machine's. */
export function tellsOfSystem({ text }: HardwareEntry): boolean {
  return systemEnds.test(text);
}

const systemEnds =
  /kernel panic|run-time critical stop|\bos (?:critical )?stop|os graceful stop|blue ?screen|bugcheck/i;

/** A drive that says itself, or whose controller says, that it has failed or soon will. */
export function driveTrouble({ health, failurePredicted }: HardwareDrive): "failed" | "predict" | null {
  if (health === "critical") return "failed";
  return failurePredicted === true || health === "warning" ? "predict" : null;
}
