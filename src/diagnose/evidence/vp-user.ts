import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { evidence, type Reading } from "./evidence.ts";

/** Reports from people around the incident; the value counts them. */
export const vpUser = evidence({
  id: "vp.user",
  bundle: "user",
  title: { ja: "利用者の申告", en: "what people report" },
  states: ["none", "one", "many"],
  stateWords: {
    none: { ja: "申告はありません", en: "nobody reported anything" },
    one: { ja: "1 人または 1 部署から申告があります", en: "one person or department reports it" },
    many: { ja: "複数の利用者から申告があります", en: "several people report it" },
  },
  leak: [0.02, 0.01],
  group: null,
  timeoutSeconds: 1,
  risk: 0,
  unit: "count",

  /** @param said.sources different people who cannot reach it */
  read({ sources, canReport, texts }: PeopleSaid): Reading | MissingReason {
    if (sources === 0 && !canReport) return "not-configured";
    const state = sources === 0 ? "none" : sources === 1 ? "one" : "many";
    return { state, value: sources, facts: { sources }, raw: texts.join("\n").slice(0, keptRaw) };
  },
});

const keptRaw = 2_048;

export interface PeopleSaid {
  readonly sources: number;
  /** there is a page on which people can say so */
  readonly canReport: boolean;
  readonly texts: readonly string[];
}
