import path from "node:path";
import { createInterface } from "node:readline/promises";
import { KoboshiError } from "../../kernel/errors.ts";
import { createLog, type LogLevel } from "../../app/log.ts";
import { runHub } from "../../app/lifecycle.ts";
import { readVersion } from "../../app/version.ts";
import { loadConfig } from "../../config/index.ts";
import type { Lang } from "../../kernel/lang.ts";
import { serviceWords } from "../../words/service.ts";
import { upWords } from "../../words/up.ts";
import { untilAborted, whileAlive } from "../alive.ts";
import type { Answer, Command, Context } from "../command.ts";
import { addressCode, addressElsewhere, sshHint } from "../other-device.ts";
import { installService, serviceObstacle, serviceUser, thisServiceMachine, unitPath } from "../service/install.ts";
import { systemdUnit, type UnitFacts } from "../service/unit.ts";

const levels: readonly LogLevel[] = ["debug", "info", "warn", "error", "silent"];

export const up: Command = {
  name: "up",
  summary: { ja: "見守りを始める(止めるまで動き続けます)", en: "start watching, until stopped" },
  usage: "[--log-level LEVEL] [--recover] | --service [--print]",
  examples: ["koboshi up", "koboshi up --config /etc/koboshi/koboshi.yml", "sudo koboshi up --service"],
  options: {
    "log-level": { type: "string" },
    recover: { type: "boolean" },
    service: { type: "boolean" },
    print: { type: "boolean" },
  },
  run: (context) => (context.values["service"] === true ? asService(context) : inForeground(context)),
};

async function inForeground({
  clock,
  configPath,
  lang,
  hint,
  signal,
  terminal,
  values,
  verbose,
}: Context): Promise<Answer> {
  const level = levels.find((one) => one === values["log-level"]) ?? (verbose ? "debug" : "warn");
  if (values["log-level"] !== undefined && level !== values["log-level"]) {
    throw new KoboshiError("KB1001", { what: `--log-level ${levels.join("|")}` });
  }
  const log = createLog(level);
  const version = readVersion();
  const hub = await runHub({ configPath, lang, clock, log, version, say: (text) => hint(text.trimEnd()) });
  const say = upWords(lang);
  hint(`${terminal.paint(terminal.glyph("ok"), "ok")} ${say.running(hub.url)}`);
  const recover = values["recover"] === true;
  const isOffered = recover || !(await hub.hasAdmin());
  hint(`  ${isOffered ? say.signIn(`${hub.url}/#t=${hub.newStartToken({ recover })}`) : say.open(hub.url)}`);
  for (const line of elsewhere(hub.url, { lang, unicode: terminal.unicode })) hint(`  ${line}`);
  hint(`  ${say.stop}`);
  process.on("SIGHUP", () => void hub.reload());
  await whileAlive(() => untilAborted(signal));
  hint(say.stopping);
  await hub.stop();
  return { exit: 0, json: { ok: true, url: hub.url }, text: "" };
}

/** How to get there from another device: a code for its camera, or the tunnel that leads to this machine alone. */
function elsewhere(url: string, { lang, unicode }: { lang: Lang; unicode: boolean }): readonly string[] {
  const say = upWords(lang);
  const address = addressElsewhere(url);
  const tunnel = sshHint(url, process.env["SSH_CONNECTION"]);
  if (tunnel !== null) return [say.tunnel(tunnel)];
  if (address === null) return [];
  const { isTTY, columns } = process.stderr;
  const code = addressCode(address, { isTty: isTTY, columns, unicode });
  return code.length === 0 ? [] : [say.otherDevice(address), ...code];
}

/** Registers the hub with systemd under a user of its own; `--print` only shows the unit. */
async function asService(context: Context): Promise<Answer> {
  const { configPath, lang, values, hint } = context;
  const facts = unitFacts(configPath);
  if (values["print"] === true) {
    const unit = systemdUnit(facts);
    return { exit: 0, json: { ok: true, path: unitPath, unit }, text: unit };
  }
  const machine = thisServiceMachine();
  const obstacle = serviceObstacle(machine);
  if (obstacle !== null) throw new KoboshiError("KB1204", { reason: obstacle });
  const say = serviceWords(lang);
  hint(say.plan(serviceUser));
  if (values["yes"] !== true && !(await agreed(context, say.ask))) throw new KoboshiError("KB1003", { what: "--yes" });
  installService(machine, facts, (step) => hint(`  ${step}`));
  return { exit: 0, json: { ok: true, path: unitPath }, text: `${say.done}\n${say.undo}` };
}

function unitFacts(configPath: string): UnitFacts {
  const { plan } = loadConfig(configPath);
  const dataFolder = plan?.site.hub.dataFolder ?? path.resolve(path.dirname(configPath), "koboshi-data");
  const command = [process.execPath, path.resolve(process.argv[1] ?? "")];
  return { command, configPath, dataFolder, user: serviceUser };
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
