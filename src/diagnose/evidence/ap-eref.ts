import { evidence, type Reading } from "./evidence.ts";
import { readBackendErrors, type BackendTrouble } from "./log-lines.ts";

/** Lines that say a backend could not be connected to. */
export const apEref = evidence({
  id: "ap.eref",
  bundle: "log",
  title: { ja: "裏側への接続失敗の記録", en: "refused backend connections in the log" },
  states: ["none", "some", "many"],
  stateWords: {
    none: { ja: "ありません", en: "none" },
    some: { ja: "少しあります", en: "some" },
    many: { ja: "多数あります", en: "many" },
  },
  leak: [0.02, 0.003],
  group: null,
  timeoutSeconds: 8,
  risk: 1,
  tellsOfBehind: true,
  unit: "count/min",

  /** A connection that ends without an answer counts, too: the program behind fell over it, or was just stopped. */
  read(trouble: BackendTrouble): Reading {
    return readBackendErrors(
      trouble,
      trouble.errors.filter(({ kind }) => kind !== "timeout"),
    );
  },
});
