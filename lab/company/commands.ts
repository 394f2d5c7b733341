import fs from "node:fs";
import net from "node:net";
import { makeCopy, plans, type CopyDesk } from "./copies.ts";
import type { Host } from "./host.ts";
import type { Hosts, Network } from "./network.ts";
import { addressOf } from "./plan.ts";
import { asService, findServices, type Service } from "./services.ts";
import type { States } from "./states.ts";

export interface CommandDeps {
  readonly hosts: Hosts;
  readonly network: Network;
  readonly services: readonly Service[];
  readonly states: States;
  readonly programs: string;
  readonly hub: CopyDesk;
}

interface Asked {
  readonly args: readonly string[];
  /** where the command was given */
  readonly host: string;
}

type Command = (deps: CommandDeps, asked: Asked) => Promise<string>;

/** What a command was given is not what it takes. */
class Misuse extends Error {}

export const database = "web1";
const slowestDatabaseSeconds = 600;
const usualBulkMbit = 200;
const bulkPort = 9009;

const commands: Readonly<Record<string, Command>> = {
  LAB_CLOCK: setClock,
  LAB_STOP: async (deps, asked) => eachService(deps, asked, (service) => service.stop),
  LAB_START: async (deps, asked) => eachService(deps, asked, (service) => service.start),
  LAB_STATUS: tellStatus,
  LAB_DB_EXHAUST: exhaust,
  LAB_DB_RELEASE: releaseDatabase,
  LAB_DB_SLOW: slowDatabase,
  LAB_APP_MODE: setMode,
  LAB_BULK_SEND: sendBulk,
  LAB_NET: driveLink,
  LAB_NOTE: note,
  LAB_BMC: tellBmc,
  LAB_COPY: copyNow,
  LAB_DOUBLE: tellDouble,
  LAB_VISITS: sendVisits,
};

export const commandNames: readonly string[] = Object.keys(commands);

/** Answers the commands of all hosts at one socket. */
export async function answerCommands(socketFile: string, deps: CommandDeps): Promise<net.Server> {
  fs.rmSync(socketFile, { force: true });
  const server = net.createServer((line) => {
    let asked = "";
    line.on("error", () => line.destroy());
    line.on("data", (chunk: Buffer) => {
      asked += chunk.toString();
      if (!asked.endsWith("\n")) return;
      void answer(asked, deps).then((said) => line.end(`${JSON.stringify(said)}\n`));
    });
  });
  await new Promise<void>((resolve) => server.listen(socketFile, resolve));
  return server;
}

async function answer(line: string, deps: CommandDeps): Promise<{ code: number; text: string }> {
  try {
    const { command, args, host } = JSON.parse(line) as { command: string; args: string[]; host: string };
    const doIt = commands[command];
    if (doIt === undefined) throw new Misuse(`no command ${command}; there are ${commandNames.join(" ")}`);
    return { code: 0, text: await doIt(deps, { args, host }) };
  } catch (thrown) {
    const text = thrown instanceof Error ? thrown.message : String(thrown);
    return { code: thrown instanceof Misuse ? 64 : 1, text };
  }
}

export function hostOf({ hosts }: Pick<CommandDeps, "hosts">, name: string): Host {
  const host = hosts.get(name);
  if (host === undefined) throw new Misuse(`no host "${name}"; there are ${[...hosts.keys()].join(" ")}`);
  return host;
}

function numberOf(text: string | undefined, usage: string): number {
  const number = Number(text);
  if (text === undefined || text === "" || !Number.isFinite(number) || number < 0) throw new Misuse(`usage: ${usage}`);
  return number;
}

const ownClockHosts = new Set(["web1"]);

async function setClock(deps: CommandDeps, { args: [shift = ""], host }: Asked): Promise<string> {
  const usage = "LAB_CLOCK +40m|-3h|0";
  if (!/^(?:0|[+-]\d+(?:\.\d+)?[smhdy]?)$/.test(shift)) throw new Misuse(`usage: ${usage}`);
  const where = ownClockHosts.has(host) ? host : "web1";
  const written = shift === "0" ? "+0" : shift.replace(/s$/, "");
  // programs that read it keep what they read for a second
  await hostOf(deps, where).must(
    `echo '${written}' >/etc/faketimerc.new && mv /etc/faketimerc.new /etc/faketimerc && sleep 1.2`,
  );
  return `${where}: clock ${written}`;
}

async function eachService(
  deps: CommandDeps,
  { args: [wanted = ""], host }: Asked,
  script: (service: Service) => string,
) {
  const found = findServices(deps.services, wanted, host);
  if (found.length === 0) throw new Misuse(`no service "${wanted}"; there are ${namesOf(deps.services)}`);
  const said = [];
  for (const service of found) {
    const where = hostOf(deps, service.on);
    await where.run(`${asService}\n${script(service)}`);
    said.push(await statusOf(where, service));
  }
  return said.join("\n");
}

async function tellStatus(deps: CommandDeps, { args: [wanted], host }: Asked): Promise<string> {
  const all =
    wanted === undefined ? deps.services.filter(({ on }) => on === host) : findServices(deps.services, wanted, host);
  if (all.length === 0) throw new Misuse(`no service "${wanted ?? host}"; there are ${namesOf(deps.services)}`);
  const lines = await Promise.all(all.map((service) => statusOf(hostOf(deps, service.on), service)));
  return lines.join("\n");
}

async function statusOf(where: Host, { name, on, status }: Service): Promise<string> {
  const { code } = await where.run(status);
  return `${on} ${name} ${code === 0 ? "running" : "stopped"}`;
}

const namesOf = (services: readonly Service[]): string =>
  [...new Set([...services.map(({ name }) => name), "mail"])].join(" ");

/** A program in the background of a host, known by its pid file, one of its name at a time. */
async function startHelper(host: Host, name: string, words: string): Promise<void> {
  await endHelper(host, name);
  await host.must(
    `setsid env -u LD_PRELOAD ${words} >>/run/lab/logs/${name}.log 2>&1 </dev/null & echo $! >/run/${name}.pid`,
  );
}

export async function endHelper(host: Host, name: string): Promise<string> {
  await host.run(
    `[ -s /run/${name}.pid ] && kill -s KILL -- "-$(cat /run/${name}.pid)" 2>/dev/null; rm -f /run/${name}.pid`,
  );
  return `${name}: ended`;
}

/** Waits until a helper has said that it does what it is for. */
async function whatItTold(host: Host, file: string): Promise<string> {
  return host.must(`for _ in $(seq 100); do [ -s ${file} ] && break; sleep 0.1; done\ncat ${file}`);
}

async function exhaust(deps: CommandDeps): Promise<string> {
  const host = hostOf(deps, database);
  const file = "/run/db-exhaust.told";
  await host.must(`rm -f ${file}`);
  await startHelper(host, "db-exhaust", `${process.execPath} ${deps.programs}/db/exhaust.mjs ${file}`);
  return `connections held: ${await whatItTold(host, file)}`;
}

async function releaseDatabase(deps: CommandDeps): Promise<string> {
  const host = hostOf(deps, database);
  const said = await endHelper(host, "db-exhaust");
  // the database takes a moment to see that they are gone
  await host.run(
    "for _ in $(seq 50); do pgrep -f 'postgres: .* shop shop ' | wc -l | grep -q '^[0-9]$' && break; sleep 0.1; done",
  );
  return said;
}

async function slowDatabase(deps: CommandDeps, { args: [given] }: Asked): Promise<string> {
  const seconds = numberOf(given, "LAB_DB_SLOW SECONDS (0 ends it)");
  if (seconds > slowestDatabaseSeconds) throw new Misuse(`LAB_DB_SLOW takes at most ${slowestDatabaseSeconds} seconds`);
  const host = hostOf(deps, database);
  if (seconds === 0) return endHelper(host, "db-slow");
  const file = "/run/db-slow.told";
  await host.must(`rm -f ${file}`);
  await startHelper(host, "db-slow", `${process.execPath} ${deps.programs}/db/lock.mjs ${seconds} ${file}`);
  return `the stock table is held ${await whatItTold(host, file)} s at a time`;
}

const usualSlowSeconds = 12;
const modes = ["normal", "slow", "reset", "error", "hang"];

async function setMode(deps: CommandDeps, { args }: Asked): Promise<string> {
  const [mode = "", ...rest] = args;
  const place = rest.find((word) => word.startsWith("/")) ?? "*";
  const seconds = rest.find((word) => !word.startsWith("/")) ?? String(usualSlowSeconds);
  if (!modes.includes(mode) || rest.length > 2 || !/^(?:\*|\/[\w./-]*)$/.test(place)) {
    throw new Misuse(`usage: LAB_APP_MODE ${modes.join("|")} [PATH] [SECONDS]`);
  }
  const slowSeconds = numberOf(seconds, "LAB_APP_MODE slow [PATH] [SECONDS]");
  await hostOf(deps, "web1").must(
    `echo '${mode} ${place} ${slowSeconds}' >/run/shop/mode.new && mv /run/shop/mode.new /run/shop/mode`,
  );
  return `app: ${mode}${mode === "slow" ? ` ${slowSeconds} s` : ""}${place === "*" ? "" : ` ${place}`}`;
}

async function sendBulk(deps: CommandDeps, { args: [to = "", given, rate], host }: Asked): Promise<string> {
  const usage = "LAB_BULK_SEND HOST SECONDS [MBIT]";
  const seconds = numberOf(given, usage);
  const mbit = rate === undefined ? usualBulkMbit : numberOf(rate, usage);
  const target = hostOf(deps, to);
  const program = `/usr/bin/python3 ${deps.programs}/bulk.py`;
  await startHelper(target, "bulk-take", `${program} take ${bulkPort} ${seconds + 5}`);
  await target.must(`for _ in $(seq 50); do ss -ltn | grep -q :${bulkPort} && exit 0; sleep 0.1; done; exit 1`);
  await startHelper(hostOf(deps, host), "bulk-send", `${program} send ${addressOf(to)} ${bulkPort} ${seconds} ${mbit}`);
  return `${host} sends to ${to} for ${seconds} s, at most ${mbit} Mbit/s`;
}

async function driveLink(deps: CommandDeps, { args: [link = "", ...numbers] }: Asked): Promise<string> {
  const usage = "LAB_NET LINK DELAY_MS JITTER_MS LOSS_PERCENT";
  const [delayMs, jitterMs, lossPercent] = [0, 1, 2].map((index) => numberOf(numbers[index], usage)) as [
    number,
    number,
    number,
  ];
  try {
    await deps.network.drive(link, { delayMs, jitterMs, lossPercent });
  } catch (thrown) {
    throw new Misuse(thrown instanceof Error ? thrown.message : String(thrown));
  }
  return `${link}: ${delayMs} ms ±${jitterMs} ms, ${lossPercent} % lost, each way`;
}

async function note(deps: CommandDeps, { args: [kind = "", ...words] }: Asked): Promise<string> {
  const text = words.join(" ").trim();
  if (!["change", "window", "restore"].includes(kind) || text === "") {
    throw new Misuse("usage: LAB_NOTE change|window|restore TEXT");
  }
  await deps.hub.post("/api/v1/notes", { kind, text });
  return `noted: ${kind} ${text}`;
}

async function copyNow({ hub }: CommandDeps, { args: [plan = ""] }: Asked): Promise<string> {
  if (!plans.includes(plan)) throw new Misuse(`usage: LAB_COPY ${plans.join("|")}`);
  return makeCopy(hub, plan);
}

async function tellBmc(deps: CommandDeps, { args: [what = "", ...words] }: Asked): Promise<string> {
  const told = { power: "On", sensors: {}, sel: [], screen: "web1 login:", ...deps.states.read("bmc") };
  const [first = "", ...rest] = words;
  if (what === "sensor" && rest.length === 1) told.sensors = { ...told.sensors, [first]: rest[0] };
  else if (what === "power" && /^(?:on|off)$/i.test(first)) told.power = /^on$/i.test(first) ? "On" : "Off";
  else if (what === "sel" && words.length > 0) told.sel = [...told.sel, selEntry(words)] as never[];
  else if (what === "screen") told.screen = words.join(" ");
  else if (what === "reset") return clearState(deps, "bmc");
  else
    throw new Misuse(
      "usage: LAB_BMC sensor temp|fan1|fan2|psu1|psu2|disk0 VALUE | power on|off | sel [OK|Warning|Critical] TEXT | screen TEXT | reset",
    );
  deps.states.write("bmc", told);
  return `bmc: ${what} ${words.join(" ")}`;
}

function selEntry(words: readonly string[]): object {
  const [first = "", ...rest] = words;
  const isGraded = /^(?:ok|warning|critical)$/i.test(first) && rest.length > 0;
  const severity = isGraded ? `${first[0]?.toUpperCase()}${first.slice(1).toLowerCase()}` : "Critical";
  const text = (isGraded ? rest : words).join(" ");
  return { at: new Date().toISOString(), severity: severity === "Ok" ? "OK" : severity, text };
}

async function tellDouble(deps: CommandDeps, { args: [name = "", ...words] }: Asked): Promise<string> {
  const names = ["pay", "feed", "rdap", "dnsbl", "mx"];
  if (!names.includes(name) || words.length === 0) throw new Misuse(`usage: LAB_DOUBLE ${names.join("|")} JSON|reset`);
  if (words[0] === "reset") return clearState(deps, name);
  let told: unknown;
  try {
    told = JSON.parse(words.join(" "));
  } catch (thrown) {
    throw new Misuse(`LAB_DOUBLE ${name}: not JSON: ${String(thrown)}`);
  }
  deps.states.write(name, told);
  return `${name}: ${JSON.stringify(told)}`;
}

async function clearState({ states }: CommandDeps, name: string): Promise<string> {
  states.write(name, {});
  return `${name}: as usual`;
}

async function sendVisits(deps: CommandDeps, { args: [rate, given, kind = "surge"] }: Asked): Promise<string> {
  const usage = "LAB_VISITS PER_SECOND SECONDS [surge|flood]";
  const [perSecond, seconds] = [numberOf(rate, usage), numberOf(given, usage)];
  if (kind !== "surge" && kind !== "flood") throw new Misuse(`usage: ${usage}`);
  deps.states.write("visits", { perSecond, kind, untilMs: Date.now() + seconds * 1000 });
  return `${perSecond} further visits a second for ${seconds} s (${kind})`;
}
