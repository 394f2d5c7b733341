import { z } from "zod";
import type { ErrorCode } from "../kernel/errors.ts";
import type { Lang } from "../kernel/lang.ts";
import { refusalsText } from "./recovery-drill.ts";

type Facts = Readonly<Record<string, string | number>>;
type Say = (facts: Facts) => { readonly message: string; readonly fix: string };
type DrillCode = Extract<ErrorCode, `KB84${string}`>;

function of(facts: Facts, name: string): string {
  return String(facts[name] ?? "—");
}

const Reasons = z.array(z.object({ code: z.string(), unknown: z.boolean(), seen: z.string() }));

/** Every reason that holds. */
function refused(facts: Facts, lang: Lang): ReturnType<Say> {
  const reasons = Reasons.safeParse(JSON.parse(String(facts["reasons"] ?? "[]")));
  return refusalsText(reasons.success ? reasons.data : [], { lang, target: of(facts, "target") });
}

function nothingToRehearse(facts: Facts, lang: Lang): ReturnType<Say> {
  const [plan, count] = [of(facts, "plan"), Number(facts["quarantined"] ?? 0)];
  const where = facts["place"] === undefined ? "" : `(${of(facts, "place")})`;
  if (count === 0) {
    if (lang === "ja")
      return {
        message: `${plan}${where} には、訓練に使える完全な控えがまだありません`,
        fix: `koboshi backup run ${plan} で控えを取ってから、もう一度お試しください`,
      };
    return {
      message: `${plan}${where} has no committed copy to rehearse with yet`,
      fix: `take one with koboshi backup run ${plan}, then try again`,
    };
  }
  if (lang === "ja")
    return {
      message: `${plan}${where} の控えは ${count} 個とも、検査で異常が見つかり隔離されています。訓練には使いません`,
      fix: `koboshi backup show ${plan} で異常を確かめ、koboshi backup run ${plan} で新しい控えを取ってください`,
    };
  return {
    message: `${plan}${where}: ${count === 1 ? "the only copy is" : `all ${count} copies are`} in quarantine, because a verification found them broken; a drill does not use them`,
    fix: `see what was found with koboshi backup show ${plan}, and take a new copy with koboshi backup run ${plan}`,
  };
}

/** Refusals of drills and rebuild recipes. */
export const drillErrors: Readonly<Record<DrillCode, Readonly<Record<Lang, Say>>>> = {
  KB8401: { ja: (f) => refused(f, "ja"), en: (f) => refused(f, "en") },
  KB8402: {
    ja: (f) => nothingToRehearse(f, "ja"),
    en: (f) => nothingToRehearse(f, "en"),
  },
  KB8411: {
    ja: (f) => ({
      message: `再構築レシピ ${of(f, "folder")} を読めません(${of(f, "why")})`,
      fix: "koboshi backup recipe capture --to で作ったフォルダを指定してください",
    }),
    en: (f) => ({
      message: `The rebuild recipe ${of(f, "folder")} cannot be read (${of(f, "why")})`,
      fix: "name a folder that koboshi backup recipe capture --to has made",
    }),
  },
  KB8412: {
    ja: (f) => ({
      message: `利用者・グループの番号が復元先と食い違うため、ファイルを書く前に止めました: ${of(f, "conflicts")}`,
      fix: "復元先の番号を直すか、その利用者を復元先から除いてから、もう一度実行してください",
    }),
    en: (f) => ({
      message: `Users or groups clash with those of the target, so nothing was written: ${of(f, "conflicts")}`,
      fix: "change the number on the target, or remove that user there, and run it again",
    }),
  },
  KB8413: {
    ja: (f) => ({
      message: `復元先は ${of(f, "have")}、レシピは ${of(f, "want")} のものです。このままでは再現できません`,
      fix: "同じ系統・同じ版のシステムを用意するか、koboshi backup recipe show の一覧を見ながら移し替えてください",
    }),
    en: (f) => ({
      message: `The target is ${of(f, "have")}, the recipe is of ${of(f, "want")}; it cannot be replayed there`,
      fix: "prepare the same system in the same version, or translate by hand from koboshi backup recipe show",
    }),
  },
  KB8414: {
    ja: (f) => ({
      message: `${of(f, "root")} はシステムの入ったフォルダではありません(${of(f, "why")})`,
      fix: "Debian を展開したフォルダを、絶対パスで指定してください(例: debootstrap で作ったもの)",
    }),
    en: (f) => ({
      message: `${of(f, "root")} does not hold a system (${of(f, "why")})`,
      fix: "give the absolute path of an installed Debian, such as debootstrap makes",
    }),
  },
  KB8415: {
    ja: (f) => ({
      message: `レシピを ${of(f, "folder")} に書けません(${of(f, "why")})`,
      fix: "まだ無いフォルダか、以前のレシピのフォルダを指定し、書き込めることを確かめてください",
    }),
    en: (f) => ({
      message: `The recipe cannot be written to ${of(f, "folder")} (${of(f, "why")})`,
      fix: "name a folder that does not exist yet or holds an earlier recipe, and check that it can be written",
    }),
  },
  KB8417: {
    ja: (f) => ({
      message: `${of(f, "target")} を ${of(f, "name")} に作り替えるには、名前の入力が必要です`,
      fix: `何が変わるかを --dry-run で確かめてから、--confirm=${of(f, "name")} を付けて実行してください`,
    }),
    en: (f) => ({
      message: `Making ${of(f, "target")} into ${of(f, "name")} needs the name typed`,
      fix: `see what changes with --dry-run, then run it with --confirm=${of(f, "name")}`,
    }),
  },
  KB8416: {
    ja: (f) => ({
      message: `${of(f, "host")} に接続できないか、ホスト鍵を確かめられません(${of(f, "reason")} ${of(f, "seen")})`,
      fix: "koboshi host confirm で鍵を確かめ、hosts の address・port・user を見直してください",
    }),
    en: (f) => ({
      message: `${of(f, "host")} cannot be reached, or its key is not trusted (${of(f, "reason")} ${of(f, "seen")})`,
      fix: "confirm the key with koboshi host confirm, and check address, port and user of the host",
    }),
  },
};
