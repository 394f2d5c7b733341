import type { Lang } from "../kernel/lang.ts";
import { catalogue } from "./catalogue.ts";

type Facts = Readonly<Record<string, string | number>>;
interface Explanation {
  readonly message: string;
  readonly fix: string;
}
type Code = "KB1104" | "KB1105" | "KB1106" | "KB1107" | "KB1108" | "KB1109";

const words = catalogue(
  {
    cannotEdit: (path: string) => `${path} を、いまの書き方のままでは変更できません`,
    unreadable: "設定ファイルが YAML として読めません。koboshi config check で場所を確かめ、先に直してください",
    "not-found": "その項目はありません。ほかの人が先に消していないか、設定を開き直して確かめてください",
    "not-a-holder": "途中の項目が「項目: 値」の組になっていません。テキストエディターで直してください",
    shared:
      "この値は & と * でほかの場所と共有されています。テキストエディターで、どこまで変えるかを決めて直してください",
    "last-entry": "最後の1つなので消せません",
    unsupported: "この書き方は画面から変更できません。テキストエディターで直してください",
    differs: "ほかの項目まで変わってしまうため、取りやめました。テキストエディターで直してください",
    changed: "設定ファイルが、開いたあとに書き換えられました",
    changedFix: "3つの版(開いたとき、いま、あなたの変更)を見比べ、いまの版の上でもう一度変更してください",
    inGit: "設定は Git で管理されているため、ここでは書き換えません",
    inGitFix: "差分をコピーしてリポジトリに反映し、koboshi config apply で取り込んでください",
    cannotWrite: (path: string, why: string) => `${path} に書き込めません(${why})`,
    noSpace: "空きがありません。空きを作ってからもう一度お試しください。元のファイルはそのままです",
    readOnly: "読み取り専用です。変更してよければ chmod u+w で書き込めるようにしてください。元のファイルはそのままです",
    owner: "持ち主を保ったまま置き換えられません。koboshi と同じ持ち主にしてください。元のファイルはそのままです",
    otherwise:
      "koboshi を動かすユーザーに、ファイルとフォルダーへの書き込みを許可してください。元のファイルはそのままです",
    bullets: (path: string) => `${path} に、隠した秘密(••••)がそのまま入っています`,
    bulletsFix: "画面の文字を貼り付けると、本当の値が失われます。元の値か ${env:名前} を書いてください",
    nothing: (address: string) => `${address} には、見守れるものが見つかりませんでした`,
    nothingFix: "名前の綴りと、このコンピュータのネットワークを確かめてください",
  },
  {
    cannotEdit: (path) => `${path} cannot be changed the way the file is written`,
    unreadable: "the file is no YAML; see koboshi config check, and mend it first",
    "not-found": "it is not there; open the configuration again to see whether someone else took it out",
    "not-a-holder": 'something on the way is no map of "key: value"; use a text editor',
    shared: "the value is shared with other places by & and *; decide in a text editor how far the change reaches",
    "last-entry": "it is the only entry, and stays",
    unsupported: "this way of writing is left alone by the forms; use a text editor",
    differs: "other entries would have changed too, so nothing was written; use a text editor",
    changed: "The configuration was changed since you opened it",
    changedFix:
      "compare the three versions (when you opened it, now, yours) and make your change again on the present one",
    inGit: "The configuration is kept in git and is not written here",
    inGitFix: "copy the patch into the repository, and take it over with koboshi config apply",
    cannotWrite: (path, why) => `${path} cannot be written (${why})`,
    noSpace: "there is no space; free some and try again. The file is as it was",
    readOnly: "it is read-only; chmod u+w lets koboshi write it. The file is as it was",
    owner: "it cannot be replaced and keep its owner; give it the owner koboshi runs as. The file is as it was",
    otherwise: "let the user koboshi runs as write the file and its folder. The file is as it was",
    bullets: (path) => `${path} holds the bullets (••••) that hide a secret`,
    bulletsFix: "text copied from the screen would lose the real value; write that value, or ${env:NAME}",
    nothing: (address) => `Nothing to watch was found at ${address}`,
    nothingFix: "check how the name is spelt, and this machine's network",
  },
);

type Words = ReturnType<typeof words>;

const writeFixes: Readonly<Record<string, (w: Words) => string>> = {
  ENOSPC: (w) => w.noSpace,
  EDQUOT: (w) => w.noSpace,
  EROFS: (w) => w.readOnly,
  "read-only": (w) => w.readOnly,
  owner: (w) => w.owner,
};

function of(facts: Facts, name: string): string {
  return String(facts[name] ?? "—");
}

function editFix(w: Words, problem: string): string {
  switch (problem) {
    case "unreadable":
    case "not-found":
    case "not-a-holder":
    case "shared":
    case "last-entry":
    case "differs":
      return w[problem];
    default:
      return w.unsupported;
  }
}

const sentences: Readonly<Record<Code, (w: Words, facts: Facts) => Explanation>> = {
  KB1104: (w, f) => ({ message: w.cannotEdit(of(f, "path")), fix: editFix(w, of(f, "problem")) }),
  KB1105: (w) => ({ message: w.changed, fix: w.changedFix }),
  KB1106: (w) => ({ message: w.inGit, fix: w.inGitFix }),
  KB1107: (w, f) => ({
    message: w.cannotWrite(of(f, "path"), of(f, "reason")),
    fix: (writeFixes[of(f, "reason")] ?? ((all: Words) => all.otherwise))(w),
  }),
  KB1108: (w, f) => ({ message: w.bullets(of(f, "path")), fix: w.bulletsFix }),
  KB1109: (w, f) => ({ message: w.nothing(of(f, "address")), fix: w.nothingFix }),
};

/** What a refusal to change the configuration means, and what to do. */
export function configRefusal(code: Code): Readonly<Record<Lang, (facts: Facts) => Explanation>> {
  return { ja: (facts) => sentences[code](words("ja"), facts), en: (facts) => sentences[code](words("en"), facts) };
}

/** A confirmation that is about what a configuration takes away. */
export function isLoss(facts: Facts): boolean {
  return facts["about"] === "removal";
}

export const lossFix: Readonly<Record<Lang, string>> = {
  ja: "多くの監視項目、またはバックアップが消えます。そのつもりなら確認の印を付けてください(コマンドでは --confirm)",
  en: "many checks or a backup would go; if you mean it, tick the confirmation (on the command line: --confirm)",
};
