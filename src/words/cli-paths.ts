import { catalogue } from "./catalogue.ts";

/** What the command line says of paths and of people's reports. */
export const cliPathWords = catalogue(
  {
    noPaths: "測っている経路はまだありません(ほかのマシンを見る監視項目を書くと測り始めます)",
    lost: (loss: string) => `損失 ${loss}`,
    delay: (milliseconds: string) => `往復 ${milliseconds} ms`,
    notMeasured: (why: string) => (why === "" ? "まだ測っていません" : `測れません(${why})`),
    hops: (count: number) => `${count} ホップ`,
    lossy: "損失あり",
    changed: "経路が変わりました",
    noReports: "利用者からの報告はまだありません",
    can: "使えます",
    cannot: "使えません",
    turnedAway: (count: number) => `多すぎたため保存しなかった報告: ${count}件`,
  },
  {
    noPaths: "no path is measured yet; write a check of another machine and it will be",
    lost: (loss: string) => `loss ${loss}`,
    delay: (milliseconds: string) => `round trip ${milliseconds} ms`,
    notMeasured: (why: string) => (why === "" ? "not measured yet" : `cannot be measured (${why})`),
    hops: (count: number) => `${count} hops`,
    lossy: "loses packets",
    changed: "route changed",
    noReports: "nobody has reported anything yet",
    can: "works",
    cannot: "does not work",
    turnedAway: (count: number) => `reports not kept because there were too many: ${count}`,
  },
);
