// `scripts/reference.ts [--check]`: writes what is derived from the code, or fails when a written file differs from it.
import fs from "node:fs";
import path from "node:path";
import fastify from "fastify";
import type { ApiDeps } from "../src/api/deps.ts";
import { registerApi } from "../src/api/register.ts";
import { allCommands } from "../src/cli/commands/index.ts";
import { commandHelp, overview } from "../src/cli/help.ts";
import { configJsonSchema, configReference, untoldKeys } from "../src/config/index.ts";
import { errorCodes, type ErrorCode } from "../src/kernel/errors.ts";
import type { Lang } from "../src/kernel/lang.ts";
import { explainError } from "../src/words/errors.ts";

/** One derived file. A new one is one line below. */
interface Derived {
  readonly file: string;
  make(): string | Promise<string>;
}

const derived: readonly Derived[] = [
  { file: "schema/koboshi.schema.json", make: () => `${JSON.stringify(configJsonSchema(), null, 2)}\n` },
  { file: "docs/reference/config.ja.md", make: () => configReference("ja") },
  { file: "docs/reference/config.en.md", make: () => configReference("en") },
  { file: "docs/reference/errors.ja.md", make: () => errorReference("ja") },
  { file: "docs/reference/errors.en.md", make: () => errorReference("en") },
  { file: "docs/reference/cli.ja.md", make: () => cliReference("ja") },
  { file: "docs/reference/cli.en.md", make: () => cliReference("en") },
  { file: "docs/reference/openapi.json", make: openapi },
];

/** What a derived file cannot say of itself: sentences, each a reason to fail. */
const rules: readonly (() => readonly string[])[] = [
  () => untoldKeys().map((key) => `configuration key ${key} has no text in both languages`),
];

function errorReference(lang: Lang): string {
  const heads = {
    ja: ["エラー一覧", "意味", "直し方", "終了コード"],
    en: ["Error codes", "meaning", "what to do", "exit"],
  }[lang];
  const [title, ...columns] = heads;
  const rows = (Object.keys(errorCodes) as ErrorCode[]).map((code) => {
    const { message, fix } = explainError(code, {}, lang);
    const { exit, status } = errorCodes[code];
    return `| \`${code}\` | ${[message, fix].map((text) => text.replaceAll("|", "\\|")).join(" | ")} | ${exit} | ${status} |`;
  });
  return `# ${title}\n\n| | ${columns.join(" | ")} | HTTP |\n|---|---|---|---|---|\n${rows.join("\n")}\n`;
}

async function cliReference(lang: Lang): Promise<string> {
  const commands = await allCommands();
  const pages = commands.map(
    (command) => `## koboshi ${command.name}\n\n\`\`\`\n${commandHelp(command, lang)}\`\`\`\n`,
  );
  return `# ${{ ja: "コマンド一覧", en: "Commands" }[lang]}\n\n\`\`\`\n${overview(commands, lang)}\`\`\`\n\n${pages.join("\n")}`;
}

/** The description the running hub serves: the routes are registered, none is called. */
async function openapi(): Promise<string> {
  const app = fastify();
  await registerApi(app, { version: "0" } as ApiDeps);
  await app.ready();
  const { body } = await app.inject("/api/v1/openapi.json");
  return `${JSON.stringify(JSON.parse(body), null, 2)}\n`;
}

const check = process.argv.includes("--check");
const problems = rules.flatMap((rule) => rule());
for (const { file, make } of derived) {
  const text = await make();
  const before = fs.existsSync(file) ? fs.readFileSync(file, "utf8") : null;
  if (before === text) continue;
  if (check) problems.push(`${file} differs from the code; run: npm run reference`);
  else {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
    console.log(`written: ${file}`);
  }
}
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
