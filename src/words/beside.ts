import type { Lang } from "../kernel/lang.ts";
import type { HostFinding } from "../kernel/ports-hosts.ts";
import { severities, type Signal, type SignalKind } from "../kernel/model/signal.ts";
import { catalogue } from "./catalogue.ts";
import { list } from "./format.ts";
import { safeLine } from "./one-line.ts";
import { waivedName } from "./window-checks.ts";
import { backupSignalText } from "./recovery-watch.ts";
import { findingText, ratioText } from "./host-findings.ts";

const words = catalogue(
  {
    hostKey: "SSH のホスト鍵が前と違います。確かめられるまで接続しません",
    powerOff: "電源が切れています",
    drive: (name: string) => `ディスク ${name} に故障か、その前ぶれがあります`,
    sensor: (name: string, value: string, limit: string) => `${name} が ${value} です${limit}`,
    limit: (value: string) => `(限度 ${value})`,
    health: "機器が自分の異常を知らせています",
    certificate: "管理コントローラーの証明書が前と違います",
    record: (text: string) => `機器の記録: ${text}`,
    route: (target: string) => `${target} までの経路が変わりました`,
    loss: (target: string, ratio: string) => `${target} までの途中で、パケットの ${ratio} が失われています`,
    newLine: (example: string) => `ログに初めての行: ${example}`,
    burst: (count: string, example: string) => `ログに同じ種類の行が急に増えています(${count} 行): ${example}`,
    people: (count: number) => `つながらないという声が ${count} か所から届いています`,
    reported: (text: string) => `人からの連絡: ${text}`,
    notBack: (title: string, hosts: string) =>
      `「${title}」の終わりの予定を過ぎましたが、${hosts} がまだ戻っていません`,
    gateShut: (title: string, checks: string) => `「${title}」のあとの確認が終わっていません: ${checks}`,
    more: (count: number) => `、ほか${count}件`,
  },
  {
    hostKey: "it shows another SSH host key than before; nobody logs in until that is confirmed",
    powerOff: "its power is off",
    drive: (name: string) => `drive ${name} has failed or is about to`,
    sensor: (name: string, value: string, limit: string) => `${name} is ${value}${limit}`,
    limit: (value: string) => ` (limit ${value})`,
    health: "the machine itself reports a fault",
    certificate: "its controller shows another certificate than before",
    record: (text: string) => `from the machine's own log: ${text}`,
    route: (target: string) => `the route to ${target} has changed`,
    loss: (target: string, ratio: string) => `${ratio} of the packets to ${target} are lost on the way`,
    newLine: (example: string) => `a log line never seen before: ${example}`,
    burst: (count: string, example: string) => `a burst of one kind of log line (${count}): ${example}`,
    people: (count: number) => `people at ${count} places say that they cannot reach it`,
    reported: (text: string) => `reported by a person: ${text}`,
    notBack: (title: string, hosts: string) => `"${title}" should have ended, and ${hosts} is not back yet`,
    gateShut: (title: string, checks: string) => `the checks after "${title}" have not passed: ${checks}`,
    more: (count: number) => ` and ${count} more`,
  },
);

export interface BesidePlace {
  readonly lang: Lang;
  /** IANA zone of the times in it */
  readonly timeZone: string;
}

type Seen = Pick<Signal, "kind" | "facts" | "severity">;
type Teller = (seen: Seen, place: BesidePlace) => string;

const hostFinding: Teller = (seen, place) => findingText(findingOf(seen), place).sentence;

function findingOf({ facts, severity }: Seen): HostFinding {
  const { finding, item } = facts;
  return { kind: String(finding), item: typeof item === "string" ? item : null, severity, facts };
}

const tellers: Partial<Record<SignalKind, Teller>> = {
  backup: (seen, { lang, timeZone }) => backupSignalText(seen, timeZone, lang)?.sentence ?? "",
  vital: hostFinding,
  "clock-off": hostFinding,
  "host-key": (_seen, { lang }) => words(lang).hostKey,
  missed: hostFinding,
  hardware: tellHardware,
  path: ({ facts }, { lang }) => {
    const target = String(facts["target"]);
    if (facts["trouble"] !== "loss") return words(lang).route(target);
    return words(lang).loss(target, ratioText(Number(facts["lossRatio"] ?? 0)));
  },
  log: ({ facts }, { lang }) => {
    const example = String(facts["example"] ?? "");
    const say = words(lang);
    return facts["what"] === "burst" ? say.burst(String(facts["count"]), example) : say.newLine(example);
  },
  people: ({ facts }, { lang }) => words(lang).people(Number(facts["sources"] ?? 0)),
  window: tellWindow,
  reported: ({ facts }, { lang }) => words(lang).reported(safeLine(String(facts["text"] ?? ""))),
};

const checksNamed = 4;

/** `failing` names `host/check`; `lost` components. */
function tellWindow({ facts }: Seen, { lang }: BesidePlace): string {
  const say = words(lang);
  const listed = (name: string): readonly string[] => (Array.isArray(facts[name]) ? facts[name].map(String) : []);
  const title = safeLine(String(facts["title"] ?? ""));
  const lost = listed("lost").map((id) => id.replace(/^[^:]+:/, ""));
  if (facts["trouble"] === "not-back") return say.notBack(title, list(lost.length > 0 ? lost : listed("hosts"), lang));
  const failing = listed("failing").map((one) => waivedName(one, lang));
  const more = failing.length - checksNamed;
  return say.gateShut(title, list(failing.slice(0, checksNamed), lang) + (more > 0 ? say.more(more) : ""));
}

/** What was seen beside the probes, in one sentence without a full stop; null for what probes and jobs tell. */
export function besideSentence(seen: Seen, place: BesidePlace): string | null {
  return tellers[seen.kind]?.(seen, place) ?? null;
}

/** The first thing to do about the worst of what was seen inside a host; null where nothing of that was seen. */
export function besideNext(signals: readonly Seen[], place: BesidePlace): { text: string; why: string } | null {
  const inside = signals
    .filter(({ facts }) => typeof facts["finding"] === "string")
    .toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
  for (const seen of inside) {
    const { sentence, next } = findingText(findingOf(seen), place);
    if (next !== "") return { text: next, why: sentence };
  }
  return null;
}

function tellHardware({ facts }: Seen, { lang }: BesidePlace): string {
  const say = words(lang);
  const text = (name: string): string => String(facts[name] ?? "");
  const unit = text("unit") === "" ? "" : ` ${text("unit")}`;
  const value = facts["value"] === null ? text("text") : `${text("value")}${unit}`;
  const limit = facts["limit"] === null ? "" : say.limit(`${text("limit")}${unit}`);
  const sentences: Readonly<Record<string, () => string>> = {
    "power-off": () => say.powerOff,
    drive: () => say.drive(text("sensor")),
    sensor: () => say.sensor(text("sensor"), value, limit),
    health: () => say.health,
    certificate: () => say.certificate,
  };
  return sentences[text("what")]?.() ?? say.record(text("text"));
}
