import type { Bilingual } from "../kernel/lang.ts";
import type { ProbeResult } from "../kernel/model/observation.ts";
import { catalogue } from "./catalogue.ts";
import { layerLine } from "./scope.ts";

/** What a first look can find. */
export type FoundKind =
  | "web"
  | "certificate"
  | "redirect"
  | "dns"
  | "domain"
  | "smtp"
  | "imap"
  | "pop3"
  | "ssh"
  | "line";

type Facts = ProbeResult["facts"];

function seconds(ms: number): string {
  return (ms / 1000).toFixed(2);
}

/** The names a look came to, the first few. */
function answers(facts: Facts): string {
  const found = facts["answers"];
  return Array.isArray(found) ? found.slice(0, 3).join(" ") : "";
}

/** The texts of `koboshi init` and of the first run. */
export const proposeWords = catalogue(
  {
    fileHead: (host: string) => `${host} を見守る設定です。項目の意味: koboshi config explain`,
    whoIsTold: "知らせる人",
    howMailLeaves: "メールの送り方",
    nothingYet: "見守るもの",
    /** empty: its key says enough */
    serviceName: (service: string): string =>
      ({ mail: "メール", dns: "ドメイン", line: "こちらの回線" })[service] ?? "",
    web: (facts: Facts, ms: number) => `Web ページが応答しました(${String(facts["status"] ?? "—")}、${seconds(ms)}秒)`,
    certificate: (facts: Facts) => `証明書は有効です(あと ${String(facts["certificateDaysLeft"] ?? "—")}日)`,
    redirect: () => "http から https へ転送されます",
    dns: (facts: Facts) => `名前を引けます(${answers(facts)})`,
    domain: (facts: Facts) => `ドメインの期限はあと ${String(facts["daysLeft"] ?? "—")}日です`,
    smtp: () => "メールを受け取るサーバが応答しました",
    imap: () => "メールを読むサーバ(IMAP)が応答しました",
    pop3: () => "メールを読むサーバ(POP3)が応答しました",
    ssh: () => "SSH が応答しました",
    line: (_facts: Facts, ms: number) =>
      `こちらのルーターが応答しました(${ms.toFixed(1)}ミリ秒)。止まると全部が見えなくなります`,
  },
  {
    fileHead: (host) => `What watches over ${host}. What a key means: koboshi config explain`,
    whoIsTold: "who is told",
    howMailLeaves: "how mail leaves",
    nothingYet: "what is watched",
    serviceName: (service) => ({ mail: "mail", dns: "domain", line: "our own line" })[service] ?? "",
    web: (facts, ms) => `the page answers (${String(facts["status"] ?? "—")}, ${seconds(ms)} s)`,
    certificate: (facts) => `the certificate is valid (${String(facts["certificateDaysLeft"] ?? "—")} days left)`,
    redirect: () => "http leads to https",
    dns: (facts) => `the name resolves (${answers(facts)})`,
    domain: (facts) => `the domain is registered for ${String(facts["daysLeft"] ?? "—")} more days`,
    smtp: () => "the server that takes mail answers",
    imap: () => "the server mail is read from (IMAP) answers",
    pop3: () => "the server mail is read from (POP3) answers",
    ssh: () => "SSH answers",
    line: (_facts, ms) => `our own router answers (${ms.toFixed(1)} ms); without it nothing can be seen`,
  },
);

/** What was found, in one sentence; where it stops, when it does. */
export function foundSentence(kind: FoundKind, { layer, error, facts, timings }: ProbeResult): Bilingual {
  const say = (lang: "ja" | "en"): string =>
    layer === null ? proposeWords(lang)[kind](facts, timings.totalMs) : layerLine(layer, error, lang);
  return { ja: say("ja"), en: say("en") };
}
