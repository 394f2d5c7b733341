import { evidence, type Reading } from "./evidence.ts";
import { told } from "./inside.ts";
import { amountOf, type Counted } from "./log-lines.ts";
import { worstMinute } from "../lines/rates.ts";
import { excerpt } from "../lines/signs.ts";

/** Lines of crashes, fatal errors and uncaught exceptions. */
export const apEcrash = evidence({
  id: "ap.ecrash",
  bundle: "log",
  title: { ja: "異常終了・例外の記録", en: "crashes and exceptions in the log" },
  states: ["none", "some", "many"],
  stateWords: {
    none: { ja: "ありません", en: "none" },
    some: { ja: "少しあります", en: "some" },
    many: { ja: "多数あります", en: "many" },
  },
  leak: [0.05, 0.004],
  group: null,
  timeoutSeconds: 8,
  risk: 1,
  unit: "count/min",

  read({ lines }: Counted): Reading {
    const perMinute = worstMinute(lines);
    const newest = lines.toSorted((a, b) => b.atMs - a.atMs)[0];
    return told(amountOf(lines.length, perMinute, 0), perMinute, {
      detail: newest === undefined ? "" : `×${perMinute}/min ${saidIn(newest.text)}`,
      raw: excerpt(lines),
    });
  },
});

const said =
  /(?:exit signal [\w ]+|PHP (?:Fatal|Parse) error:?[^,]{0,80}|SQLSTATE\[\w+\][^,]{0,60}|Uncaught [^,]{0,80}|Traceback|OutOfMemoryError|segfault)/;

function saidIn(text: string): string {
  return (said.exec(text)?.[0] ?? text).slice(0, 100).trim();
}
