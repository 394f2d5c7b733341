import fs from "node:fs";
import path from "node:path";
import { KoboshiError } from "../../kernel/errors.ts";
import { langs } from "../../kernel/lang.ts";
import { cliReportWords } from "../../words/cli-report.ts";
import type { Command, Values } from "../command.ts";
import { incidentIdOf } from "../incident-id.ts";

const formats = ["md", "html", "pdf", "json"] as const;

interface Told {
  readonly document: { readonly number: string; readonly title: string };
  readonly openBlanks: readonly string[];
}

export const incidentReport: Command = {
  name: "incident report",
  summary: { ja: "障害報告書を書き出す", en: "write the report on an incident" },
  usage: "[INCIDENT] [--internal] [--in ja|en] [--format md|html|pdf|json] [--edition N] [--out FILE]",
  examples: [
    "koboshi incident report 241",
    "koboshi incident report 241 --format pdf --out 障害報告書.pdf",
    "koboshi incident report 241 --internal --in en --format md",
  ],
  options: {
    internal: { type: "boolean" },
    in: { type: "string" },
    format: { type: "string" },
    edition: { type: "string" },
    out: { type: "string" },
  },
  async run({ args, values, hub, lang, hint }) {
    const client = hub();
    const id = await incidentIdOf(args[0], client, lang);
    const format = oneOf(formats, values, "format") ?? "md";
    const wanted = new URLSearchParams({
      version: values["internal"] === true ? "internal" : "customer",
      lang: oneOf(langs, values, "in") ?? lang,
      ...(typeof values["edition"] === "string" ? { edition: values["edition"] } : {}),
    });
    const base = `/api/v1/incidents/${id}/report?${wanted.toString()}`;
    const told = await client.get<Told>(base);
    const bytes = await client.bytes(`${base}&format=${format}`);
    const say = cliReportWords(lang);
    if (told.openBlanks.length > 0) hint(say.open(told.openBlanks.length));
    const out = typeof values["out"] === "string" ? values["out"] : null;
    if (out === null && format === "pdf") throw new KoboshiError("KB1001", { what: "--out FILE" });
    if (out !== null) writeNew(out, bytes);
    const json = { ok: true, number: told.document.number, format, openBlanks: told.openBlanks, file: out };
    const text = out === null ? bytes.toString("utf8") : say.written(told.document.number, path.resolve(out));
    return { exit: 0, json, text, quiet: [told.document.number] };
  },
};

function oneOf<T extends string>(allowed: readonly T[], values: Values, name: string): T | null {
  const given = values[name];
  if (given === undefined) return null;
  const found = allowed.find((one) => one === given);
  if (found === undefined) throw new KoboshiError("KB1001", { what: `--${name} ${allowed.join("|")}` });
  return found;
}

/** A report that exists already is never written over by reflex. @throws KoboshiError KB1005 */
function writeNew(file: string, bytes: Buffer): void {
  if (fs.existsSync(file)) throw new KoboshiError("KB1005", { file });
  const beside = `${file}.${process.pid}.part`;
  fs.writeFileSync(beside, bytes);
  fs.renameSync(beside, file);
}
