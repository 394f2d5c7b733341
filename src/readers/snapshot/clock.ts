import { firstTagged, tagged, type HostSection } from "../host/frame.ts";
import { daemonsWord } from "../host/time-service.ts";
import { entries, facts, fileEntry, textsIn, type Entries } from "./entries.ts";

/** How far a clock is off is no part of it: that is told by others, and never the same twice. */
export function clockOf({ lines }: HostSection): Entries {
  const word = daemonsWord(lines);
  const synchronised = word?.synchronised ?? null;
  const link = firstTagged(lines, "localtime")?.replace(/^.*\/zoneinfo\//, "") ?? null;
  const sources = tagged(lines, "source").length + tagged(lines, "ntpq").filter((row) => /^.\d/.test(row)).length;
  return entries([
    ...facts({
      zone: link ?? firstTagged(lines, "timezone"),
      "zone-offset": firstTagged(lines, "offset"),
      clocksource: firstTagged(lines, "clocksource"),
      rtc: firstTagged(lines, "rtc"),
      adjtime: firstTagged(lines, "adjtime"),
      synchronised: synchronised === null ? null : synchronised ? "yes" : "no",
      "source-count": word === null ? null : String(sources),
      "ntp-enabled": ntpEnabled(lines),
    }),
    ...tagged(lines, "bin").map((name) => [`installed ${name}`, ""] as const),
    ...tagged(lines, "daemon").map((name) => [`daemon ${whole(name.trim())}`, "running"] as const),
    ...textsIn(lines).map(fileEntry),
  ]);
}

/** `timedatectl` of any age: `NTP enabled: yes`, `Network time on: yes`, `NTP service: active`. */
function ntpEnabled(lines: readonly string[]): string | null {
  const said = /^(?:NTP enabled|Network time on|NTP service|systemd-timesyncd\.service active): (\S+)/;
  const word = tagged(lines, "timedatectl").flatMap((row) => said.exec(row)?.[1] ?? [])[0];
  if (word === undefined) return null;
  return word === "yes" || word === "active" ? "yes" : "no";
}

/** The kernel keeps 15 letters of a name. */
function whole(name: string): string {
  return name.startsWith("systemd-timesyn") ? "systemd-timesyncd" : name;
}
