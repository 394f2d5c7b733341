import type { Bilingual, Lang } from "../kernel/lang.ts";
import { kindOf, type ComponentId } from "../kernel/model/component.ts";
import type { Layer } from "../kernel/model/observation.ts";
import type { ScopeId } from "../kernel/model/scope.ts";
import type { Signal } from "../kernel/model/signal.ts";
import { besideNext, type BesidePlace } from "./beside.ts";
import { jobWords } from "./jobs.ts";

const layerNames: Readonly<Record<Layer, Bilingual>> = {
  dns: { ja: "名前解決", en: "name lookup" },
  route: { ja: "経路", en: "route" },
  connect: { ja: "接続", en: "connection" },
  tls: { ja: "暗号化と証明書", en: "encryption and certificate" },
  protocol: { ja: "最初の応答", en: "first answer" },
  application: { ja: "アプリの応答", en: "application's answer" },
  content: { ja: "内容", en: "content" },
};

/** A layer in a word or two, for a cell of a table. */
export function layerName(layer: Layer, lang: Lang): string {
  return layerNames[layer][lang];
}

interface Look {
  readonly do: Bilingual;
  readonly why: Bilingual;
}

/** A fault that sits on our own side is looked at there first, whatever the layer. */
const byScope: Partial<Readonly<Record<ScopeId, Look>>> = {
  monitor: {
    do: { ja: "監視サーバの回線と電源を確かめる", en: "Check the monitoring server's own line" },
    why: {
      ja: "ほかの相手も同時に見えません。相手ではなく、こちら側の問題と見られます。",
      en: "Everything else vanished at the same moment: the fault is probably on this side.",
    },
  },
  "only-me": {
    do: { ja: "見えていないパソコンの回線を確かめる", en: "Check the line of the machine that cannot see it" },
    why: { ja: "ほかの場所からは見えています。", en: "It is seen from elsewhere." },
  },
  "local-lan": {
    do: { ja: "社内のルーターと回線を確かめる", en: "Check the router and line of that office" },
    why: { ja: "その拠点の外からは見えています。", en: "It is seen from outside that office." },
  },
  path: {
    do: { ja: "見えない場所から相手までの経路を調べる", en: "Trace the path from where it fails" },
    why: {
      ja: "mtr または traceroute で、どこまで届くかを比べてください。",
      en: "Compare mtr or traceroute from both sides.",
    },
  },
  provider: {
    do: { ja: "業者の障害情報を確かめる", en: "Read the provider's notices" },
    why: {
      ja: "同じ業者のものがまとめて止まっています。こちらで直せることは少ないかもしれません。",
      en: "Several things at the same provider stopped together; little may be ours to mend.",
    },
  },
};

const byLayer: Readonly<Record<Layer, Look>> = {
  dns: {
    do: { ja: "DNS の設定とドメインの期限を確かめる", en: "Check the DNS records and the domain's expiry" },
    why: {
      ja: "名前からアドレスを引けません。サーバ本体は動いているかもしれません。",
      en: "The name does not resolve. The server itself may be running.",
    },
  },
  route: {
    do: { ja: "サーバの電源とネットワークを確かめる", en: "Check the server's power and network" },
    why: {
      ja: "そのアドレスまで届きません。管理画面のコンソールから様子を見てください。",
      en: "The address cannot be reached. Look at the console of the host.",
    },
  },
  connect: {
    do: { ja: "サーバに入り、プログラムが待ち受けているか確かめる", en: "See on the server whether it is listening" },
    why: {
      ja: "接続できません。ss -ltn と systemctl --failed を見てください。",
      en: "No connection. Look at ss -ltn and systemctl --failed.",
    },
  },
  tls: {
    do: { ja: "証明書の期限と名前を確かめる", en: "Check the certificate's dates and names" },
    why: {
      ja: "接続はできますが、暗号化の取り決めで止まりました。",
      en: "It connects, and stops while agreeing on encryption.",
    },
  },
  protocol: {
    do: { ja: "プログラムが固まっていないか確かめる", en: "See whether the program hangs" },
    why: {
      ja: "接続は受け付けますが、応答が返りません。負荷、空き容量、ログを見てください。",
      en: "It accepts and does not answer. Look at load, free space and its log.",
    },
  },
  application: {
    do: { ja: "アプリケーションのログを見る", en: "Read the application's log" },
    why: {
      ja: "サーバは応答しましたが、中身がエラーです。直前の変更、データベース、空き容量も確かめてください。",
      en: "The server answers with an error. Look also at the last change, the database and free space.",
    },
  },
  content: {
    do: { ja: "表示されている内容を確かめる", en: "Look at what is shown" },
    why: {
      ja: "応答は正常ですが、あるはずの内容がありません。",
      en: "The answer is fine and lacks what should be in it.",
    },
  },
};

const anyLook: Look = {
  do: { ja: "相手の様子を見に行く", en: "Go and see" },
  why: { ja: "どこで止まったかはまだわかっていません。", en: "Where it stops is not known yet." },
};

/** What an incident shows, as far as the first look depends on it. */
export interface Fault {
  readonly scope: ScopeId;
  readonly subject: ComponentId | null;
  /** those still open */
  readonly signals: readonly Pick<Signal, "kind" | "severity" | "facts" | "layer">[];
}

/**
 * What to look at first, and why: of a job its own, of a host what was seen inside it, else by where the fault sits and then
 * by the layer it stopped at.
 */
export function firstLook(fault: Fault, place: BesidePlace): { readonly text: string; readonly why: string } {
  const { scope, subject, signals } = fault;
  const { lang } = place;
  const kind = subject === null ? null : kindOf(subject);
  if (kind === "job") return { text: jobWords(lang).firstLook, why: jobWords(lang).firstLookWhy };
  const inside = kind === "host" ? besideNext(signals, place) : null;
  if (inside !== null) return inside;
  const layer = signals[0]?.layer ?? null;
  const look = byScope[scope] ?? (layer === null ? anyLook : byLayer[layer]);
  return { text: look.do[lang], why: look.why[lang] };
}
