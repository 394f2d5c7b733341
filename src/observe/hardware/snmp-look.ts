import type { Clock } from "../../kernel/clock.ts";
import type { Host, HostHardware } from "../../kernel/model/site.ts";
import { openSnmp, usualProtocols, type SnmpAccess, type SnmpProtocols, type SnmpSession } from "../../clients/snmp.ts";
import { readSnmp } from "../../readers/hardware/snmp.ts";
import { readSnmpVitals, type SnmpCounters } from "../../readers/hardware/snmp-vitals.ts";
import { snmpTables, type SnmpTable, type SnmpTold } from "../../readers/hardware/snmp-tables.ts";
import { failed, type Looked, type Looker } from "./looked.ts";

export type SnmpSpec = NonNullable<HostHardware["snmp"]>;

/** Rows of one table; a switch with more ports than that is cut, and said. */
const mostRows = 3_000;
const mostVendorRows = 100;
const everyLook: readonly SnmpTable[] = [
  "system",
  "hostSystem",
  "load",
  "memory",
  "cpu",
  "processors",
  "storage",
  "interfaces",
  "interfacesWide",
  "ups",
  "lmSensors",
  "sensors",
];
/** Names and mounts, which seldom change. */
const wholeLook: readonly SnmpTable[] = ["entities", "fileSystems"];

/** Asks an SNMP agent: the hardware it knows of, and what it tells of the system. */
export function snmpLooker(
  clock: Clock,
  { address }: Pick<Host, "address">,
  { spec, port }: { spec: SnmpSpec; port: number },
): Looker {
  let counters: SnmpCounters | null = null;
  let slow: SnmpTold = {};
  /** tables that were empty at the last whole look are not asked for in between */
  let empty: ReadonlySet<SnmpTable> = new Set();

  return {
    source: "snmp",
    address: port === 161 ? (address ?? "") : `${address}:${port}`,
    async look({ isWhole, record }) {
      if (address === null) return failed("missing", "the host has no address");
      const opened = await openSnmp(clock, { address, port, access: accessOf(spec, record.learnt["protocols"]) });
      if (!opened.ok) {
        const { reason, text } = opened.error;
        const states = {
          silent: "silent",
          "too-slow": "silent",
          name: "silent",
          refused: "refused",
          answer: "broken",
        } as const;
        return failed(states[reason], text);
      }
      const session = opened.value;
      const wanted = [...everyLook, ...(isWhole ? wholeLook : [])].filter((table) => isWhole || !empty.has(table));
      const { told, unobserved } = await readTables(session, wanted, isWhole);
      session.close();
      if (isWhole) {
        empty = new Set(wanted.filter((table) => told[table]?.length === 0));
        slow = { entities: told.entities ?? [], fileSystems: told.fileSystems ?? [], vendor: told.vendor ?? [] };
      }
      const all: SnmpTold = { ...slow, ...told };
      const takenAtMs = clock.nowMs();
      const vitals = readSnmpVitals(all, { takenAtMs, before: counters });
      counters = vitals.counters;
      return {
        state: "ok",
        reason: null,
        reading: readSnmp(all, { takenAtMs, unobserved }),
        certificate: null,
        learnt: learntOf(session.protocols()),
        vitals: vitals.reading,
      };
    },
  };
}

async function readTables(
  session: SnmpSession,
  wanted: readonly SnmpTable[],
  isWhole: boolean,
): Promise<{ told: SnmpTold; unobserved: Record<string, string> }> {
  const told: Record<string, NonNullable<SnmpTold[SnmpTable]>> = {};
  const unobserved: Record<string, string> = {};
  for (const table of wanted) {
    const rows = await session.walk(snmpTables[table], mostRows);
    if (rows.ok) told[table] = rows.value;
    else unobserved[table] = rows.error.reason;
    if (rows.ok && rows.value.length === mostRows) unobserved[table] = "too-many";
  }
  const enterprise = /^1\.3\.6\.1\.4\.1\.\d+/.exec(objectIdOf(told))?.[0];
  if (isWhole && enterprise !== undefined && !generic.has(enterprise)) {
    const rows = await session.walk(enterprise, mostVendorRows);
    if (rows.ok) told["vendor"] = rows.value;
  }
  return { told, unobserved };
}

/** Net-SNMP's own number says nothing of who made the machine. */
const generic: ReadonlySet<string> = new Set(["1.3.6.1.4.1.8072"]);

function objectIdOf(told: SnmpTold): string {
  return told.system?.find(({ oid }) => oid === `${snmpTables.system}.2.0`)?.text ?? "";
}

/** What the agent took last is tried first; when it is refused, the usual ones are tried again. */
export function accessOf(spec: SnmpSpec, learnt: string | number | undefined): SnmpAccess {
  if (spec.version !== 3) return spec;
  return { ...spec, protocols: protocolsNamed(learnt) };
}

export function protocolsNamed(learnt: string | number | undefined): SnmpProtocols | null {
  return usualProtocols.find((one) => nameOf(one) === learnt) ?? null;
}

function learntOf(protocols: SnmpProtocols | null): Looked["learnt"] {
  return protocols === null ? {} : { protocols: nameOf(protocols) };
}

function nameOf({ auth, privacy }: SnmpProtocols): string {
  return `${auth} ${privacy}`;
}
