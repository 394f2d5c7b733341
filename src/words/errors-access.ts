import type { ErrorCode } from "../kernel/errors.ts";
import type { Lang } from "../kernel/lang.ts";

type Facts = Readonly<Record<string, string | number>>;
type Say = (facts: Facts) => { readonly message: string; readonly fix: string };
type AccessCode = Extract<ErrorCode, `KB30${"05" | "06" | "07" | "08" | "09" | "10" | "11" | "12"}`>;

function of(facts: Facts, name: string): string {
  return String(facts[name] ?? "—");
}

/** Why a name or password was not taken, by `facts.why`. */
function refusedChoice(facts: Facts): Readonly<Record<Lang, string>> {
  const reasons: Readonly<Record<string, Readonly<Record<Lang, string>>>> = {
    short: { ja: "パスワードは10文字以上にしてください", en: "A password has at least 10 characters" },
    long: { ja: "パスワードは200文字までです", en: "A password has at most 200 characters" },
    common: {
      ja: "そのパスワードはよく使われているため、すぐに見破られます",
      en: "That password is among the first ones tried",
    },
    simple: {
      ja: "そのパスワードは同じ文字や並びの繰り返しです",
      en: "That password repeats a few characters or runs along the keyboard",
    },
    named: {
      ja: "そのパスワードは、名前や組織の名前から作られています",
      en: "That password is made of your name or the organisation's",
    },
    different: { ja: "2回入れたパスワードが違います", en: "The two passwords differ" },
    same: { ja: "いまと同じパスワードです", en: "That is the password you have now" },
    name: {
      ja: "名前は1〜64文字で、空白と : / @ は使えません",
      en: "A name has 1 to 64 characters, without spaces and : / @",
    },
    "token-name": {
      ja: "トークンの名前は、英小文字・数字・ハイフンで40文字までです",
      en: "A token's name has up to 40 of a-z, 0-9 and -",
    },
    scopes: { ja: "トークンの範囲を1つ以上選んでください", en: "A token needs at least one scope" },
    expires: { ja: "期限は1時間から10年までです(90d など)", en: "A token lasts from 1 hour to 10 years (90d …)" },
  };
  const why = reasons[of(facts, "why")];
  return why ?? { ja: "名前かパスワードを受け付けられません", en: "The name or password is not accepted" };
}

/** Refusals about accounts, roles, tokens and the listener's certificate. */
export const accessErrors: Readonly<Record<AccessCode, Readonly<Record<Lang, Say>>>> = {
  KB3005: {
    ja: (f) => ({
      message: `管理者のアカウントがないため、${of(f, "address")} では待ち受けられません`,
      fix: "先に koboshi user add 名前 --role admin で管理者を作るか、hub.listen を 127.0.0.1 にしてください",
    }),
    en: (f) => ({
      message: `Without an administrator's account koboshi does not listen on ${of(f, "address")}`,
      fix: "make one first: koboshi user add NAME --role admin; or set hub.listen to 127.0.0.1",
    }),
  },
  KB3006: {
    ja: (f) => ({ message: refusedChoice(f).ja, fix: "別のものを決めて、もう一度お試しください" }),
    en: (f) => ({ message: refusedChoice(f).en, fix: "choose another and try again" }),
  },
  KB3007: {
    ja: () => ({
      message: "名前・パスワード・確認コードのどれかが違います",
      fix: "大文字と小文字、確認コードの時刻を確かめてください。忘れたときは管理者に、管理者自身は koboshi を動かしているコンピュータで koboshi user reset 名前 を実行してください",
    }),
    en: () => ({
      message: "The name, the password or the code is wrong",
      fix: "check capitals and the clock of the code's device. Forgotten? Ask an administrator, who can run koboshi user reset NAME on the machine koboshi runs on",
    }),
  },
  KB3008: {
    ja: (f) => ({ message: `${of(f, "name")} という名前は使われています`, fix: "別の名前にしてください" }),
    en: (f) => ({ message: `The name ${of(f, "name")} is taken`, fix: "choose another name" }),
  },
  KB3009: {
    ja: (f) => ({
      message: `${of(f, "name")} は最後の管理者なので、外せません`,
      fix: "先に別の人を管理者にしてください",
    }),
    en: (f) => ({
      message: `${of(f, "name")} is the last administrator and stays`,
      fix: "make someone else an administrator first",
    }),
  },
  KB3010: {
    ja: () => ({
      message: "仮のパスワードのままでは使えません",
      fix: "/settings/account で自分のパスワードに替えてください",
    }),
    en: () => ({
      message: "A temporary password opens nothing else",
      fix: "replace it by your own at /settings/account",
    }),
  },
  KB3011: {
    ja: (f) => ({
      message: `この操作には ${of(f, "needs")} の権限が要ります`,
      fix: "管理者に、役割またはトークンの範囲を見直してもらってください",
    }),
    en: (f) => ({
      message: `This needs ${of(f, "needs")} rights`,
      fix: "ask an administrator for another role, or for a token with that scope",
    }),
  },
  KB3012: {
    ja: (f) => ({
      message: `hub.tls の証明書または秘密鍵を使えません: ${of(f, "file")}(${of(f, "reason")})`,
      fix: "ファイルの場所・読み取り権限・証明書と鍵の組み合わせを確かめてください",
    }),
    en: (f) => ({
      message: `The certificate or key of hub.tls cannot be used: ${of(f, "file")} (${of(f, "reason")})`,
      fix: "check the path, its permissions, and that certificate and key belong together",
    }),
  },
};
