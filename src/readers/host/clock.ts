import type { HostClock, HostUnits } from "../../kernel/model/host-reading.ts";
import { tagged, type HostFrame } from "./frame.ts";
import { daemonsWord } from "./time-service.ts";

type Service = HostClock["service"];

/** One question to the machine and its answer, by the clock of whoever looks. */
export interface Exchange {
  readonly sentAtMs: number;
  /** when the first line came; the end of the look will do, and makes the offset less certain */
  readonly receivedAtMs: number;
}

/** Daemons that keep a clock right, by the name of their process, and what their units are called. */
const daemons: Readonly<Record<string, readonly string[]>> = {
  chronyd: ["chronyd", "chrony"],
  ntpd: ["ntpd", "ntpsec", "ntp"],
  "systemd-timesyncd": ["systemd-timesyncd"],
  openntpd: ["openntpd"],
};

/** Middle of the exchange against what the machine's clock said, with half the round trip of doubt. Source: RFC 5905 §8. */
export function offsetOf(
  { atMs, resolutionMs }: NonNullable<HostFrame["began"]>,
  { sentAtMs, receivedAtMs }: Exchange,
): Pick<HostClock, "offsetSeconds" | "uncertaintySeconds"> {
  const offsetMs = atMs + resolutionMs / 2 - (sentAtMs + receivedAtMs) / 2;
  const uncertaintyMs = Math.abs(receivedAtMs - sentAtMs) / 2 + resolutionMs / 2;
  return { offsetSeconds: rounded(offsetMs / 1_000), uncertaintySeconds: rounded(uncertaintyMs / 1_000) };
}

function rounded(seconds: number): number {
  return Math.round(seconds * 1_000_000) / 1_000_000;
}

export interface ServiceFacts {
  /** of the section `clock` */
  readonly lines: readonly string[];
  readonly units: HostUnits | null;
  /** null: not observed */
  readonly processNames: ReadonlySet<string> | null;
}

/** Which daemon is to keep the clock, whether it runs, starts at boot and has a source: never what it calls itself. */
export function serviceOf(facts: ServiceFacts): Service {
  const name = daemonOf(facts);
  const word = daemonsWord(facts.lines);
  const said = {
    synchronised: word?.synchronised ?? null,
    ownOffsetSeconds: word?.ownOffsetSeconds ?? null,
    source: word?.source ?? null,
  };
  if (name === null) return { name, running: null, enabled: null, ...said };
  const running = facts.processNames === null ? (word === null ? null : true) : isRunning(name, facts);
  const enabled = enabledOf(name, facts.units);
  return { name, running, enabled, ...said, ...(running === false ? { synchronised: false } : {}) };
}

/** The one that runs; else, of those installed, the one that is to start at boot. */
function daemonOf({ lines, units, processNames }: ServiceFacts): string | null {
  const installed = new Set(tagged(lines, "bin").map((name) => name.trim()));
  const names = Object.keys(daemons);
  const known = names.filter((name) => installed.has(name));
  const isWanted = (name: string): boolean => enabledOf(name, units) === true;
  return names.find((name) => isRunning(name, { processNames })) ?? known.find(isWanted) ?? known[0] ?? null;
}

/** The kernel keeps 15 letters of a name. */
function isRunning(name: string, { processNames }: Pick<ServiceFacts, "processNames">): boolean {
  return processNames?.has(name.slice(0, 15)) === true;
}

function enabledOf(name: string, units: HostUnits | null): boolean | null {
  const known = (daemons[name] ?? []).map((unit) => units?.states[unit]?.enabled ?? null);
  if (known.some((enabled) => enabled === true)) return true;
  return known.some((enabled) => enabled === false) ? false : null;
}

/** What the machine itself can know of its own clock: only its daemon's word, when that has a source. */
export function ownWord(lines: readonly string[]): Pick<HostClock, "offsetSeconds" | "uncertaintySeconds"> | null {
  const word = daemonsWord(lines);
  if (word === null || word.synchronised !== true || word.ownOffsetSeconds === null) return null;
  return { offsetSeconds: rounded(word.ownOffsetSeconds), uncertaintySeconds: rounded(word.doubtSeconds ?? 0) };
}
