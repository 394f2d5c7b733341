import { whileAlive } from "./alive.ts";
import path from "node:path";
import { parseArgs, type ParseArgsConfig } from "node:util";
import type { Clock } from "../kernel/clock.ts";
import { errorCodes, errorText, KoboshiError } from "../kernel/errors.ts";
import type { Lang } from "../kernel/lang.ts";
import { parseDurationMs } from "../kernel/units.ts";
import { cliWords } from "../words/cli.ts";
import { explainError } from "../words/errors.ts";
import { createHubClient, HubRefusal, type HubPlace } from "./client.ts";
import type { Answer, Command, CommandTable, Context, Values } from "./command.ts";
import { commandHelp, overview } from "./help.ts";
import { chooseLang } from "./lang.ts";
import { nearest } from "./nearest.ts";
import { createTerminal } from "./terminal.ts";

/** Everything of the process a command may touch. */
export interface Process {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly clock: Clock;
  readonly isTty: boolean;
  stdout(text: string): void;
  stderr(text: string): void;
  readonly signal: AbortSignal;
}

export const globalOptions = {
  json: { type: "boolean" },
  plain: { type: "boolean" },
  quiet: { type: "boolean", short: "q" },
  verbose: { type: "boolean", short: "v" },
  help: { type: "boolean", short: "h" },
  lang: { type: "string" },
  "no-color": { type: "boolean" },
  "no-input": { type: "boolean" },
  yes: { type: "boolean" },
  server: { type: "string" },
  "token-file": { type: "string" },
  timeout: { type: "string" },
  config: { type: "string" },
} as const satisfies NonNullable<ParseArgsConfig["options"]>;

const defaultTimeoutMs = 30_000;

/** Runs one command line. @returns the exit code; data went to stdout, everything else to stderr */
export async function runCommandLine(process: Process, commands: CommandTable): Promise<number> {
  const fallbackLang = chooseLang(process.argv, process.env);
  const wantsJson = process.argv.includes("--json");
  try {
    return await dispatch(process, commands, fallbackLang);
  } catch (thrown) {
    const error =
      thrown instanceof KoboshiError ? thrown : new KoboshiError("KB1004", { what: errorText(thrown) }, thrown);
    return printError(process, error, { lang: fallbackLang, json: wantsJson });
  }
}

async function dispatch(process: Process, commands: CommandTable, lang: Lang): Promise<number> {
  const { load, rest } = find(process.argv, commands);
  if (load === null) return withoutCommand(process, commands, lang);
  const command = await load();
  const { values, args } = parse(command, rest);
  if (values["help"] === true) {
    process.stdout(commandHelp(command, lang));
    return 0;
  }
  const answer = await whileAlive(() => command.run(contextOf(process, { values, args, lang })));
  printAnswer(process, { command, answer, values });
  return answer.exit;
}

/** Flags stand before or after the words; the longest matching name wins (`incident ls` before `incident`). */
function find(
  argv: readonly string[],
  commands: CommandTable,
): { load: (() => Promise<Command>) | null; rest: readonly string[] } {
  const words = wordsOf(argv);
  for (const length of [2, 1]) {
    const name = words
      .slice(0, length)
      .map(({ text }) => text)
      .join(" ");
    const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (load !== undefined && words.length >= length) {
      const used = new Set(words.slice(0, length).map(({ index }) => index));
      return { load, rest: argv.filter((_, index) => !used.has(index)) };
    }
  }
  return { load: null, rest: argv };
}

function takesValue(flag: string): boolean {
  return Object.entries(globalOptions).some(([name, option]) => option.type === "string" && `--${name}` === flag);
}

/** The words that are neither flags nor the values of global flags. */
function wordsOf(argv: readonly string[]): readonly { text: string; index: number }[] {
  return argv
    .map((text, index) => ({ text, index }))
    .filter(({ text, index }) => !text.startsWith("-") && !takesValue(argv[index - 1] ?? ""));
}

async function withoutCommand(process: Process, commands: CommandTable, lang: Lang): Promise<number> {
  const word = wordsOf(process.argv)[0]?.text;
  if (word === undefined || word === "help") {
    const all = await Promise.all(Object.values(commands).map((load) => load()));
    process.stdout(overview(all, lang));
    return process.argv.length === 0 || word === "help" || process.argv.some((flag) => /^(-h|--help)$/.test(flag))
      ? 0
      : 64;
  }
  const names = Object.keys(commands);
  const verbs = names.filter((name) => name.startsWith(`${word} `));
  if (verbs.length > 0 && process.argv.some((flag) => /^(-h|--help)$/.test(flag))) {
    const group = await Promise.all(verbs.flatMap((name) => commands[name]?.() ?? []));
    process.stdout(overview(group, lang));
    return 0;
  }
  const say = cliWords(lang);
  const hint = verbs.length > 0 ? say.chooseVerb(verbs) : say.unknownCommand(word, nearest(word, names));
  throw new KoboshiError("KB1001", { what: hint });
}

function parse(command: Command, rest: readonly string[]): { values: Values; args: readonly string[] } {
  try {
    const options = { ...globalOptions, ...command.options };
    const { values, positionals } = parseArgs({ args: [...rest], options, allowPositionals: true });
    return { values, args: positionals };
  } catch (cause) {
    throw new KoboshiError("KB1001", { what: `${command.name}: ${errorText(cause)}` }, cause);
  }
}

function contextOf(process: Process, parsed: { values: Values; args: readonly string[]; lang: Lang }): Context {
  const { values, args, lang } = parsed;
  const text = (name: string): string | undefined => (typeof values[name] === "string" ? values[name] : undefined);
  const configPath = path.resolve(process.cwd, text("config") ?? process.env["KOBOSHI_CONFIG"] ?? "koboshi.yml");
  const timeoutMs = timeoutOf(text("timeout"));
  return {
    args,
    values,
    lang,
    clock: process.clock,
    terminal: createTerminal({ isTty: process.isTty, noColour: values["no-color"] === true, env: process.env }),
    configPath,
    timeoutMs,
    verbose: values["verbose"] === true,
    signal: process.signal,
    hint: (line) => process.stderr(`${line}\n`),
    hub: () => {
      const asked = { server: text("server"), tokenFile: text("token-file"), configPath, env: process.env };
      const place = async (): Promise<HubPlace> => (await import("./hub-address.ts")).hubAddress(asked);
      return createHubClient({ place, timeoutMs, signal: process.signal });
    },
  };
}

function timeoutOf(written: string | undefined): number {
  if (written === undefined) return defaultTimeoutMs;
  const parsed = parseDurationMs(written);
  if (!parsed.ok) throw new KoboshiError("KB1001", { what: `--timeout ${written} (30s, 2m …)` });
  return parsed.value;
}

function printAnswer(
  process: Process,
  { command, answer, values }: { command: Command; answer: Answer; values: Values },
): void {
  const lines = (rows: readonly string[]): void => process.stdout(rows.map((row) => `${row}\n`).join(""));
  if (values["json"] === true) {
    const schema = `koboshi.${command.name.replaceAll(" ", "-")}/1`;
    process.stdout(`${JSON.stringify({ schema, ...answer.json }, null, process.isTty ? 2 : 0)}\n`);
  } else if (values["quiet"] === true) lines(answer.quiet ?? []);
  else if (values["plain"] === true) lines(answer.plain ?? answer.text.split("\n"));
  else if (answer.text !== "") process.stdout(answer.text.endsWith("\n") ? answer.text : `${answer.text}\n`);
}

function printError(process: Process, error: KoboshiError, { lang, json }: { lang: Lang; json: boolean }): number {
  const { exit } = errorCodes[error.code];
  const { message, fix } = error instanceof HubRefusal ? error.said : explainError(error.code, error.facts, lang);
  if (json) process.stdout(`${JSON.stringify({ type: "error", code: error.code, exit, message, fix })}\n`);
  // the line that matters most stands last
  process.stderr(`${fix}\n${error.code}: ${message}\n`);
  return exit;
}
