import type { HardwareHealth, HardwareReading } from "../../kernel/model/hardware.ts";
import type { StateWord } from "../../kernel/model/status.ts";
import type { HardwareSourceStatus, HardwareStatus } from "../../kernel/ports-hardware.ts";
import { worst } from "../../readers/hardware/health.ts";
import type { Source } from "./source.ts";

/** How one host stands, from all that is asked about it. */
export function statusOf(host: string, sources: readonly Source[]): HardwareStatus {
  const all = sources.map((source) => ({ ...source.status(), wasOn: source.record().wasOn }));
  const answering = all.filter(({ state }) => state === "ok");
  const readings = answering.flatMap(({ reading }) => (reading === null ? [] : [reading]));
  const health = healthOf(readings);
  const power = readings.find((reading) => reading.power !== "unknown")?.power ?? "unknown";
  const isOff = answering.some(({ reading, wasOn }) => wasOn && reading?.power === "off");
  return {
    host,
    state: isOff ? "down" : stateOf(health, answering.length < all.length),
    health,
    power,
    answersAtMs: newest(all),
    sources: all.map(({ wasOn: _wasOn, ...status }) => status),
    vitals: sources.map((source) => source.vitals()).find((vitals) => vitals !== null) ?? null,
  };
}

/** The machine's roll-up is not hidden by a drive or part that is worse. */
function healthOf(readings: readonly HardwareReading[]): HardwareHealth {
  return worst(readings.flatMap((reading) => [reading.health, ...reading.drives.map((drive) => drive.health)]));
}

/** What does not answer is unknown, and what is unknown is not healthy. */
function stateOf(health: HardwareHealth, isPartBlind: boolean): StateWord {
  if (health === "critical") return "down";
  if (health === "warning") return "warning";
  return health === "ok" && !isPartBlind ? "ok" : "unknown";
}

function newest(sources: readonly HardwareSourceStatus[]): number | null {
  const times = sources.flatMap(({ answeredAt }) => (answeredAt === null ? [] : [answeredAt.atMs]));
  return times.length === 0 ? null : Math.max(...times);
}
