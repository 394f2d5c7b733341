import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import type { HostReading } from "../../kernel/model/host-reading.ts";
import { evidence, type Reading } from "./evidence.ts";
import { told, whyNot, type HostInside } from "./inside.ts";

/** Whether a service keeps the clock right. */
export const hsNtp = evidence({
  id: "hs.ntp",
  bundle: "ssh",
  title: { ja: "時刻同期", en: "time service" },
  states: ["on", "off"],
  stateWords: {
    on: { ja: "動いています", en: "running" },
    off: { ja: "動いていません", en: "not running" },
  },
  leak: [0.01],
  group: "clock",
  isExact: true,
  timeoutSeconds: 8,
  risk: 1,
  unit: "state",

  /** A service that runs and has no source keeps nothing right; a container's clock is its host's. */
  read({ answers, reading }: HostInside): Reading | MissingReason {
    if (reading === null || reading.clock === null) return whyNot(answers, "clock");
    const { name, running, synchronised, source } = reading.clock.service;
    if (name === null) return isContainer(reading) ? "not-configured" : told("off", null, { detail: "-" });
    if (running === null) return "denied";
    const isOff = !running || synchronised === false;
    const why = running ? "unsynchronised" : "stopped";
    return told(isOff ? "off" : "on", null, { detail: isOff ? `${name} ${why}` : `${name} ${source ?? ""}`.trim() });
  },
});

const containers: ReadonlySet<string> = new Set(["lxc", "docker", "openvz", "podman", "container"]);

function isContainer({ system }: HostReading): boolean {
  return system !== null && system.virtualisation !== null && containers.has(system.virtualisation);
}
