import type { EventKind } from "../kernel/event.ts";
import type { Bilingual } from "../kernel/lang.ts";
import { duration } from "./format.ts";
import type { Facts, Sentence } from "./timeline.ts";

type Recovery = Extract<EventKind, `backup.${string}` | `restore.started` | `restore.ended` | `drill.${string}`>;

/** ` (…)` of the facts that are there. */
function aside(...parts: readonly string[]): Bilingual {
  const text = parts.filter((part) => part !== "");
  return text.length === 0 ? { ja: "", en: "" } : { ja: `(${text.join("、")})`, en: ` (${text.join(", ")})` };
}

function took(f: Facts): Bilingual {
  const seconds = Number(f.text("seconds"));
  if (f.text("seconds") === "" || !Number.isFinite(seconds)) return { ja: "", en: "" };
  return { ja: duration(seconds * 1_000, "ja"), en: duration(seconds * 1_000, "en") };
}

/** `shop-data → office` */
function copy(f: Facts): string {
  const [plan, place] = [f.text("plan"), f.text("place")];
  return place === "" ? plan : `${plan} → ${place}`;
}

function began(what: Bilingual): Sentence {
  return (f) => ({
    ja: `${f.who}が${what.ja}を始めました: ${f.text("plan")}${aside(f.text("place"), f.text("target")).ja}`,
    en: `${f.who} began ${what.en}: ${f.text("plan")}${aside(f.text("place"), f.text("target")).en}`,
  });
}

function ended(what: Bilingual): Sentence {
  return (f) => {
    const lasted = took(f);
    const plan = f.text("plan");
    const why = f.text("trouble.text", "text");
    switch (f.text("state")) {
      case "done":
        return {
          ja: `${what.ja}が終わりました: ${plan}${aside(lasted.ja).ja}`,
          en: `The ${what.en} ended well: ${plan}${aside(lasted.en).en}`,
        };
      case "interrupted":
        return f.text("trouble.code") === "hub-ended"
          ? {
              ja: `koboshi が止まったため、${what.ja}が途中で打ち切られていました: ${plan}`,
              en: `The ${what.en} had been cut off when koboshi stopped: ${plan}`,
            }
          : { ja: `${what.ja}が途中で止まりました: ${plan}`, en: `The ${what.en} was interrupted: ${plan}` };
      default:
        return {
          ja: `${what.ja}に失敗しました: ${plan}${aside(why).ja}`,
          en: `The ${what.en} failed: ${plan}${aside(why).en}`,
        };
    }
  };
}

const proofResults: Readonly<Record<string, Bilingual>> = {
  refused: { ja: "書き込み側の権限では消せませんでした", en: "the writer could not delete what it wrote" },
  deletable: { ja: "書き込み側の権限で消せてしまいます", en: "the writer can delete what it wrote" },
  inconclusive: { ja: "消せるかどうかは分かりませんでした", en: "whether the writer can delete is not known" },
};

/** What is told of backups, restores and drills. */
export const recoverySentences: Readonly<Record<Recovery, Sentence>> = {
  "backup.started": (f) => ({ ja: `控えを取り始めました: ${copy(f)}`, en: `A backup began: ${copy(f)}` }),
  "backup.committed": (f) => ({
    ja: `控えを取りました: ${copy(f)}${aside(took(f).ja).ja}`,
    en: `A backup was committed: ${copy(f)}${aside(took(f).en).en}`,
  }),
  "backup.partial": (f) => ({
    ja: `控えに欠けがあります: ${copy(f)}${aside(f.text("trouble.text", "text")).ja}`,
    en: `A backup is incomplete: ${copy(f)}${aside(f.text("trouble.text", "text")).en}`,
  }),
  "backup.failed": (f) => ({
    ja: `控えを取れませんでした: ${copy(f)}${aside(f.text("trouble.text", "text")).ja}`,
    en: `A backup failed: ${copy(f)}${aside(f.text("trouble.text", "text")).en}`,
  }),
  "backup.verified": (f) => {
    const level = f.text("level") === "" ? "" : `V${f.text("level")}`;
    return f.text("ok") === "false"
      ? {
          ja: `控えの検査で異常が見つかりました: ${copy(f)}${aside(level).ja}`,
          en: `A copy did not pass its verification: ${copy(f)}${aside(level).en}`,
        }
      : {
          ja: `控えを検査しました: ${copy(f)}${aside(level).ja}`,
          en: `A copy was verified: ${copy(f)}${aside(level).en}`,
        };
  },
  "backup.proof": (f) => {
    const result = proofResults[f.text("result")] ?? { ja: f.text("result"), en: f.text("result") };
    return {
      ja: `控えを消せるか試しました: ${copy(f)}${aside(result.ja).ja}`,
      en: `Deleting a copy was tried: ${copy(f)}${aside(result.en).en}`,
    };
  },
  "backup.accepted": (f) => ({
    ja: `${f.who}が控えの変化を想定どおりとしました: ${copy(f)}${aside(f.text("reason")).ja}`,
    en: `${f.who} called the change of a copy expected: ${copy(f)}${aside(f.text("reason")).en}`,
  }),
  "backup.tidied": (f) => ({
    ja: `${f.who}が古い控えを整理しました: ${copy(f)}${aside(`${f.text("removed")} 個`).ja}`,
    en: `${f.who} tidied old copies away: ${copy(f)}${aside(`${f.text("removed")} sets`).en}`,
  }),
  "restore.started": began({ ja: "復元", en: "a restore" }),
  "restore.ended": ended({ ja: "復元", en: "restore" }),
  "drill.started": began({ ja: "復旧訓練", en: "a drill" }),
  "drill.ended": ended({ ja: "復旧訓練", en: "drill" }),
};
