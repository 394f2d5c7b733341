import type { HardwareEntry, Trap } from "../../kernel/model/hardware.ts";
import { safeText } from "../../clients/safe-text.ts";
import type { SnmpValue } from "../../clients/snmp.ts";
import type { TrapMessage } from "../../clients/snmp-traps.ts";

/** What a trap of a known name means. */
export interface TrapMeaning {
  readonly name: string;
  readonly severity: HardwareEntry["severity"];
  /** the names it ends */
  readonly ends: readonly string[];
  /** the column whose value tells one thing from another: the interface, the alarm */
  readonly item: string | null;
}

const interfaceIndex = "1.3.6.1.2.1.2.2.1.1";
const upsAlarm = "1.3.6.1.2.1.33.1.6.2.1.1";
const upsOnBatteryAlarm = "1.3.6.1.2.1.33.1.6.3.2";

function meaning(name: string, severity: TrapMeaning["severity"], rest: Partial<TrapMeaning> = {}): TrapMeaning {
  return { name, severity, ends: [], item: null, ...rest };
}

/** Sources: SNMPv2-MIB (RFC 3418), IF-MIB (RFC 2863), UPS-MIB (RFC 1628), PowerNet-MIB, NET-SNMP-AGENT-MIB. */
const meanings: ReadonlyMap<string, TrapMeaning> = new Map([
  ["1.3.6.1.6.3.1.1.5.1", meaning("coldStart", "info")],
  ["1.3.6.1.6.3.1.1.5.2", meaning("warmStart", "info")],
  ["1.3.6.1.6.3.1.1.5.3", meaning("linkDown", "warning", { item: interfaceIndex })],
  ["1.3.6.1.6.3.1.1.5.4", meaning("linkUp", "info", { ends: ["linkDown"], item: interfaceIndex })],
  ["1.3.6.1.6.3.1.1.5.5", meaning("authenticationFailure", "info")],
  ["1.3.6.1.2.1.33.2.1", meaning("upsOnBattery", "critical")],
  ["1.3.6.1.2.1.33.2.2", meaning("upsTestCompleted", "info")],
  ["1.3.6.1.2.1.33.2.3", meaning("upsAlarmEntryAdded", "warning", { item: upsAlarm })],
  ["1.3.6.1.2.1.33.2.4", meaning("upsAlarmEntryRemoved", "info", { ends: ["upsAlarmEntryAdded"], item: upsAlarm })],
  ["1.3.6.1.4.1.318.0.5", meaning("apcOnBattery", "critical")],
  ["1.3.6.1.4.1.318.0.7", meaning("apcLowBattery", "critical")],
  ["1.3.6.1.4.1.318.0.9", meaning("apcPowerRestored", "info", { ends: ["apcOnBattery", "apcLowBattery"] })],
  ["1.3.6.1.4.1.318.0.11", meaning("apcLowBatteryEnded", "info", { ends: ["apcLowBattery"] })],
  ["1.3.6.1.4.1.8072.4.0.2", meaning("agentStopped", "info")],
]);

const platformEvents = "1.3.6.1.4.1.3183.1.1.0.";

/** What is known of a trap; null for one that is only kept. */
export function meaningOf({ oid, values }: Pick<TrapMessage, "oid" | "values">): TrapMeaning | null {
  // RFC 1628 names its traps 33.2.N; behind version 1 they arrive as 33.2.0.N
  const plain = oid.replace(/^(1\.3\.6\.1\.2\.1\.33\.2)\.0\.(\d+)$/, "$1.$2");
  const found = meanings.get(plain);
  // the end of «on battery» has no trap of its own: its alarm is taken away
  const isBack = found?.name === "upsAlarmEntryRemoved" && values.some(({ text }) => text === upsOnBatteryAlarm);
  if (found !== undefined) return isBack ? { ...found, ends: [...found.ends, "upsOnBattery"] } : found;
  return oid.startsWith(platformEvents) ? platformEvent(oid, values) : null;
}

const platformSeverities: Readonly<Record<number, TrapMeaning["severity"]>> = {
  8: "warning",
  16: "critical",
  32: "critical",
};

/**
 * What a management controller sends by itself. Source: IPMI Platform Event Trap 1.0: the number's bits 16 to 23 are the
 * sensor's type, bit 7 says that it is over; byte 26 of the one value is the severity.
 */
function platformEvent(oid: string, values: readonly SnmpValue[]): TrapMeaning {
  const number = Number(oid.slice(platformEvents.length));
  const isOver = (number & 0x80) !== 0;
  const name = `platformEvent ${(number >> 16) & 0xff}.${number & 0x0f}`;
  const hex = values.find(({ text }) => /^[0-9a-f]{60,}$/.test(text))?.text ?? "";
  const severity = platformSeverities[Number.parseInt(hex.slice(52, 54), 16)] ?? "info";
  return meaning(name, isOver ? "info" : severity, { ends: isOver ? [name] : [] });
}

/** Which one of its kind: `linkDown` of interface 3 and of interface 4 are two things. */
export function trapItem({ values }: Pick<TrapMessage, "values">, { item }: TrapMeaning): string {
  if (item === null) return "";
  return values.find(({ oid }) => oid === item || oid.startsWith(`${item}.`))?.text.slice(0, 80) ?? "";
}

const keptValues = 32;

/** A trap as it is kept: foreign text on one line each, bounded. */
export function keptTrap(
  message: TrapMessage,
  { host, atMs }: { readonly host: string | null; readonly atMs: number },
): Omit<Trap, "id"> {
  const { from, version, isInform, oid, values } = message;
  const known = meaningOf(message);
  return {
    atMs,
    host,
    from,
    version,
    isInform,
    oid: oid.slice(0, 200),
    name: known?.name ?? null,
    severity: known?.severity ?? "info",
    varbinds: values
      .slice(0, keptValues)
      .map((value) => ({ oid: value.oid.slice(0, 200), type: value.type, text: safeText(value.text, []) })),
  };
}
