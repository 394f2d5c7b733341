import { evidence, type Reading } from "./evidence.ts";
import { readBackendErrors, type BackendTrouble } from "./log-lines.ts";

/** Lines that say a backend did not answer in time. */
export const apEtime = evidence({
  id: "ap.etime",
  bundle: "log",
  title: { ja: "裏側の時間切れの記録", en: "timeouts of the backend in the log" },
  states: ["none", "some", "many"],
  stateWords: {
    none: { ja: "ありません", en: "none" },
    some: { ja: "少しあります", en: "some" },
    many: { ja: "多数あります", en: "many" },
  },
  leak: [0.05, 0.005],
  group: "app",
  timeoutSeconds: 8,
  risk: 1,
  tellsOfBehind: true,
  unit: "count/min",

  read(trouble: BackendTrouble): Reading {
    return readBackendErrors(
      trouble,
      trouble.errors.filter(({ kind }) => kind === "timeout"),
    );
  },
});
