// `page-publishing.ts once|forever TARGET`: a process that publishes, to be killed or to be run where the disk is small.
// TARGET is JSON; `privateKeyFile` in it names the key. Prints one line for each publication: `ok` or the reason.
import fs from "node:fs";
import { createSystemClock } from "../../src/app/clock.ts";
import { pageEdition } from "../../src/inform/edition.ts";
import { publishPage } from "../../src/inform/publishers/index.ts";
import type { PublishTarget } from "../../src/kernel/model/site.ts";
import { Secret } from "../../src/kernel/secret.ts";
import { pageCases } from "./page-facts.ts";

const [mode, text = "{}"] = process.argv.slice(2);
const given = JSON.parse(text) as PublishTarget & { privateKeyFile?: string };
const file = given.privateKeyFile;
const target = file === undefined ? given : { ...given, privateKey: new Secret(fs.readFileSync(file, "utf8"), "test") };
const context = { clock: createSystemClock(), signal: new AbortController().signal };

async function publish(name: keyof typeof pageCases): Promise<void> {
  const result = await publishPage(target, pageEdition(pageCases[name]()).files, context);
  process.stdout.write(`${result.ok ? "ok" : String(result.error.facts["reason"])}\n`);
}

const keepAlive = setInterval(() => {}, 1_000);
const rounds = mode === "forever" ? Infinity : 1;
for (let round = 0; round < rounds; round++) {
  await publish("ok");
  await publish("down");
}
clearInterval(keepAlive);
