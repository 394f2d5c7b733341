import { KoboshiError } from "../../kernel/errors.ts";
import { createLog, type LogLevel } from "../../app/log.ts";
import { runHub } from "../../app/lifecycle.ts";
import { readVersion } from "../../app/version.ts";
import { upWords } from "../../words/up.ts";
import { untilAborted, whileAlive } from "../alive.ts";
import type { Command } from "../command.ts";

const levels: readonly LogLevel[] = ["debug", "info", "warn", "error", "silent"];

export const up: Command = {
  name: "up",
  summary: { ja: "見守りを始める(止めるまで動き続けます)", en: "start watching, until stopped" },
  usage: "[--log-level LEVEL]",
  examples: ["koboshi up", "koboshi up --config /etc/koboshi/koboshi.yml", "koboshi up --log-level debug"],
  options: { "log-level": { type: "string" } },
  async run({ clock, configPath, lang, hint, signal, terminal, values, verbose }) {
    const level = levels.find((one) => one === values["log-level"]) ?? (verbose ? "debug" : "warn");
    if (values["log-level"] !== undefined && level !== values["log-level"]) {
      throw new KoboshiError("KB1001", { what: `--log-level ${levels.join("|")}` });
    }
    const log = createLog(level);
    const version = readVersion();
    const hub = await runHub({ configPath, lang, clock, log, version, say: (text) => hint(text.trimEnd()) });
    const say = upWords(lang);
    hint(`${terminal.paint(terminal.glyph("ok"), "ok")} ${say.running(hub.url)}`);
    hint(`  ${say.signIn(`${hub.url}/#t=${hub.newStartToken()}`)}`);
    hint(`  ${say.stop}`);
    process.on("SIGHUP", () => void hub.reload());
    await whileAlive(() => untilAborted(signal));
    hint(say.stopping);
    await hub.stop();
    return { exit: 0, json: { ok: true, url: hub.url }, text: "" };
  },
};
