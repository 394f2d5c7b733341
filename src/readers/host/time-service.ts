import type { HostClock } from "../../kernel/model/host-reading.ts";
import { firstTagged, tagged } from "./frame.ts";

/** What a time daemon says of itself and its source. */
export interface DaemonsWord extends Pick<HostClock["service"], "synchronised" | "ownOffsetSeconds" | "source"> {
  /** ± of its offset, as it sees it; null: it does not say */
  readonly doubtSeconds: number | null;
}

/** The word of whichever daemon the host script could ask; null: none answered. */
export function daemonsWord(lines: readonly string[]): DaemonsWord | null {
  return chronyOf(lines) ?? ntpqOf(lines) ?? timesyncOf(lines);
}

/**
 * `chronyc -c tracking`: the fifth field is how far the clock is behind. "Normal" and a tiny last offset also stand there
 * when the clock is three hours off, and 7F7F0101 is the machine trusting itself.
 */
function chronyOf(lines: readonly string[]): DaemonsWord | null {
  const fields = (firstTagged(lines, "chrony") ?? "").split(",");
  if (fields.length < 14) return null;
  const isItself = /^(?:7F7F0101|00000000),|,not synchronised$/i.test(fields.join(","));
  const sources = tagged(lines, "source").map((row) => row.split(","));
  const chosen = sources.find(([, mark]) => mark === "*");
  return {
    synchronised: !isItself && (sources.length === 0 || chosen !== undefined),
    ownOffsetSeconds: isItself ? null : numberOr(fields[4], -1),
    source: shortened(chosen?.[2]),
    doubtSeconds: (numberOr(fields[10], 0.5) ?? 0) + (numberOr(fields[11], 1) ?? 0),
  };
}

function shortened(name: string | undefined): string | null {
  return name?.slice(0, 100) ?? null;
}

function numberOr(text: string | undefined, factor: number): number | null {
  const value = Number(text);
  return text === undefined || text.trim() === "" || !Number.isFinite(value) ? null : value * factor || 0;
}

/** `*192.0.2.1 .GPS. 1 u 33 64 377 0.421 -0.012 0.004`: the offset is the source's, in milliseconds. */
function ntpqOf(lines: readonly string[]): DaemonsWord | null {
  const rows = tagged(lines, "ntpq").filter((row) => row.split(/\s+/).length >= 10 && !/^\s*remote/.test(row));
  if (rows.length === 0) return null;
  const chosen = rows.find((row) => row.startsWith("*") && !row.startsWith("*127.127.1."));
  const fields = chosen?.slice(1).trim().split(/\s+/) ?? [];
  return {
    synchronised: chosen !== undefined && fields[6] !== "0",
    ownOffsetSeconds: numberOr(fields[8], -0.001),
    source: shortened(fields[0]),
    doubtSeconds: numberOr(fields[7], 0.0005),
  };
}

/** `timedatectl` of any age, and `timesync-status` where it exists. */
function timesyncOf(lines: readonly string[]): DaemonsWord | null {
  const said = /^(?:NTP synchronized|System clock synchronized): (yes|no)/;
  const answer = tagged(lines, "timedatectl")
    .map((row) => said.exec(row)?.[1])
    .find((one) => one !== undefined);
  const status = tagged(lines, "timesync");
  if (answer === undefined && status.length === 0) return null;
  const server = status.map((row) => /^Server: (?:(\S+) )?\(?([^\s)]+)\)?/.exec(row)).find((one) => one !== null);
  const offset = status.map((row) => /^Offset: ([+-]?[\d.]+)(us|ms|s)\b/.exec(row)).find((one) => one !== null);
  const factor = { us: 1e-6, ms: 1e-3, s: 1 }[offset?.[2] ?? "s"] ?? 1;
  return {
    synchronised: answer === undefined ? null : answer === "yes",
    ownOffsetSeconds: numberOr(offset?.[1], -factor),
    source: shortened(server?.[2]),
    doubtSeconds: null,
  };
}
