import type { Lang } from "../kernel/lang.ts";
import type { PathPackets, PathStatus, Route } from "../kernel/ports-paths.ts";
import { catalogue } from "./catalogue.ts";

/** The network on the way to what the checks look at. */
export const pathWords = catalogue(
  {
    title: "経路",
    lead: "koboshi が動くこのマシンから、監視項目の対象までの通信の損失・遅れと、途中のルーターです。1分ごとに測り、15分ごとと異常の始まりに経路を調べます。",
    empty:
      "まだ測る相手がありません。koboshi.yml の services に、ほかのマシンを見る監視項目を書くと、そこまでの経路を測り始めます。",
    leftOut: (count: number) => `ほかに ${count} 件の対象は、数が多いため測っていません(200件まで)。`,
    onlyHere: "この版では、このマシン(観測地点 here)からの経路だけを測ります。",
    target: "対象",
    loss: "損失(5分間)",
    delay: "往復の時間",
    hops: "経路",
    notYet: "まだ測っていません",
    unobserved: "測れません",
    notObserved: (why: string) => `測れません(${why})`,
    lossy: "損失あり",
    changed: "経路が変わりました",
    fine: "変わりなし",
    since: (time: string) => `${time} から`,
    before: "その前の経路",
    unreached: "最後まで応答がありません",
    hopCount: (count: number) => `${count} ホップ`,
    milliseconds: (mean: string, max: string) => `平均 ${mean} ms・最大 ${max} ms`,
    jitter: (ms: string) => `ゆらぎ ${ms} ms`,
    noEcho: "ping に応答しません(対象が ping を受け付けない設定のこともあります)",
  },
  {
    title: "Paths",
    lead: "Loss and delay from the machine koboshi runs on to what its checks look at, and the routers in between. Measured each minute; routes are looked at every 15 minutes and when something begins to fail.",
    empty:
      "There is nothing to measure yet. Write a check of another machine into services of koboshi.yml, and the way to it is measured.",
    leftOut: (count: number) => `${count} further targets are not measured; 200 is the most.`,
    onlyHere: "This version measures from this machine (vantage here) only.",
    target: "Target",
    loss: "Loss (5 min)",
    delay: "Round trip",
    hops: "Route",
    notYet: "not measured yet",
    unobserved: "not measured",
    notObserved: (why: string) => `cannot be measured (${why})`,
    lossy: "loses packets",
    changed: "route changed",
    fine: "as usual",
    since: (time: string) => `since ${time}`,
    before: "The route before",
    unreached: "no answer from the end of it",
    hopCount: (count: number) => `${count} hops`,
    milliseconds: (mean: string, max: string) => `mean ${mean} ms, at most ${max} ms`,
    jitter: (ms: string) => `jitter ${ms} ms`,
    noEcho: "does not answer ping (it may be set up that way)",
  },
);

const reasons: Readonly<Record<string, Readonly<Record<Lang, string>>>> = {
  "no-ping": { ja: "ping を実行できません", en: "ping cannot run here" },
  "no-traceroute": { ja: "traceroute がありません", en: "traceroute is not installed" },
  "no-route": { ja: "相手への経路がありません", en: "there is no route to it" },
  "name-not-found": { ja: "名前が見つかりません", en: "its name is not found" },
  timeout: { ja: "時間切れ", en: "it took too long" },
  "vantage-silent": { ja: "観測地点から返事がありません", en: "the vantage gave no answer" },
  "outside-allow-list": { ja: "観測地点が許す宛先ではありません", en: "the vantage's own list does not allow it" },
  "probe-not-known": {
    ja: "観測地点の koboshi が古く、測れません",
    en: "the vantage runs an older koboshi that cannot",
  },
};

/** Why something could not be looked at. */
export function pathReason(code: string, lang: Lang): string {
  return reasons[code]?.[lang] ?? code;
}

export function packetText(packets: PathPackets, lang: Lang): string {
  const say = pathWords(lang);
  const { meanMs, maxMs, jitterMs } = packets;
  if (meanMs === null || maxMs === null) return say.noEcho;
  const times = say.milliseconds(shortMs(meanMs), shortMs(maxMs));
  return jitterMs === null ? times : `${times} · ${say.jitter(shortMs(jitterMs))}`;
}

/** `0 %`, `4.2 %` */
export function lossText({ lossRatio }: Pick<PathPackets, "lossRatio">): string {
  const percent = lossRatio * 100;
  return `${percent === 0 || percent >= 10 ? Math.round(percent) : percent.toFixed(1)} %`;
}

/** `10.0.1.1 → * → 10.0.3.1 | 10.0.3.5 → 192.0.2.7` */
export function hopsText({ hops }: Route): string {
  return hops.map((hop) => (hop.length === 0 ? "*" : hop.join(" | "))).join(" → ");
}

/** What stands beside a target in one word or two. */
export function pathLine({ troubles, packets, unobserved }: PathStatus, lang: Lang): string {
  const say = pathWords(lang);
  const words = [
    ...(troubles.includes("loss") ? [say.lossy] : []),
    ...(troubles.includes("route") ? [say.changed] : []),
  ];
  if (words.length > 0) return words.join(" · ");
  if (unobserved["packets"] !== undefined) return say.unobserved;
  return packets === null ? say.notYet : say.fine;
}

function shortMs(ms: number): string {
  return ms >= 100 ? String(Math.round(ms)) : ms.toFixed(ms >= 10 ? 1 : 2);
}
