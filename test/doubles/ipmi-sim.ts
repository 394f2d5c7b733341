import fs from "node:fs";
import path from "node:path";
import { runServer, serverFolder } from "./server-process.ts";

export interface IpmiSim {
  readonly port: number;
  /** what a sensor measures from now on; its limits are those of `sensors` */
  set(sensor: keyof typeof sensors, raw: number): void;
  power(on: boolean): void;
  signal(name: NodeJS.Signals): void;
  stop(): Promise<void>;
}

/** Type and unit of IPMI 2.0 tables 42-3 and 43-15; a raw step is `step` units; limits as the record has them:
 * upper non-recoverable, critical, non-critical, then the lower ones in the same order. */
const sensors = {
  "CPU Temp": { type: 0x01, unit: 0x01, step: 1, limits: [90, 80, 70, 1, 5, 10], start: 42 },
  FAN1: { type: 0x04, unit: 0x12, step: 100, limits: [250, 240, 230, 3, 5, 8], start: 42 },
} as const;

/** The simulator of OpenIPMI as a controller on 127.0.0.1; user `admin`, password `adminpw`. */
export async function startIpmiSim(port: number): Promise<IpmiSim> {
  const folder = serverFolder("ipmi", "root");
  const file = (name: string): string => path.join(folder, name);
  const set: IpmiSim["set"] = (sensor, raw) => fs.writeFileSync(file(sensor.replace(" ", "")), `${raw}\n`);
  const power = (on: boolean): void => fs.writeFileSync(file("power"), on ? "1" : "0");
  power(true);
  for (const [name, { start }] of Object.entries(sensors)) set(name as keyof typeof sensors, start);
  fs.writeFileSync(file("chassis"), chassisScript(folder), { mode: 0o755 });
  fs.writeFileSync(file("lan.conf"), lanConf(port, folder));
  fs.writeFileSync(file("sim.emu"), emulation(folder));
  const server = runServer(
    "ipmi_sim",
    ["-c", file("lan.conf"), "-f", file("sim.emu"), "-s", folder, "-n"],
    // it ends when its input does
    { stdio: ["pipe", "pipe", "pipe"] },
  );
  return {
    port,
    set,
    power,
    signal: server.signal,
    async stop() {
      await server.stop("SIGKILL");
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

function lanConf(port: number, folder: string): string {
  const levels = ["callback", "user", "operator", "admin"].map(
    (level) => `  allowed_auths_${level} none md2 md5 straight`,
  );
  return [
    'name "bmc"',
    "set_working_mc 0x20",
    "startlan 1",
    `  addr 127.0.0.1 ${port}`,
    "  priv_limit admin",
    ...levels,
    "  guid a123456789abcdefa123456789abcdef",
    "endlan",
    `chassis_control "${folder}/chassis 0x20"`,
    'user 1 true "" "test" user 10 none md2 md5 straight',
    'user 2 true "admin" "adminpw" admin 10 none md2 md5 straight',
    "",
  ].join("\n");
}

/** The simulator asks it for the power's state. */
function chassisScript(folder: string): string {
  return [
    "#!/bin/sh",
    "shift; op=$1; shift",
    `[ "$op" = get ] && for k in "$@"; do case $k in power) echo "power:$(cat ${folder}/power)";; boot) echo boot:default;; esac; done`,
    "exit 0",
    "",
  ].join("\n");
}

function hex(value: number): string {
  return `0x${(value & 0xff).toString(16).padStart(2, "0")}`;
}

function emulation(folder: string): string {
  const lines = Object.entries(sensors).flatMap(([name, { type, unit, step, limits }], nth) => {
    const number = nth + 1;
    const states = Array.from({ length: 4 }, () => "000111111000000").join(" ");
    const text = [...Buffer.from(name)];
    // full sensor record, IPMI 2.0 table 43-1
    const record = [
      0,
      0,
      0x51,
      0x01,
      43 + text.length,
      0x20,
      0,
      number,
      7,
      1,
      0x7f,
      0x68,
      type,
      1,
      0x95,
      0x7a,
      0x95,
      0x7a,
      0x3f,
      0x3f,
      0,
      unit,
      0,
      0,
      step,
      0,
      0,
      0,
      0,
      0,
      7,
      40,
      80,
      10,
      0xff,
      0,
      ...limits,
      1,
      1,
      0,
      0,
      0,
      0xc0 + text.length,
      ...text,
    ];
    return [
      `sensor_add 0x20 0 ${number} ${hex(type)} 0x01 poll 1000 file "${folder}/${name.replace(" ", "")}"`,
      `sensor_set_threshold 0x20 0 ${number} settable 111111 ${limits.join(" ")}`,
      `sensor_set_event_support 0x20 0 ${number} enable scanning per-state ${states}`,
      `main_sdr_add 0x20 ${record.map(hex).join(" ")}`,
    ];
  });
  return [
    "mc_setbmc 0x20",
    "mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02 persist_sdr",
    "sel_enable 0x20 1000 0x0a",
    ...lines,
    "mc_enable 0x20",
    "",
  ].join("\n");
}
