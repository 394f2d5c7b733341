import { evidence, type Reading } from "./evidence.ts";
import { told } from "./inside.ts";
import { worstMinute, type Timed } from "../lines/rates.ts";
import { excerpt, type MailSign } from "../lines/signs.ts";

/** What kind of failure the mail log shows. */
export const mlLog = evidence({
  id: "ml.log",
  bundle: "mail",
  title: { ja: "メールの記録", en: "mail log" },
  states: ["none", "temp", "auth", "quota", "nospace", "block"],
  stateWords: {
    none: { ja: "異常はありません", en: "nothing unusual" },
    temp: { ja: "一時的な配送失敗があります", en: "deliveries are deferred" },
    auth: { ja: "認証の失敗があります", en: "logins fail" },
    quota: { ja: "受信箱の上限に達した記録があります", en: "mailboxes are over their limit" },
    nospace: { ja: "容量不足の記録があります", en: "no space left" },
    block: { ja: "相手側に拒否されています", en: "the other side refuses" },
  },
  leak: [0.05, 0.02, 0.004, 0.002, 0.02],
  group: null,
  isExact: true,
  timeoutSeconds: 6,
  risk: 1,
  unit: "count/min",

  /** The later of its states mask the earlier, as a refusal by the other side is the more telling. */
  read({ lines }: { readonly lines: readonly MailLine[] }): Reading {
    const found = order.find((sign) => lines.filter((one) => one.sign === sign).length >= least[sign]);
    if (found === undefined) return told("none", 0);
    const shown = lines.filter(({ sign }) => sign === found);
    const newest = shown.toSorted((a, b) => b.atMs - a.atMs)[0];
    const perMinute = worstMinute(shown);
    return told(found, perMinute, {
      detail: `×${shown.length} ${answerIn(newest?.text ?? "")}`.trim(),
      raw: excerpt(shown),
    });
  },
});

export interface MailLine extends Timed {
  readonly text: string;
  readonly sign: MailSign;
}

const order: readonly MailSign[] = ["block", "nospace", "quota", "auth", "temp"];
/** A password mistyped, or a mail put off once, is everyday. */
const least: Readonly<Record<MailSign, number>> = { block: 2, nospace: 1, quota: 2, auth: 5, temp: 3 };

/** `550 5.7.1 Service unavailable; client host blocked` */
function answerIn(text: string): string {
  const reply = /\b(?:said: )?([45]\d\d[ -][45]\.\d\.\d{1,3} .*?)(?: \(in reply|\)$|$)/.exec(text)?.[1];
  return (reply ?? /status=\w+ \((.*)\)/.exec(text)?.[1] ?? text.slice(-100)).slice(0, 100);
}
