import { catalogue } from "./catalogue.ts";

/** How data came back, with the time each step took. `{name}` marks where a fact stands. */
export const reportRecoveryWords = catalogue(
  {
    heading: "データの復元(段階ごとの実測時間)",
    step: "段階",
    took: "時間",
    amount: "量",
    decide: "判断(検知から復元の開始まで)",
    whole: "復元の開始から終わりまで",
    answer: "復元の終わりから、サービスの復旧を確認するまで",
    all: "発生から復旧まで",
    copy: "{plan}: {place} の控え({set})から {target} へ。{state}",
    lost: "失われた時間(最後の記録から復元の開始まで): {lost}",
    letter: "復元の記録: {data} 時点のデータに、{took}で戻しました({phases})",
    letterUnknown: "復元の記録: 控えから {took}で戻しました({phases})",
  },
  {
    heading: "Data brought back (each step as measured)",
    step: "Step",
    took: "Time",
    amount: "Amount",
    decide: "Deciding (from noticed to the restore's beginning)",
    whole: "Restore, beginning to end",
    answer: "From the restore's end until the service was seen to work",
    all: "From the beginning until it worked again",
    copy: "{plan}: from the copy at {place} ({set}) to {target}. {state}",
    lost: "Lost (from the last record to the restore's beginning): {lost}",
    letter: "Restore on record: the data as of {data} were back after {took} ({phases})",
    letterUnknown: "Restore on record: back from a copy after {took} ({phases})",
  },
);
