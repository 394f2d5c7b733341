import type { ErrorCode } from "../kernel/errors.ts";
import type { Lang } from "../kernel/lang.ts";

type Facts = Readonly<Record<string, string | number>>;
type Say = (facts: Facts) => { readonly message: string; readonly fix: string };
type RestoreCode = Extract<ErrorCode, `KB83${string}`>;

function of(facts: Facts, name: string): string {
  return String(facts[name] ?? "—");
}

function megabytes(facts: Facts, name: string): string {
  return `${Math.ceil(Number(facts[name] ?? 0) / 1_000_000)} MB`;
}

/** Bytes or inodes, whichever does not suffice. */
function lack(facts: Facts): { readonly isInodes: boolean; readonly needed: string; readonly free: string } {
  const free = Number(facts["freeInodes"] ?? -1);
  const isInodes = free >= 0 && free < Number(facts["neededInodes"] ?? 0);
  if (isInodes) return { isInodes, needed: of(facts, "neededInodes"), free: of(facts, "freeInodes") };
  return { isInodes, needed: megabytes(facts, "neededBytes"), free: megabytes(facts, "freeBytes") };
}

function hasInstead(facts: Facts): boolean {
  return facts["insteadSet"] !== undefined;
}

/** `office の 2026-11-22T03:21:00+09:00(--from office --at 01k…)` */
function instead(facts: Facts, lang: Lang): string {
  const [place, set, at] = [of(facts, "insteadPlace"), of(facts, "insteadSet"), of(facts, "insteadAt")];
  return lang === "ja"
    ? `${place} の ${at} の控え(--from ${place} --at ${set})`
    : `the one of ${at} at ${place} (--from ${place} --at ${set})`;
}

const garbled: ReadonlySet<string> = new Set(["mojibake", "text-differs"]);
const damaged: ReadonlySet<string> = new Set([
  "check-failed",
  "pack-missing",
  "pack-damaged",
  "index-damaged",
  "snapshot-damaged",
  "snapshot-missing",
  "file-damaged",
  "buckets-differ",
]);

/** What is wrong with a copy in quarantine, as the end of a sentence. */
function wrongWith(facts: Facts, lang: Lang): string {
  const finding = of(facts, "finding");
  if (garbled.has(finding)) return garbledWords(facts, lang);
  if (finding === "foreign-data")
    return lang === "ja" ? "自分たちのものではないデータが入っている" : "it holds data that are not ours";
  if (damaged.has(finding))
    return lang === "ja" ? `保管庫のデータが壊れている(${finding})` : `the repository's data are damaged (${finding})`;
  const at = placeOf(facts, lang);
  return lang === "ja"
    ? `${at}中身が記録と違う(${finding})`
    : `what is in it${at} is not what was recorded (${finding})`;
}

/** `shop.orders.note の `, ` of shop.orders.note`; empty where nothing is named */
function placeOf(facts: Facts, lang: Lang): string {
  const where = String(facts["where"] ?? "");
  if (where === "") return "";
  return lang === "ja" ? `${where} の ` : ` of ${where}`;
}

function garbledWords(facts: Facts, lang: Lang): string {
  const [at, flagged, sampled] = [placeOf(facts, lang), Number(facts["flagged"] ?? 0), of(facts, "sampled")];
  if (flagged === 0)
    return lang === "ja" ? `${at}文字が取った時と違う` : `the texts${at} are not those that were copied`;
  return lang === "ja"
    ? `${at}${sampled} 件中 ${flagged} 件が文字化け`
    : `${flagged} of ${sampled} values${at} are garbled`;
}

/** Refusals before anything of a restore is done. */
export const restoreErrors: Readonly<Record<RestoreCode, Readonly<Record<Lang, Say>>>> = {
  KB8301: {
    ja: (f) => ({
      message: `復元先に同じ名前のものがあります(${of(f, "count")}件: ${of(f, "what")})`,
      fix: `今あるものは消さずに .koboshi-before-… へ移します。よければ --confirm=${of(f, "name")} を付けるか、--folder で別のフォルダを指定してください。まだ何も変えていません`,
    }),
    en: (f) => ({
      message: `Something of the same name is at the target (${of(f, "count")}: ${of(f, "what")})`,
      fix: `it would be moved to .koboshi-before-…, not deleted; add --confirm=${of(f, "name")}, or choose another folder with --folder. Nothing was changed`,
    }),
  },
  KB8302: {
    ja: (f) => ({
      message: `${of(f, "plan")} の控えのうち、${of(f, "at")} に当たるものがありません`,
      fix: `完了の記録がない控えは数えません。${hasInstead(f) ? `代わりに使えるもの: ${instead(f, "ja")}` : "--list を付けて実行すると、ある控えの一覧が見られます"}`,
    }),
    en: (f) => ({
      message: `There is no copy of ${of(f, "plan")} for ${of(f, "at")}`,
      fix: `one without its commit record does not count; ${hasInstead(f) ? `to be used instead: ${instead(f, "en")}` : "--list shows the copies there are"}`,
    }),
  },
  KB8303: {
    ja: (f) => ({
      message: `控え ${of(f, "set")} に ${of(f, "what")} はありません`,
      fix: "パスは / から始まる書き方で、データベースは db:postgres/shop のように書いてください",
    }),
    en: (f) => ({
      message: `The copy ${of(f, "set")} does not have ${of(f, "what")}`,
      fix: "write paths from / on, databases as db:postgres/shop",
    }),
  },
  KB8304: {
    ja: (f) => ({
      message: `${of(f, "target")} の ${of(f, "folder")} には、別の復元が進行中です(${of(f, "holder")})`,
      fix: "終わるのを待つか、--folder で別のフォルダを指定してください",
    }),
    en: (f) => ({
      message: `Another restore into ${of(f, "folder")} on ${of(f, "target")} is under way (${of(f, "holder")})`,
      fix: "wait for its end, or choose another folder with --folder",
    }),
  },
  KB8305: {
    ja: (f) => ({
      message: `保管庫 ${of(f, "place")} を読めません: ${of(f, "text")}`,
      fix: "回線、アドレス、パスワードを確かめてください。ほかの置き場所から戻すときは --from を使います",
    }),
    en: (f) => ({
      message: `The repository at ${of(f, "place")} cannot be read: ${of(f, "text")}`,
      fix: "check line, address and password; --from restores from another place",
    }),
  },
  KB8306: {
    ja: (f) => {
      const { isInodes, needed, free } = lack(f);
      return {
        message: `${of(f, "base")} の${isInodes ? "空きファイル数(i ノード)" : "空き容量"}が足りません(必要 ${needed}、空き ${free})`,
        fix: "空きを作るか、--folder で別の場所を指定するか、--only で分けて戻してください。まだ何も変えていません",
      };
    },
    en: (f) => {
      const { isInodes, needed, free } = lack(f);
      return {
        message: `There is not enough room on ${of(f, "base")}: ${needed}${isInodes ? " inodes" : ""} needed, ${free} free`,
        fix: "make room, choose another place with --folder, or restore in parts with --only. Nothing was changed",
      };
    },
  },
  KB8307: {
    ja: (f) => ({
      message: `${of(f, "target")} の ${of(f, "folder")} には復元できません: ${of(f, "text")}`,
      fix: "フォルダの書き込み権限と、ホストに入れること(koboshi.yml の user・key・host_key)を確かめてください",
    }),
    en: (f) => ({
      message: `Nothing can be restored into ${of(f, "folder")} on ${of(f, "target")}: ${of(f, "text")}`,
      fix: "check that the folder can be written and the host be entered (user, key and host_key in koboshi.yml)",
    }),
  },
  KB8308: {
    ja: (f) => ({
      message: `${of(f, "plan")} は koboshi では戻せません(with: ${of(f, "with")})`,
      fix: "その道具や業者の手順で戻してください。koboshi backup sheet で連絡先と順番を印刷できます",
    }),
    en: (f) => ({
      message: `koboshi cannot restore ${of(f, "plan")} (with: ${of(f, "with")})`,
      fix: "restore it with that tool or by the provider's procedure; koboshi backup sheet prints contacts and order",
    }),
  },
  KB8309: {
    ja: (f) => ({
      message: `暗号パスワードがありません: ${of(f, "what")}`,
      fix: "--password-file にパスワードだけを書いたファイルを指定するか、koboshi.yml の password を使えるようにしてください",
    }),
    en: (f) => ({
      message: `There is no password for the repository: ${of(f, "what")}`,
      fix: "give --password-file a file with nothing but the password, or make the password of koboshi.yml usable",
    }),
  },
  KB8310: {
    ja: (f) => ({
      message: `${of(f, "target")} のデータベース ${of(f, "of")} を調べられません: ${of(f, "text")}`,
      fix: "サーバーが動いていること、利用者とパスワードを確かめてください。ファイルだけを戻すときは --only にパスを書いてください",
    }),
    en: (f) => ({
      message: `The database ${of(f, "of")} on ${of(f, "target")} cannot be asked: ${of(f, "text")}`,
      fix: "check that the server runs, and user and password; to restore files alone, name their paths with --only",
    }),
  },
  KB8311: {
    ja: (f) => ({
      message: `実行の確認がありません: ${of(f, "what")}`,
      fix: "内容がよければ --yes を付けて実行してください。まだ何も変えていません",
    }),
    en: (f) => ({
      message: `Nobody has said yes to: ${of(f, "what")}`,
      fix: "if this is what you want, add --yes. Nothing was changed",
    }),
  },
  KB8312: {
    ja: (f) => ({
      message: `${of(f, "place")} の ${of(f, "at")} の控え(${of(f, "set")})は、検査(V${of(f, "level")})で使えないと分かったため戻しません: ${wrongWith(f, "ja")}`,
      fix: `${hasInstead(f) ? `代わりに ${instead(f, "ja")} をお使いください` : "ほかに使える控えは見つかっていません。koboshi backup verify で調べてください"}。それでもこの控えを使うなら --despite=${of(f, "set")} を付けてください。まだ何も変えていません`,
    }),
    en: (f) => ({
      message: `The copy of ${of(f, "at")} at ${of(f, "place")} (${of(f, "set")}) is not restored: its verification (V${of(f, "level")}) found that ${wrongWith(f, "en")}`,
      fix: `${hasInstead(f) ? `take ${instead(f, "en")} instead` : "no sound copy is known; look for one with koboshi backup verify"}. To take this one nevertheless, add --despite=${of(f, "set")}. Nothing was changed`,
    }),
  },
};
