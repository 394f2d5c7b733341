import type { HardwareHealth, HardwareSensor } from "../kernel/model/hardware.ts";
import type { Lang } from "../kernel/lang.ts";
import type { StateWord } from "../kernel/model/status.ts";
import type { SourceState } from "../kernel/ports-hardware.ts";
import { hardwareWords, powerName, sensorValue } from "../words/hardware.ts";
import { wallTime } from "./incident-text.ts";

/** A machine's hardware as the API shows it. */
export interface HardwareAnswer {
  readonly host: string;
  readonly state: StateWord;
  readonly health: HardwareHealth;
  readonly power: "on" | "off" | "unknown";
  readonly answeredAt: string | null;
  readonly sources: readonly HardwareSourceAnswer[];
}

export interface HardwareSourceAnswer {
  readonly kind: string;
  readonly address: string;
  readonly state: SourceState;
  readonly reason: string | null;
  readonly certificate: { readonly fingerprint: string; readonly trust: string; readonly kept: string | null } | null;
  readonly reading: {
    readonly maker: string | null;
    readonly model: string | null;
    readonly serial: string | null;
    readonly sensors: readonly HardwareSensor[];
    readonly drives: readonly {
      readonly name: string;
      readonly model: string | null;
      readonly health: HardwareHealth;
    }[];
    readonly log: readonly { readonly at: string | null; readonly severity: string; readonly text: string }[];
  } | null;
}

export function hottest(machine: HardwareAnswer): HardwareSensor | null {
  const sensors = machine.sources.flatMap(({ reading }) => reading?.sensors ?? []);
  const warm = sensors.filter(({ kind, value }) => kind === "temperature" && value !== null);
  return warm.toSorted((a, b) => (b.value ?? 0) - (a.value ?? 0))[0] ?? null;
}

/** How it stands, in one line behind its name. */
export function hardwareSummary(machine: HardwareAnswer, lang: Lang): string {
  const say = hardwareWords(lang);
  const warm = hottest(machine);
  const parts = machine.sources.flatMap(({ reading }) => [...(reading?.sensors ?? []), ...(reading?.drives ?? [])]);
  const bad = parts.filter(({ health }) => health === "critical" || health === "warning");
  return [
    `${say.power} ${powerName(machine.power, lang)}`,
    ...(warm === null ? [] : [`${say.temperature} ${sensorValue(warm)}`]),
    ...(bad.length === 0
      ? []
      : [
          bad
            .map(({ name }) => name)
            .slice(0, 3)
            .join(", "),
        ]),
    machine.answeredAt === null ? say.neverAnswered : `${say.lastAnswer} ${wallTime(machine.answeredAt, lang)}`,
  ].join("  ");
}
