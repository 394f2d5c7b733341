// Mock-ups and recordings of real machines: Redfish trees served over HTTP, `ipmitool` output, SNMP recordings.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { createSystemClock } from "../../src/app/clock.ts";
import type { HardwareReading } from "../../src/kernel/model/hardware.ts";
import { Secret } from "../../src/kernel/secret.ts";
import type { SnmpType, SnmpValue } from "../../src/clients/snmp.ts";
import { redfishLooker } from "../../src/observe/hardware/redfish-look.ts";
import { readSdr } from "../../src/readers/hardware/ipmi.ts";
import { readSnmpVitals } from "../../src/readers/hardware/snmp-vitals.ts";
import { readSnmp } from "../../src/readers/hardware/snmp.ts";
import { snmpTables, type SnmpTold } from "../../src/readers/hardware/snmp-tables.ts";
import { startRedfish } from "../../test/doubles/redfish.ts";

interface Case {
  readonly name: string;
  readonly agrees: boolean;
}
type Body = Record<string, unknown>;

function files(folder: string): readonly string[] {
  return fs
    .readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => path.join(folder, name))
    .filter((file) => fs.statSync(file).isFile())
    .toSorted();
}

/** Unpacks an archive for as long as `use` runs. */
async function unpacked<T>(archive: string, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-mockup-"));
  try {
    execFileSync("tar", ["xzf", archive, "-C", folder]);
    return await use(folder);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function readServed(resources: Readonly<Record<string, Body>>): Promise<HardwareReading | null> {
  const double = await startRedfish({ resources });
  const looker = redfishLooker(createSystemClock(), {
    kind: "redfish",
    url: double.url,
    user: "admin",
    password: new Secret("adminpw", "here"),
  });
  const record = {
    address: "",
    answeredAt: null,
    reading: null,
    certificate: null,
    learnt: {},
    wasOn: false,
    seenEntries: null,
  };
  const { reading } = await looker.look({ isWhole: true, record });
  await double.close();
  return reading;
}

function isThere(body: Body): boolean {
  return (body["Status"] as { State?: string } | undefined)?.State !== "Absent";
}

/** Every sensor, drive, fan, supply and log entry that lies in the tree must be in the reading. */
async function rackmount(archive: string): Promise<readonly Case[]> {
  return unpacked(archive, async (folder) => {
    const root = path.join(folder, "public-rackmount1");
    const resources = Object.fromEntries(
      files(root)
        .filter((file) => file.endsWith("index.json"))
        .map((file): [string, Body] => {
          const at = path.dirname(path.relative(root, file));
          return [at === "." ? "/redfish/v1" : `/redfish/v1/${at}`, JSON.parse(fs.readFileSync(file, "utf8")) as Body];
        }),
    );
    const reading = await readServed(resources);
    const names = new Set([...(reading?.sensors ?? []), ...(reading?.drives ?? [])].map(({ name }) => name));
    // a member that its collection does not list is found by no walk
    const isListed = (at: string): boolean =>
      JSON.stringify(resources[path.posix.dirname(at)]?.["Members"] ?? []).includes(`"${at}"`);
    const parts = Object.entries(resources).filter(
      ([at, body]) =>
        /\/(?:Sensors|Fans|PowerSupplies|Memory|Processors)\/[^/]+$/.test(at) && isThere(body) && isListed(at),
    );
    return [
      { name: "health", agrees: reading?.health === "ok" },
      { name: "power", agrees: reading?.power === "on" },
      { name: "serial", agrees: reading?.serial === "437XR1138R2" },
      { name: "drives", agrees: reading?.drives.length === 2 },
      { name: "log", agrees: (reading?.entries.length ?? 0) >= 2 },
      { name: "vendor fields", agrees: JSON.stringify(reading?.vendor).includes("PacWest") },
      ...parts.map(([at, body]) => ({
        name: at,
        agrees: [...names].some((name) => name.startsWith(String(body["Name"]))),
      })),
    ];
  });
}

function link(at: string): Body {
  return { "@odata.id": `/redfish/v1/${at}` };
}

/** Answers of an iDRAC: every temperature, fan, supply and voltage must be found with its value. */
async function idrac(archive: string): Promise<readonly Case[]> {
  return unpacked(archive, async (folder) => {
    const json = (name: string): Body =>
      JSON.parse(fs.readFileSync(path.join(folder, "dell", `dell_${name}.json`), "utf8")) as Body;
    const served: Record<string, Body> = {
      "/redfish/v1": { Systems: link("Systems"), Chassis: link("Chassis") },
      "/redfish/v1/Systems": json("available_systems"),
      "/redfish/v1/Systems/System.Embedded.1": json("systems"),
      "/redfish/v1/Chassis": { Members: [link("Chassis/System.Embedded.1")] },
      "/redfish/v1/Chassis/System.Embedded.1": json("chassis"),
      "/redfish/v1/Chassis/System.Embedded.1/Thermal": json("thermal"),
      "/redfish/v1/Chassis/System.Embedded.1/Power": json("power"),
    };
    const reading = await readServed(served);
    const listed = [
      ...(json("thermal")["Temperatures"] as Body[]),
      ...(json("thermal")["Fans"] as Body[]),
      ...(json("power")["PowerSupplies"] as Body[]),
      ...(json("power")["Voltages"] as Body[]),
    ].filter(isThere);
    return listed.map((one) => ({
      name: String(one["Name"]),
      agrees:
        reading?.sensors.some(
          ({ name, value }) =>
            name === one["Name"] && value === (one["ReadingCelsius"] ?? one["Reading"] ?? one["ReadingVolts"] ?? value),
        ) ?? false,
    }));
  });
}

/** Every line with a number must be read as that number. */
function ipmitool(folder: string): readonly Case[] {
  return files(folder).flatMap((file) => {
    const text = fs.readFileSync(file, "utf8");
    const sensors = readSdr(text);
    const lines = [...text.matchAll(/^([^|\n:]+?)\s*\|\s*(-?[\d.]+) [^|\n]*\|\s*ok\s*$/gm)];
    const blocks = [...text.matchAll(/Sensor ID\s*:\s*(.+?) \(0x.*\)(?:\n.+)*?\n Sensor Reading\s*:\s*(-?[\d.]+)/g)];
    return [...lines, ...blocks].map(([, name = "", number = ""]) => ({
      name: `${path.basename(file)} ${name}`,
      agrees: sensors.some((sensor) => sensor.name === name.trim() && sensor.value === Number(number)),
    }));
  });
}

const recordedTypes: Readonly<Record<string, SnmpType>> = { "2": "integer", "4": "text", "6": "oid", "66": "gauge" };

function recording(file: string): readonly SnmpValue[] {
  const bytes = file.endsWith(".bz2") ? execFileSync("bzcat", [file], { maxBuffer: 1e9 }) : fs.readFileSync(file);
  return bytes
    .toString("utf8")
    .split("\n")
    .flatMap((line) => {
      const [oid = "", type = "", ...rest] = line.split("|");
      const value = rest.join("|");
      if (value === "" && type === "") return [];
      const known = recordedTypes[type] ?? (type.startsWith("4") ? "text" : "counter");
      const text = type === "4x" ? Buffer.from(value, "hex").toString("utf8") : value;
      const number = known === "text" || known === "oid" ? null : Number(value);
      return [{ oid, type: known, number, text }];
    });
}

/** Every recorded device must be read without a fault, and what it tells of itself be found. */
function snmp(folder: string): readonly Case[] {
  const recordings = files(folder).filter((file) => /\.snmprec(?:\.bz2)?$/.test(file));
  return recordings.flatMap((file): readonly Case[] => {
    const values = recording(file);
    const told: SnmpTold = Object.fromEntries(
      Object.entries(snmpTables).map(([table, base]) => [
        table,
        values.filter(({ oid }) => oid.startsWith(`${base}.`)),
      ]),
    );
    const has = (base: string): boolean => values.some(({ oid }) => oid.startsWith(base));
    const name = path.basename(file);
    const vitals = readSnmpVitals(told, { takenAtMs: 0, before: null }).reading;
    const { sensors } = readSnmp(told, { takenAtMs: 0, unobserved: {} });
    return [
      ...(has("1.3.6.1.2.1.1.1.0") ? [{ name: `${name} description`, agrees: vitals.system !== null }] : []),
      ...(has("1.3.6.1.4.1.2021.4.5") ? [{ name: `${name} memory`, agrees: vitals.memory !== null }] : []),
      ...(has("1.3.6.1.4.1.2021.10.1.5") ? [{ name: `${name} load`, agrees: vitals.load !== null }] : []),
      ...(values.some(({ text }) => text === "1.3.6.1.2.1.25.2.1.4")
        ? [{ name: `${name} disks`, agrees: (vitals.disks ?? []).length > 0 }]
        : []),
      ...(has("1.3.6.1.2.1.33.1")
        ? [{ name: `${name} UPS`, agrees: sensors.some((one) => one.name === "UPS output") }]
        : []),
      ...(has("1.3.6.1.2.1.99.1.1.1.4") ? [{ name: `${name} sensors`, agrees: sensors.length > 0 }] : []),
    ];
  });
}

/** `recorded`: cases that agreed when this was last looked at. */
export const hardwareSuites = [
  { name: "redfish-dmtf", file: "hardware/redfish/DMTF-public-rackmount1.tar.gz", recorded: 46, runAt: rackmount },
  { name: "redfish-dell", file: "hardware/redfish/telegraf-dell.tar.gz", recorded: 21, runAt: idrac },
  { name: "ipmitool", file: "hardware/ipmitool", recorded: 25, runAt: async (at: string) => ipmitool(at) },
  { name: "snmp-recordings", file: "hardware/snmp", recorded: 26, runAt: async (at: string) => snmp(at) },
] as const;
