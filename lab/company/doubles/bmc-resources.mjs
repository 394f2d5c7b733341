const v1 = "/redfish/v1";
const [system, chassis, manager] = [`${v1}/Systems/1`, `${v1}/Chassis/1`, `${v1}/Managers/1`];
const link = (at) => ({ "@odata.id": at });
const collection = (at, members) => ({ "@odata.id": at, "Members@odata.count": members.length, Members: members });
const fine = { State: "Enabled", Health: "OK" };

const usualSensors = { temp: 42, fan1: 4200, fan2: 4150, psu1: "OK", psu2: "OK", disk0: "OK" };

function heatHealth(celsius) {
  if (celsius >= 90) return "Critical";
  return celsius >= 80 ? "Warning" : "OK";
}

function fanHealth(turns) {
  if (turns < 300) return "Critical";
  return turns < 1000 ? "Warning" : "OK";
}

/**
 * Everything the controller shows, from what it was told:
 * `{power, sensors: {temp, fan1, fan2, psu1, psu2, disk0}, sel: [{at, severity, text}]}`
 */
export function resourcesOf({ power, sensors, sel }) {
  const seen = { ...usualSensors, ...sensors };
  const entries = `${manager}/LogServices/SEL/Entries`;
  const bodies = [
    {
      "@odata.id": v1,
      RedfishVersion: "1.15.0",
      Systems: link(`${v1}/Systems`),
      Chassis: link(`${v1}/Chassis`),
      Managers: link(`${v1}/Managers`),
      Links: { Sessions: link(`${v1}/SessionService/Sessions`) },
    },
    collection(`${v1}/Systems`, [link(system)]),
    collection(`${v1}/Chassis`, [link(chassis)]),
    collection(`${v1}/Managers`, [link(manager)]),
    ...machine(power, seen),
    ...enclosure(power, seen),
    { "@odata.id": manager, FirmwareVersion: "2.30", LogServices: link(`${manager}/LogServices`) },
    collection(`${manager}/LogServices`, [link(`${manager}/LogServices/SEL`)]),
    { "@odata.id": `${manager}/LogServices/SEL`, Entries: link(entries) },
    collection(entries, sel.map(entryOf)),
  ];
  return new Map(bodies.map((body) => [body["@odata.id"], body]));
}

function worstOf(seen) {
  const all = new Set([
    heatHealth(Number(seen.temp)),
    fanHealth(Number(seen.fan1)),
    fanHealth(Number(seen.fan2)),
    seen.psu1,
    seen.psu2,
    seen.disk0,
  ]);
  return ["Critical", "Warning"].find((one) => all.has(one)) ?? "OK";
}

function machine(power, seen) {
  const storage = `${system}/Storage/1`;
  return [
    {
      "@odata.id": system,
      Manufacturer: "Contoso",
      Model: "3500",
      SerialNumber: "437XR1138R2",
      PowerState: power,
      Status: { ...fine, HealthRollup: worstOf(seen) },
      Storage: link(`${system}/Storage`),
      Links: { Chassis: [link(chassis)] },
    },
    collection(`${system}/Storage`, [link(storage)]),
    { "@odata.id": storage, Name: "RAID", Status: fine, Drives: [link(`${storage}/Drives/0`)] },
    {
      "@odata.id": `${storage}/Drives/0`,
      Name: "Disk 0",
      CapacityBytes: 960_197_124_096,
      PredictedMediaLifeLeftPercent: seen.disk0 === "OK" ? 97 : 1,
      FailurePredicted: seen.disk0 !== "OK",
      Status: { State: "Enabled", Health: seen.disk0 },
    },
  ];
}

function enclosure(power, seen) {
  const celsius = Number(seen.temp);
  return [
    {
      "@odata.id": chassis,
      Status: { ...fine, Health: worstOf(seen) },
      Thermal: link(`${chassis}/Thermal`),
      Power: link(`${chassis}/Power`),
    },
    {
      "@odata.id": `${chassis}/Thermal`,
      Temperatures: [
        {
          Name: "CPU1 Temp",
          ReadingCelsius: celsius,
          UpperThresholdNonCritical: 80,
          UpperThresholdCritical: 90,
          Status: { State: "Enabled", Health: heatHealth(celsius) },
        },
      ],
      Fans: ["fan1", "fan2"].map((name) => ({
        FanName: name,
        Reading: Number(seen[name]),
        ReadingUnits: "RPM",
        LowerThresholdNonCritical: 1000,
        LowerThresholdCritical: 300,
        Status: { State: "Enabled", Health: fanHealth(Number(seen[name])) },
      })),
    },
    {
      "@odata.id": `${chassis}/Power`,
      PowerSupplies: ["psu1", "psu2"].map((name) => ({
        Name: name.toUpperCase(),
        LastPowerOutputWatts: seen[name] === "OK" && power === "On" ? 90 : 0,
        Status: { State: "Enabled", Health: seen[name] },
      })),
      PowerControl: [{ Name: "System", PowerConsumedWatts: power === "On" ? 180 : 6 }],
    },
  ];
}

function entryOf({ at, severity, text }, index) {
  return {
    "@odata.id": `${manager}/LogServices/SEL/Entries/${index + 1}`,
    Id: String(index + 1),
    EntryType: "SEL",
    Severity: severity,
    Message: text,
    Created: at,
  };
}
