import type { Bilingual, Lang } from "../kernel/lang.ts";
import type { HostSilence } from "../kernel/ports-hosts.ts";

interface Saying {
  readonly text: Bilingual;
  readonly fix: Bilingual;
}

const silences: Readonly<Record<HostSilence, Saying>> = {
  "not-set-up": {
    text: { ja: "中を読む設定がありません", en: "nothing is set up to look inside" },
    fix: {
      ja: "koboshi.yml のこのホストに user と key(SSH)か、collect: agent を書いてください。確認ページの置き場所としてだけ使っているホストは、collect: ssh を足すと中も見ます",
      en: "write user and key (SSH) or collect: agent for this host into koboshi.yml; one that only takes the status page is looked into with collect: ssh",
    },
  },
  "not-read-yet": {
    text: { ja: "起動してからまだ読んでいません", en: "not read since the start yet" },
    fix: { ja: "1分以内に読み始めます", en: "wait a minute" },
  },
  "no-user": {
    text: { ja: "SSH のユーザー名がありません", en: "no user for SSH is given" },
    fix: { ja: "koboshi.yml のこのホストに user を書いてください", en: "write user for this host into koboshi.yml" },
  },
  "key-unconfirmed": {
    text: { ja: "SSH ホスト鍵の指紋を確認してください", en: "confirm the fingerprint of its SSH host key" },
    fix: {
      ja: "サーバー本体で ssh-keygen -lf の値と比べ、同じなら「この鍵を信頼する」を押してください",
      en: "compare it with ssh-keygen -lf on its own console and, if equal, confirm it on the host's page",
    },
  },
  "key-changed": {
    text: { ja: "SSH ホスト鍵が変わりました。ログインしていません", en: "its SSH host key changed; nobody logs in" },
    fix: {
      ja: "再構築・交換をしたか確かめてください。覚えがなければ、なりすましのおそれがあります",
      en: "find out whether it was rebuilt or replaced; otherwise another machine may be answering",
    },
  },
  "private-key-missing": {
    text: { ja: "読み取り用の秘密鍵がありません", en: "there is no private key to read it with" },
    fix: { ja: "koboshi.yml の key か keys.read を書いてください", en: "write key or keys.read into koboshi.yml" },
  },
  "private-key-unreadable": {
    text: { ja: "秘密鍵を読めません", en: "the private key cannot be read" },
    fix: {
      ja: "OpenSSH か PEM 形式の、パスフレーズのない鍵にしてください",
      en: "use an OpenSSH or PEM key without a passphrase",
    },
  },
  "auth-refused": {
    text: { ja: "SSH のログインを断られました", en: "it refused the login" },
    fix: {
      ja: "authorized_keys に公開鍵があるか、ユーザー名と権限(700/600)を確かめてください",
      en: "see that authorized_keys has the public key, and the user's name and modes (700/600) are right",
    },
  },
  refused: {
    text: { ja: "SSH のポートが閉じています", en: "nothing listens on its SSH port" },
    fix: {
      ja: "sshd が動いているか、ポート番号が合っているか確かめてください",
      en: "see whether sshd runs, and whether the port is right",
    },
  },
  unreachable: {
    text: { ja: "サーバーまでの経路がありません", en: "there is no way to it" },
    fix: { ja: "電源と回線・経路を確かめてください", en: "check its power, its line and the routes to it" },
  },
  "name-not-found": {
    text: { ja: "名前を引けません", en: "its name cannot be resolved" },
    fix: {
      ja: "koboshi.yml の address か、DNS を確かめてください",
      en: "check its address in koboshi.yml, or the DNS",
    },
  },
  "old-server": {
    text: {
      ja: "SSH の暗号方式が合いません(古い方式も試しました)",
      en: "no SSH algorithm in common, old ones included",
    },
    fix: { ja: "サーバーの OpenSSH を更新してください", en: "upgrade OpenSSH there" },
  },
  timeout: {
    text: { ja: "時間内に応答しませんでした", en: "it did not answer in time" },
    fix: {
      ja: "つながったまま黙っているか、負荷が極端に高いおそれがあります。コンソールで見てください",
      en: "it hangs or is extremely loaded: look at its console",
    },
  },
  closed: {
    text: { ja: "接続が途中で切れました", en: "it closed the connection" },
    fix: {
      ja: "sshd のログ(auth.log・secure)と、途中のファイアウォールを確かめてください",
      en: "read sshd's log there (auth.log, secure), and check firewalls in between",
    },
  },
  "session-refused": {
    text: { ja: "ログインできましたが、コマンドの実行を断られました", en: "it let us in and refused to run anything" },
    fix: {
      ja: "sshd_config の MaxSessions が 0 か、ForceCommand・sftp 専用になっていないか確かめてください",
      en: "see whether sshd_config has MaxSessions 0, a ForceCommand, or allows SFTP only",
    },
  },
  "not-a-shell": {
    text: {
      ja: "読み取りのスクリプトが動かず、別のものが答えました",
      en: "something else than our script answered",
    },
    fix: {
      ja: "ログインシェルが /bin/sh を実行できるか、restrict した鍵の command= が最新か確かめてください",
      en: "see whether the login shell can run /bin/sh, and whether the key's command= is up to date",
    },
  },
  "too-long": {
    text: { ja: "出力が 4 MB を超えたため打ち切りました", en: "it printed more than 4 MB and was cut off" },
    fix: {
      ja: "ログインシェルの設定(.bashrc など)が大量に出力していないか確かめてください",
      en: "see whether the login shell's start-up files print without end",
    },
  },
  "agent-silent": {
    text: { ja: "エージェントから届いていません", en: "its agent sends nothing" },
    fix: {
      ja: "そのサーバーで systemctl status koboshi-agent を見てください",
      en: "on that host, see systemctl status koboshi-agent",
    },
  },
  "reader-fault": {
    text: { ja: "読み取った内容を解釈できませんでした", en: "what was read could not be understood" },
    fix: {
      ja: "診断パックを添えてお知らせください(koboshi の不具合です)",
      en: "report it with the diagnosis pack: a fault of koboshi",
    },
  },
};

/** Why a host's vitals are not known, without a full stop. */
export function silenceText(reason: HostSilence, lang: Lang): string {
  return silences[reason].text[lang];
}

export function silenceFix(reason: HostSilence, lang: Lang): string {
  return silences[reason].fix[lang];
}
