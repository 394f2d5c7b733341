import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import type { HardwareStatus } from "../../kernel/ports-hardware.ts";
import { controllerOf, withoutController } from "./hardware.ts";
import { evidence, type Reading } from "./evidence.ts";

/** What the machine's controller says of its power. */
export const bmPower = evidence({
  id: "bm.power",
  bundle: "bmc",
  title: { ja: "電源(管理コントローラー)", en: "power (controller)" },
  states: ["on", "off"],
  stateWords: {
    on: { ja: "入っています", en: "on" },
    off: { ja: "切れています", en: "off" },
  },
  leak: [0.001],
  group: null,
  isExact: true,
  timeoutSeconds: 5,
  risk: 0,
  unit: "state",

  read(hardware: HardwareStatus): Reading | MissingReason {
    const controller = controllerOf(hardware);
    if (controller?.state !== "ok") return withoutController(controller);
    const power = controller.reading?.power ?? "unknown";
    return power === "unknown" ? "not-configured" : { state: power, value: null, facts: {}, raw: "" };
  },
});
