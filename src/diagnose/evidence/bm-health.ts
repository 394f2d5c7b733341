import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import type { HardwareStatus } from "../../kernel/ports-hardware.ts";
import { answeringOf, controllerOf, withoutController } from "./hardware.ts";
import { evidence, type Reading } from "./evidence.ts";

/** Worst of all parts; the value counts parts that are not well. */
export const bmHealth = evidence({
  id: "bm.health",
  bundle: "bmc",
  title: { ja: "装置の健全性(管理コントローラー)", en: "hardware health (controller)" },
  states: ["ok", "warn", "crit"],
  stateWords: {
    ok: { ja: "正常です", en: "fine" },
    warn: { ja: "警告があります", en: "warnings" },
    crit: { ja: "重大な異常があります", en: "critical" },
  },
  leak: [0.03, 0.003],
  group: "bmc",
  isExact: true,
  timeoutSeconds: 5,
  risk: 0,
  unit: "count",

  /** The controller's word; where there is none, that of the machine's SNMP agent. */
  read(hardware: HardwareStatus): Reading | MissingReason {
    const source = answeringOf(hardware);
    if (source?.reading == null) return withoutController(controllerOf(hardware));
    const { health, sensors, drives } = source.reading;
    if (health === "unknown") return "not-configured";
    const bad = [...sensors, ...drives].filter((one) => one.health === "warning" || one.health === "critical");
    const state = { ok: "ok", warning: "warn", critical: "crit" }[health];
    const names = bad.slice(0, mostNamed).map(({ name }) => name);
    return { state, value: bad.length, facts: { names }, raw: names.join("\n") };
  },
});

const mostNamed = 20;
