import { catalogue } from "./catalogue.ts";

/** The network to a check's target, on the page of the check. */
export const checkPathWords = catalogue(
  {
    title: "対象までの経路",
    lead: (target: string) => `koboshi が動くこのマシンから ${target} までです。`,
    loss: (loss: string) => `損失 ${loss}(5分間)`,
    ways: "これまでの経路(新しい順)",
    noWays: "経路はまだ調べていません。15分ごとに調べます。",
    waysUnreadable: "これまでの経路を読めませんでした。監視と通知は動いています。",
    current: "いまの経路",
    more: (count: number) => `ほか ${count} 件`,
    all: "すべての経路へ",
  },
  {
    title: "Path to its target",
    lead: (target: string) => `From the machine koboshi runs on to ${target}.`,
    loss: (loss: string) => `loss ${loss} (5 min)`,
    ways: "Routes so far, newest first",
    noWays: "The route was not looked at yet. It is every 15 minutes.",
    waysUnreadable: "The routes so far could not be read. Checks and alerts are running.",
    current: "the route now",
    more: (count: number) => `and ${count} more`,
    all: "All paths",
  },
);
