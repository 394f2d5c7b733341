import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline/promises";
import { agentTokenName } from "../../api/agent-token.ts";
import { createLog } from "../../app/log.ts";
import { errorText, KoboshiError } from "../../kernel/errors.ts";
import { Secret } from "../../kernel/secret.ts";
import { parseDurationMs } from "../../kernel/units.ts";
import { hostWords } from "../../words/hosts.ts";
import { serviceWords } from "../../words/service.ts";
import { agentUnit, agentUnitMark, agentUnitPath, type AgentUnitFacts } from "../agent/unit.ts";
import { runAgent } from "../agent/run-agent.ts";
import { whileAlive } from "../alive.ts";
import type { Answer, Command, Context } from "../command.ts";
import { thisServiceMachine, type ServiceMachine } from "../service/install.ts";

export const agent: Command = {
  name: "agent",
  summary: {
    ja: "このコンピュータの CPU・ディスク・時計などと、本体が求めるログを koboshi 本体へ送る",
    en: "send how this machine is to the hub: CPU, disks, clock, cron …, and the logs it asks for",
  },
  usage: "--hub URL --name HOST --token-file FILE [--every 60s] [--logs PLACE]… [--plain-http] [--service [--print]]",
  examples: [
    "koboshi agent --hub https://koboshi.example.jp --name web1 --token-file /etc/koboshi/agent-token",
    "sudo koboshi agent --hub https://koboshi.example.jp --name web1 --token-file /etc/koboshi/agent-token --service",
    "koboshi token create agent-web1 --scope agent --expires never -q > agent-token",
  ],
  options: {
    hub: { type: "string" },
    name: { type: "string" },
    every: { type: "string" },
    logs: { type: "string", multiple: true },
    "plain-http": { type: "boolean" },
    service: { type: "boolean" },
    print: { type: "boolean" },
  },
  run: (context) => (context.values["service"] === true ? asService(context) : inForeground(context)),
};

interface Asked {
  readonly hubUrl: string;
  readonly host: string;
  readonly tokenFile: string;
  readonly every: string;
  readonly everyMs: number;
  readonly plainHttp: boolean;
  /** besides /var/log */
  readonly logs: readonly string[];
}

const leastEveryMs = 1_000;

/** @throws KoboshiError KB1001 for what is missing or cannot be read, KB4207 for a hub that is no address */
function askedOf({ values }: Context): Asked {
  const [hubUrl, host, tokenFile] = ["hub", "name", "token-file"].map((name) => values[name]);
  if (typeof hubUrl !== "string" || typeof host !== "string" || typeof tokenFile !== "string") {
    throw new KoboshiError("KB1001", { what: "agent --hub URL --name HOST --token-file FILE" });
  }
  const every = typeof values["every"] === "string" ? values["every"] : "60s";
  const everyMs = parseDurationMs(every);
  if (!everyMs.ok || everyMs.value < leastEveryMs) throw new KoboshiError("KB1001", { what: "--every 60s" });
  const plainHttp = values["plain-http"] === true;
  if (!URL.canParse(hubUrl)) throw new KoboshiError("KB4207", { hub: hubUrl });
  const logs = (Array.isArray(values["logs"]) ? values["logs"] : []).map((place) => path.resolve(String(place)));
  return { hubUrl, host, tokenFile: path.resolve(tokenFile), every, everyMs: everyMs.value, plainHttp, logs };
}

/** Lines wait below it: the service's own folder, or one of the user. */
function stateFolder(host: string): string {
  const own =
    process.getuid?.() === 0 ? "/var/lib/koboshi-agent" : path.join(os.homedir(), ".local/state/koboshi-agent");
  return path.join(process.env["STATE_DIRECTORY"] ?? own, agentTokenName(host));
}

async function inForeground(context: Context): Promise<Answer> {
  const { lang, hint, clock, signal, verbose } = context;
  const asked = askedOf(context);
  const say = hostWords(lang);
  const token = readToken(asked);
  hint(say.agentRunning(asked.hubUrl, asked.host));
  const log = createLog(verbose ? "debug" : "info");
  const logs = { folder: stateFolder(asked.host), within: ["/var/log", ...asked.logs] };
  await whileAlive(() => runAgent({ ...asked, logs, token, clock, log, signal, onTaken: () => hint(say.agentSent) }));
  return { exit: 0, json: { ok: true, hub: asked.hubUrl, host: asked.host }, text: "" };
}

/** @throws KoboshiError KB4206 when there is none */
function readToken({ tokenFile, host }: Asked): Secret {
  try {
    const text = fs.readFileSync(tokenFile, "utf8").trim();
    if (/^kb_[\w-]+$/.test(text)) return new Secret(text, `file ${tokenFile}`);
  } catch (thrown) {
    throw new KoboshiError("KB4206", { file: tokenFile, token: agentTokenName(host) }, thrown);
  }
  throw new KoboshiError("KB4206", { file: tokenFile, token: agentTokenName(host) });
}

/** Registers the agent with systemd; `--print` only shows the unit. */
async function asService(context: Context): Promise<Answer> {
  const { lang, values, hint } = context;
  const asked = askedOf(context);
  const say = hostWords(lang);
  const facts: AgentUnitFacts = { ...asked, command: [process.execPath, path.resolve(process.argv[1] ?? "")] };
  const unit = agentUnit(facts);
  const json = { ok: true, path: agentUnitPath, unit };
  if (values["print"] === true) return { exit: 0, json, text: unit };
  readToken(asked);
  const machine = thisServiceMachine();
  const obstacle = obstacleOf(machine);
  if (obstacle !== null) throw new KoboshiError("KB1204", { reason: obstacle });
  hint(say.agentNode);
  hint(say.agentPlan(agentUnitPath));
  if (values["yes"] !== true && !(await agreed(context, serviceWords(lang).ask))) {
    throw new KoboshiError("KB1003", { what: "--yes" });
  }
  install(machine, unit);
  return { exit: 0, json, text: say.agentUnit(agentUnitPath) };
}

function obstacleOf({ root, isRoot }: ServiceMachine): "no-systemd" | "not-root" | "other-unit" | null {
  if (!fs.existsSync(path.join(root, "run/systemd/system"))) return "no-systemd";
  if (!isRoot) return "not-root";
  const unit = path.join(root, agentUnitPath);
  return fs.existsSync(unit) && !fs.readFileSync(unit, "utf8").startsWith(agentUnitMark) ? "other-unit" : null;
}

/** @throws KoboshiError KB1204 naming what failed */
function install(machine: ServiceMachine, unit: string): void {
  const file = path.join(machine.root, agentUnitPath);
  try {
    fs.writeFileSync(`${file}.new`, unit, { mode: 0o644 });
    fs.renameSync(`${file}.new`, file);
    machine.run("systemctl", ["daemon-reload"]);
    machine.run("systemctl", ["enable", "--now", "koboshi-agent.service"]);
  } catch (thrown) {
    throw new KoboshiError("KB1204", { reason: errorText(thrown) }, thrown);
  }
}

async function agreed({ values, signal }: Context, question: string): Promise<boolean> {
  if (!process.stdin.isTTY || values["no-input"] === true) return false;
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await prompt.question(`${question} `, { signal })).trim());
  } finally {
    prompt.close();
  }
}
