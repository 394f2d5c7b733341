import { execFile } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { until } from "./hub-process.ts";
import { runServer, serverFolder } from "./server-process.ts";

export interface Snmpd {
  readonly port: number;
  stop(): Promise<void>;
}

export interface SnmpdOptions {
  readonly port: number;
  readonly community?: string;
  readonly v3?: { readonly user: string; readonly auth: string; readonly privacy: string; readonly digest?: string };
}

/** A real agent on 127.0.0.1 with the tables of its machine. */
export async function startSnmpd({ port, community = "s3cret", v3 }: SnmpdOptions): Promise<Snmpd> {
  const folder = serverFolder("snmpd", "root");
  const conf = path.join(folder, "snmpd.conf");
  const user =
    v3 === undefined
      ? []
      : [`createUser ${v3.user} ${v3.digest ?? "SHA"} "${v3.auth}" AES "${v3.privacy}"`, `rouser ${v3.user} priv`];
  const lines = [`agentaddress udp:127.0.0.1:${port}`, `rocommunity ${community}`, "sysName rack1", ...user, ""];
  fs.writeFileSync(conf, lines.join("\n"));
  const server = runServer("snmpd", ["-f", "-Lo", "-C", "-c", conf, "-p", path.join(folder, "pid")], {
    env: { ...process.env, SNMP_PERSISTENT_DIR: folder, MIBS: "" },
  });
  const ask = ["-v2c", "-c", community, "-On", `127.0.0.1:${port}`, "1.3.6.1.2.1.1.3.0"];
  await until("snmpd answers", () => snmp("snmpget", ask).then(Boolean, () => false), 10_000);
  return {
    port,
    async stop() {
      await server.stop();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Runs one of Net-SNMP's programs; none of its files under /etc or home are read. */
export async function snmp(program: string, args: readonly string[]): Promise<string> {
  const folder = serverFolder("snmp", "root");
  try {
    const { stdout } = await promisify(execFile)(program, [...args], {
      env: { PATH: process.env["PATH"] ?? "", SNMP_PERSISTENT_DIR: folder, SNMPCONFPATH: folder, MIBS: "" },
      timeout: 10_000,
    });
    return stdout;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
