import path from "node:path";
import { KoboshiError } from "../../kernel/errors.ts";
import { createLog } from "../../app/log.ts";
import { probes, runVantage } from "../../observe/index.ts";
import { upWords } from "../../words/up.ts";
import { whileAlive } from "../alive.ts";
import type { Command } from "../command.ts";

export const vantage: Command = {
  name: "vantage",
  summary: { ja: "このコンピュータを観測地点にする", en: "make this machine a vantage: a place that looks" },
  usage: "--hub URL [--token-file FILE] [--folder DIR] [--allow HOST…] [--plain-http]",
  examples: [
    "koboshi vantage --hub https://koboshi.example.jp --token-file token",
    "koboshi vantage --hub https://koboshi.example.jp --folder /var/lib/koboshi-vantage",
    "koboshi vantage --hub https://koboshi.example.jp --allow '*.example.jp' --allow 203.0.113.0/24",
  ],
  options: {
    hub: { type: "string" },
    folder: { type: "string" },
    allow: { type: "string", multiple: true },
    "plain-http": { type: "boolean" },
  },
  async run({ values, clock, signal, hint, lang, verbose }) {
    const hubUrl = textOf(values["hub"]);
    if (hubUrl === null) throw new KoboshiError("KB1001", { what: "vantage --hub URL" });
    const allow = Array.isArray(values["allow"]) ? values["allow"].map(String) : [];
    const folder = path.resolve(textOf(values["folder"]) ?? "koboshi-vantage");
    hint(upWords(lang).vantage(hubUrl, folder));
    const options = {
      hubUrl,
      tokenFile: textOf(values["token-file"]),
      folder,
      allow,
      clock,
      probes,
      log: createLog(verbose ? "debug" : "info"),
      signal,
      plainHttp: values["plain-http"] === true,
    };
    await whileAlive(() => runVantage(options));
    return { exit: 0, json: { ok: true, hub: hubUrl }, text: "" };
  },
};

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
