import { evidence } from "./evidence.ts";

/** Whether other customers of the provider report the same. */
export const pvCrowd = evidence({
  id: "pv.crowd",
  bundle: "prov",
  title: { ja: "他の利用者の声", en: "what others say" },
  states: ["none", "some", "many"],
  stateWords: {
    none: { ja: "ありません", en: "nobody else" },
    some: { ja: "少しあります", en: "some" },
    many: { ja: "多数あります", en: "many" },
  },
  leak: [0.03, 0.002],
  group: null,
  timeoutSeconds: 3,
  risk: 0,
  unit: "count",
});
