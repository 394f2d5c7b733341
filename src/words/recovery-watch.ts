import type { Lang } from "../kernel/lang.ts";
import type { Signal } from "../kernel/model/signal.ts";
import { catalogue } from "./catalogue.ts";
import { dateTime, duration } from "./format.ts";

/** What is said of backups that do not come, do not last or do not look as they should. */
export const backupWatchWords = catalogue(
  {
    copy: (plan: string, place: string) => `バックアップ ${plan}(${place})`,
    missed: (plan: string, due: string) => `バックアップ ${plan} は、${due} に始まる予定でしたが始まっていません`,
    late: (plan: string, since: string, limit: string) =>
      `バックアップ ${plan} は ${since} に始まり、${limit}を過ぎても終わっていません`,
    failed: (copy: string, times: string, why: string) => `${copy}が${times}失敗しました${why}`,
    partial: (copy: string, why: string) => `${copy}は取れましたが、欠けているものがあります${why}`,
    never: (plan: string, place: string) => `バックアップ ${plan} は、${place} に完全な控えがまだ1つもありません`,
    stale: (copy: string, newest: string, most: string) =>
      `${copy}の最新の控えは ${newest} のものです。失ってよい時間(${most})を超えています`,
    keptElsewhere: "ほかの置き場所には新しい控えがあります。",
    shrunk: (copy: string, was: string, is: string) =>
      `${copy}の控えが、いつもより大きく減りました(いつも ${was}、今回 ${is})`,
    exploded: (copy: string, was: string, is: string) =>
      `${copy}の控えが、いつもより大きく増えました(いつも ${was}、今回 ${is})`,
    changed: (copy: string, count: string, of: string) =>
      `${copy}で、${of} 個のうち ${count} 個のファイルが一度に変わりました`,
    encrypted: (copy: string, count: string, of: string) =>
      `${copy}で、暗号化されたように見える変化があります(${of} 個のうち ${count} 個が変化)`,
    deleted: (copy: string, count: string, of: string) =>
      `${copy}で、${of} 個のうち ${count} 個のファイルが一度に消えました`,
    unreadable: (copy: string, times: number, why: string) =>
      `${copy}の保管庫を続けて ${times} 回読めませんでした${why}`,
    damaged: (plan: string, place: string) =>
      `${place} にあるバックアップ ${plan} の検証で、壊れたデータが見つかりました`,
    deletable: (plan: string, place: string) =>
      `${place} にあるバックアップ ${plan} は、消せないはずの控えを書き込み側から消せました`,
    drillOverdue: (plan: string, every: string, last: string) =>
      `バックアップ ${plan} の復旧訓練の期限(${every}ごと)を過ぎています(前回 ${last})`,
    future: (copy: string, count: string, furthest: string) =>
      `${copy}に、未来の日付の控えが ${count} 件あります(最も先は ${furthest})`,
    clockOff: (plan: string, off: string, ahead: string) =>
      `バックアップ ${plan} を書いたホストの時計が ${off}${ahead}います`,
    ahead: "進んで",
    behind: "遅れて",
    retentionRefused: (copy: string, why: string) => `${copy}の古い控えを、念のため1つも消していません(${why})`,
    noneYet: "まだありません",
    inARow: (times: number) => `続けて ${times} 回`,
    why: (text: string) => `(${text})`,
    sizes: (size: string, files: string) => `${size}・${files} 個`,
    doMissed: "koboshi が動いていたか、ほかの処理が長引いていないかを見て、「今すぐ取る」を押してください。",
    doLate: "実行中のところを開き、どの段階で止まっているかを見てください。",
    doFailed: "理由を取り除いてから「今すぐ取る」を押してください。前の控えは残っています。",
    doPartial: "読めなかったパスの権限を直すか、なくてよいものなら allow_missing に書いてください。",
    doNever: "「今すぐ取る」で最初の控えを取り、続けて検証してください。",
    doStale: "実行の記録を見て、止まっている理由を取り除いてください。",
    doSuspicious:
      "控えは取ってあり、これより古い控えは消さずに残しています。予定した変更なら「想定どおり」を、心当たりがなければホストを調べてください。",
    doUnreadable: "置き場所に届くか、資格情報が変わっていないかを確かめてください。",
    doDamaged: "ほかの置き場所の控えを使ってください。壊れた部分は「検証」の結果に書いてあります。",
    doDeletable:
      "書き込み側の資格情報から削除の権限を外してください。それまでこの控えは、乗っ取りや誤操作で一緒に失われるものとして数えます。",
    doDrill: "「訓練」を実行して、戻るまでの時間を測ってください。",
    doFuture: "日付のおかしい控えを誰が書いたのかを調べてください。最新の控えとしては数えていません。",
    doClock: "ホストの時刻合わせ(chrony など)を直してください。控えの時刻は早いほうで数えています。",
    doRetention: "理由を確かめてください。消す必要があれば、内容を見たうえで人の確認を付けて整理できます。",
    "too-many": "いつもより多くの控えが消える計算になる",
    ageing: "最新の控えが古い",
    fromTheFuture: "未来の日付のものがある",
    "out-of-order": "控えの時刻の順がおかしい",
    differs: "koboshi の計算と restic の計算が合わない",
    pinned: "不審な変化をまだ誰も確かめていない",
    silent: "保管庫を読めない",
  },
  {
    copy: (plan, place) => `Backup ${plan} (${place})`,
    missed: (plan, due) => `Backup ${plan} should have begun at ${due} and has not`,
    late: (plan, since, limit) => `Backup ${plan} began at ${since} and has not ended within ${limit}`,
    failed: (copy, times, why) => `${copy} failed${times === "" ? "" : ` ${times}`}${why}`,
    partial: (copy, why) => `${copy} was made but something is missing in it${why}`,
    never: (plan, place) => `Backup ${plan} does not have a single complete copy at ${place} yet`,
    stale: (copy, newest, most) => `${copy}: the newest copy is of ${newest}, so more than ${most} may be lost`,
    keptElsewhere: "Another place has a newer copy.",
    shrunk: (copy, was, is) => `${copy} is much smaller than usual (usually ${was}, now ${is})`,
    exploded: (copy, was, is) => `${copy} is much larger than usual (usually ${was}, now ${is})`,
    changed: (copy, count, of) => `${copy}: ${count} of ${of} files changed at once`,
    encrypted: (copy, count, of) => `${copy} changed as if it had been encrypted (${count} of ${of} files)`,
    deleted: (copy, count, of) => `${copy}: ${count} of ${of} files disappeared at once`,
    unreadable: (copy, times, why) => `${copy}: the repository could not be read ${times} times in a row${why}`,
    damaged: (plan, place) => `Verification of backup ${plan} at ${place} found damaged data`,
    deletable: (plan, place) =>
      `Copies of backup ${plan} at ${place} that should be undeletable could be deleted by the writer`,
    drillOverdue: (plan, every, last) => `A restore drill of backup ${plan} is overdue (every ${every}; last: ${last})`,
    future: (copy, count, furthest) => `${copy} has copies dated in the future: ${count}, the furthest ${furthest}`,
    clockOff: (plan, off, ahead) => `The clock of the host that wrote backup ${plan} is ${off} ${ahead}`,
    ahead: "ahead",
    behind: "behind",
    retentionRefused: (copy, why) => `${copy}: to be safe, no old copy was removed (${why})`,
    noneYet: "none yet",
    inARow: (times) => `${times} times in a row`,
    why: (text) => ` (${text})`,
    sizes: (size, files) => `${size}, ${files} files`,
    doMissed: "See whether koboshi was running and whether something else takes too long, then press “Back up now”.",
    doLate: "Open the run and see in which phase it stands still.",
    doFailed: "Remove the cause and press “Back up now”. Earlier copies are still there.",
    doPartial: "Mend the permissions of the paths that could not be read, or name them in allow_missing.",
    doNever: "Press “Back up now” for a first copy, and verify it.",
    doStale: "Look at the runs and remove what stops them.",
    doSuspicious:
      "The copy was taken, and every older one is kept. If this was planned, call it expected; if not, look into the host.",
    doUnreadable: "See whether the place can be reached and whether its credentials were changed.",
    doDamaged: "Use a copy at another place. What is damaged stands in the result of the verification.",
    doDeletable:
      "Take the right to delete from the writer's credential. Until then this copy counts as lost together with the host.",
    doDrill: "Run a drill to measure how long coming back takes.",
    doFuture: "Find out who wrote the copies with the odd dates. They do not count as the newest.",
    doClock: "Mend the time service of the host (chrony or the like). The earlier of both times is what counts.",
    doRetention: "See why. If copies must go all the same, a person can confirm it after looking at them.",
    "too-many": "more copies than usual would go",
    ageing: "the newest copy is old",
    fromTheFuture: "something is dated in the future",
    "out-of-order": "the times of the copies are out of order",
    differs: "koboshi and restic do not agree on what may go",
    pinned: "nobody has looked at a suspicious change yet",
    silent: "the repository cannot be read",
  },
);

type Words = ReturnType<typeof backupWatchWords>;

/** A signal of kind `backup` as people read it. */
export interface BackupSignalText {
  readonly sentence: string;
  /** what to do about it */
  readonly fix: string;
}

interface Told {
  readonly say: Words;
  readonly facts: Signal["facts"];
  readonly plan: string;
  readonly place: string;
  /** the plan at its place */
  readonly copy: string;
  time(name: string): string;
  span(name: string): string;
  count(name: string): string;
}

const megabyte = 1_000_000;

function sizeOf(bytes: number): string {
  if (bytes >= 1_000 * megabyte) return `${(bytes / (1_000 * megabyte)).toFixed(1)} GB`;
  return bytes >= megabyte ? `${(bytes / megabyte).toFixed(1)} MB` : `${Math.round(bytes / 1_000)} kB`;
}

function whyOf({ say, facts }: Told): string {
  const text = String(facts["text"] ?? "");
  return text === "" ? "" : say.why(text);
}

function sizesOf({ say, facts, count }: Told, usual: boolean): string {
  const [bytes, files] = usual ? ["usualBytes", "usualFiles"] : ["bytes", "files"];
  return say.sizes(sizeOf(Number(facts[bytes ?? ""] ?? 0)), count(files ?? ""));
}

/** Why nothing was removed, as words. */
export function retentionReasonText(reasons: readonly string[], lang: Lang): string {
  const say = backupWatchWords(lang);
  const texts: Readonly<Record<string, string>> = {
    "too-many": say["too-many"],
    stale: say.ageing,
    future: say.fromTheFuture,
    "out-of-order": say["out-of-order"],
    differs: say.differs,
    pinned: say.pinned,
    unreadable: say.silent,
  };
  return reasons.map((reason) => texts[reason] ?? reason).join(lang === "ja" ? "、" : "; ");
}

type Teller = (told: Told, lang: Lang) => readonly [sentence: string, fix: string];

const tellers: Readonly<Record<string, Teller>> = {
  missed: ({ say, plan, time }) => [say.missed(plan, time("expectedAtMs")), say.doMissed],
  late: ({ say, plan, time, span }) => [say.late(plan, time("startedAtMs"), span("limitMs")), say.doLate],
  failed(told) {
    const { say, copy, facts } = told;
    const times = Number(facts["inARow"] ?? 1);
    return [say.failed(copy, times > 1 ? say.inARow(times) : "", whyOf(told)), say.doFailed];
  },
  partial: (told) => [told.say.partial(told.copy, whyOf(told)), told.say.doPartial],
  never: ({ say, plan, place }) => [say.never(plan, place), say.doNever],
  stale: ({ say, copy, time, span, facts }, lang) => {
    const elsewhere = facts["keptElsewhere"] === true ? `${lang === "ja" ? "。" : ". "}${say.keptElsewhere}` : "";
    return [`${say.stale(copy, time("newestAtMs"), span("loseAtMostMs"))}${elsewhere}`, say.doStale];
  },
  shrunk: (told) => [told.say.shrunk(told.copy, sizesOf(told, true), sizesOf(told, false)), told.say.doSuspicious],
  exploded: (told) => [told.say.exploded(told.copy, sizesOf(told, true), sizesOf(told, false)), told.say.doSuspicious],
  changed: ({ say, copy, count }) => [say.changed(copy, count("changedFiles"), count("beforeFiles")), say.doSuspicious],
  encrypted: ({ say, copy, count }) => [
    say.encrypted(copy, count("changedFiles"), count("beforeFiles")),
    say.doSuspicious,
  ],
  deleted: ({ say, copy, count }) => [say.deleted(copy, count("deletedFiles"), count("beforeFiles")), say.doSuspicious],
  unreadable: (told) => [
    told.say.unreadable(told.copy, Number(told.facts["times"]), whyOf(told)),
    told.say.doUnreadable,
  ],
  damaged: ({ say, plan, place }) => [say.damaged(plan, place), say.doDamaged],
  deletable: ({ say, plan, place }) => [say.deletable(plan, place), say.doDeletable],
  "drill-overdue": ({ say, plan, span, time }) => [
    say.drillOverdue(plan, span("everyMs"), time("lastAtMs")),
    say.doDrill,
  ],
  future: ({ say, copy, count, time }) => [say.future(copy, count("count"), time("furthestAtMs")), say.doFuture],
  "clock-off": ({ say, plan, span, facts }) => [
    say.clockOff(plan, span("offMs"), Number(facts["offMs"]) > 0 ? say.ahead : say.behind),
    say.doClock,
  ],
  "retention-refused": ({ say, copy, facts }, lang) => {
    const reasons = Array.isArray(facts["reasons"]) ? facts["reasons"].map(String) : [];
    return [say.retentionRefused(copy, retentionReasonText(reasons, lang)), say.doRetention];
  },
};

/** @returns null for a signal that is not of a backup */
export function backupSignalText(
  { kind, facts }: Pick<Signal, "kind" | "facts">,
  timeZone: string,
  lang: Lang,
): BackupSignalText | null {
  const teller = kind === "backup" ? tellers[String(facts["trouble"])] : undefined;
  if (teller === undefined) return null;
  const say = backupWatchWords(lang);
  const number = (name: string): number => Number(facts[name] ?? 0);
  const told: Told = {
    say,
    facts,
    plan: String(facts["plan"]),
    place: String(facts["place"] ?? ""),
    copy: say.copy(String(facts["plan"]), String(facts["place"] ?? "")),
    time: (name) => (typeof facts[name] === "number" ? dateTime(number(name), timeZone, lang) : say.noneYet),
    span: (name) => duration(Math.abs(number(name)), lang),
    count: (name) => number(name).toLocaleString("en-US"),
  };
  const [sentence, fix] = teller(told, lang);
  return { sentence, fix };
}
