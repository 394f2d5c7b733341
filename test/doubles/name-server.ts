import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import dgram from "node:dgram";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import packet from "dns-packet";
import { freePort, until } from "./hub-process.ts";

export interface NameServer {
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

/** An authoritative server (NSD) for these zones; a zone whose text is no zone answers SERVFAIL. */
export async function startNsd(zones: Readonly<Record<string, string>>): Promise<NameServer> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-nsd-"));
  const port = await freePort();
  for (const [name, text] of Object.entries(zones)) fs.writeFileSync(path.join(folder, `${name}.zone`), text);
  const config = [
    "server:",
    `  ip-address: 127.0.0.1@${port}`,
    "  server-count: 1",
    `  username: "${os.userInfo().username}"`,
    `  chroot: ""`,
    `  zonesdir: "${folder}"`,
    `  pidfile: "${folder}/pid"`,
    `  xfrdfile: "${folder}/xfrd"`,
    `  xfrdir: "${folder}"`,
    `  zonelistfile: "${folder}/zones"`,
    "  rrl-ratelimit: 0",
    "remote-control:",
    "  control-enable: no",
    ...Object.keys(zones).flatMap((name) => ["zone:", `  name: "${name}"`, `  zonefile: "${name}.zone"`]),
    "",
  ].join("\n");
  fs.writeFileSync(path.join(folder, "nsd.conf"), config);
  return running({ command: ["/usr/sbin/nsd", "-d", "-c", path.join(folder, "nsd.conf")], port, folder });
}

/** A server of one process (dnsmasq) that knows what the options say and refuses the rest. */
export async function startDnsmasq(options: readonly string[], fixedPort?: number): Promise<NameServer> {
  const port = fixedPort ?? (await freePort());
  const fixed = ["--no-resolv", "--no-hosts", "--conf-file=/dev/null", "--bind-interfaces", "--pid-file="];
  const at = ["--listen-address=127.0.0.1", `--port=${port}`, "--keep-in-foreground", "--user=root"];
  return running({ command: ["/usr/sbin/dnsmasq", ...fixed, ...at, ...options], port, folder: null });
}

/** A resolver (Unbound) that asks `authority` for everything below `zone`, and believes only what `anchor` signs there. */
export async function startUnbound(wanted: {
  readonly zone: string;
  readonly authority: number;
  readonly anchor: string | null;
}): Promise<NameServer> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-unbound-"));
  const port = await freePort();
  const { zone, authority, anchor } = wanted;
  const config = [
    "server:",
    "  interface: 127.0.0.1",
    `  port: ${port}`,
    `  directory: "${folder}"`,
    `  chroot: ""`,
    `  username: ""`,
    `  pidfile: "${folder}/pid"`,
    "  do-daemonize: no",
    "  use-syslog: no",
    "  num-threads: 1",
    "  do-not-query-localhost: no",
    // RFC 6761 gives such names to nobody, and Unbound says so by itself
    '  local-zone: "test." nodefault',
    anchor === null ? `  module-config: "iterator"` : `  module-config: "validator iterator"`,
    ...(anchor === null ? [] : [`  trust-anchor: "${anchor}"`]),
    "remote-control:",
    "  control-enable: no",
    "stub-zone:",
    `  name: "${zone}"`,
    `  stub-addr: 127.0.0.1@${authority}`,
    "",
  ].join("\n");
  fs.writeFileSync(path.join(folder, "unbound.conf"), config);
  return running({ command: ["/usr/sbin/unbound", "-d", "-c", path.join(folder, "unbound.conf")], port, folder });
}

/** Signs a zone with keys of its own. @returns the signed zone and its trust anchor */
export function signZone(name: string, text: string): { readonly zone: string; readonly anchor: string } {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-signing-"));
  const run = (program: string, ...args: readonly string[]): string =>
    execFileSync(`/usr/bin/${program}`, args, { cwd: folder, encoding: "utf8" }).trim();
  fs.writeFileSync(path.join(folder, "zone"), text);
  const key = run("ldns-keygen", "-k", "-a", "ECDSAP256SHA256", name);
  run("ldns-signzone", "-o", name, "zone", key);
  const zone = fs.readFileSync(path.join(folder, "zone.signed"), "utf8");
  const anchor = fs
    .readFileSync(path.join(folder, `${key}.ds`), "utf8")
    .trim()
    .replaceAll(/\s+/g, " ");
  fs.rmSync(folder, { recursive: true });
  return { zone, anchor };
}

interface Run {
  readonly command: readonly string[];
  readonly port: number;
  readonly folder: string | null;
}

async function running({ command, port, folder }: Run): Promise<NameServer> {
  const [program = "", ...args] = command;
  const child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4_000)));
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  const stop = async (): Promise<void> => {
    process.off("exit", kill);
    await ended(child);
    if (folder !== null) fs.rmSync(folder, { recursive: true, force: true });
  };
  await until(`${program} answers`, () => {
    if (child.exitCode !== null) throw new Error(`${program} ended: ${said}`);
    return answers(port);
  });
  return { port, pid: child.pid ?? 0, stop };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  // one that a test has stopped must go on to hear that it shall end
  child.kill("SIGCONT");
  child.kill("SIGTERM");
  await gone;
}

/** Whether anything at all is answered there. */
function answers(port: number): Promise<boolean> {
  const query = packet.encode({ type: "query", id: 1, flags: 0, questions: [{ type: "SOA", name: "probe.test" }] });
  return new Promise((resolve) => {
    const socket = dgram.createSocket("udp4");
    const end = (answer: boolean): void => {
      clearTimeout(timer);
      socket.close();
      resolve(answer);
    };
    const timer = setTimeout(() => end(false), 200);
    socket.once("message", () => end(true)).once("error", () => end(false));
    socket.connect(port, "127.0.0.1", () => socket.send(query));
  });
}
