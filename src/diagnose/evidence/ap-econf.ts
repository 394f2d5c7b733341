import { evidence, type Reading } from "./evidence.ts";
import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { told } from "./inside.ts";
import { type Counted } from "./log-lines.ts";
import { excerpt } from "../lines/signs.ts";
import type { HostWeb } from "../../kernel/model/host-service-answers.ts";

/** Lines that say a configuration was not accepted. */
export const apEconf = evidence({
  id: "ap.econf",
  bundle: "log",
  title: { ja: "設定エラーの記録", en: "configuration errors in the log" },
  states: ["no", "yes"],
  stateWords: {
    no: { ja: "ありません", en: "none" },
    yes: { ja: "あります", en: "found" },
  },
  leak: [0.003],
  group: null,
  isExact: true,
  timeoutSeconds: 8,
  risk: 1,
  unit: "count",

  /** What the programs themselves say of their configuration counts before what stands in a log. */
  read({ lines, web }: ConfigurationFaults): Reading | MissingReason {
    const tests = [web?.apache, web?.nginx].flatMap((test) => test ?? []);
    const bad = tests.filter(({ isFine }) => !isFine);
    if (lines === null && tests.length === 0) return "not-configured";
    const said = [...bad.map(({ said: text }) => ({ text })), ...(lines ?? [])];
    const [first] = said;
    return told(said.length > 0 ? "yes" : "no", said.length, {
      detail: first === undefined ? "" : placeIn(first.text),
      raw: excerpt(said),
    });
  },
});

export interface ConfigurationFaults {
  /** null: no log of it is followed */
  readonly lines: Counted["lines"] | null;
  /** null: the machine was not asked */
  readonly web: Pick<HostWeb, "apache" | "nginx"> | null;
}

/** `/etc/nginx/nginx.conf:31` */
function placeIn(text: string): string {
  const [, line, file] = /on line (\d+) of ([^:\s]+)/.exec(text) ?? [];
  return line === undefined ? (/\/\S+:\d+/.exec(text)?.[0] ?? text.slice(0, 80)) : `${file}:${line}`;
}
