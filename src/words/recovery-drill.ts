import type { Lang } from "../kernel/lang.ts";
import { catalogue } from "./catalogue.ts";
import { recoverRunErrors } from "./errors-recovery-run.ts";
import { duration } from "./format.ts";

/** What a drill says of itself. */
export const drillWords = catalogue(
  {
    decide: "判断",
    provision: "準備",
    base: "土台の再構築",
    fetch: "取り寄せ",
    load: "取り込み",
    verify: "検証",
    switch: "切り替え",
    smoke: "動作確認",
    met: "目標を守れます",
    likely: "おそらく目標に間に合います",
    missed: "目標に間に合いません",
    unproven: "まだ確かめられていません",
    passed: (took: string) => `復旧訓練は ${took} で終わりました`,
    failed: (phase: string, why: string) => `復旧訓練は「${phase}」で失敗しました: ${why}`,
    interrupted: "復旧訓練は途中で止められました。復元した内容は消去しました",
    lost: (time: string) => `失われる業務データは直近 ${time} ぶんです`,
    lostUnknown: "失われるデータの長さは分かりません(最も新しい記録の問い合わせが設定されていません)",
    against: (target: string, verdict: string) => `目標 ${target}: ${verdict}`,
    noTarget: "目標の時間(target.back_within)が設定されていません",
    full: (p50: string, p10: string, p90: string) => `全量では ${p50} の見込み(幅 ${p10}〜${p90})`,
    extrapolated: "外挿",
    change: (phase: string, seconds: string, change: string) => `${phase} ${seconds}(前回比 ${change})`,
    noChange: (phase: string, seconds: string) => `${phase} ${seconds}`,
    shortenLink: (phase: string, save: string) =>
      `次に縮めるなら「${phase}」です。回線やディスクに余裕があり、${save} 縮められる見込みです`,
    shortenHand: (phase: string, save: string) =>
      `次に縮めるなら「${phase}」です。手作業をなくすと ${save} 縮められる見込みです`,
    shortenLargest: (phase: string, save: string) =>
      `次に縮めるなら、最も長い「${phase}」です。工夫しだいで ${save} ほど縮められる見込みです`,
    overdue: "復旧訓練の期限を過ぎています",
    neverDrilled: "まだ一度も復旧訓練をしていません",
    first: (percent: number) => `最初の復旧の ${percent}% の時間で戻せました(目標は 67% 以下)`,
    blocked: (count: number, examples: string) => `復元した側から外への接続 ${count} 件を遮断しました(${examples})`,
    mails: (count: number) => `復元した側が送ろうとしたメール ${count} 通を、届けずに破棄しました`,
    wiped: (files: number) => `復元した ${files} 個のファイルを消去し、何も残っていないことを確かめました`,
    notWiped: (folder: string) => `復元した内容を消去しきれませんでした。${folder} を確かめて消してください`,
    wouldRun: (set: string, place: string, target: string) =>
      `${place} にある控え ${set} を ${target} に復元して訓練できます(まだ何もしていません)`,
    wouldRefuse: "この訓練は始められません",
    refusedFor: (count: number, reasons: string) => `この訓練は始められません。理由は ${count} 件あります: ${reasons}`,
    started: "起動したもの",
    checks: "動作確認",
    running: "動いています",
    ended: "終わりました",
    startFailed: "起動できませんでした",
    up: "応答しました",
    degraded: "応答しましたが、条件を満たしていません",
    down: "応答しません",
    notAsked: "隔離した場所では確かめられない種類です",
    nothingStarted: "アプリケーションは起動していません(起動するものが分かりません)",
    cannotStart: (text: string) => `復元は済みましたが、アプリケーションが動きませんでした: ${text}`,
    noSystem: "復元した内容をシステムに重ねられませんでした",
    noServer: "データベースのサーバを起動できませんでした",
    production: "訓練中に本番の変化を見つけたため、打ち切りました",
    room: "隔離した場所を作れませんでした",
    wipe: "復元した内容を消去しきれませんでした",
    refused: "隔離が確かめられないため、復元を始めませんでした",
    hubEnded:
      "訓練の途中で koboshi が止まったため、打ち切られました。この訓練は、実施した回数にも時間の記録にも数えません",
  },
  {
    decide: "decide",
    provision: "provision",
    base: "rebuild the base",
    fetch: "fetch",
    load: "load",
    verify: "verify",
    switch: "switch",
    smoke: "smoke test",
    met: "would be met",
    likely: "would probably be met",
    missed: "would be missed",
    unproven: "unproven",
    passed: (took: string) => `The drill was done in ${took}`,
    failed: (phase: string, why: string) => `The drill failed in “${phase}”: ${why}`,
    interrupted: "The drill was stopped on the way; what it had restored is wiped",
    lost: (time: string) => `The last ${time} of business data would be lost`,
    lostUnknown: "How much data would be lost is not known: no query for the newest record is configured",
    against: (target: string, verdict: string) => `Target ${target}: ${verdict}`,
    noTarget: "No target time (target.back_within) is configured",
    full: (p50: string, p10: string, p90: string) => `At full size ${p50} is expected (range ${p10} to ${p90})`,
    extrapolated: "extrapolated",
    change: (phase: string, seconds: string, change: string) => `${phase} ${seconds} (${change} against the last)`,
    noChange: (phase: string, seconds: string) => `${phase} ${seconds}`,
    shortenLink: (phase: string, save: string) =>
      `Shorten “${phase}” next: link or disk were not busy, about ${save} can be saved`,
    shortenHand: (phase: string, save: string) =>
      `Shorten “${phase}” next: without the manual steps about ${save} can be saved`,
    shortenLargest: (phase: string, save: string) =>
      `Shorten “${phase}” next, the longest: practice usually saves about ${save}`,
    overdue: "The drill is overdue",
    neverDrilled: "There has never been a drill",
    first: (percent: number) => `It took ${percent}% of the time of the first recovery (the goal is 67% at most)`,
    blocked: (count: number, examples: string) =>
      `${count} connections from the restored system to the outside were blocked (${examples})`,
    mails: (count: number) => `${count} mails the restored system tried to send were thrown away undelivered`,
    wiped: (files: number) => `The ${files} restored files are wiped; nothing is left`,
    notWiped: (folder: string) => `Not everything that was restored could be wiped: look at ${folder} and remove it`,
    wouldRun: (set: string, place: string, target: string) =>
      `The copy ${set} at ${place} can be rehearsed on ${target} (nothing has been done yet)`,
    wouldRefuse: "This drill cannot begin",
    refusedFor: (count: number, reasons: string) => `This drill cannot begin, for ${count} reasons: ${reasons}`,
    started: "What was started",
    checks: "Smoke test",
    running: "running",
    ended: "has ended",
    startFailed: "did not start",
    up: "answered",
    degraded: "answered, but not as its check asks",
    down: "did not answer",
    notAsked: "of a kind that cannot be asked in the isolated place",
    nothingStarted: "The application was not started: what starts it is not known",
    cannotStart: (text: string) => `The restore is complete, but the application does not work: ${text}`,
    noSystem: "What was restored could not be laid over the system",
    noServer: "The database's server could not be started",
    production: "A change of production was seen meanwhile, so the drill was ended",
    room: "the isolated place could not be made",
    wipe: "what was restored could not be wiped completely",
    refused: "the isolation could not be shown to hold, so nothing was restored",
    hubEnded: "koboshi stopped while it ran, so the drill was cut off; nothing of it counts",
  },
);

interface Told {
  readonly message: string;
  readonly fix: string;
}

/** Why a drill must not run there, and what to do: each by its code. */
const refusals: Readonly<Record<string, (seen: string, target: string) => Readonly<Record<Lang, Told>>>> = {
  "not-declared": (seen, target) => ({
    ja: {
      message: `${target} は訓練用の機械として設定されていません(${seen})`,
      fix: "訓練専用の機械の hosts に role: drill を書き、backups の drill.restore_to.host で指してください",
    },
    en: {
      message: `${target} is not configured as a machine for drills (${seen})`,
      fix: "write role: drill at a machine that serves nothing else, and name it in drill.restore_to.host",
    },
  }),
  "production-marker": (seen, target) => ({
    ja: {
      message: `${target} には本番の印 ${seen} があります`,
      fix: "本番の機械では訓練できません。別の機械を用意してください",
    },
    en: {
      message: `${target} carries the mark of production ${seen}`,
      fix: "drills never run there; use another machine",
    },
  }),
  "no-drill-marker": (seen, target) => ({
    ja: {
      message: `${target} に訓練用の印 ${seen} がありません`,
      fix: `上書きされてよい機械だと確かめてから、その機械で ${seen} にサイトの名前を 1 行書いてください`,
    },
    en: {
      message: `${target} has no ${seen}, the mark of a machine for drills`,
      fix: `make sure the machine may be overwritten, then write the site's name into ${seen} there`,
    },
  }),
  "foreign-drill-marker": (seen, target) => ({
    ja: {
      message: `${target} の訓練用の印は、別のサイト(${seen})のものです`,
      fix: "/etc/koboshi-drill の内容を確かめてください。ほかの組織の機械かもしれません",
    },
    en: {
      message: `The drill mark of ${target} is of another site (${seen})`,
      fix: "look at /etc/koboshi-drill there: it may be someone else's machine",
    },
  }),
  "same-machine": (seen, target) => ({
    ja: {
      message: `${target} は本番の ${seen} と同じ機械(machine-id が同じ)です`,
      fix: "複製した機械なら machine-id を作り直し、そうでなければ別の機械を使ってください",
    },
    en: {
      message: `${target} is the same machine as ${seen}: the machine-ids are equal`,
      fix: "make a new machine-id if it is a clone, use another machine if not",
    },
  }),
  "same-host-key": (seen, target) => ({
    ja: {
      message: `${target} の SSH ホスト鍵は ${seen} のものと同じです`,
      fix: "ホスト鍵を作り直すか、別の機械を使ってください",
    },
    en: {
      message: `${target} shows the SSH host key of ${seen}`,
      fix: "make new host keys there, or use another machine",
    },
  }),
  "same-address": (seen, target) => ({
    ja: {
      message: `${target} は ${seen} と同じアドレス(IP または MAC)を持っています`,
      fix: "ネットワークの設定を確かめ、別のアドレスにしてください",
    },
    en: { message: `${target} shares an address (IP or MAC) with ${seen}`, fix: "give it addresses of its own" },
  }),
  named: (seen, target) => ({
    ja: {
      message: `${target} は、設定の ${seen} が指している機械です`,
      fix: "訓練用の機械を、本番の名前やアドレスで指さないでください",
    },
    en: { message: `${seen} of the configuration points to ${target}`, fix: "no name of production may lead there" },
  }),
  "in-service": (seen, target) => ({
    ja: {
      message: `${target} では、訓練するサービスの ${seen} がすでに動いています`,
      fix: "本番ではないと確かめ、止めてからお試しください",
    },
    en: {
      message: `${target} already runs or holds ${seen} of the service`,
      fix: "make sure it is not production, then stop it",
    },
  }),
  "egress-open": () => ({
    ja: { message: "隔離した場所から外へ出られます", fix: "nftables を使える機械で実行してください(root が必要です)" },
    en: { message: "The isolated place has a way out", fix: "run it where nftables works, as root" },
  }),
  "mail-open": () => ({
    ja: { message: "隔離した場所のメールが、受け皿に向いていません", fix: "bash と node が使えるか確かめてください" },
    en: {
      message: "Mail of the isolated place does not end in its sink",
      fix: "check that bash and node can run there",
    },
  }),
  "names-reachable": (seen) => ({
    ja: { message: `隔離した場所から本番の名前 ${seen} を引けます`, fix: "その機械の名前解決の設定を確かめてください" },
    en: {
      message: `The isolated place still resolves ${seen} of production`,
      fix: "check how that machine resolves names",
    },
  }),
  "cron-live": () => ({
    ja: { message: "隔離した場所で cron を止められません", fix: "その機械の cron の場所を確かめてください" },
    en: { message: "cron cannot be masked in the isolated place", fix: "check where cron is installed there" },
  }),
  "clock-wrong": (seen, target) => ({
    ja: { message: `${target} の時計が合っていません(${seen})`, fix: "時刻を合わせてからお試しください" },
    en: { message: `The clock of ${target} is wrong (${seen})`, fix: "set its clock, then try again" },
  }),
  "writable-credential": (seen) => ({
    ja: {
      message: `${seen} の控えを読む資格情報で、書き込みや削除もできます`,
      fix: "backups の to に、読むだけの資格情報(reader)を設定してください",
    },
    en: {
      message: `The credential for reading the copies at ${seen} can also write or delete`,
      fix: "set a reader with a read-only credential in to of the backup",
    },
  }),
  unreachable: (seen, target) => ({
    ja: {
      message: `${target} に接続できません(${seen})`,
      fix: "hosts の address・port・user・key とホスト鍵を確かめてください(koboshi host confirm)",
    },
    en: {
      message: `${target} cannot be entered (${seen})`,
      fix: "check address, port, user, key and host key of the host (koboshi host confirm)",
    },
  }),
  lacks: (seen, target) => ({
    ja: {
      message: `${target} には、訓練に必要なものがありません(${seen})`,
      fix: "root で入れる利用者を hosts の user に書き、足りないプログラムを入れてください(Debian: restic nftables iproute2 util-linux、データベースはサーバのパッケージ)",
    },
    en: {
      message: `${target} lacks what a drill needs (${seen})`,
      fix: "let koboshi in as root, and install what is missing (Debian: restic nftables iproute2 util-linux, and the database's server)",
    },
  }),
  "copy-out-of-reach": (seen, target) => ({
    ja: {
      message: `${seen} の控えは元のホストのフォルダにあり、${target} からは読めません`,
      fix: "ほかの機械から読める保管庫(rest:、sftp:、s3: など)の控えで訓練するか、--place で置き先を選んでください",
    },
    en: {
      message: `The copies at ${seen} lie in a folder of the host itself, which ${target} cannot read`,
      fix: "rehearse with a repository that other machines can read (rest:, sftp:, s3: …), or choose it with --place",
    },
  }),
  "not-claimed": (seen) => ({
    ja: { message: `復元先のフォルダは、別の訓練(${seen})のものです`, fix: "その訓練が終わってからお試しください" },
    en: { message: `The folder belongs to another drill (${seen})`, fix: "wait until that drill has ended" },
  }),
};

/** One refusal in words. What could not be told is said to be just that. */
export function refusalText(
  { code, unknown, seen }: { readonly code: string; readonly unknown: boolean; readonly seen: string },
  { lang, target }: { readonly lang: Lang; readonly target: string },
): Told {
  if (unknown)
    return lang === "ja"
      ? {
          message: `${target} が本番でないことを確かめられません(分からないもの: ${seen})`,
          fix: "その情報を読める状態にしてください。確かめられないうちは、訓練を始めません",
        }
      : {
          message: `${target} cannot be shown not to be production (not known: ${seen})`,
          fix: "make it readable; a drill does not begin before it is known",
        };
  const told = refusals[code]?.(seen, target)[lang];
  return told ?? { message: `${target}: ${code} (${seen})`, fix: "" };
}

function numbered(texts: readonly string[]): string {
  return texts.map((text, at) => `(${at + 1}) ${text}`).join(" ");
}

/** All reasons in one message: one by itself, several numbered. */
export function refusalsText(
  reasons: readonly Parameters<typeof refusalText>[0][],
  { lang, target }: { readonly lang: Lang; readonly target: string },
): Told {
  const told = reasons.map((one) => refusalText(one, { lang, target }));
  const [first] = told;
  if (first === undefined) return { message: drillWords(lang).wouldRefuse, fix: "" };
  if (told.length === 1) return first;
  return {
    message: drillWords(lang).refusedFor(told.length, numbered(told.map(({ message }) => message))),
    fix: numbered(told.map(({ fix }) => fix)),
  };
}

export const refusalCodesWithWords: readonly string[] = Object.keys(refusals);

export function partStateName(state: "running" | "ended" | "failed", lang: Lang): string {
  const say = drillWords(lang);
  return { running: say.running, ended: say.ended, failed: say.startFailed }[state];
}

export function outcomeName(outcome: "up" | "degraded" | "down" | "not-asked", lang: Lang): string {
  const say = drillWords(lang);
  return { up: say.up, degraded: say.degraded, down: say.down, "not-asked": say.notAsked }[outcome];
}

/** Why a drill failed, for whoever did not see it. Codes of others keep their own words. */
export function troubleText({ code, text }: { readonly code: string; readonly text: string }, lang: Lang): string {
  const say = drillWords(lang);
  if (code === "smoke") return say.cannotStart(text);
  if (code === "hub-ended") return say.hubEnded;
  if (code === "KB8026") return recoverRunErrors.KB8026[lang]({ text }).message;
  const known: Readonly<Record<string, string>> = {
    system: say.noSystem,
    server: say.noServer,
    room: say.room,
    wipe: say.wipe,
    production: say.production,
  };
  const name = known[code] ?? (code.startsWith("refused-") ? say.refused : null);
  return name === null ? text : lang === "ja" ? `${name}(${text})` : `${name} (${text})`;
}

/** A change with its sign: `−3分`. */
export function changeText(seconds: number, lang: Lang): string {
  const sign = seconds < 0 ? "−" : "+";
  return `${sign}${duration(Math.abs(seconds) * 1000, lang)}`;
}
