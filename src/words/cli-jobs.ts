import { catalogue } from "./catalogue.ts";

/** What the command line says around a job's facts. */
export const cliJobWords = catalogue(
  {
    none: "定期便はまだありません。koboshi.yml の jobs に書くと、呼び出し先の宛先ができます。",
    pings: "届いた報告",
    noPings: "まだ届いていません",
    whichJob: "定期便の名前を書いてください(例: koboshi job show nightly-batch)",
    exit: (code: number) => `終了コード ${code}`,
  },
  {
    none: "No job yet. Write one into jobs of koboshi.yml and it gets an address to call.",
    pings: "Reports",
    noPings: "none yet",
    whichJob: "name a job (such as koboshi job show nightly-batch)",
    exit: (code: number) => `exit code ${code}`,
  },
);
