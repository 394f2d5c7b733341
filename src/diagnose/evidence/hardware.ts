import type { MissingReason } from "../../kernel/model/diagnosis.ts";
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
