import { evidence } from "./evidence.ts";

/** What stands on the machine's screen or serial console. */
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
  timeoutSeconds: 6,
  risk: 0,
  unit: "state",
});
