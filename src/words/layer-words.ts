import type { Lang } from "../kernel/lang.ts";
import type { Layer } from "../kernel/model/observation.ts";
import { catalogue } from "./catalogue.ts";
import { serviceStops } from "./service-stops.ts";

/** What each layer is for people, and what may stop there. `at` is a port or nothing, `number` a reply code or nothing. */
export const layerWords = catalogue(
  {
    dns: "名前からアドレスを調べるところで止まりました",
    route: "サーバまで届きません",
    connect: (port: string) => `${port}に接続できません`,
    tls: "暗号化された通信を始められません",
    protocol: "接続はできますが、正しい手順の応答がありません",
    application: "応答はありますが、正常な結果ではありません",
    content: "応答の中身が期待と違います",
    port: (port: string) => `ポート${port}`,
    server: "サーバ",
    because: (line: string, code: string) => `${line}(${code})`,
  },
  {
    dns: "Stopped while looking up the name's address",
    route: "The server cannot be reached",
    connect: (port: string) => `No connection to ${port}`,
    tls: "No encrypted connection can be set up",
    protocol: "It accepts connections but does not speak its protocol properly",
    application: "It answers, but not with a good result",
    content: "It answers with something other than expected",
    port: (port: string) => `port ${port}`,
    server: "the server",
    because: (line: string, code: string) => `${line} (${code})`,
  },
);

interface Told {
  /** `ポート443`, or the server when the port is not known */
  readonly port: string;
  /** reply code of the server; empty when not known */
  readonly number: string;
}

type Sentence = (told: Told) => string;
type Sentences = Readonly<Record<string, Sentence>>;

function say(text: string): Sentence {
  return () => text;
}

function sayEach(texts: Readonly<Record<string, string>>): Sentences {
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, say(text)]));
}

const ja: Sentences = {
  ...sayEach(serviceStops("ja")),
  "dns/name-not-found": say("名前が見つかりません。DNSに登録がありません(登録もれか、ドメインの期限切れの疑い)"),
  "dns/name-server-failed": say("DNSサーバが答えを返せません。名前からアドレスを調べられません"),
  "dns/timeout": say("DNSサーバから時間内に答えがありません。名前からアドレスを調べられません"),
  "route/host-unreachable": say("サーバまで届きません(途中の機器が「このホストには届かない」と答えました)"),
  "route/network-unreachable": say("サーバのあるネットワークまで届きません(途中の機器がそう答えました)"),
  "route/timeout": say("pingに時間内に応答がありません。サーバの停止か、途中の経路の問題です"),
  "route/packet-loss": say("届くことは届きますが、途中で通信の一部が失われています"),
  "route/slow": say("届きますが、往復に時間がかかりすぎています"),
  "connect/refused": ({ port }) => `${port}に接続できません(接続を拒否されました)。OSは応答しています`,
  "connect/timeout": ({ port }) =>
    `${port}に接続できません(時間内に応答がありません)。サーバの停止か、途中で遮られています`,
  "connect/closed": ({ port }) => `${port}への接続がすぐに切られました。OSは応答しています`,
  "connect/reset": ({ port }) => `${port}への接続がすぐに切られました。OSは応答しています`,
  "tls/timeout": say("接続はできますが、暗号化の手続きが時間内に終わりません"),
  "tls/closed": say("暗号化の手続きの途中で接続を切られました"),
  "tls/handshake-failed": say("暗号化の手続きで折り合えません。サーバのTLSの設定をご確認ください"),
  "tls/not-tls": say("暗号化していない応答が返りました。このポートはTLSを話していません"),
  "tls/tls-too-old": say("サーバのTLSの版が古く、安全に接続できません"),
  "tls/certificate-expired": say("証明書の期限が切れています"),
  "tls/certificate-expiring": say("証明書の期限が近づいています。今はまだ使えています"),
  "tls/certificate-not-yet-valid": say(
    "証明書の有効期間がまだ始まっていません(サーバか監視側の時計のずれも疑われます)",
  ),
  "tls/certificate-name-mismatch": say("証明書に書かれた名前が、接続先の名前と違います"),
  "tls/certificate-self-signed": say("証明書が自己署名です。利用者の画面には警告が出ます"),
  "tls/certificate-untrusted": say("証明書の発行元を信頼できません"),
  "tls/certificate-chain-incomplete": say("中間証明書がサーバから送られていません"),
  "tls/certificate-revoked": say("証明書が取り消されています"),
  "protocol/timeout": say("接続はできますが、時間内に応答がありません"),
  "protocol/closed": say("接続はできますが、応答の前に切られました"),
  "protocol/not-http": say("HTTPではない応答が返りました"),
  "protocol/not-smtp": say("SMTPの手順どおりでない応答が返りました"),
  "protocol/no-starttls": say("メールサーバが暗号化(STARTTLS)を提供していません"),
  "protocol/body-cut": say("応答の途中で切られました"),
  "application/timeout": say("応答は始まりますが、時間内に終わりません"),
  "application/slow": say("動いていますが、決めた時間より遅くなっています"),
  "application/status": ({ number }) =>
    number === "" ? "サーバがエラーの応答を返しています" : `サーバが ${number} を返しています`,
  "application/redirect-loop": say("転送がくり返され、ページにたどり着けません"),
  "application/redirect-private": say("外から見えないアドレスへ転送されます"),
  "application/redirect-broken": say("転送先のアドレスが正しくありません"),
  "content/text-missing": say("応答はありますが、あるはずの文字がありません"),
  "content/text-unwanted": say("応答に、あってはならない文字が含まれています"),
  "content/pattern-differs": say("応答の中身が、決めた形と合いません"),
  "content/header-missing": say("応答に、あるはずのヘッダがありません"),
  "content/header-differs": say("応答のヘッダが、決めた値と違います"),
  "content/banner-differs": say("最初のあいさつが、決めた文字と違います"),
  "dns/no-record": say("名前はありますが、尋ねた種類のレコードがありません"),
  "dns/query-refused": say("DNSサーバが、尋ねることを拒んでいます(アクセス制限か、担当していないゾーンです)"),
  "dns/query-failed": say("DNSサーバがエラーを返しました"),
  "dns/some-servers-failed": say("DNSサーバの一部が正しく答えません。残りのサーバで今は使えています"),
  "dns/takes-no-mail": say("宛先のドメインは、メールを受け取らないと宣言しています(null MX)"),
  "protocol/not-dns": say("DNSの答えとして読めない応答が返りました"),
  "protocol/not-pop": say("POP3の手順どおりでない応答が返りました"),
  "protocol/not-imap": say("IMAPの手順どおりでない応答が返りました"),
  "protocol/not-ssh": say("SSHではない応答が返りました"),
  "protocol/not-ntp": say("NTPの答えとして読めない応答が返りました"),
  "protocol/handshake-failed": say("SSHの鍵交換で折り合えません。サーバのSSHの設定をご確認ください"),
  "protocol/host-key-differs": say(
    "SSHのホスト鍵が、登録された鍵と違います。再インストールなど心当たりがなければ、別のサーバにつながっている疑いがあります",
  ),
  "protocol/send-failed": say("送信サーバとのやり取りの途中で、メールを送れなくなりました"),
  "application/login-refused": say("ログインを拒否されました(ユーザー名かパスワードが違います)"),
  "application/login-unavailable": say("ログインを受け付けられない状態です(認証のしくみかメールボックスの異常の疑い)"),
  "application/mailbox-in-use": say("メールボックスがほかの接続で使用中です"),
  "application/send-login-refused": say("送信サーバがログインを拒否しました(ユーザー名かパスワードが違います)"),
  "application/send-refused": say("送信サーバがメールを受け取りませんでした"),
  "application/send-deferred": say("送信サーバが、今はメールを受け取れないと答えました"),
  "application/not-delivered": say("送信サーバは受け取りましたが、時間内にメールが届きません"),
  "application/unsynchronised": say("時刻サーバ自身が、正しい時刻に合っていないと答えています"),
  "application/query-refused": say("時刻サーバが、時刻を答えることを拒んでいます"),
  "content/answer-differs": say("DNSの答えが、登録した内容と違います"),
  "content/serial-differs": say("DNSサーバの間で、ゾーンの版(serial)がそろっていません"),
  "content/not-authoritative": say("このDNSサーバは、そのゾーンの担当として答えていません"),
  "content/not-validated": say("DNSSECで検証された答えではありません"),
  "content/clock-offset": say(
    "時刻サーバの時計と、koboshi のあるマシンの時計がずれています。どちらが狂っているかは、ほかの時刻サーバとも比べてください",
  ),
};

const en: Sentences = {
  ...sayEach(serviceStops("en")),
  "dns/name-not-found": say("The name is not found: DNS has no entry for it (never made, or the domain has expired)"),
  "dns/name-server-failed": say("The DNS server cannot answer, so the name leads nowhere"),
  "dns/timeout": say("The DNS server does not answer in time, so the name leads nowhere"),
  "route/host-unreachable": say("The server cannot be reached: a router on the way says so"),
  "route/network-unreachable": say("The server's network cannot be reached: a router on the way says so"),
  "route/timeout": say("No answer to ping in time: the server is down, or the way to it is cut"),
  "route/packet-loss": say("It can be reached, but part of the traffic is lost on the way"),
  "route/slow": say("It can be reached, but the round trip takes too long"),
  "connect/refused": ({ port }) => `No connection to ${port}: refused. Its operating system does answer`,
  "connect/timeout": ({ port }) =>
    `No connection to ${port}: no answer in time. The server is down, or something blocks the way`,
  "connect/closed": ({ port }) => `The connection to ${port} is cut at once. Its operating system does answer`,
  "connect/reset": ({ port }) => `The connection to ${port} is cut at once. Its operating system does answer`,
  "tls/timeout": say("It accepts connections, but the TLS handshake does not end in time"),
  "tls/closed": say("It cuts the connection during the TLS handshake"),
  "tls/handshake-failed": say("The TLS handshake finds no common ground: look at the server's TLS settings"),
  "tls/not-tls": say("It answers without encryption: this port does not speak TLS"),
  "tls/tls-too-old": say("The server's TLS version is too old to be safe"),
  "tls/certificate-expired": say("The certificate has expired"),
  "tls/certificate-expiring": say("The certificate expires soon; it still works"),
  "tls/certificate-not-yet-valid": say("The certificate is not valid yet (or a clock is wrong, there or here)"),
  "tls/certificate-name-mismatch": say("The certificate is for another name"),
  "tls/certificate-self-signed": say("The certificate is self-signed: visitors see a warning"),
  "tls/certificate-untrusted": say("The certificate's issuer is not trusted"),
  "tls/certificate-chain-incomplete": say("The server does not send its intermediate certificate"),
  "tls/certificate-revoked": say("The certificate has been revoked"),
  "protocol/timeout": say("It accepts connections but does not answer in time"),
  "protocol/closed": say("It accepts connections but hangs up before answering"),
  "protocol/not-http": say("It answers with something that is not HTTP"),
  "protocol/not-smtp": say("It does not follow SMTP"),
  "protocol/no-starttls": say("The mail server offers no encryption (STARTTLS)"),
  "protocol/body-cut": say("It hangs up in the middle of its answer"),
  "application/timeout": say("It begins to answer but does not finish in time"),
  "application/slow": say("It works, but slower than agreed"),
  "application/status": ({ number }) => (number === "" ? "It answers with an error" : `It answers ${number}`),
  "application/redirect-loop": say("It redirects in circles: the page is never reached"),
  "application/redirect-private": say("It redirects to an address that cannot be seen from outside"),
  "application/redirect-broken": say("It redirects to something that is no address"),
  "content/text-missing": say("It answers, but the text that should be there is missing"),
  "content/text-unwanted": say("The answer holds text that must not be there"),
  "content/pattern-differs": say("The answer does not match the agreed form"),
  "content/header-missing": say("A header that should be there is missing"),
  "content/header-differs": say("A header has another value than agreed"),
  "content/banner-differs": say("The greeting is not the agreed one"),
  "dns/no-record": say("The name exists, but has no record of the kind asked for"),
  "dns/query-refused": say("The DNS server refuses to answer us: an access rule, or a zone it does not serve"),
  "dns/query-failed": say("The DNS server answers with an error"),
  "dns/some-servers-failed": say("Some of the DNS servers fail; the others still serve"),
  "dns/takes-no-mail": say("The domain declares that it takes no mail (null MX)"),
  "protocol/not-dns": say("It answers with something that is not DNS"),
  "protocol/not-pop": say("It does not follow POP3"),
  "protocol/not-imap": say("It does not follow IMAP"),
  "protocol/not-ssh": say("It answers with something that is not SSH"),
  "protocol/not-ntp": say("It answers with something that is not NTP"),
  "protocol/handshake-failed": say("The SSH key exchange finds no common ground: look at the server's SSH settings"),
  "protocol/host-key-differs": say(
    "The SSH host key is not the one on file: reinstalled, or another machine in its place",
  ),
  "protocol/send-failed": say("The conversation with the sending server broke off"),
  "application/login-refused": say("The login is refused: wrong user or password"),
  "application/login-unavailable": say("No login is possible: its authentication or the mailbox is in trouble"),
  "application/mailbox-in-use": say("Another session holds the mailbox"),
  "application/send-login-refused": say("The sending server refuses the login: wrong user or password"),
  "application/send-refused": say("The sending server refuses the mail"),
  "application/send-deferred": say("The sending server puts the mail off for now"),
  "application/not-delivered": say("The mail was accepted, but has not arrived in time"),
  "application/unsynchronised": say("The time server says that it is not synchronised itself"),
  "application/query-refused": say("The time server refuses to tell the time"),
  "content/answer-differs": say("The DNS answer is not the agreed one"),
  "content/serial-differs": say("The DNS servers hold different versions (serials) of the zone"),
  "content/not-authoritative": say("The DNS server does not answer as responsible for the zone"),
  "content/not-validated": say("The answer is not validated by DNSSEC"),
  "content/clock-offset": say(
    "Its clock and the clock of koboshi's own machine differ; a third clock tells which is wrong",
  ),
};

const sentences: Readonly<Record<Lang, Sentences>> = { ja, en };

/** The sentence for a layer and an error code; undefined when none was written for the pair. */
export function stopSentence(layer: Layer, code: string, lang: Lang): Sentence | undefined {
  return sentences[lang][`${layer}/${code}`];
}

/** `layer/code` of every sentence of a language; both languages have the same. */
export function stopKeys(lang: Lang): readonly string[] {
  return Object.keys(sentences[lang]);
}
