import { catalogue } from "./catalogue.ts";

/** One short sentence for the whole verdict: who sees it, and what that rules out. */
export const scopeWords = catalogue(
  {
    none: "どこからも正常に見えています",
    blind: (from: string) => `${from}から何も見えません(監視側の問題です。サービスの障害とは限りません)`,
    ownNotices: "通知を送る側の問題です(サービスの障害ではありません)",
    stillServes: (from: string) => `${from}で確認(今はまだ使えています)`,
    all: (from: string, count: number) => `${from}の${count}か所すべてで確認(こちらの回線の問題ではありません)`,
    answered: (from: string) => `${from}から確認(相手が応答しているので、こちらの回線の問題ではありません)`,
    controls: (from: string) => `${from}から確認(ほかのホストは見えているので、こちらの回線の問題ではなさそうです)`,
    checked: (from: string) => `${from}から確認(こちらの回線はつながっています)`,
    alone: (from: string) => `${from}だけで確認(こちらの回線の問題かもしれません)`,
    onlyMe: (from: string, fine: string) =>
      `${from}の1台だけの問題です(同じLANのほかの地点を含め、${fine}からは使えています)`,
    localLan: (from: string, fine: string) => `${from}の社内LANだけの問題です(${fine}からは使えています)`,
    path: (from: string, fine: string) =>
      `${from}からだけ使えません(${fine}からは使えています)。途中の経路の問題と見られます`,
    some: (from: string, fine: string) => `${from}から使えず、${fine}からは使えています`,
    host: "サーバ全体が応答していません",
    segment: "同じ区画のサーバに及んでいます",
    site: "この置き場所全体に及んでいます",
    provider: "業者の複数の置き場所に及んでいます",
    dns: "名前(DNS)の問題です",
    certificate: "証明書の問題です",
    join: (first: string, second: string) => `${first}。${second}`,
  },
  {
    none: "Seen working from everywhere",
    blind: (from: string) =>
      `${from} sees nothing at all: a fault on the watching side, not necessarily of any service`,
    ownNotices: "A fault on the side that sends notices, not of any service",
    stillServes: (from: string) => `Seen from ${from}; it still works for now`,
    all: (from: string) => `Confirmed from ${from}: not your own line`,
    answered: (from: string) => `Confirmed from ${from}: the target itself answers, so it is not your own line`,
    controls: (from: string) => `Confirmed from ${from}, which sees other hosts working: probably not your own line`,
    checked: (from: string) => `Confirmed from ${from}, whose own line works`,
    alone: (from: string) => `Seen from ${from} alone: your own line cannot be ruled out`,
    onlyMe: (from: string, fine: string) =>
      `Only ${from} itself has the problem: ${fine} can use it, on the same LAN too`,
    localLan: (from: string, fine: string) => `Only the LAN of ${from} has the problem: ${fine} can use it`,
    path: (from: string, fine: string) => `Fails from ${from} alone, works from ${fine}: most likely the way there`,
    some: (from: string, fine: string) => `Fails from ${from}, works from ${fine}`,
    host: "The whole server does not answer",
    segment: "Servers of the same segment are hit",
    site: "The whole place is hit",
    provider: "Several places of the provider are hit",
    dns: "It is the name (DNS)",
    certificate: "It is the certificate",
    join: (first: string, second: string) => `${first}. ${second}`,
  },
);

/** The facts of a reason, in words; a list is joined already. */
export interface ReasonFacts {
  readonly vantages: string;
  readonly working: string;
  readonly hosts: string;
  readonly services: string;
  readonly component: string;
  readonly way: string;
  readonly count: number;
}

/** Why the verdict is what it is, one sentence for each code. */
export const reasonWords = catalogue(
  {
    "own-notices": () => "通知を届けられない、koboshi 側の問題です",
    "vantage-blind": ({ vantages }: ReasonFacts) => `${vantages}からは、どこも見えていません`,
    "all-vantages-fail": ({ vantages, count }: ReasonFacts) => `${vantages}の${count}か所すべてで確認しました`,
    "one-vantage-only": ({ vantages }: ReasonFacts) => `見ているのは${vantages}の1か所だけです`,
    "same-line-only": ({ vantages }: ReasonFacts) => `${vantages}は同じ回線から見ています`,
    "own-line-not-excluded": () => "こちらの回線の問題である可能性が残ります",
    "own-line-checked": () => "こちらの回線はつながっています",
    "target-answered": () => "相手のサーバ自身が応答しています(こちらの回線の問題ではありません)",
    "name-server-answered": () => "DNSサーバは「その名前はない」と答えています(こちらの回線の問題ではありません)",
    "controls-fine": ({ hosts }: ReasonFacts) => `ほかのホスト(${hosts})は見えています`,
    "controls-fail": ({ hosts, vantages }: ReasonFacts) => `${vantages}からは、ほかのホスト(${hosts})も見えません`,
    "name-does-not-resolve": () => "名前からアドレスを調べられません",
    certificate: () => "証明書が受け入れられません",
    "whole-down": ({ component, services }: ReasonFacts) =>
      `${component}の見ているサービスがすべて止まっています(${services})`,
    "neighbour-up": ({ component, services }: ReasonFacts) => `同じサーバ ${component} の${services}は動いています`,
    "host-answers": ({ component }: ReasonFacts) => `サーバ ${component} のOSは応答しています`,
    "host-silent": ({ component }: ReasonFacts) => `サーバ ${component} からは何の応答もありません`,
    "same-lan-fails": ({ vantages, way, working }: ReasonFacts) =>
      `同じLAN(${way})の${vantages}からだけ使えず、${working}からは使えています`,
    "same-lan-works": ({ way }: ReasonFacts) => `同じLAN(${way})のほかの地点からは使えています`,
    "same-isp-fails": ({ vantages, way, working }: ReasonFacts) =>
      `同じ回線業者(${way})の${vantages}からだけ使えず、${working}からは使えています`,
    "some-vantages-fail": ({ vantages, working }: ReasonFacts) => `${vantages}から使えず、${working}からは使えています`,
    "only-vantage-fails": ({ vantages, working }: ReasonFacts) =>
      `${vantages}からだけ使えず、${working}からは使えています`,
  },
  {
    "own-notices": () => "koboshi itself cannot deliver its notices",
    "vantage-blind": ({ vantages }: ReasonFacts) => `${vantages} sees nothing anywhere`,
    "all-vantages-fail": ({ vantages }: ReasonFacts) => `Confirmed from ${vantages}`,
    "one-vantage-only": ({ vantages }: ReasonFacts) => `Only ${vantages} is looking`,
    "same-line-only": ({ vantages }: ReasonFacts) => `${vantages} look from the same line`,
    "own-line-not-excluded": () => "It may still be your own line",
    "own-line-checked": () => "Your own line works",
    "target-answered": () => "The target itself answers, so it is not your own line",
    "name-server-answered": () => "The DNS server says there is no such name, so it is not your own line",
    "controls-fine": ({ hosts }: ReasonFacts) => `Other hosts can be seen (${hosts})`,
    "controls-fail": ({ hosts, vantages }: ReasonFacts) => `${vantages} cannot see other hosts either (${hosts})`,
    "name-does-not-resolve": () => "The name cannot be looked up",
    certificate: () => "The certificate is not acceptable",
    "whole-down": ({ component, services }: ReasonFacts) =>
      `Every watched service of ${component} is down (${services})`,
    "neighbour-up": ({ component, services }: ReasonFacts) => `On the same server ${component}, ${services} works`,
    "host-answers": ({ component }: ReasonFacts) => `The operating system of ${component} answers`,
    "host-silent": ({ component }: ReasonFacts) => `Nothing at all answers on ${component}`,
    "same-lan-fails": ({ vantages, way, working }: ReasonFacts) =>
      `It fails from one LAN alone (${way}: ${vantages}) and works from ${working}`,
    "same-lan-works": ({ way }: ReasonFacts) => `Others on the same LAN (${way}) can use it`,
    "same-isp-fails": ({ vantages, way, working }: ReasonFacts) =>
      `It fails through one provider's line alone (${way}: ${vantages}) and works from ${working}`,
    "some-vantages-fail": ({ vantages, working }: ReasonFacts) => `It fails from ${vantages} and works from ${working}`,
    "only-vantage-fails": ({ vantages, working }: ReasonFacts) =>
      `It fails from ${vantages} alone and works from ${working}`,
  },
);
