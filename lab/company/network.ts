import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { collect, type Host } from "./host.ts";
import { bridges, links, members, routes, visitors, wire, type End, type Link } from "./plan.ts";

export type Hosts = ReadonlyMap<string, Host>;

/** Numbers a line is made worse by; all 0 is a line as it is. */
export interface Worse {
  readonly delayMs: number;
  readonly jitterMs: number;
  readonly lossPercent: number;
}

export interface Network {
  /** puts a relay in a link's way, or takes it out again */
  drive(link: string, worse: Worse): Promise<void>;
  /** every device up, every address and route as planned, no shaping, no filter, no relay */
  reset(): Promise<void>;
}

/** Names a link may be called by besides its own. */
const otherNames: Readonly<Record<string, string>> = {
  segment1: "seg1",
  segment2: "seg2",
  "isp-a": "ispa",
  "isp-b": "ispb",
  "isp-c": "ispc",
  provider: "pr",
  bmc: "bmc1",
};

export async function openNetwork(hosts: Hosts): Promise<Network> {
  const pidOf = (name: string): number => hostOf(hosts, name).pid;
  const plugs = links.flatMap(({ name, ends }) =>
    ends.map(({ on, device }, side) => {
      const peer = `peer name ${port(name, side)} netns ${pidOf(wire)}`;
      return `link add name ${device} netns ${pidOf(on)} type veth ${peer}`;
    }),
  );
  await ipBatch(null, plugs);
  await Promise.all([
    ipBatch(hostOf(hosts, wire), wireLines()),
    ...members.map(async ({ name }) => {
      const host = hostOf(hosts, name);
      await ipBatch(host, setUpLines(name));
      const devices = endsOn(name).map(({ device }) => device);
      // frames must fit a line, and carry their sums, before a relay copies them
      const off = "tx off tso off gso off gro off";
      await host.must(devices.map((device) => `ethtool -K ${device} ${off} >/dev/null 2>&1 || :`).join("\n") || ":");
    }),
  ]);
  return createNetwork(hosts);
}

function createNetwork(hosts: Hosts): Network {
  const relays = new Map<string, ChildProcess>();
  const middle = hostOf(hosts, wire);

  async function drive(called: string, worse: Worse): Promise<void> {
    const name = otherNames[called] ?? called;
    if (!links.some((link) => link.name === name)) {
      throw new Error(`no link "${called}"; there are ${links.map((link) => link.name).join(" ")}`);
    }
    const running = relays.get(name);
    relays.delete(name);
    if (running !== undefined) await end(middle, running);
    const ports = [port(name, 0), port(name, 1)] as const;
    if (worse.delayMs === 0 && worse.jitterMs === 0 && worse.lossPercent === 0) {
      await ipBatch(middle, bridged(name));
      return;
    }
    await ipBatch(
      middle,
      ports.map((device) => `link set ${device} nomaster`),
    );
    const script = fileURLToPath(new URL("relay.py", import.meta.url));
    const numbers = [worse.delayMs, worse.jitterMs, worse.lossPercent].map(String);
    const relay = spawn(
      "nsenter",
      ["-t", String(middle.pid), "-n", "-p", "--", "/usr/bin/python3", script, ...ports, ...numbers],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    relays.set(name, relay);
    await Promise.race([once(relay.stdout, "data"), once(relay, "exit")]);
    if (relay.exitCode !== null) throw new Error(`the relay of ${name} ended with ${relay.exitCode}`);
  }

  return {
    drive,
    async reset() {
      for (const name of Array.from(relays.keys())) await drive(name, { delayMs: 0, jitterMs: 0, lossPercent: 0 });
      await ipBatch(middle, wireLines(), { force: true });
      await Promise.all(members.map(({ name }) => resetMember(hostOf(hosts, name))));
    },
  };
}

/** Its relay is a process below nsenter's. */
async function end(middle: Host, relay: ChildProcess): Promise<void> {
  if (relay.exitCode !== null || relay.signalCode !== null) return;
  const gone = once(relay, "exit");
  await collect(spawn("pkill", ["-KILL", "-P", String(relay.pid)]), 5_000);
  relay.kill("SIGKILL");
  await gone;
  if (middle.pid === 0) throw new Error("the network is gone");
}

async function resetMember(host: Host): Promise<void> {
  const devices = endsOn(host.name).map(({ device }) => device);
  const planned = new Set([...devices, ...bridges.filter(({ on }) => on === host.name).map(({ device }) => device)]);
  const clean = [...planned].map(
    (device) => `tc qdisc del dev ${device} root 2>/dev/null; tc qdisc del dev ${device} ingress 2>/dev/null
ip link set ${device} mtu 1500`,
  );
  await host.must(`nft flush ruleset 2>/dev/null
${clean.join("\n")}
for device in $(ls /sys/class/net); do
  case " ${["lo", ...planned].join(" ")} " in *" $device "*) ;; *) ip link del $device 2>/dev/null;; esac
done
:`);
  await ipBatch(host, setUpLines(host.name), { force: true });
}

function setUpLines(name: string): readonly string[] {
  const own = bridges.filter(({ on }) => on === name);
  return [
    ...own.map(({ device }) => `link add ${device} type bridge forward_delay 0 mcast_snooping 0`),
    ...own.map(({ device }) => `link set ${device} up`),
    ...own.flatMap(({ device, address }) => (address === undefined ? [] : [`addr replace ${address} dev ${device}`])),
    ...endsOn(name).flatMap(({ device, address, bridge }) => [
      ...(bridge === undefined ? [] : [`link set ${device} master ${bridge}`]),
      `link set ${device} up`,
      ...(address === undefined ? [] : [`addr replace ${address} dev ${device}`]),
    ]),
    ...routes.filter(({ on }) => on === name).map(({ to, via }) => `route replace ${to} via ${via}`),
    ...(name === "ext1" ? [`route replace local ${visitors} dev lo`] : []),
  ];
}

function endsOn(name: string): readonly End[] {
  return links.flatMap(({ ends }: Link) => ends.filter(({ on }) => on === name));
}

const port = (link: string, side: number): string => `${link}.${side}`;

function wireLines(): readonly string[] {
  return links.flatMap(({ name }) => [
    `link add ${name} type bridge forward_delay 0 mcast_snooping 0`,
    `link set ${name} up`,
    `link set ${port(name, 0)} up`,
    `link set ${port(name, 1)} up`,
    ...bridged(name),
  ]);
}

const bridged = (name: string): readonly string[] =>
  [0, 1].map((side) => `link set ${port(name, side)} master ${name}`);

/** @param host null: this machine, for devices that are made inside others */
async function ipBatch(host: Host | null, lines: readonly string[], { force = false } = {}): Promise<void> {
  if (lines.length === 0) return;
  const where = host === null ? [] : ["-t", String(host.pid), "-n", "--", "ip"];
  const [command, words] = host === null ? ["ip", where] : ["nsenter", where];
  const child = spawn(command, [...words, ...(force ? ["-force"] : []), "-batch", "-"]);
  child.stdin.write(`${lines.join("\n")}\n`);
  const { code, stderr } = await collect(child, 20_000);
  if (code !== 0 && !force) throw new Error(`ip in ${host?.name ?? "this machine"}: ${stderr}`);
}

function hostOf(hosts: Hosts, name: string): Host {
  const host = hosts.get(name);
  if (host === undefined) throw new Error(`no host "${name}"; there are ${[...hosts.keys()].join(" ")}`);
  return host;
}
