import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import type { HardwareStatus } from "../../kernel/ports-hardware.ts";
import { controllerOf } from "./hardware.ts";
import { evidence, type Reading } from "./evidence.ts";

/** Whether the controller answers; it has its own power and often its own network. */
export const bmReach = evidence({
  id: "bm.reach",
  bundle: "bmc",
  title: { ja: "管理コントローラーへの到達", en: "the controller itself" },
  states: ["ok", "timeout"],
  stateWords: {
    ok: { ja: "応答があります", en: "answers" },
    timeout: { ja: "応答がありません", en: "no answer" },
  },
  leak: [0.01],
  group: null,
  timeoutSeconds: 3,
  risk: 0,
  unit: "ms",

  read(hardware: HardwareStatus): Reading | MissingReason {
    const controller = controllerOf(hardware);
    if (controller === null || controller.state === "missing" || controller.state === "waiting")
      return "not-configured";
    const { state, reason, tookMs, address } = controller;
    // whatever it says, it says something
    return { state: state === "silent" ? "timeout" : "ok", value: tookMs, facts: { address }, raw: reason ?? "" };
  },
});
