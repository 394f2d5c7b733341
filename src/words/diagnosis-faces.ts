import { catalogue } from "./catalogue.ts";

interface BlindSpotSaid {
  readonly one: string;
  readonly other: string;
  readonly distance: string;
  /** what would tell them apart; null: nothing would */
  readonly add: string | null;
}

/** What stands around a diagnosis on the incident's page and in the terminal. */
export const diagnosisFaceWords = catalogue(
  {
    heading: "原因の診断",
    none: "原因の診断はまだ始まっていません",
    why: (headline: string) => `原因: ${headline}`,
    cause: (order: number, percent: number, title: string) => `${order}. ${percent}%  ${title}`,
    certainty: (word: string, percent: number) => `${word}(${percent}%)`,
    decide: (action: string) => `確かめ方: ${action}`,
    facts: "見えている事実",
    for: "根拠",
    against: "反対の事実",
    nothingAgainst: "見つかっていません",
    ruledOut: "外した候補と、その決め手",
    unobserved: "見ていないもの",
    unexplained: "説明できていない異常",
    action: "まずすること",
    notYet: "まだしないこと",
    fix: "直し方",
    prevention: "再発を防ぐには",
    repair: "直す順番(直る見込みと手間から)",
    raw: "そのときの応答や記録",
    took: (seconds: string) => `診断にかかった時間 ${seconds} 秒`,
    again: "もう一度調べる",
    confirm: "原因を確定",
    confirmWhy: "確定した原因は、次からの順位づけに使います。",
    which: "原因",
    note: "分かったこと(任意)",
    another: "一覧から選ぶ",
    confirmed: (title: string) => `原因を確定しました: ${title}`,
    begun: (id: number) => `#${id} の診断をやり直しています`,
    blindSpots: (count: number) =>
      count === 0
        ? "いまの設定で区別できない原因の組はありません"
        : `いまの設定では区別できない原因の組が ${count} 組あります(近い順)`,
    worthAdding: (title: string, count: number) => `  + 「${title}」を見られるようにすると ${count} 組を区別できます`,
    blindSpot: ({ one, other, distance, add }: BlindSpotSaid) =>
      `  ${one} と ${other}(隔たり ${distance})${add === null ? "" : ` — 「${add}」で区別できます`}`,
  },
  {
    heading: "Diagnosis",
    none: "No diagnosis has begun yet",
    why: (headline: string) => `Why: ${headline}`,
    cause: (order: number, percent: number, title: string) => `${order}. ${percent}%  ${title}`,
    certainty: (word: string, percent: number) => `${word} (${percent}%)`,
    decide: (action: string) => `To decide: ${action}`,
    facts: "What is seen",
    for: "For it",
    against: "Against it",
    nothingAgainst: "nothing found",
    ruledOut: "Ruled out, and by what",
    unobserved: "Not looked at",
    unexplained: "Abnormal and not explained",
    action: "First",
    notYet: "Do not yet",
    fix: "How to mend it",
    prevention: "So that it does not come back",
    repair: "Ways to mend it, the one to try first first",
    raw: "Answers and records as they came",
    took: (seconds: string) => `took ${seconds} s`,
    again: "Look again",
    confirm: "Confirm the cause",
    confirmWhy: "A confirmed cause shifts later rankings.",
    which: "Cause",
    note: "What you found (optional)",
    another: "choose from the catalogue",
    confirmed: (title: string) => `Cause confirmed: ${title}`,
    begun: (id: number) => `#${id} is being diagnosed again`,
    blindSpots: (count: number) =>
      count === 0
        ? "What is set up today tells all causes apart"
        : `What is set up today cannot tell ${count} pairs of causes apart (nearest first)`,
    worthAdding: (title: string, count: number) => `  + being able to see “${title}” would tell ${count} of them apart`,
    blindSpot: ({ one, other, distance, add }: BlindSpotSaid) =>
      `  ${one} and ${other} (distance ${distance})${add === null ? "" : `; being able to see “${add}” would`}`,
  },
);
