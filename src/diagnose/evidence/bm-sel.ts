import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import type { HardwareStatus } from "../../kernel/ports-hardware.ts";
import { controllerOf, tellsOfSystem, troublesSince, withoutController } from "./hardware.ts";
import { evidence, type Reading } from "./evidence.ts";

/** New entries around the incident; the value counts them. */
export const bmSel = evidence({
  id: "bm.sel",
  bundle: "bmc",
  title: { ja: "装置の記録(管理コントローラー)", en: "hardware log (controller)" },
  states: ["none", "warn", "crit"],
  stateWords: {
    none: { ja: "新しい記録はありません", en: "nothing new" },
    warn: { ja: "警告の記録があります", en: "warnings" },
    crit: { ja: "重大な記録があります", en: "critical entries" },
  },
  leak: [0.03, 0.003],
  group: "bmc",
  isExact: true,
  timeoutSeconds: 5,
  risk: 0,
  unit: "count",

  /** @param found.fromMs entries older than this were there before */
  read({ hardware, fromMs }: { readonly hardware: HardwareStatus; readonly fromMs: number }): Reading | MissingReason {
    const troubles = troublesSince(hardware, fromMs);
    if (troubles === null) return withoutController(controllerOf(hardware));
    const fresh = troubles.filter((entry) => !tellsOfSystem(entry));
    const isCritical = fresh.some(({ severity }) => severity === "critical");
    const state = fresh.length === 0 ? "none" : isCritical ? "crit" : "warn";
    const texts = fresh.map(({ text }) => text);
    return { state, value: fresh.length, facts: { newest: texts[0] ?? null }, raw: texts.join("\n").slice(0, keptRaw) };
  },
});

const keptRaw = 2_048;
