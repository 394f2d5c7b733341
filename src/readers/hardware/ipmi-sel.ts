import type { HardwareEntry } from "../../kernel/model/hardware.ts";
import { safeText } from "../../clients/safe-text.ts";
import { nameFrom } from "./health.ts";
import { civilDays } from "./instant.ts";

const grave =
  /non-recoverable|upper critical|lower critical|\bfailure|\bfailed|fault|\blost\b|uncorrectable|ierr|thermal trip|power off|non-maskable|critical interrupt/i;
const mild = /non-critical|predictive|correctable|degraded|redundancy|limit|rebuild|almost full/i;

/** `sel elist`, newest first: number, date, time, sensor, what happened, Asserted or Deasserted, reading. */
export function readSel(text: string): readonly HardwareEntry[] {
  const entries = text.split("\n").flatMap((line): readonly HardwareEntry[] => {
    const [id = "", date = "", time = "", sensor = "", event = "", direction = "", ...rest] = line
      .split("|")
      .map((part) => part.trim());
    if (!/^[0-9a-f]+$/i.test(id) || event === "") return [];
    const isClearing = /deasserted/i.test(direction) || /^drive present$/i.test(event);
    const said = [sensor, event, direction, ...rest].filter((part) => part !== "").join(", ");
    return [
      {
        key: `${id} ${date} ${time} ${said}`.slice(0, 200),
        atMs: momentOf(date, time),
        severity: isClearing ? "info" : severityOf(event),
        text: safeText(said, []),
        sensor: nameFrom(sensor),
        isClearing,
      },
    ];
  });
  return entries.toReversed();
}

function severityOf(event: string): HardwareEntry["severity"] {
  if (mild.test(event)) return "warning";
  return grave.test(event) ? "critical" : "info";
}

/** `11/22/2026`, `11/22/26` and `05:20:10 UTC`; before the clock was set the controller writes `Pre-Init`. */
function momentOf(date: string, time: string): number | null {
  const day = /^(\d{2})\/(\d{2})\/(\d{4}|\d{2})$/.exec(date);
  const hour = /^(\d{2}):(\d{2}):(\d{2})/.exec(time);
  if (day === null || hour === null) return null;
  const year = Number(day[3]) < 100 ? 2_000 + Number(day[3]) : Number(day[3]);
  const seconds = (Number(hour[1]) * 60 + Number(hour[2])) * 60 + Number(hour[3]);
  return civilDays(year, Number(day[1]), Number(day[2])) * 86_400_000 + seconds * 1_000;
}
