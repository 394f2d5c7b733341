import type { Lang } from "../kernel/lang.ts";
import { catalogue } from "./catalogue.ts";
import { clockTime, duration, fullDateTime } from "./format.ts";

/** What is said about who watches koboshi itself. */
const words = catalogue(
  {
    silentSubject: (length: string) => `■ koboshi 本体から${length}連絡がありません`,
    silent: (length: string) => `koboshi 本体から${length}連絡がありません。監視が止まっている可能性があります。`,
    last: (time: string) => `最後の連絡: ${time}`,
    by: (vantage: string) => `この知らせは、観測地点 ${vantage} が自分で送っています。`,
    check: "確かめること: koboshi が動くコンピュータの電源と回線、koboshi の動作(systemctl status koboshi)。",
    blind: "連絡が戻るまで、ほかの障害のお知らせは届かないおそれがあります。",
    heardSubject: "● koboshi 本体から連絡が戻りました",
    heard: (from: string, to: string, length: string) => `koboshi 本体から連絡が戻りました。${from}–${to}(${length})`,
    heardMore: "その間に起きたことは、koboshi の画面でご確認ください。",
    footer: (time: string, vantage: string) => `${time}  koboshi@観測地点 ${vantage}`,
  },
  {
    silentSubject: (length: string) => `■ No word from koboshi itself for ${length}`,
    silent: (length: string) => `No word from koboshi itself for ${length}. You may be blind.`,
    last: (time: string) => `Last word: ${time}`,
    by: (vantage: string) => `The vantage ${vantage} sends this by itself.`,
    check: "Check the power and the line of koboshi's machine, and whether koboshi runs (systemctl status koboshi).",
    blind: "Until it is back, news of other failures may not reach you.",
    heardSubject: "● koboshi itself is heard again",
    heard: (from: string, to: string, length: string) => `koboshi itself is heard again. ${from}–${to} (${length})`,
    heardMore: "What happened meanwhile is on koboshi's own pages.",
    footer: (time: string, vantage: string) => `${time}  koboshi@vantage ${vantage}`,
  },
);

export interface SilenceFacts {
  readonly site: string;
  readonly vantage: string;
  readonly timeZone: string;
  readonly lang: Lang;
  /** the last word of the hub; null when this vantage heard none since its own start */
  readonly heardAtMs: number | null;
  readonly nowMs: number;
  readonly silentMs: number;
}

/** What a vantage mails when the hub is silent, and once more when it is heard again. */
export function silenceText(kind: "silent" | "heard", facts: SilenceFacts): { subject: string; body: string } {
  const { site, vantage, timeZone, lang, heardAtMs, nowMs, silentMs } = facts;
  const say = words(lang);
  const length = duration(silentMs, lang);
  const footer = ["--", say.footer(fullDateTime(nowMs, timeZone, lang), vantage)];
  if (kind === "silent") {
    const last = heardAtMs === null ? [] : [say.last(fullDateTime(heardAtMs, timeZone, lang))];
    const lines = [say.silent(length), ...last, "", say.check, say.blind, "", say.by(vantage), ...footer];
    return { subject: `${say.silentSubject(length)} (${site})`, body: lines.join("\n") };
  }
  const from = clockTime(nowMs - silentMs, timeZone, lang);
  const lines = [
    say.heard(from, clockTime(nowMs, timeZone, lang), length),
    say.heardMore,
    "",
    say.by(vantage),
    ...footer,
  ];
  return { subject: `${say.heardSubject} (${site})`, body: lines.join("\n") };
}

const pulseWords = catalogue(
  {
    none: "外の見張りなし",
    starting: "外の見張りを呼んでいます",
    ok: "外の番犬 OK",
    failing: "外の番犬に届きません",
    withheld: "外の番犬を呼んでいません",
  },
  {
    none: "no outside watchdog",
    starting: "calling the watchdog",
    ok: "watchdog OK",
    failing: "watchdog not reached",
    withheld: "watchdog not called",
  },
);

/** What stands beside koboshi's own pulse on every page. */
export function watchWord(watchdog: "none" | "starting" | "ok" | "failing" | "withheld", lang: Lang): string {
  return pulseWords(lang)[watchdog];
}
