import type { Bilingual, Lang } from "../kernel/lang.ts";

interface Saying {
  readonly text: Bilingual;
  /** what to do about it */
  readonly fix: Bilingual;
}

/** Why a machine cannot look, or may not be able to. */
const sightReasons: Readonly<Record<string, Saying>> = {
  "no-interface": {
    text: { ja: "使えるネットワークがありません", en: "no network interface is up" },
    fix: { ja: "LAN ケーブルか Wi-Fi の接続を確かめてください", en: "check the cable or the wireless connection" },
  },
  "no-default-route": {
    text: { ja: "外へ出る経路(デフォルトルート)がありません", en: "there is no way out (no default route)" },
    fix: {
      ja: "ネットワーク設定か DHCP の状態を確かめてください",
      en: "check the network settings, or whether DHCP answers",
    },
  },
  "gateway-silent": {
    text: { ja: "ルーターが応答しません", en: "the router does not answer" },
    fix: {
      ja: "ルーターの電源と、そこまでの配線を確かめてください",
      en: "check the router's power and the line to it",
    },
  },
  "gateway-unknown": {
    text: { ja: "ルーターが応答するかどうか分かりません", en: "whether the router answers cannot be told" },
    fix: {
      ja: "観測は続いています。ほかの観測地点の結果とあわせてご覧ください",
      en: "looking goes on; compare with what other vantages see",
    },
  },
  "hub-unreachable": {
    text: { ja: "koboshi 本体に届きません", en: "koboshi's hub cannot be reached" },
    fix: {
      ja: "本体が動いているか、そこまでの回線を確かめてください。観測結果は届くまで保管します",
      en: "check the hub and the line to it; what is seen is kept until it gets there",
    },
  },
  "not-readable": {
    text: {
      ja: "このコンピュータのネットワークの状態を読み取れません",
      en: "this machine's network state cannot be read",
    },
    fix: {
      ja: "記録(ログ)に理由が残っています。観測は続いています",
      en: "the log says why; looking goes on",
    },
  },
};

/** Why an attempt says nothing of its target: the codes of an observation whose outcome is unknown. */
const notSeenReasons: Readonly<Record<string, Saying>> = {
  "vantage-blind": {
    text: {
      ja: "観測地点そのものが外を見られないため、対象の状態は分かりません",
      en: "the vantage itself cannot look out, so this says nothing of the target",
    },
    fix: {
      ja: "観測地点のネットワークを確かめてください(koboshi vantage ls)",
      en: "check the vantage's network (koboshi vantage ls)",
    },
  },
  "outside-allow-list": {
    text: {
      ja: "この観測地点が許可していない対象のため、観測していません",
      en: "the target is not on the vantage's own list, so it was not looked at",
    },
    fix: {
      ja: "観測地点で koboshi vantage を起動するときの --allow に対象を加えるか、監視項目の from: から外してください",
      en: "add the target to --allow where koboshi vantage runs, or leave the vantage out of the check's from:",
    },
  },
  "command-not-allowed": {
    text: {
      ja: "この観測地点は、コマンドの実行を許可していません",
      en: "this vantage does not allow commands to be run on it",
    },
    fix: {
      ja: "ここで実行するなら、観測地点の koboshi vantage を --allow command:プログラム名 で起動するか、監視項目の from: から外してください",
      en: "to run it here, start koboshi vantage with --allow command:PROGRAM, or leave the vantage out of the check's from:",
    },
  },
  "secret-not-shared": {
    text: {
      ja: "パスワードなどの秘密の値が必要な監視項目ですが、この観測地点には渡していません",
      en: "the check needs a secret, which is not shared with this vantage",
    },
    fix: {
      ja: "ここからも観測するには、監視項目の from: にこの観測地点の名前を書いてください",
      en: "to look from here too, name this vantage in the check's from:",
    },
  },
  "password-missing": {
    text: {
      ja: "パスワードが書かれていないため、観測していません",
      en: "no password is written, so this was not looked at",
    },
    fix: {
      ja: '監視項目に user と password を書き加えてください(例 password: "${env:PROBE_PASSWORD}")',
      en: 'add user and password to the check, such as password: "${env:PROBE_PASSWORD}"',
    },
  },
  "rate-limited": {
    text: {
      ja: "相手が「尋ねる回数が多すぎる」と答えたため、状態は分かりません",
      en: "the target says that it is asked too often, so its state is not known",
    },
    fix: {
      ja: "監視項目の every: を長くしてください",
      en: "give the check a longer every:",
    },
  },
  "probe-not-known": {
    text: {
      ja: "この観測地点の koboshi は、この種類の監視項目を知りません",
      en: "the koboshi at this vantage does not know this kind of check",
    },
    fix: {
      ja: "観測地点の koboshi を、本体と同じ版に更新してください",
      en: "update koboshi at the vantage to the hub's version",
    },
  },
  "log-not-read": {
    text: {
      ja: "このログを読めていないため、判断できません",
      en: "this log is not being read, so nothing can be said",
    },
    fix: {
      ja: "「ログ」の画面で、読めない理由を確かめてください",
      en: "see on the page of logs why it cannot be read",
    },
  },
  "log-not-here": {
    text: { ja: "ログは本体だけが持っています", en: "log lines are kept by the hub alone" },
    fix: { ja: "from: から、ほかの観測地点を外してください", en: "leave other vantages out of from:" },
  },
  "koboshi-fault": {
    text: { ja: "koboshi 自身の不具合で観測できませんでした", en: "a fault of koboshi itself kept it from looking" },
    fix: {
      ja: "記録(ログ)を添えてお知らせください。対象には問題がないかもしれません",
      en: "please report it with the log; the target may be fine",
    },
  },
};

/** @returns null for a code that is not about the machine's own eyes */
export function sightReason(code: string, lang: Lang): { readonly text: string; readonly fix: string } | null {
  return say(sightReasons[code], lang);
}

/** @returns null for a code that says something of the target */
export function notSeenReason(code: string, lang: Lang): { readonly text: string; readonly fix: string } | null {
  return say(notSeenReasons[code], lang);
}

function say(saying: Saying | undefined, lang: Lang): { readonly text: string; readonly fix: string } | null {
  return saying === undefined ? null : { text: saying.text[lang], fix: saying.fix[lang] };
}
