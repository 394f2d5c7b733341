// The hosts and the network of the lab's company, without its servers: `lab-hosts-process.ts FOLDER`.
// Prints how long an echo takes from the office to web1, as the line is and with a relay in its way; then waits to be killed.
import fs from "node:fs";
import { groupOf, makeGroups } from "../../lab/company/cgroups.ts";
import { openHost, sharedFolder, type Host } from "../../lab/company/host.ts";
import { openNetwork } from "../../lab/company/network.ts";
import { members, wire } from "../../lab/company/plan.ts";

const folder = process.argv[2] ?? "";
const names = [...members.map(({ name }) => name), wire];
fs.mkdirSync(sharedFolder(folder), { recursive: true });
makeGroups(groupOf(folder), names);
const hosts = new Map<string, Host>();
await Promise.all(
  names.map(async (name) => {
    hosts.set(
      name,
      await openHost({ name, folder, group: groupOf(folder), diskMegabytes: name === "web1" ? 64 : null }),
    );
  }),
);
const network = await openNetwork(hosts);

async function echoMs(): Promise<number> {
  const said = await hosts.get("office")?.must("ping -q -c 3 -i 0.2 -W 2 203.0.113.10");
  return Number(/= [\d.]+\/([\d.]+)\//.exec(said ?? "")?.[1]);
}

const plainMs = await echoMs();
await network.drive("seg1", { delayMs: 40, jitterMs: 0, lossPercent: 0 });
const slowMs = await echoMs();
await network.reset();
const afterMs = await echoMs();
await hosts.get("web1")?.must("echo x >/etc/only-here; setsid sleep 300 >/dev/null 2>&1 </dev/null & :");
process.stdout.write(`${JSON.stringify({ plainMs, slowMs, afterMs })}\n`);
setInterval(() => {}, 60_000);
