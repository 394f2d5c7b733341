import { catalogue } from "./catalogue.ts";

/** The pages that let people in. */
export const loginWords = catalogue(
  {
    name: "名前",
    password: "パスワード",
    send: "ログインする",
    wrong: "名前かパスワードが違います。",
    wrongFix: "大文字と小文字を確かめて、もう一度入れてください。忘れたときは管理者に新しくしてもらえます。",
    wait: (length: string) => `続けて間違えたため、${length}お待ちください。`,
    waitFix: "待ってからもう一度お試しください。ほかの場所からのログインには影響しません。",
    codeTitle: "確認コード",
    codeHow: "認証アプリに出ている6桁の数字か、控えておいた回復コードを入れてください。",
    code: "確認コード",
    codeSend: "続ける",
    codeWrong: "確認コードが違うか、もう使われています。",
    codeFix:
      "次の数字に変わるのを待って入れ直してください。何度も違うときは、端末と koboshi のコンピュータの時計を確かめるか、回復コードをお使いください。",
    codeLate: "パスワードを入れてから時間がたちました。",
    codeLateFix: "もう一度、名前とパスワードから始めてください。",
    forgotten:
      "パスワードを忘れたときは、管理者に新しくしてもらってください。管理者自身は、koboshi を動かしているコンピュータで koboshi user reset 名前 を実行します。",
    plainHttp:
      "この接続は暗号化されていません。パスワードが途中で読まれるおそれがあります。https:// で開いてください。",
    startTitle: "開始用の合い言葉で入る",
  },
  {
    name: "Name",
    password: "Password",
    send: "Sign in",
    wrong: "The name or the password is wrong.",
    wrongFix: "Check capitals and try again. An administrator can give you a new one.",
    wait: (length: string) => `Too many wrong tries; please wait ${length}.`,
    waitFix: "Then try again. Signing in from elsewhere is not affected.",
    codeTitle: "Code",
    codeHow: "Type the six digits your authenticator app shows, or one of your recovery codes.",
    code: "Code",
    codeSend: "Go on",
    codeWrong: "The code is wrong, or was used already.",
    codeFix:
      "Wait for the next digits. If it stays wrong, check the clocks of your device and of koboshi's machine, or use a recovery code.",
    codeLate: "Too much time has passed since the password.",
    codeLateFix: "Begin again with name and password.",
    forgotten:
      "Forgotten your password? An administrator can give you a new one; administrators run koboshi user reset NAME on the machine koboshi runs on.",
    plainHttp: "This connection is not encrypted: the password could be read on its way. Open this page by https://.",
    startTitle: "Use a start token",
  },
);
