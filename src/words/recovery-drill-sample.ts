import type { Lang } from "../kernel/lang.ts";
import type { DrillSample, DrillSeen, NotAskedReason } from "../kernel/model/recovery.ts";
import { bytesText } from "./backups.ts";
import { catalogue } from "./catalogue.ts";
import { duration } from "./format.ts";
import { drillWords, outcomeName } from "./recovery-drill.ts";

/** How much of a copy a drill took, and why a check was not asked in it. */
const words = catalogue(
  {
    sampledOf: (taken: string, whole: string, share: string) =>
      `一部だけの訓練です。全量 ${whole}のうち、選んだ ${taken}(${share})を復元しました。残りは確かめていません`,
    sampledAllSmall: (whole: string) =>
      `控えの全量(${whole})が小さく、一部を選ぶときの下限に満たないため、すべて復元しました`,
    sampledAllUnlisted: (whole: string) =>
      `控えにファイルの一覧がなく一部だけを選べないため、すべて(${whole})復元しました`,
    amount: (bytes: string, files: number) => `${bytes}・${files.toLocaleString("ja")} ファイル`,
    fullUnknown: "復元したファイルの時間を測れていないため、全量の見込みは出せません",
    whyByItself: "隔離した場所はそれ自身が ping に応答するので、復元した機械の確認にはなりません",
    whyOtherMachine: "復元した機械ではない相手に尋ねるチェックなので、訓練では尋ねません",
    whyOwnProgram: "専用のプログラムを動かすチェックで、隔離した場所には向けられません",
    whyNoLogs: "隔離した場所のログは koboshi に届かないため、確かめられません",
    whyNobody: "確かめる手段がないため、尋ねていません",
    whyStopped: "尋ねる前に訓練が止まりました",
  },
  {
    sampledOf: (taken: string, whole: string, share: string) =>
      `A sample was restored: ${taken} of ${whole} (${share}); the rest is not proven`,
    sampledAllSmall: (whole: string) =>
      `The copy (${whole}) is smaller than the least a sample holds: all of it was restored`,
    sampledAllUnlisted: (whole: string) =>
      `The copy does not list its files, so no part could be drawn: all of it (${whole}) was restored`,
    amount: (bytes: string, files: number) => `${bytes} in ${files.toLocaleString("en")} files`,
    fullUnknown: "No files were timed, so nothing can be said of the full size",
    whyByItself: "not asked: the isolated place answers ping by itself, which says nothing of the restored machine",
    whyOtherMachine: "not asked: the check asks another machine than the restored one",
    whyOwnProgram: "not asked: the check runs a program of its own, which cannot be led into the isolated place",
    whyNoLogs: "not asked: logs of the isolated place do not reach koboshi",
    whyNobody: "not asked: there is nothing here to ask it with",
    whyStopped: "not asked: the drill ended before",
  },
);

type Outcome = DrillSeen["checks"][number]["outcome"];

const reasons: Readonly<Record<NotAskedReason, (say: ReturnType<typeof words>) => string>> = {
  "answers-by-itself": (say) => say.whyByItself,
  "other-machine": (say) => say.whyOtherMachine,
  "own-program": (say) => say.whyOwnProgram,
  "no-logs": (say) => say.whyNoLogs,
  "nobody-looks": (say) => say.whyNobody,
  stopped: (say) => say.whyStopped,
};

/** How a check was answered; one that was not asked, with the reason where it was kept. */
export function checkText(
  { outcome, why }: { readonly outcome: Outcome; readonly why?: NotAskedReason | undefined },
  lang: Lang,
): string {
  return why === undefined ? outcomeName(outcome, lang) : reasons[why](words(lang));
}

/** What a sampled drill took of its copy and what that says of all of it: one sentence each. */
export function sampleTexts({ taken, whole, allBecause, full }: DrillSample, lang: Lang): readonly string[] {
  const say = words(lang);
  const text = ({ bytes, files }: DrillSample["taken"]): string => say.amount(bytesText(bytes), files);
  if (allBecause === "small") return [say.sampledAllSmall(text(whole))];
  if (allBecause === "no-list") return [say.sampledAllUnlisted(text(whole))];
  const share = shareText(taken.bytes / Math.max(1, whole.bytes));
  const told = say.sampledOf(text(taken), text(whole), share);
  if (full === null) return [told, say.fullUnknown];
  const time = (seconds: number): string => duration(seconds * 1000, lang);
  const expected = drillWords(lang).full(time(full.p50), time(full.p10), time(full.p90));
  const mark = lang === "ja" ? `【${drillWords(lang).extrapolated}】` : ` (${drillWords(lang).extrapolated})`;
  return [told, full.isExtrapolated ? `${expected}${mark}` : expected];
}

/** Below one percent with a digit more: a share is never told as nothing. */
function shareText(ratio: number): string {
  const percent = ratio * 100;
  return percent >= 10 ? `${Math.round(percent)}%` : `${Number(percent.toFixed(1))}%`;
}
