import type { EventKind } from "../kernel/event.ts";
import type { Bilingual } from "../kernel/lang.ts";
import type { RepairTrouble } from "../kernel/ports-prevent.ts";
import type { Facts, Sentence } from "./timeline.ts";

type Repaired = Extract<EventKind, `repair.${string}`>;

const nothingRan: Bilingual = { ja: "この手順は実行していません", en: "nothing of this step was run" };

const troubles: Readonly<Record<RepairTrouble, Bilingual>> = {
  "not-reached": { ja: `つながりませんでした。${nothingRan.ja}`, en: `No connection; ${nothingRan.en}` },
  "key-unconfirmed": {
    ja: `ホスト鍵がまだ確認されていません。${nothingRan.ja}`,
    en: `Nobody confirmed the host's key yet; ${nothingRan.en}`,
  },
  "key-changed": {
    ja: `ホスト鍵が変わっています。別の機械かもしれないため、ログインしていません。${nothingRan.ja}`,
    en: `The host shows another key and may be another machine, so nobody logged in; ${nothingRan.en}`,
  },
  "login-refused": {
    ja: `変更用の鍵(keys.act)でログインできません。${nothingRan.ja}`,
    en: `The key for changes (keys.act) is not let in; ${nothingRan.en}`,
  },
  "no-root": {
    ja: `root になれません(sudo -n sh が断られました)。${nothingRan.ja}`,
    en: `sudo -n sh was refused, so there is no root; ${nothingRan.en}`,
  },
  "no-folder": {
    ja: `手順を記録する場所に書けません(/var/lib が読み取り専用か満杯です)。${nothingRan.ja}`,
    en: `The step cannot be recorded there (/var/lib is read-only or full); ${nothingRan.en}`,
  },
  "no-tools": {
    ja: `setsid、mkfifo、dd のどれかがありません。${nothingRan.ja}`,
    en: `One of setsid, mkfifo and dd is missing there; ${nothingRan.en}`,
  },
  "not-a-shell": {
    ja: "ログイン先がシェルではありません。実行されたかどうかは分かりません",
    en: "What answers is not a shell; whether anything was run is not known",
  },
  rebooted: {
    ja: `前の手順のあとで再起動しています。承認したときと状態が違うため止めました。${nothingRan.ja}`,
    en: `The host started anew after the step before, so it is not as it was when this was approved; ${nothingRan.en}`,
  },
  expired: {
    ja: `承認から15分を過ぎました。${nothingRan.ja}`,
    en: `The approval is older than 15 minutes; ${nothingRan.en}`,
  },
  "not-as-approved": {
    ja: "承認のあとで接続先の設定が変わったため、続けていません",
    en: "The configuration of the host changed after the approval, so it was not continued",
  },
  "not-continued": {
    ja: `前の手順の結果が分かるまで止まっていたため、続けていません。${nothingRan.ja}`,
    en: `It stood still until it was known what became of the step before, and was not continued; ${nothingRan.en}`,
  },
  code: { ja: "想定と違う終了コードで終わりました", en: "It ended with another exit code than expected" },
  "no-text": { ja: "想定した文字列が出力にありません", en: "The expected text is not in its output" },
  "timed-out": { ja: "時間内に終わらず、打ち切りました", en: "It did not end in time and was stopped" },
  "no-answer": {
    ja: "送ったあとで答えが来なくなりました。実行されたかどうかは分かりません。やり直しはせず、結果だけを問い合わせています",
    en: "No answer came after it was sent. Whether it was run is not known; it is asked for, and not tried again",
  },
  "no-end": {
    ja: "始めた記録はありますが、終わった記録がありません(途中の再起動や強制終了)。やり直しはしていません",
    en: "It was begun and its end is not recorded (a restart or a kill in the middle); it was not tried again",
  },
};

/** Why a step is not done, with what was said; `seen` is foreign text and is shown as it is. */
export function repairTrouble({ reason, seen }: { readonly reason: RepairTrouble; readonly seen: string }): Bilingual {
  const { ja, en } = troubles[reason];
  return seen === "" ? { ja, en } : { ja: `${ja}(${seen})`, en: `${en} (${seen})` };
}

const stepStates: Readonly<Record<string, Bilingual>> = {
  running: { ja: "を始めました", en: "was begun" },
  done: { ja: "が終わりました", en: "is done" },
  failed: { ja: "が失敗しました", en: "failed" },
  unknown: { ja: "の結果が分かりません", en: "has an unknown outcome" },
};

/** `修復 #3(時計を直す、web1)` */
function named(f: Facts): Bilingual {
  return {
    ja: `修復 #${f.text("repair")}(${f.text("title.ja")}、${f.text("host")})`,
    en: `repair #${f.text("repair")} (${f.text("title.en")}, ${f.text("host")})`,
  };
}

/** What is told of repairs. */
export const repairSentences: Readonly<Record<Repaired, Sentence>> = {
  "repair.offered": (f) => ({ ja: `${named(f).ja}を提案しました`, en: `A ${named(f).en} was offered` }),
  "repair.approved": (f) => ({ ja: `${f.who}が${named(f).ja}を承認しました`, en: `${f.who} approved ${named(f).en}` }),
  "repair.refused": (f) => {
    const reason = f.text("reason");
    return {
      ja: `${f.who}が${named(f).ja}を見送りました${reason === "" ? "" : `(理由: ${reason})`}`,
      en: `${f.who} decided against ${named(f).en}${reason === "" ? "" : ` (${reason})`}`,
    };
  },
  "repair.withdrawn": (f) => ({
    ja: `${named(f).ja}の提案を取り下げました(今の状態には当てはまりません)`,
    en: `The offer of ${named(f).en} was withdrawn: it does not apply any more, or not yet`,
  }),
  "repair.step": (f) => {
    const state = stepStates[f.text("state")] ?? { ja: f.text("state"), en: f.text("state") };
    return {
      ja: `${named(f).ja}の手順「${f.text("step")}」${state.ja}`,
      en: `Step “${f.text("step")}” of ${named(f).en} ${state.en}`,
    };
  },
  "repair.done": (f) => ({ ja: `${named(f).ja}が終わりました`, en: `The ${named(f).en} is done` }),
  "repair.failed": (f) => ({
    ja: `${named(f).ja}は途中で失敗し、その先は実行していません`,
    en: `The ${named(f).en} failed; nothing after the failed step was run`,
  }),
  "repair.unknown": (f) => ({
    ja: `${named(f).ja}の結果が分かりません。人が確かめる必要があります`,
    en: `What became of ${named(f).en} is not known; a person has to look`,
  }),
};
