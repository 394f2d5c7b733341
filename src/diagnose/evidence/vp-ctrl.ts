import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import { evidence, type Reading } from "./evidence.ts";

/** Addresses of the provider that are not ours; the value is the share of them that fail. */
export const vpCtrl = evidence({
  id: "vp.ctrl",
  bundle: "net",
  title: { ja: "同じ事業者の他者", en: "others at the same provider" },
  states: ["ok", "some", "all"],
  stateWords: {
    ok: { ja: "正常です", en: "fine" },
    some: { ja: "一部に届きません", en: "some cannot be reached" },
    all: { ja: "すべてに届きません", en: "none can be reached" },
  },
  leak: [0.01, 0.001],
  group: null,
  timeoutSeconds: 3,
  risk: 0,
  unit: "ratio",

  read({ failed, tried }: { readonly failed: readonly string[]; readonly tried: number }): Reading | MissingReason {
    if (tried === 0) return "not-configured";
    const state = failed.length === 0 ? "ok" : failed.length === tried ? "all" : "some";
    return { state, value: failed.length / tried, facts: { failed, tried }, raw: failed.join("\n") };
  },
});
