import type { Lang } from "../kernel/lang.ts";
import type { RestoreEnd, RestoreTold } from "../kernel/ports-restore.ts";
import { catalogue } from "./catalogue.ts";
import { duration } from "./format.ts";

/** `212 GB`, `14.2 MB`; decimal units, as disks are sold. */
export function byteText(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  const at = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const value = bytes / 1_000 ** at;
  return `${value >= 100 || at === 0 ? Math.round(value) : value.toFixed(1)} ${units[at]}`;
}

interface Outlook {
  readonly place: string;
  readonly at: string;
  readonly size: string;
  readonly target: string;
  readonly folder: string;
}

export const restoreWords = catalogue(
  {
    willDo: ({ place, at, size, target, folder }: Outlook) =>
      `これから行うこと: ${place} の ${at} の控え(${size})を ${target}:${folder} に復元します。`,
    nothingInTheWay: "上書き: 0 ファイル(同じ名前のものはありません)。",
    inTheWay: (count: number, named: string) =>
      `同じ名前のものが ${count} 件あります(${named})。消さずに .koboshi-before-… へ移してから復元します。`,
    resumes: (done: string) => `前回までに戻したもの(${done})は、そのまま使います。`,
    expected: (time: string) => `見込み: ${time}`,
    units: "戻すもの(この順番)",
    typeName: (name: string) => `実行するには ${name} と入力してください: `,
    yesOrNo: "実行しますか? [y/N] ",
    left: (time: string) => `残り ${time}`,
    leftUnknown: "残り時間は計測中",
    rateFell: (from: string, to: string) => `回線が ${from}/s → ${to}/s に落ちたため、終わりの見込みが延びました`,
    loadSlower: "データベースの取り込みが見込みより遅いため、終わりの見込みが延びました",
    unitAgain: "途切れたところを取り直しているため、終わりの見込みが延びました",
    hint: "(Ctrl-C で中断、同じコマンドで再開できます)",
    done: (time: string) => `復元が終わりました(${time})。`,
    compared: (files: string, rows: string) =>
      `照合: ファイル ${files} 件のハッシュ値、データベース ${rows} 行が控えの記録と一致しました。`,
    texts: (values: string) =>
      `文字: ${values} 個の値を読み直しました。文字の内訳は控えの記録どおりで、復元による文字化けはありません。`,
    live: (files: string) =>
      `控えを取っている間に書き換わっていたファイルが ${files} 件あります。書きかけの中身かもしれないため、照合していません。`,
    notCarried:
      "控えに入らないもの: ソケット(プログラムが作り直します)と、chattr の印(変更禁止の +i、追記だけの +a など。要るものは付け直してください)",
    typeSet: (set: string) => `それでもこの控えを使うには ${set} と入力してください: `,
    hubNotAsked: "動いている koboshi に尋ねられなかったため、控えの検査の結果は分かりません(データの照合は行います)。",
    movedTo: (folder: string) => `前からあったものはここにあります: ${folder}`,
    listHead: "完了している控え(新しい順)",
    listEmpty: "完了している控えはありません。",
    failed: "戻せなかったものがあります。ほかは元の場所に戻っています。",
    interrupted: "途中で止まりました。戻し終えたものはそのまま残っています。",
    resumeWith: (command: string) => `続きから行うには: ${command}`,
    next: "次にすること: サービスを起動し、koboshi check で応答を確かめてください。",
    needsPlan: "PLAN(koboshi.yml の backups にある名前)か --repo と --password-file が要ります",
    needsPassword: "--repo には --password-file FILE が要ります(パスワードだけを書いたファイル)",
    passwordUnreadable: (file: string) => `${file} を読めません`,
    absolute: (flag: string, written: string) => `${flag} ${written} は / から始まるパスで書いてください`,
    target: (written: string) =>
      `--to ${written} は localhost か host:名前 で書いてください。戻すフォルダは --folder で指定します`,
  },
  {
    willDo: ({ place, at, size, target, folder }) =>
      `This will happen: the copy of ${at} at ${place} (${size}) is restored to ${target}:${folder}.`,
    nothingInTheWay: "Overwritten: 0 files (nothing of these names is there).",
    inTheWay: (count, named) =>
      `${count} of these names exist already (${named}). They are moved to .koboshi-before-…, not deleted.`,
    resumes: (done) => `What an earlier try brought back (${done}) is kept.`,
    expected: (time) => `Expected: ${time}`,
    units: "What comes back, in this order",
    typeName: (name) => `To go on, type ${name}: `,
    yesOrNo: "Go on? [y/N] ",
    left: (time) => `${time} left`,
    leftUnknown: "measuring the time left",
    rateFell: (from, to) => `the end moved away: the line fell from ${from}/s to ${to}/s`,
    loadSlower: "the end moved away: the database loads more slowly than expected",
    unitAgain: "the end moved away: what was cut off is fetched again",
    hint: "(Ctrl-C stops; the same command goes on)",
    done: (time) => `Restored (${time}).`,
    compared: (files, rows) =>
      `Compared: the sums of ${files} files and ${rows} rows of databases are as the copy's record says.`,
    texts: (values) =>
      `Texts: ${values} values were read again; their characters are as the copy's record says: restoring garbled none.`,
    live: (files) =>
      `${files} files changed while they were copied: what came back may be half-written and was not compared.`,
    notCarried:
      "Not in any copy: sockets (programs make them anew) and the flags of chattr (+i immutable, +a append only …); set again what you need.",
    typeSet: (set) => `To take this copy nevertheless, type ${set}: `,
    hubNotAsked:
      "No running koboshi could be asked what verifications found in the copies; what comes back is compared all the same.",
    movedTo: (folder) => `What was there before is now in: ${folder}`,
    listHead: "Committed copies, newest first",
    listEmpty: "There is no committed copy.",
    failed: "Some of it did not come back. The rest is in its place.",
    interrupted: "It stopped on the way. What was brought back stays.",
    resumeWith: (command) => `to go on: ${command}`,
    next: "Next: start the services and see with koboshi check that they answer.",
    needsPlan: "PLAN (a name of `backups` in koboshi.yml) or --repo with --password-file is needed",
    needsPassword: "--repo needs --password-file FILE (a file with nothing but the password)",
    passwordUnreadable: (file) => `${file} cannot be read`,
    absolute: (flag, written) => `write ${flag} ${written} as a path from / on`,
    target: (written) =>
      `write --to ${written} as localhost or host:NAME; the folder to restore into goes into --folder`,
  },
);

type Trouble = RestoreEnd["troubles"][number]["code"];

const troublesJa: Readonly<Record<string, string>> = {
  "no-space": "復元先の空きが足りなくなりました。空きを作ってから続けてください",
  unreachable: "保管庫とのつながりが切れました",
  repository: "保管庫を読めません",
  stopped: "中断しました",
  "files-differ":
    "控えの記録と違うファイルがあります。元の場所には置いていません。別の控え(--at)か別の置き場所(--from)をお使いください",
  "rows-differ": "行の数が控えの記録と違います。NAME__restoring に残してあり、元の名前にはしていません",
  garbled: "文字化けが見つかりました。NAME__restoring に残してあり、元の名前にはしていません",
  "load-failed": "データベースに取り込めませんでした",
  "in-use": "今のデータベースを使っている接続があります。アプリケーションを止めてから続けてください",
  "no-program": "必要なプログラムかサーバーが復元先にありません",
  "placing-failed": "元の場所に置けませんでした",
  "dump-damaged": "控えの中の書き出しが、記録したものと違います。別の控えをお使いください",
  "hub-ended":
    "復元の途中で koboshi が止まりました。戻し終えたものはそのまま残っています。同じ復元をもう一度行うと、続きから進みます",
};

const troublesEn: Readonly<Record<string, string>> = {
  "no-space": "the target ran out of room; make some, then go on",
  unreachable: "the connection to the repository is cut",
  repository: "the repository cannot be read",
  stopped: "stopped",
  "files-differ":
    "files differ from the copy's record and were not put into place; take another copy (--at) or place (--from)",
  "rows-differ": "the rows are not as many as the record says; it stays as NAME__restoring and did not get its name",
  garbled: "garbled text was found; it stays as NAME__restoring and did not get its name",
  "load-failed": "the database did not take it",
  "in-use": "someone is connected to the present database; stop the application, then go on",
  "no-program": "a program or server that is needed is not at the target",
  "placing-failed": "it could not be put into place",
  "dump-damaged": "the dump in the copy is not what was recorded; take another copy",
  "hub-ended": "koboshi stopped while it ran; what was brought back stays, and the same restore goes on from there",
};

/** What went wrong, in words. */
export function troubleText(code: Trouble, lang: Lang): string {
  return (lang === "ja" ? troublesJa : troublesEn)[code] ?? code;
}

/** Why a run did not end well, with the tool's own words behind; a code of a later version as it is. */
export function runTroubleText({ code, text }: { readonly code: string; readonly text: string }, lang: Lang): string {
  return `${troubleText(code, lang)}${text === "" ? "" : ` “${text}”`}`;
}

/** `/etc/conf: …` with the tool's own words behind. */
export function troubleLine({ code, of, text }: RestoreEnd["troubles"][number], lang: Lang): string {
  return `${of}: ${troubleText(code, lang)}${text === "" ? "" : ` [${text}]`}`;
}

/** Why the end moved away; null when it did not. */
export function setbackText({ setback }: RestoreTold, lang: Lang): string | null {
  const say = restoreWords(lang);
  if (setback === null) return null;
  if (setback.why === "rate-fell") return say.rateFell(byteText(setback.from), byteText(setback.to));
  return setback.why === "load-slower" ? say.loadSlower : say.unitAgain;
}

/** `66%  140.1/212.0 GB  14.2 MB/s  残り 1時間24分` */
export function progressText({ doneBytes, totalBytes, bytesPerSecond, leftSeconds }: RestoreTold, lang: Lang): string {
  const say = restoreWords(lang);
  const share = totalBytes === null || totalBytes === 0 ? 1 : Math.min(1, doneBytes / totalBytes);
  const left = leftSeconds === null ? say.leftUnknown : say.left(duration(leftSeconds * 1_000, lang));
  const rate = bytesPerSecond === null ? "" : `  ${byteText(bytesPerSecond)}/s`;
  return `${String(Math.floor(share * 100)).padStart(3)}%  ${byteText(doneBytes)} / ${byteText(totalBytes ?? doneBytes)}${rate}  ${left}`;
}
