import type { HardwareReading, Trap } from "../../kernel/model/hardware.ts";
import type { SignalChange } from "../../kernel/model/signal.ts";
import type { TrapMessage } from "../../clients/snmp-traps.ts";
import { meaningOf, trapItem } from "../../readers/hardware/traps.ts";
import { findingsOf } from "./findings.ts";
import type { HardwareSignals, Where } from "./signals.ts";
import type { LookEnd } from "./source.ts";

/** What a look has to be told of. What could not be seen neither opens nor closes anything. */
export function lookChanges(signals: HardwareSignals, end: LookEnd): readonly SignalChange[] {
  const { source, looked, record, isWhole } = end;
  const { reading, certificate } = looked;
  const where = { host: source.host, source: source.looker.source };
  if (reading === null && certificate?.trust !== "changed") return [];
  // a controller with a new certificate was not asked: what it said before still stands
  const shown = { reading: reading ?? record.reading, certificate };
  const news = isWhole && reading !== null ? entryChanges(signals, where, { reading, before: end.before }) : [];
  return [...signals.become(where, findingsOf(shown, record)), ...news];
}

interface Entries {
  readonly reading: HardwareReading;
  readonly before: LookEnd["before"];
}

/** Entries that were not there at the last look. */
function entryChanges(signals: HardwareSignals, where: Where, { reading, before }: Entries): readonly SignalChange[] {
  if (before.seenEntries === null) return [];
  const seen = new Set(before.seenEntries);
  const news = reading.entries.filter(({ key }) => !seen.has(key)).toReversed();
  return news.flatMap(({ severity, sensor, text, isClearing }) => {
    if (isClearing) return signals.end(where, { what: "log", sensor: sensor ?? "" });
    if (severity !== "critical") return [];
    return signals.tell(where, {
      what: "log",
      sensor: sensor ?? "",
      severity,
      value: null,
      unit: "",
      limit: null,
      text,
    });
  });
}

/** What a trap opens and what it ends. Only what is grave opens anything; the rest is on the page. */
export function trapChanges(
  signals: HardwareSignals,
  { host, severity }: Omit<Trap, "id">,
  message: TrapMessage,
): readonly SignalChange[] {
  const meaning = meaningOf(message);
  if (host === null || meaning === null) return [];
  const where = { host, source: "trap" } as const;
  const item = trapItem(message, meaning);
  const items = item === "" ? [""] : [` ${item}`, ""];
  const over = meaning.ends.flatMap((name) =>
    items.flatMap((one) => signals.end(where, { what: "trap", sensor: `${name}${one}` })),
  );
  if (severity !== "critical") return over;
  const sensor = `${meaning.name}${items[0] ?? ""}`;
  const finding = { what: "trap", sensor, severity, value: null, unit: "", limit: null, text: message.from } as const;
  return [...over, ...signals.tell(where, finding)];
}
