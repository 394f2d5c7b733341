import type { Host, Site } from "../../src/kernel/model/site.ts";

/** The rest of a host that nothing looks into. */
export const unlooked: Pick<Host, "look" | "hardware" | "logs" | "providerNames"> = {
  look: null,
  hardware: { bmc: null, snmp: null },
  logs: [],
  providerNames: [],
};

/** A hub that takes nothing in. */
export const noIntake: Site["intake"] = { syslogUdp: null, syslogTcp: null, snmpTrapUdp: null, otlp: null };
