import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import type { HardwareStatus } from "../../kernel/ports-hardware.ts";
import { evidence, type Reading } from "./evidence.ts";
import { tellsOfSystem, troublesSince } from "./hardware.ts";

/** What stands on the machine's screen, as far as the controller writes it down: how the system ended. */
export const bmCon = evidence({
  id: "bm.con",
  bundle: "bmc",
  title: { ja: "画面の文字(管理コントローラー)", en: "console text (controller)" },
  states: ["login", "boot", "panic"],
  stateWords: {
    login: { ja: "ログイン画面です", en: "login prompt" },
    boot: { ja: "起動の途中です", en: "starting up" },
    panic: { ja: "カーネルパニックの表示です", en: "kernel panic" },
  },
  leak: [0.003, 0.001],
  group: null,
  isExact: true,
  timeoutSeconds: 6,
  risk: 0,
  unit: "state",

  /** No such entry is no login prompt: many systems end without a word. */
  read({ hardware, fromMs }: { readonly hardware: HardwareStatus; readonly fromMs: number }): Reading | MissingReason {
    const ends = (troublesSince(hardware, fromMs) ?? []).filter(tellsOfSystem);
    if (ends.length === 0) return "not-configured";
    const texts = ends.map(({ text }) => text);
    return { state: "panic", value: null, facts: { detail: texts[0] ?? "" }, raw: texts.join("\n").slice(0, keptRaw) };
  },
});

const keptRaw = 2_048;
