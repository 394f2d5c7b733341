import type { Actor } from "../../kernel/event.ts";
import type { HardwareReading } from "../../kernel/model/hardware.ts";
import type { Ledger } from "../../storage/ledger/ledger.ts";
import type { StoredHardware } from "../../storage/ledger/nouns/hardware.ts";
import type { LookEnd } from "./source.ts";

/** As much of a reading as the ledger keeps. */
const mostReadingChars = 64_000;

/** Every minute's values are the telemetry's; the ledger gets whole looks, and what changed in between. */
export function isWorthKeeping({ looked, before, record, isWhole }: LookEnd): boolean {
  if (looked.state !== "ok") return Object.keys(before.learnt).length > 0;
  const isNew = before.reading === null || before.certificate !== record.certificate || before.wasOn !== record.wasOn;
  const [then, now] = [before.reading, record.reading];
  return isWhole || isNew || then?.health !== now?.health || then?.power !== now?.power;
}

export interface CertificateEvent {
  readonly kind: "hardware.certificate-kept" | "hardware.certificate-trusted";
  readonly actor: Actor;
}

/** The first certificate a controller shows is kept, and the audit log tells which. */
export function firstCertificate({ before, record }: LookEnd): CertificateEvent | null {
  const isFirst = before.certificate === null && record.certificate !== null;
  return isFirst ? { kind: "hardware.certificate-kept", actor: "koboshi" } : null;
}

/** Writes down what must outlast a restart, with the event it is told by. */
export async function keepRecord(
  ledger: Ledger,
  { host, source, record }: StoredHardware,
  event: CertificateEvent | null,
): Promise<void> {
  await ledger.transaction(async (tx) => {
    await tx.putHardware({ host, source, record: { ...record, reading: bounded(record.reading) } });
    const data = { host, fingerprint: record.certificate };
    if (event !== null) await tx.append({ ...event, incidentId: null, data });
  });
}

/** What is long and seldom asked for after a restart goes first. */
function bounded(reading: HardwareReading | null): HardwareReading | null {
  if (reading === null || isShort(reading)) return reading;
  const { entries, sensors } = reading;
  const short = { ...reading, vendor: {}, entries: entries.slice(0, 50), sensors: sensors.slice(0, 100) };
  return isShort(short) ? short : { ...short, entries: [], drives: [] };
}

function isShort(reading: HardwareReading): boolean {
  return JSON.stringify(reading).length <= mostReadingChars;
}
