import type { HostNic } from "../../kernel/model/host-answers.ts";
import { tagged } from "./frame.ts";
import { figure, perSecond, samplesOf, type Samples } from "./why-samples.ts";

interface Counts {
  readonly received: number;
  readonly sent: number;
  readonly errors: number;
  readonly drops: number;
}

/** The section `nic`: the kernel's counters twice, what the driver says, and what `tc` holds back. */
export function nicsOf(lines: readonly string[]): readonly HostNic[] | null {
  const samples = samplesOf(lines);
  if (samples === null) return null;
  const [before, after] = [countsIn(samples.first), countsIn(samples.second)];
  const stated = new Map(tagged(lines, "i").map((row) => [row.split(" ")[0] ?? "", row.split(" ").slice(1)]));
  const names = [...after.keys()].filter((name) => name !== "lo" || shapersOf(samples, name).length > 0);
  return names.map((name) => ({
    name,
    ...linkOf(stated.get(name) ?? []),
    ...ratesOf(before.get(name), after.get(name) ?? none, samples.seconds),
    shapers: shapersOf(samples, name),
  }));
}

/** `up 1 1000`: state, carrier, speed; `-1` where the driver does not know. */
function linkOf([state = "", carrier = "", speed = ""]: readonly string[]): Pick<
  HostNic,
  "state" | "carrier" | "speedMbps"
> {
  const speedMbps = figure(speed);
  return {
    state: /^[a-z]+$/.test(state) ? state : null,
    carrier: carrier === "1" ? true : carrier === "0" ? false : null,
    speedMbps: speedMbps !== null && speedMbps > 0 ? speedMbps : null,
  };
}

const none: Counts = { received: 0, sent: 0, errors: 0, drops: 0 };

/** An interface that came between the two samples has no rates yet. */
function ratesOf(
  before: Counts | undefined,
  after: Counts,
  seconds: number,
): Omit<HostNic, "name" | "state" | "carrier" | "speedMbps" | "shapers"> {
  const from = before ?? after;
  return {
    receivedBytesPerSecond: perSecond(from.received, after.received, seconds),
    sentBytesPerSecond: perSecond(from.sent, after.sent, seconds),
    errors: after.errors,
    drops: after.drops,
    errorsPerSecond: perSecond(from.errors, after.errors, seconds),
    dropsPerSecond: perSecond(from.drops, after.drops, seconds),
  };
}

/** Columns of /proc/net/dev: bytes packets errs drop … of what came, then of what was sent. */
function countsIn(lines: readonly string[]): ReadonlyMap<string, Counts> {
  return new Map(
    tagged(lines, "n").flatMap((row) => {
      const [name = "", rest = ""] = row.split(":", 2);
      const at = rest.trim().split(/\s+/).map(Number);
      const [received, , inErrors, inDrops] = at;
      const [sent, , outErrors, outDrops] = at.slice(8);
      const all = [received, inErrors, inDrops, sent, outErrors, outDrops].map((one) => one ?? Number.NaN);
      if (!all.every(Number.isFinite)) return [];
      const [bytesIn = 0, errIn = 0, dropIn = 0, bytesOut = 0, errOut = 0, dropOut = 0] = all;
      return [
        [name.trim(), { received: bytesIn, sent: bytesOut, errors: errIn + errOut, drops: dropIn + dropOut }] as const,
      ];
    }),
  );
}

/** `q eth0 tbf 12 3456 rate 1Mbit burst 32Kb`: device, kind, dropped, over limit, setting. */
function shapersOf({ first, second, seconds }: Samples, name: string): HostNic["shapers"] {
  const rows = (lines: readonly string[]): readonly (readonly string[])[] =>
    tagged(lines, "q").flatMap((row) => {
      const match = /^(\S+) (\S+) (\d+) (\d+) ?(.*)$/.exec(row);
      return match?.[1] === name ? [match.slice(2)] : [];
    });
  const before = rows(first);
  return rows(second).map(([kind = "", dropped, over, setting = ""], index) => ({
    kind,
    setting: setting.trim(),
    droppedPerSecond: perSecond(Number(before[index]?.[1] ?? dropped), Number(dropped), seconds),
    overLimitPerSecond: perSecond(Number(before[index]?.[2] ?? over), Number(over), seconds),
  }));
}
