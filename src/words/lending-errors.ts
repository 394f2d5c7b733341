import type { Lang } from "../kernel/lang.ts";

type Facts = Readonly<Record<string, string | number>>;
type Say = (facts: Facts) => { readonly message: string; readonly fix: string };

function of(facts: Facts, name: string): string {
  return String(facts[name] ?? "—");
}

/** Refusals of moving in (13) and of taking in and lending out (14). */
export const lendingErrors = {
  KB1301: {
    ja: (f) => ({
      message: `取り込むファイル ${of(f, "file")} を読めません(${of(f, "why")})`,
      fix: "ファイルの場所と、読む権限を確かめてください",
    }),
    en: (f) => ({
      message: `The file to import, ${of(f, "file")}, cannot be read (${of(f, "why")})`,
      fix: "check where it is and whether you may read it",
    }),
  },
  KB1302: {
    ja: (f) => ({
      message: `${of(f, "file")} は ${of(f, "wanted")} ではありません(${of(f, "why")})`,
      fix: "元の製品から書き出し直し、製品名が合っているか確かめてください(koboshi import --help)",
    }),
    en: (f) => ({
      message: `${of(f, "file")} is not ${of(f, "wanted")} (${of(f, "why")})`,
      fix: "export it anew from the old product, and see whether the product named is the right one (koboshi import --help)",
    }),
  },
  KB1303: {
    ja: (f) => ({
      message: `${of(f, "file")} は ${of(f, "megabytes")} MB あり、取り込める大きさ(${of(f, "most")} MB)を超えています`,
      fix: "設定だけを書き出すか、観測の履歴を消した写しを取り込んでください",
    }),
    en: (f) => ({
      message: `${of(f, "file")} has ${of(f, "megabytes")} MB, more than can be imported (${of(f, "most")} MB)`,
      fix: "export the settings alone, or import a copy without the history of heartbeats",
    }),
  },
  KB1304: {
    ja: (f) => ({
      message: `${of(f, "file")} には、引き継げるものがありません(引き継げなかったもの: ${of(f, "left")} 件)`,
      fix: "上の一覧に、それぞれの理由と代わりの方法があります",
    }),
    en: (f) => ({
      message: `Nothing in ${of(f, "file")} can be carried over (${of(f, "left")} left out)`,
      fix: "the list above says why, and what to do instead",
    }),
  },
  KB1401: {
    ja: (f) => ({
      message: `${of(f, "item")} 件目の警報が正しい形ではありません。あるべき形: ${of(f, "what")}`,
      fix: "この要求の警報は1件も受け取っていません。直して、まとめて送り直してください",
    }),
    en: (f) => ({
      message: `Alert ${of(f, "item")} is not as it must be; expected ${of(f, "what")}`,
      fix: "none of this request was taken; mend it and send all of it again",
    }),
  },
  KB1402: {
    ja: (f) => ({
      message: `Webhook の版が 4 ではありません(届いたもの: ${of(f, "found")})`,
      fix: "Alertmanager の webhook_configs から送ってください。警報だけを送るには POST /api/v2/alerts を使えます",
    }),
    en: (f) => ({
      message: `The webhook is not version 4 (it says: ${of(f, "found")})`,
      fix: "send it from webhook_configs of Alertmanager, or post the bare alerts to /api/v2/alerts",
    }),
  },
  KB1403: {
    ja: (f) => ({
      message: `1回の要求に警報が ${of(f, "found")} 件あります(上限 ${of(f, "most")} 件)`,
      fix: "いくつかの要求に分けて送ってください",
    }),
    en: (f) => ({
      message: `One request holds ${of(f, "found")} alerts (at most ${of(f, "most")})`,
      fix: "send them in several requests",
    }),
  },
  KB1404: {
    ja: (f) => ({
      message: `${of(f, "what")} は設定にありません`,
      fix: "target には監視項目の対象、module には監視項目の種類か ID を書いてください(koboshi config show で見られます)",
    }),
    en: (f) => ({
      message: `${of(f, "what")} is not in the configuration`,
      fix: "target is a check's target, module a check's kind or id (koboshi config show lists them)",
    }),
  },
  KB1405: {
    ja: (f) => ({
      message: `同時に行える観測の数(${of(f, "most")})に達しています`,
      fix: "少し待って、もう一度試してください",
    }),
    en: (f) => ({
      message: `As many probes as are allowed at once (${of(f, "most")}) are running`,
      fix: "try again in a moment",
    }),
  },
} as const satisfies Readonly<Record<string, Readonly<Record<Lang, Say>>>>;
