import type { Lang } from "../kernel/lang.ts";
import { catalogue } from "./catalogue.ts";
import { dateTime } from "./format.ts";

/** Why copies stay or go, and what is known of copies that were taken over. */
const words = catalogue(
  {
    stays: (time: string, units: string) => `残す ${time} ${units}`,
    goes: (time: string) => `消す ${time} 同じ期間により新しい控えがあるか、残す期間を過ぎています`,
    hourly: "その1時間の最新",
    daily: "その日の最新",
    weekly: "その週の最新",
    monthly: "その月の最新",
    yearly: "その年の最新",
    rules: (rules: string) =>
      `残す決まり: ${rules}(最新の控えから数えます。件数では数えないので、控えを増やされても良いものは押し出されません)`,
    noRules: "残す決まり(keep)がないため、何も消しません。",
    ruleHourly: (amount: number) => `1時間に1つを${amount}時間`,
    ruleDaily: (amount: number) => `1日に1つを${amount}日`,
    ruleWeekly: (amount: number) => `1週に1つを${amount}週`,
    ruleMonthly: (amount: number) => `1か月に1つを${amount}か月`,
    ruleYearly: (amount: number) => `1年に1つを${amount}年`,
    tooMany: (count: number, most: number) =>
      `いつもより多い ${count} 組が消える計算です(いつもの3倍は ${most} 組)。人が確かめるまで消しません。`,
    stale: (newest: string) => `最新の控えが ${newest} のもので、失ってよい時間より古くなっています。`,
    future: (count: number, furthest: string) => `未来の日付のものが ${count} 件あります(最も先は ${furthest})。`,
    outOfOrder: (count: number) => `時刻や順番が記録と合わない控えが ${count} 組あります。`,
    differs: (own: number, theirs: number, strangers: number) =>
      `restic の計算と合いません(koboshi だけが消すもの ${own}、restic だけが消すもの ${theirs}、控えを名乗る正体不明のもの ${strangers})。`,
    pinned: (count: number) => `不審な変化がまだ確かめられていないため、${count} 組を残しておく必要があります。`,
    unreadable: (text: string) => `保管庫を読めませんでした: ${text}`,
    cadence: (count: number, pace: string, newest: string) => `${count} 件、${pace}、最新 ${newest}`,
    hourlyPace: "毎時",
    severalPace: "1日に数回",
    dailyPace: "毎日",
    weeklyPace: "毎週",
    monthlyPace: "毎月",
    irregularPace: "間隔は一定でない",
    none: "なし",
    limits:
      "完全かどうかは分かりません(完了の記録がないため)。検証で示せるのは「書かれたとおりに読める」ことまで(V3)です。",
  },
  {
    stays: (time, units) => `stays ${time} ${units}`,
    goes: (time) => `goes  ${time} a newer copy stands for its time, or its time is over`,
    hourly: "newest of its hour",
    daily: "newest of its day",
    weekly: "newest of its week",
    monthly: "newest of its month",
    yearly: "newest of its year",
    rules: (rules) =>
      `Kept: ${rules} (counted from the newest copy, never by number: adding copies cannot push good ones out)`,
    noRules: "Nothing is ever removed: the plan has no keep.",
    ruleHourly: (amount) => `one an hour for ${amount} h`,
    ruleDaily: (amount) => `one a day for ${amount} d`,
    ruleWeekly: (amount) => `one a week for ${amount} weeks`,
    ruleMonthly: (amount) => `one a month for ${amount} months`,
    ruleYearly: (amount) => `one a year for ${amount} years`,
    tooMany: (count, most) =>
      `${count} sets would go, more than usual (three times the usual is ${most}). None goes before a person has looked.`,
    stale: (newest) => `The newest copy is of ${newest}, older than what may be lost.`,
    future: (count, furthest) => `Dated in the future: ${count} (the furthest ${furthest}).`,
    outOfOrder: (count) => `Times or order of ${count} sets do not agree with their records.`,
    differs: (own, theirs, strangers) =>
      `restic does not agree (only koboshi would remove ${own}, only restic ${theirs}; called a commit and none: ${strangers}).`,
    pinned: (count) => `${count} sets must stay while nobody has looked at a suspicious change.`,
    unreadable: (text) => `The repository could not be read: ${text}`,
    cadence: (count, pace, newest) => `${count} copies, ${pace}, newest ${newest}`,
    hourlyPace: "hourly",
    severalPace: "several a day",
    dailyPace: "daily",
    weeklyPace: "weekly",
    monthlyPace: "monthly",
    irregularPace: "at irregular times",
    none: "none",
    limits:
      "Whether they are complete cannot be known (they have no commit record). Verification can show that they read as they were written, and no more (V3).",
  },
);

type Unit = "hourly" | "daily" | "weekly" | "monthly" | "yearly";

interface Explained {
  readonly rules: readonly { readonly unit: Unit; readonly amount: number }[];
  /** newest first */
  readonly sets: readonly {
    readonly entry: { readonly time: { readonly atMs: number } };
    readonly units: readonly Unit[];
  }[];
  readonly refusals: readonly { readonly reason: string; readonly facts: Readonly<Record<string, string | number>> }[];
}

interface Reader {
  readonly lang: Lang;
  readonly timeZone: string;
}

/** What was decided of every copy and why: the rules, then what speaks against removing, then one line a set. */
export function explainRetention({ rules, sets, refusals }: Explained, reader: Reader): readonly string[] {
  const { lang, timeZone } = reader;
  const say = words(lang);
  const comma = lang === "ja" ? "、" : ", ";
  const ruleOf: Readonly<Record<Unit, (amount: number) => string>> = {
    hourly: say.ruleHourly,
    daily: say.ruleDaily,
    weekly: say.ruleWeekly,
    monthly: say.ruleMonthly,
    yearly: say.ruleYearly,
  };
  const all = rules.map(({ unit, amount }) => ruleOf[unit](amount)).join(comma);
  return [
    rules.length === 0 ? say.noRules : say.rules(all),
    ...refusals.map((refusal) => refusalLine(refusal, reader)),
    ...(rules.length === 0
      ? []
      : sets.map(({ entry, units }) => {
          const time = dateTime(entry.time.atMs, timeZone, lang);
          return units.length === 0 ? say.goes(time) : say.stays(time, units.map((unit) => say[unit]).join(comma));
        })),
  ];
}

/** One sentence of why nothing is removed. */
export function refusalLine({ reason, facts }: Explained["refusals"][number], { lang, timeZone }: Reader): string {
  const say = words(lang);
  const number = (name: string): number => Number(facts[name] ?? 0);
  const time = (name: string): string => dateTime(number(name), timeZone, lang);
  const lines: Readonly<Record<string, () => string>> = {
    "too-many": () => say.tooMany(number("count"), number("most")),
    stale: () => say.stale(time("newestAtMs")),
    future: () => say.future(number("count"), time("furthestAtMs")),
    "out-of-order": () => say.outOfOrder(number("count")),
    differs: () => say.differs(number("onlyOwn"), number("onlyTheirs"), number("strangers")),
    pinned: () => say.pinned(number("count")),
    unreadable: () => say.unreadable(String(facts["text"] ?? "")),
  };
  return lines[reason]?.() ?? reason;
}
