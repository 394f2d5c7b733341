import fs from "node:fs";
import path from "node:path";
import type { HostLookAnswer } from "../../clients/host-look.ts";
import { safeText } from "../../clients/safe-text.ts";
import { errorText, KoboshiError } from "../../kernel/errors.ts";
import { hostBounds, hostFindings } from "../../readers/host/findings.ts";
import { splitFrame } from "../../readers/host/frame.ts";
import { zoneName } from "../../readers/host/log-time.ts";
import { maskSecrets } from "../../readers/host/mask.ts";
import { readAnswers } from "../../readers/host/read-answers.ts";
import { readHost } from "../../readers/host/read-host.ts";
import { hostLookWords } from "../../words/host-look.ts";
import type { Answer, Command, Context } from "../command.ts";
import { hostWhyWords } from "../../words/host-why-words.ts";
import { whyParts } from "../../words/host-why.ts";
import { hostJson, hostWhyJson } from "../host-json.ts";
import { hostTarget, lookInto, unreachedText, type HostTarget, type Unreached } from "../host-reach.ts";
import { hostText } from "../host-text.ts";
import { whyText } from "../host-why-text.ts";
import { readSite } from "../local-site.ts";

export const hostDiagnose: Command = {
  name: "host diagnose",
  summary: {
    ja: "サーバーの中をその場で見る(読むだけ。koboshi の起動は不要)",
    en: "look into a machine, right now; reads only, no hub needed",
  },
  usage:
    "localhost|ssh://USER@HOST[:PORT]|HOST [--why] [--key-file FILE] [--host-key SHA256:…] [--only disk,clock,…] [--pack FILE]",
  examples: [
    "koboshi host diagnose localhost",
    "koboshi host diagnose ssh://root@web1.example.jp --key-file ~/.ssh/id_ed25519 --host-key SHA256:…",
    "koboshi host diagnose web1 --why --only limits,web,db",
  ],
  options: {
    "key-file": { type: "string" },
    "host-key": { type: "string" },
    why: { type: "boolean" },
    only: { type: "string" },
    pack: { type: "string" },
  },
  async run(context) {
    const target = hostTarget(context, readSite(context.configPath));
    const answer = await lookInto(target, context);
    if (!answer.ok) return unreached(target, answer.error, context);
    if (context.values["why"] === true) return causes(target, answer.value, context);
    const isThisMachine = target.ssh === null;
    const reading = readHost({ ...answer.value, previous: null, isThisMachine });
    const findings = hostFindings(reading, hostBounds(target.watch));
    const seen = { host: target.name, reading, findings };
    const json = hostJson(target.name, reading, findings);
    if (typeof context.values["pack"] === "string")
      writePack(context.values["pack"], packText(answer.value.text, json), context);
    return {
      exit: findings.length === 0 ? 0 : 3,
      json,
      text: hostText(seen, context),
      plain: findings.map(({ kind, item, severity }) => [kind, item ?? "", severity].join("\t")),
      quiet: findings.map(({ kind }) => kind),
    };
  },
};

/** What the machine answers to a diagnosis: evidence, and no verdict. */
function causes({ name }: HostTarget, answer: HostLookAnswer, context: Context): Answer {
  const { lang, terminal, values, hint } = context;
  const answers = readAnswers(answer);
  if (Object.values(answers.unobserved).includes("old-script")) hint(hostWhyWords(lang).oldScript);
  const json = hostWhyJson(name, answers);
  if (typeof values["pack"] === "string") writePack(values["pack"], packText(answer.text, json), context);
  const place = { lang, timeZone: "UTC" };
  return {
    exit: 0,
    json,
    text: whyText(answers, { host: name, terminal, ...place, timeZone: zoneOf(answer.text) }),
    plain: whyParts(answers, place).flatMap(({ section, lines }) =>
      lines.map(({ text, isNotable }) => [section, isNotable ? "!" : "", safeText(text, [])].join("\t")),
    ),
    quiet: whyParts(answers, place).map(({ section }) => section),
  };
}

/** The zone of the machine's own clock, as its answer begins. */
function zoneOf(text: string): string {
  return zoneName([], splitFrame(text).began?.zoneOffsetMs ?? 0);
}

const ourFault: ReadonlySet<Unreached["reason"]> = new Set(["private-key-missing", "private-key-unreadable"]);
const notTrusted: ReadonlySet<Unreached["reason"]> = new Set(["host-key-unknown", "host-key-changed", "auth-refused"]);

/** 69: not reached; 77: it must not or does not let us in; 65: the key cannot be used. */
function unreached(target: HostTarget, failure: Unreached, { lang, hint, values }: Context): Answer {
  const { why, next } = unreachedText(target, failure, lang);
  const exit = ourFault.has(failure.reason) ? 65 : notTrusted.has(failure.reason) ? 77 : 69;
  if (values["json"] !== true) hint(next === "" ? why : `${next}\n${why}`);
  const seen = "seen" in failure ? failure.seen : failure.said;
  return {
    exit,
    json: { ok: false, host: target.name, error: { reason: failure.reason, seen, message: why, fix: next } },
    text: "",
  };
}

/** What the machine printed and what was read of it, without secrets: for the provider's support. */
function packText(raw: string, json: Record<string, unknown>): string {
  const masked = raw.split("\n").map((line) => maskSecrets(line));
  return `# koboshi host diagnosis pack\n\n## reading\n${JSON.stringify(json, null, 2)}\n\n## raw\n${masked.join("\n")}\n`;
}

/** Whole or not at all. @throws KoboshiError KB1001 */
function writePack(file: string, text: string, { lang, hint }: Context): void {
  const say = hostLookWords(lang);
  const whole = path.resolve(file);
  const half = `${whole}.${process.pid}.part`;
  try {
    const handle = fs.openSync(half, "wx", 0o600);
    try {
      fs.writeFileSync(handle, text);
      fs.fsyncSync(handle);
    } finally {
      fs.closeSync(handle);
    }
    fs.renameSync(half, whole);
  } catch (cause) {
    fs.rmSync(half, { force: true });
    throw new KoboshiError("KB1001", { what: say.packUnwritten(file, errorText(cause)) }, cause);
  }
  hint(say.packWritten(file));
}
