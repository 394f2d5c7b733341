import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { evidence, type Reading } from "./evidence.ts";
import { told, whyNot, type HostInside } from "./inside.ts";

/** Units in the failed state besides the service's own. */
export const hsUnit = evidence({
  id: "hs.unit",
  bundle: "ssh",
  title: { ja: "失敗した他のユニット", en: "other failed units" },
  states: ["none", "some"],
  stateWords: {
    none: { ja: "ありません", en: "none" },
    some: { ja: "あります", en: "some" },
  },
  leak: [0.05],
  group: null,
  isExact: true,
  timeoutSeconds: 8,
  risk: 1,
  unit: "count",

  /** @param own units of the services, which are told of by themselves */
  read({ inside, own }: { readonly inside: HostInside; readonly own: ReadonlySet<string> }): Reading | MissingReason {
    const { answers, reading } = inside;
    const failed = answers.units?.failed.map(({ name }) => name) ?? reading?.units?.failed ?? null;
    if (failed === null) return whyNot(answers, "units");
    const others = failed.filter((name) => !own.has(name));
    return told(others.length > 0 ? "some" : "none", others.length, {
      detail: others.slice(0, mostNamed).join(", "),
      raw: answers.raw.units ?? "",
    });
  },
});

const mostNamed = 4;
