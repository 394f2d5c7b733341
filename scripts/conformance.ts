// `scripts/conformance.ts [SUITE…]`: runs the published cases of KOBOSHI_DATA against our readers and prints how many agree.
// Exit 3 when a suite has fewer than recorded here, or is not there though it was named.
import fs from "node:fs";
import path from "node:path";
import { hardwareSuites } from "./conformance/hardware.ts";
import { parseOpenMetrics } from "../src/readers/metrics/openmetrics.ts";
import { folderText, logSuites } from "./conformance/logs.ts";
import { noticeSuites } from "./conformance/notices.ts";

type Results = readonly { readonly name: string; readonly agrees: boolean }[];

interface Suite {
  readonly name: string;
  /** below KOBOSHI_DATA */
  readonly file: string;
  /** cases that agreed when this was last looked at; fewer is a step back */
  readonly recorded: number;
  /** @returns for each case of the text its name and whether we agree */
  run?(text: string): Results;
  /** instead, for what is more than text: is given the path itself */
  runAt?(file: string): Promise<Results>;
}

function rows(text: string): readonly unknown[] {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line): unknown => JSON.parse(line));
}

/** Prometheus' own cases for OpenMetrics 1.0: what must be read and what must be refused. */
const openmetrics: Suite = {
  name: "openmetrics",
  file: "conformance/openmetrics.jsonl",
  recorded: 99,
  run: (text) =>
    (rows(text) as readonly { name: string; shouldParse: boolean; text: string }[]).map((one) => ({
      name: one.name,
      agrees: parseOpenMetrics(one.text).ok === one.shouldParse,
    })),
};

const suites: readonly Suite[] = [openmetrics, ...logSuites, ...hardwareSuites, ...noticeSuites];

async function report(suite: Suite, data: string): Promise<boolean> {
  const file = path.join(data, suite.file);
  if (!fs.existsSync(file)) {
    console.log(`${suite.name}: not there (${file})`);
    return !process.argv.includes(suite.name);
  }
  const text = (): string => (fs.statSync(file).isDirectory() ? folderText(file) : fs.readFileSync(file, "utf8"));
  const results = (await suite.runAt?.(file)) ?? suite.run?.(text()) ?? [];
  const agreeing = results.filter(({ agrees }) => agrees).length;
  console.log(`${suite.name}: ${agreeing} of ${results.length} (recorded ${suite.recorded})`);
  for (const { name, agrees } of results) if (!agrees) console.log(`  differs: ${name}`);
  return agreeing >= suite.recorded;
}

const data = process.env["KOBOSHI_DATA"];
const wanted = process.argv.slice(2);
if (data === undefined) {
  console.log("KOBOSHI_DATA names no folder with published cases: nothing was run");
} else {
  const chosen = suites.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  const fine: boolean[] = [];
  for (const suite of chosen) fine.push(await report(suite, data));
  if (fine.includes(false)) process.exitCode = 3;
}
