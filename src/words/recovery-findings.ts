import type { Lang } from "../kernel/lang.ts";
import { duration } from "./format.ts";

type Facts = Readonly<Record<string, unknown>>;
export type SayFinding = (facts: Facts, lang: Lang) => string;

function text(facts: Facts, name: string): string {
  const value = facts[name];
  if (Array.isArray(value)) return value.map(String).join(", ");
  return typeof value === "string" || typeof value === "number" ? String(value) : "—";
}

const where = (f: Facts): string =>
  [f["database"], f["table"], f["column"]].filter((part) => typeof part === "string" && part !== "").join(".");
const said = (f: Facts, lang: Lang): string =>
  f["text"] === undefined || f["text"] === "" ? "" : lang === "ja" ? `(${text(f, "text")})` : ` (${text(f, "text")})`;
const span = (f: Facts, name: string, lang: Lang): string => duration(Number(f[name] ?? 0), lang);
const percent = (f: Facts, name: string): string => `${Math.floor(Number(f[name] ?? 0) * 100)}%`;

/** `「ä½è—¤」→「佐藤」`: what is there, and what was written. */
function example(facts: Facts, lang: Lang): string {
  const [first] = (facts["examples"] ?? []) as readonly { readonly value: string; readonly fixed: string | null }[];
  if (first === undefined) return "";
  const [from, to] = [first.value.slice(0, 40), first.fixed?.slice(0, 40) ?? null];
  if (lang === "ja") return to === null ? `例: 「${from}」` : `例: 「${from}」→「${to}」`;
  return to === null ? `Example: “${from}”` : `Example: “${from}” → “${to}”`;
}

const kinds: Readonly<Record<string, Readonly<Record<Lang, string>>>> = {
  "utf8-as-latin1": { ja: "UTF-8 を latin-1 と誤読", en: "UTF-8 read as latin-1" },
  "utf8-as-cp932": { ja: "UTF-8 を Shift_JIS と誤読", en: "UTF-8 read as Shift_JIS" },
  "utf8-as-eucjp": { ja: "UTF-8 を EUC-JP と誤読", en: "UTF-8 read as EUC-JP" },
  "cp932-as-latin1": { ja: "Shift_JIS を latin-1 と誤読", en: "Shift_JIS read as latin-1" },
  "eucjp-as-latin1": { ja: "EUC-JP を latin-1 と誤読", en: "EUC-JP read as latin-1" },
  "eucjp-as-cp932": { ja: "EUC-JP を Shift_JIS と誤読", en: "EUC-JP read as Shift_JIS" },
  "cp932-as-eucjp": { ja: "Shift_JIS を EUC-JP と誤読", en: "Shift_JIS read as EUC-JP" },
  "iso2022jp-raw": { ja: "JIS コードのまま", en: "seven-bit JIS left undecoded" },
  "question-marks": { ja: "文字が ? に置き換わった", en: "characters replaced by ?" },
  "replacement-chars": { ja: "文字が � に置き換わった", en: "characters replaced by �" },
};

export function mojibakeWords(lang: Lang, kind: string): string {
  return kinds[kind]?.[lang] ?? kind;
}

/** One sentence for each finding: what, where, and what to do about it. */
export const findingSentences = {
  "not-reached": {
    ja: (f) =>
      `保管庫を読めなかったため、確かめられませんでした${said(f, "ja")}。つながってから、もう一度確かめてください。`,
    en: (f) =>
      `The repository could not be read, so nothing was proven${said(f, "en")}. Verify again when it can be reached.`,
  },
  "key-refused": {
    ja: () =>
      "保管庫が暗号パスワードを受け付けません。パスワードが違うか、鍵のファイルが壊れています。鍵の写しで開けるか試してください。",
    en: () =>
      "The repository refuses the password: it is another one, or the key's file is damaged. Try a copy of the key.",
  },
  "no-repository": {
    ja: () => "その場所に保管庫がありません。置き場所がつながっているか、保管庫が消されていないかを確かめてください。",
    en: () => "There is no repository at that place. See whether its storage is attached, or whether it was deleted.",
  },
  "check-failed": {
    ja: (f) =>
      `保管庫の検査が失敗しました${said(f, "ja")}。別の控えを使い、この保管庫は調べるまで上書きしないでください。`,
    en: (f) =>
      `The check of the repository failed${said(f, "en")}. Use another copy and do not write over this one before it is examined.`,
  },
  "no-set": {
    ja: () => "完了の記録がある控えが1つもありません。記録のない控えは、途中で終わったかもしれないため数えません。",
    en: () => "There is no set with a commit record. Without one a copy may be half, so it does not count.",
  },
  "set-in-future": {
    ja: (f) => `控え ${text(f, "set")} の時刻 ${text(f, "at")} が未来です。取った側の時計を確かめてください。`,
    en: (f) => `Set ${text(f, "set")} is dated in the future (${text(f, "at")}). Look at the writer's clock.`,
  },
  "same-credential": {
    ja: () => "書き込みと同じ資格情報で読みました。reader に読み取り専用の資格情報を書くと、独立に確かめられます。",
    en: () => "It was read with the writer's own credential. A separate one in `reader` makes the reading independent.",
  },
  "pack-missing": {
    ja: (f) =>
      `索引にあるデータのファイル ${text(f, "count")} 個がありません(${text(f, "names")})。これを含む控えは復元できません。`,
    en: (f) =>
      `${text(f, "count")} data files that the index names are missing (${text(f, "names")}). Sets with them cannot be restored.`,
  },
  "pack-damaged": {
    ja: (f) => `データのファイル ${text(f, "count")} 個が壊れています(${text(f, "names")})。別の控えを使ってください。`,
    en: (f) => `${text(f, "count")} data files are damaged (${text(f, "names")}). Use another copy.`,
  },
  "index-damaged": {
    ja: (f) =>
      `索引が壊れています(${text(f, "names")})。restic rebuild-index(0.16 以降は repair index)で作り直せることがあります。`,
    en: (f) =>
      `The index is damaged (${text(f, "names")}). restic rebuild-index (repair index from 0.16 on) can often make it anew.`,
  },
  "snapshot-damaged": {
    ja: (f) => `控えの一覧のファイルが壊れています(${text(f, "names")})。その時点の控えは復元できません。`,
    en: (f) => `Files of snapshots are damaged (${text(f, "names")}). Those points in time cannot be restored.`,
  },
  "snapshot-missing": {
    ja: (f) =>
      `取ったはずの控え ${text(f, "count")} 個が保管庫にありません(${text(f, "names")})。誰かが消したか、壊れています。`,
    en: (f) =>
      `${text(f, "count")} snapshots that were committed are not in the repository (${text(f, "names")}): somebody deleted them, or they are lost.`,
  },
  "file-damaged": {
    ja: (f) =>
      `保管庫のファイル ${text(f, "count")} 個の中身が、名前のハッシュと違います(${text(f, "names")})。ディスクを調べ、別の控えを使ってください。`,
    en: (f) =>
      `${text(f, "count")} files of the repository do not match the hash that is their name (${text(f, "names")}). Examine the disk and use another copy.`,
  },
  "disk-error": {
    ja: (f) => `ディスクが保管庫のファイルを読めません${said(f, "ja")}。ディスクの交換を考えてください。`,
    en: (f) => `The disk cannot read files of the repository${said(f, "en")}. Think of replacing it.`,
  },
  "config-missing": {
    ja: () => "保管庫の config がありません。このままでは開けません。控えの config を元の場所へ戻してください。",
    en: () => "The repository's config is missing, so it cannot be opened. Put a copy of it back.",
  },
  "config-differs": {
    ja: () => "保管庫の config が、前に見たものと違います。控えの config と比べ、壊れていれば戻してください。",
    en: () => "The repository's config is not what it was. Compare it with a copy and put that back if it is damaged.",
  },
  "config-unknown": {
    ja: () => "保管庫の config を初めて見ました。次からは、変わればわかります。",
    en: () => "The repository's config was seen for the first time. From now on a change will be noticed.",
  },
  "stray-files": {
    ja: (f) => `保管庫に、保管庫のものではないファイルが ${text(f, "count")} 個あります(${text(f, "names")})。`,
    en: (f) => `${text(f, "count")} files in the repository are not of it (${text(f, "names")}).`,
  },
  "buckets-differ": {
    ja: (f) =>
      `読んだデータの数が違います(予定 ${text(f, "expected")}、実際 ${text(f, "read")})。restic の版を確かめてください。この回は読んだことにしません。`,
    en: (f) =>
      `Another number of packs was read than should have been (${text(f, "read")}, not ${text(f, "expected")}). Look at restic's version; this run does not count.`,
  },
  "rotation-incomplete": {
    ja: (f) => `まだ全部のデータを読み終えていません(${percent(f, "readRatio")})。毎回の確認で続きを読みます。`,
    en: (f) => `Not all data were read yet (${percent(f, "readRatio")}). Each verification reads on.`,
  },
  "rotation-late": {
    ja: (f) =>
      `最も長く読んでいないデータは ${span(f, "maxAgeMs", "ja")}前に読んだものです(目標 ${span(f, "withinMs", "ja")}以内)。確認の間隔を詰めてください。`,
    en: (f) =>
      `Some data were last read ${span(f, "maxAgeMs", "en")} ago (the goal is ${span(f, "withinMs", "en")}). Verify more often.`,
  },
  "no-manifest": {
    ja: () => "照合できるファイルの記録がありません。次の控えから記録されます。",
    en: () => "There is no list of files to compare with. The next set will have one.",
  },
  "no-room": {
    ja: (f) => `試しに復元する場所を作れませんでした${said(f, "ja")}。/var/tmp の空きを確かめてください。`,
    en: (f) => `No folder could be made for the trial restore${said(f, "en")}. Look at the space of /var/tmp.`,
  },
  "file-missing": {
    ja: (f) => `控えから復元できないファイルが ${text(f, "count")} 個あります(${text(f, "names")})。`,
    en: (f) => `${text(f, "count")} files could not be restored from the set (${text(f, "names")}).`,
  },
  "file-differs": {
    ja: (f) => `復元したファイル ${text(f, "count")} 個の中身が、元と違います(${text(f, "names")})。`,
    en: (f) => `${text(f, "count")} restored files differ from what they were (${text(f, "names")}).`,
  },
  "dump-differs": {
    ja: (f) =>
      `データベース ${text(f, "of")} の書き出しが、取った時のものと違います(${text(f, "bytes")} バイト、記録は ${text(f, "expectedBytes")} バイト)。`,
    en: (f) =>
      `The dump of ${text(f, "of")} is not what was written (${text(f, "bytes")} bytes; ${text(f, "expectedBytes")} were recorded).`,
  },
  "dump-cut": {
    ja: (f) => `データベース ${text(f, "of")} の書き出しが途中で切れています(${text(f, "bytes")} バイト)。`,
    en: (f) => `The dump of ${text(f, "of")} ends half-way (after ${text(f, "bytes")} bytes).`,
  },
  "no-database": {
    ja: () => "この控えにデータベースはありません。ファイルは抜き取りで確かめます。",
    en: () => "This set has no database. Its files are verified by sample.",
  },
  "engine-unknown": {
    ja: (f) => `${text(f, "of")} は、ここでは読み込めない種類のデータベースです。`,
    en: (f) => `${text(f, "of")} is a kind of database that cannot be loaded here.`,
  },
  "no-scratch-server": {
    ja: (f) =>
      `確認用の ${text(f, "engine")} を起動できないため、読み込んで確かめられません${said(f, "ja")}。確認する機械に入れてください。`,
    en: (f) =>
      `No ${text(f, "engine")} of its own could be started, so nothing was loaded${said(f, "en")}. Install it on the machine that verifies.`,
  },
  "role-missing": {
    ja: (f) =>
      `${text(f, "database")} が使う役割 ${text(f, "role")} が控えにありません。復元してもアプリケーションがログインできません。役割も控えに含めてください。`,
    en: (f) =>
      `The role ${text(f, "role")} that ${text(f, "database")} needs is not in the set: the application could not log in. Copy the roles, too.`,
  },
  "extension-missing": {
    ja: (f) => `${text(f, "of")} が使う拡張がここにないため、読み込めません${said(f, "ja")}。`,
    en: (f) => `${text(f, "of")} needs an extension that is not installed here${said(f, "en")}.`,
  },
  "load-failed": {
    ja: (f) => `データベース ${text(f, "of")} を読み込めません${said(f, "ja")}。`,
    en: (f) => `The dump of ${text(f, "of")} cannot be loaded${said(f, "en")}.`,
  },
  "table-missing": {
    ja: (f) => `表 ${where(f)} がありません。`,
    en: (f) => `Table ${where(f)} is missing.`,
  },
  "table-damaged": {
    ja: (f) => `${where(f)} が壊れています${said(f, "ja")}。`,
    en: (f) => `${where(f)} is damaged${said(f, "en")}.`,
  },
  "rows-differ": {
    ja: (f) => `${where(f)} は ${text(f, "found")} 行です。取った時は ${text(f, "expected")} 行でした。`,
    en: (f) => `${where(f)} has ${text(f, "found")} rows; it had ${text(f, "expected")} when it was copied.`,
  },
  "foreign-key-broken": {
    ja: (f) => `${where(f)} の ${text(f, "rows")} 行が、ない行を参照しています(${text(f, "name")})。`,
    en: (f) => `${text(f, "rows")} rows of ${where(f)} refer to rows that are not there (${text(f, "name")}).`,
  },
  "constraint-broken": {
    ja: (f) => `${where(f)} の制約 ${text(f, "name")} に合わない行があります${said(f, "ja")}。`,
    en: (f) => `Rows of ${where(f)} do not satisfy its constraint ${text(f, "name")}${said(f, "en")}.`,
  },
  "sequence-behind": {
    ja: (f) => `${where(f)} の連番 ${text(f, "name")} が、使用済みの番号より小さい値です。次の登録が失敗します。`,
    en: (f) => `The sequence ${text(f, "name")} of ${where(f)} is behind its rows: the next insert would fail.`,
  },
  mojibake: {
    ja: (f) =>
      `この復元データは使えません。${where(f)} の ${text(f, "sampled")} 件中 ${text(f, "flagged")} 件が文字化け(${mojibakeWords("ja", text(f, "kind"))})。${example(f, "ja")}`,
    en: (f) =>
      `This restored data must not be used: ${text(f, "flagged")} of ${text(f, "sampled")} values of ${where(f)} are garbled (${mojibakeWords("en", text(f, "kind"))}). ${example(f, "en")}`,
  },
  "mojibake-live": {
    ja: (f) =>
      `${where(f)} の文字化け ${text(f, "flagged")} 件は、動いている側にもあります。控えは元と同じです。${example(f, "ja")}`,
    en: (f) =>
      `${text(f, "flagged")} values of ${where(f)} are garbled on the live side, too; the copy equals it. ${example(f, "en")}`,
  },
  "mojibake-few": {
    ja: (f) => `${where(f)} に、文字化けかもしれない値が ${text(f, "flagged")} 件あります。${example(f, "ja")}`,
    en: (f) => `${text(f, "flagged")} values of ${where(f)} may be garbled. ${example(f, "en")}`,
  },
  "text-differs": {
    ja: (f) => `${where(f)} の文字の内訳が、取った時と違います。絵文字や漢字が失われたかもしれません。`,
    en: (f) => `The kinds of characters in ${where(f)} are not those that were copied: emoji or kanji may be lost.`,
  },
  "newest-old": {
    ja: (f) =>
      `最も新しい記録が、控えの時刻より ${span(f, "behindMs", "ja")}前です(失ってよいのは ${span(f, "loseAtMostMs", "ja")})。`,
    en: (f) =>
      `The newest record is ${span(f, "behindMs", "en")} older than the set (${span(f, "loseAtMostMs", "en")} may be lost).`,
  },
  "newest-unknown": {
    ja: (f) => `最も新しい記録の時刻を尋ねられませんでした${said(f, "ja")}。verify.newest の SQL を確かめてください。`,
    en: (f) => `The time of the newest record is not known${said(f, "en")}. Look at the query in verify.newest.`,
  },
  "marker-not-asked": {
    ja: (f) =>
      `自分たちのデータかどうかを尋ねられませんでした${said(f, "ja")}。verify.marker の SQL を確かめてください。`,
    en: (f) => `Whether the data are ours could not be asked${said(f, "en")}. Look at the query in verify.marker.`,
  },
  "no-marker": {
    ja: (f) =>
      `自分たちのデータである印がないため、持ち主は未確認です。${Array.isArray(f["domains"]) && f["domains"].length > 0 ? `知らないドメイン: ${text(f, "domains")}。` : ""}verify.marker に1つ書いてください。`,
    en: (f) =>
      `No marker says whose data these are, so that stays open.${Array.isArray(f["domains"]) && f["domains"].length > 0 ? ` Domains not known: ${text(f, "domains")}.` : ""} Write one in verify.marker.`,
  },
  "foreign-data": {
    ja: () =>
      "この控えに、自分たちのものではないデータがあります。公開せず隔離してください。持ち主または預けている業者に知らせる義務があります。",
    en: () =>
      "This copy holds data that are not ours. Keep it in quarantine and do not serve it; its owner, or the provider, has to be told.",
  },
} as const satisfies Readonly<Record<string, Readonly<Record<Lang, SayFinding>>>>;
