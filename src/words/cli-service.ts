import { catalogue } from "./catalogue.ts";

/** What `koboshi service …` prints around the data. */
export const cliServiceWords = catalogue(
  {
    none: "サービスがありません",
    past: (days: number, text: string) => `${days}日: ${text}`,
    checks: "監視項目",
    paused: (until: string, reason: string) => `${until} まで停止中: ${reason}`,
    pausedAll: (name: string, count: number, until: string) =>
      `${name} の監視項目 ${count}件を ${until} まで止めました`,
    resumedAll: (name: string, count: number) => `${name} の監視項目 ${count}件を再開しました`,
    nonePaused: (name: string) => `${name} に止めている監視項目はありません`,
    tested: (name: string) => `${name} をいま確認しました`,
    notYet: "まだ届いていない結果があります。少し待って koboshi service show で確かめてください",
    needsKey: "サービスの名前を書いてください(例: koboshi service show shop)",
    needsReason: "止める理由を書いてください(例: --reason 入れ替え作業)",
    needsFor: (written: string) => `止める長さは 1m から 30d で書いてください: ${written}`,
    noChecks: (name: string) => `${name} に監視項目がありません`,
  },
  {
    none: "No services",
    past: (days: number, text: string) => `${days} days: ${text}`,
    checks: "Checks",
    paused: (until: string, reason: string) => `paused until ${until}: ${reason}`,
    pausedAll: (name: string, count: number, until: string) =>
      `${count} ${count === 1 ? "check" : "checks"} of ${name} paused until ${until}`,
    resumedAll: (name: string, count: number) => `${count} ${count === 1 ? "check" : "checks"} of ${name} resumed`,
    nonePaused: (name: string) => `no check of ${name} is paused`,
    tested: (name: string) => `${name} was looked at just now`,
    notYet: "some results are not there yet: look again with koboshi service show in a moment",
    needsKey: "name a service (such as koboshi service show shop)",
    needsReason: "give a reason (such as --reason replacement)",
    needsFor: (written: string) => `--for takes 1m to 30d: ${written}`,
    noChecks: (name: string) => `${name} has no check`,
  },
);
