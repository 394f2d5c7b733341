import { catalogue } from "./catalogue.ts";

interface Unwritten {
  /** services that are down now */
  readonly down: string;
  readonly error: string;
  readonly folder: string;
  /** full date and time of now */
  readonly time: string;
}

/** The mail that leaves without the ledger, when it cannot be written. */
export const unwrittenWords = catalogue(
  {
    subject: ({ down }: Unwritten) =>
      down === "" ? "■障害 koboshi が記録できません" : `■障害 ${down}が止まっています(koboshi は記録できません)`,
    body: ({ down, error, folder, time }: Unwritten) =>
      [
        ...(down === "" ? [] : [`${down}が止まっています。`]),
        "koboshi の記録簿に書き込めないため、この障害には番号がなく、",
        "「対応します」のリンクも、次の方への引き継ぎもありません。",
        `理由: ${error}`,
        "",
        "◆ 次にすること",
        `監視サーバの ${folder} の空きを確かめ、空きを作ってください。`,
        "書き込めるようになり次第、続きを記録して、いつもの形でお知らせします。",
        "書き込めない間は、1時間ごとにこのメールを送ります。",
        "",
        "--",
        `${time}  koboshi@監視サーバ`,
      ].join("\n"),
  },
  {
    subject: ({ down }: Unwritten) =>
      down === "" ? "■DOWN koboshi cannot write" : `■DOWN ${down} (koboshi cannot write)`,
    body: ({ down, error, folder, time }: Unwritten) =>
      [
        ...(down === "" ? [] : [`Down: ${down}.`]),
        "koboshi cannot write its ledger, so this incident has no number, no link to take it, and nobody is called next.",
        `Reason: ${error}`,
        "",
        "Do this next",
        `Look at the free space of ${folder} on the monitoring server, and make some.`,
        "As soon as it can write, koboshi records what happened and tells you in the usual way.",
        "Until then this mail comes every hour.",
        "",
        "--",
        `${time}  koboshi@monitoring server`,
      ].join("\n"),
  },
);
