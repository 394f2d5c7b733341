import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { hostSudoers } from "../../src/clients/host-sudoers.ts";
import { groupOf, makeGroups } from "./cgroups.ts";
import { clearAway, clearGroups } from "./clear.ts";
import { answerCommands, commandNames, hostOf } from "./commands.ts";
import type { CaughtMail, Company, RaiseOptions } from "./company.ts";
import { makeCopy, plans } from "./copies.ts";
import { createHealer } from "./heal.ts";
import { waitForHealth } from "./health.ts";
import { openHost, sharedFolder, type Host } from "./host.ts";
import { vantages } from "./hub-config.ts";
import { openHubLine } from "./hub-line.ts";
import { startAll, startFreshHub } from "./hub.ts";
import { makeKeys } from "./keys.ts";
import { openNetwork, type Hosts } from "./network.ts";
import { installMissing } from "./packages.ts";
import { hostsFile, members, wire } from "./plan.ts";
import { servicesOf, type Service } from "./services.ts";
import { openStates } from "./states.ts";
import { scriptVariables } from "./variables.ts";

const programs = path.dirname(fileURLToPath(import.meta.url));
const repository = path.resolve(programs, "../..");
/** web1's own disk, on which its files and its database lie */
const diskMegabytes = 1_536;
/** as much memory as web1 believes to have, and has */
const memoryMegabytes = 2_048;
const passwords = { "bmc-password": "bmc-pw", "monitor-password": "monitor-pw", "probe-password": "probe-pw" };

export async function raiseCompany({ folder, seed, log }: RaiseOptions): Promise<Company> {
  for (const left of await clearAway(folder)) log(`cleared away: ${left}`);
  installMissing(log);
  const opened: Host[] = [];
  const shared = sharedFolder(folder);
  const closers: (() => void)[] = [];
  async function down(): Promise<void> {
    for (const close of closers.splice(0)) close();
    await Promise.all(opened.splice(0).map((host) => host.close()));
    await clearGroups(groupOf(folder));
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
  try {
    const hosts = await openHosts(folder, opened);
    const network = await openNetwork(hosts);
    log("hosts and network are up");
    const states = openStates(path.join(shared, "state"));
    states.write("load", { level: "idle", seed });
    const services = servicesOf({ repository, programs });
    await setUp(hosts, services);
    log("servers are up");
    const hub = await openHubLine(shared);
    closers.push(() => hub.close());
    const deps = { hosts, network, services, states, programs, hub };
    const control = await answerCommands(path.join(shared, "control.sock"), deps);
    closers.push(() => void control.close());
    const startHub = (): Promise<void> => startFreshHub({ hosts, services, shared, hub, programs });
    states.write("load", { level: "normal", seed });
    await startHub();
    log("hub and vantages are up");
    for (const said of await Promise.all(plans.map((plan) => makeCopy(hub, plan)))) log(`copy of ${said}`);
    const healer = await createHealer({ ...deps, group: groupOf(folder), seed, startHub });
    return {
      run: (on, script) => hostOf({ hosts }, on).run(script),
      load: async (level) => states.write("load", { level, seed }),
      hub: { url: hub.url, get: hub.get, post: hub.post },
      mails: () => readMails(path.join(shared, "mails.jsonl")),
      healthy: (limitMs) => waitForHealth(hub, limitMs),
      heal: () => healer.heal(),
      down,
    };
  } catch (thrown) {
    await down();
    throw thrown;
  }
}

async function openHosts(folder: string, opened: Host[]): Promise<Hosts> {
  const shared = sharedFolder(folder);
  for (const name of ["keys", "logs", "hub", "state"]) fs.mkdirSync(path.join(shared, name), { recursive: true });
  fs.chmodSync(path.join(shared, "hub"), 0o700);
  await makeKeys(path.join(shared, "keys"), vantages);
  for (const [name, password] of Object.entries(passwords)) {
    fs.writeFileSync(path.join(shared, "keys", name), password, { mode: 0o600 });
  }
  const names = [...members.map(({ name }) => name), wire];
  const group = groupOf(folder);
  makeGroups(group, names);
  const hosts = new Map<string, Host>();
  await Promise.all(
    names.map(async (name) => {
      const host = await openHost({ name, folder, group, diskMegabytes: name === "web1" ? diskMegabytes : null });
      opened.push(host);
      hosts.set(name, host);
      host.env = scriptVariables(name);
    }),
  );
  return hosts;
}

/** Every host's files, then its servers; web1's database and the rest of it side by side. */
async function setUp(hosts: Hosts, services: readonly Service[]): Promise<void> {
  const own = (name: string, script: string, given: Readonly<Record<string, string>> = {}) =>
    runSetup(hostOf({ hosts }, name), script, given);
  const ordinary = { HOSTS_FILE: hostsFile(), PROGRAMS: programs, COMMANDS: commandNames.join(" ") };
  await Promise.all([...hosts.values()].map((host) => runSetup(host, "all", ordinary)));
  await own("web1", "vitals", { PROGRAMS: programs, MEMORY_MB: String(memoryMegabytes) });
  const sshKey = await hostOf({ hosts }, "web1").must("cat /run/lab/keys/read.pub");
  const nginx = { FILES: `${programs}/files/nginx` };
  await Promise.all([
    own("web1", "web1", {
      FILES: `${programs}/files/web1`,
      REPOSITORY: repository,
      NODE: process.execPath,
      SSH_KEY: sshKey.trim(),
      // the kernel's own words are the whole machine's: a host of the lab is not shown its neighbours' troubles
      SUDOERS: hostSudoers("koboshi").replaceAll(/[^\s,]*\/dmesg -r,\s*/g, ""),
    }).then(() => own("web1", "database")),
    own("web2", "site", { ...nginx, TITLE: "近所のサイト" }),
    own("host3", "site", { ...nginx, TITLE: "別の区画のサイト" }),
    own("guest", "site", { ...nginx, TITLE: "同じ事業者のほかの客のサイト" }),
    own("dns1", "dns1", { FILES: `${programs}/files/dns1` }),
    own("ext1", "ext1"),
    own("bk1", "bk1"),
    own("bk2", "bk2"),
    own("hub", "hub", { FILES: `${programs}/files/hub` }),
  ]);
  // the hub and those who report to it come last, and the job when its address is known
  const later = new Set(["hub", "vantage", "cron"]);
  await startAll(
    hosts,
    services.filter(({ name }) => !later.has(name)),
  );
}

async function runSetup(host: Host, script: string, given: Readonly<Record<string, string>>): Promise<void> {
  // single quotes in what is given would end the shell's own
  const lines = Object.entries(given).map(([name, value]) => `${name}='${value.replaceAll("'", `'\\''`)}'`);
  await host.must(`unset LD_PRELOAD LAB_RUN\n${lines.join("\n")}\n. ${programs}/setup/${script}.sh`);
}

function readMails(file: string): readonly CaughtMail[] {
  if (!fs.existsSync(file)) return [];
  const lines = fs.readFileSync(file, "utf8").split("\n").filter(Boolean);
  return lines.map((line) => JSON.parse(line) as CaughtMail);
}
