import type { EventKind, NewEvent } from "../kernel/event.ts";
import type { Bilingual, Lang } from "../kernel/lang.ts";
import type { ComponentId } from "../kernel/model/component.ts";
import { layers } from "../kernel/model/observation.ts";
import { severities, type Signal } from "../kernel/model/signal.ts";
import type { Site } from "../kernel/model/site.ts";
import { besideSentence } from "./beside.ts";
import { certainty, percent } from "./certainty.ts";
import { componentName, personName } from "./incident.ts";
import { layerLine } from "./scope.ts";
import { severityName } from "./states.ts";
import { administrationSentences } from "./timeline-administration.ts";
import { recoverySentences } from "./timeline-recovery.ts";

type Named = Pick<Site, "services" | "people"> & Partial<Pick<Site, "timeZone">>;
type Told = Pick<NewEvent, "kind" | "actor" | "data">;

/** An event as its sentence sees it. */
export interface Facts {
  /** who did it */
  readonly who: string;
  /** the first of these facts that is there, as people write it; empty when none is */
  text(...names: readonly string[]): string;
  person(...names: readonly string[]): string;
  component(name: string): string;
  /** what is known of the signal it tells of; null when it tells of none */
  readonly signal: Pick<Signal, "kind" | "severity" | "facts"> | null;
  /** for times within the text */
  readonly timeZone: string;
}
export type Sentence = (facts: Facts) => Bilingual;

const plain =
  (ja: string, en: string): Sentence =>
  () => ({ ja, en });

/** ` (…)` or nothing. */
function aside(text: string): Bilingual {
  return text === "" ? { ja: "", en: "" } : { ja: `(${text})`, en: ` (${text})` };
}

/** Where the attempt that decided it stopped; without a layer what was said. */
function stoppedAt(facts: Facts, lang: Lang): string {
  const { signal, timeZone } = facts;
  const beside = signal === null ? null : besideSentence(signal, { lang, timeZone });
  if (beside !== null) return beside;
  const layer = layers.find((name) => name === facts.text("signal.layer"));
  const [code, text] = [facts.text("signal.error.code"), facts.text("signal.error.text")];
  return layer === undefined ? text : layerLine(layer, code === "" ? null : { code, text }, lang);
}

/** The likeliest cause in words, or that none stands out. */
function diagnosisEnded(facts: Facts): Bilingual {
  const [ja, en] = [facts.text("title.ja"), facts.text("title.en")];
  if (ja === "" || en === "")
    return { ja: "診断を終えました。原因は絞り込めていません", en: "The diagnosis ended; no cause stands out" };
  const probability = Number(facts.text("probability"));
  const figure = `${percent(probability)}%`;
  return {
    ja: `診断を終えました: ${ja}(${certainty(probability, "ja")} ${figure})`,
    en: `The diagnosis ended: ${en} (${certainty(probability, "en")}, ${figure})`,
  };
}

const sentences: Readonly<Record<EventKind, Sentence>> = {
  ...administrationSentences,
  ...recoverySentences,
  "hub.started": plain("koboshi を起動しました", "koboshi started"),
  "hub.stopped": plain("koboshi を停止しました", "koboshi stopped"),
  "config.applied": ({ who }) => ({ ja: `${who}が設定を反映しました`, en: `${who} applied the configuration` }),
  "config.refused": plain(
    "新しい設定に誤りがあり、前の設定のまま続けています",
    "The new configuration was not valid; the one before stays in force",
  ),
  "clock.jumped": (f) => {
    const jumpedMs = Number(f.text("jumpedMs"));
    const step = aside(jumpedMs === 0 ? "" : `${Math.round(jumpedMs / 1_000)} s`);
    return { ja: `監視サーバの時計が動きました${step.ja}`, en: `The monitoring server's clock was stepped${step.en}` };
  },
  "vantage.joined": (f) => ({
    ja: `観測地点 ${f.text("vantage", "name")} が参加しました`,
    en: `Vantage ${f.text("vantage", "name")} joined`,
  }),
  "vantage.revoked": (f) => ({
    ja: `${f.who}が観測地点 ${f.text("vantage", "name")} を外しました`,
    en: `${f.who} revoked vantage ${f.text("vantage", "name")}`,
  }),
  "vantage.blind": (f) => ({
    ja: `観測地点 ${f.text("vantage", "name")} から何も見えなくなりました`,
    en: `Vantage ${f.text("vantage", "name")} sees nothing any more`,
  }),
  "vantage.sighted": (f) => ({
    ja: `観測地点 ${f.text("vantage", "name")} から見えるようになりました`,
    en: `Vantage ${f.text("vantage", "name")} sees again`,
  }),
  "signal.opened": (f) => ({
    ja: `${f.component("signal.subject")}の異常を確認しました${aside(stoppedAt(f, "ja")).ja}`,
    en: `A fault of ${f.component("signal.subject")} was confirmed${aside(stoppedAt(f, "en")).en}`,
  }),
  "signal.changed": (f) => ({
    ja: `${f.component("signal.subject")}の見え方が変わりました`,
    en: `${f.component("signal.subject")} is seen differently now`,
  }),
  "signal.closed": (f) => ({
    ja: `${f.component("signal.subject")}の異常が収まりました`,
    en: `The fault of ${f.component("signal.subject")} is over`,
  }),
  "incident.opened": (f) => ({
    ja: `障害として記録しました: ${f.component("subject")}${aside(f.text("severity")).ja}`,
    en: `Opened as an incident: ${f.component("subject")}${aside(f.text("severity")).en}`,
  }),
  "incident.updated": plain("影響範囲または重大度が変わりました", "The scope or severity has changed"),
  "incident.acknowledged": (f) => ({
    ja: `${f.person("by")}が対応を始めました`,
    en: `${f.person("by")} took it`,
  }),
  "incident.assigned": (f) => ({
    ja: `${f.who}が${f.person("to")}に担当を渡しました`,
    en: `${f.who} handed it to ${f.person("to")}`,
  }),
  "incident.noted": (f) => ({ ja: `${f.who}: ${f.text("text")}`, en: `${f.who}: ${f.text("text")}` }),
  "incident.escalated": (f) => ({
    ja: `応答がないため${f.person("tell", "recipient")}に連絡します${aside(f.text("by")).ja}`,
    en: `Nobody took it: ${f.person("tell", "recipient")} is called${aside(f.text("by")).en}`,
  }),
  "incident.flapping": plain("止まったり戻ったりしています。連絡を控えます", "It stops and comes back; pages are held"),
  "incident.settled": plain("落ち着きました", "It has settled"),
  "incident.resolved": resolved,
  "incident.cause-confirmed": (f) => ({
    ja: `${f.who}が原因を確定しました: ${f.text("cause", "id")}`,
    en: `${f.who} confirmed the cause: ${f.text("cause", "id")}`,
  }),
  "incident.cause-withdrawn": (f) => ({
    ja: `${f.who}が原因の確定を取り消しました: ${f.text("cause", "id")}`,
    en: `${f.who} took the confirmed cause back: ${f.text("cause", "id")}`,
  }),
  "incident.picture-kept": (f) => ({
    ja: `失敗したときの画面を残しました: ${f.text("check")}`,
    en: `What the page showed when it failed is kept: ${f.text("check")}`,
  }),
  "habit.withdrawn": (f) => ({
    ja: `${f.who}がふだんのようすを取り消しました: ${f.component("target")} ${f.text("evidence")}`,
    en: `${f.who} took back what was usual: ${f.component("target")} ${f.text("evidence")}`,
  }),
  "habit.restored": (f) => ({
    ja: `${f.who}がふだんのようすを元に戻しました: ${f.component("target")} ${f.text("evidence")}`,
    en: `${f.who} lets count again what was usual: ${f.component("target")} ${f.text("evidence")}`,
  }),
  "diagnosis.asked": (f) => ({
    ja: `${f.who}が診断のやり直しを頼みました`,
    en: `${f.who} asked for the diagnosis again`,
  }),
  "diagnosis.ended": diagnosisEnded,
  "notice.queued": (f) => ({
    ja: `${f.person("recipient")}への連絡を用意しました${aside(f.text("channel")).ja}`,
    en: `A notice to ${f.person("recipient")} is on its way${aside(f.text("channel")).en}`,
  }),
  "notice.sent": (f) => ({
    ja: `${f.person("recipient")}に連絡しました${aside(f.text("channel")).ja}`,
    en: `Told ${f.person("recipient")}${aside(f.text("channel")).en}`,
  }),
  "notice.failed": (f) => {
    const why = aside(f.text("error", "reason"));
    return f.text("permanent") === "true"
      ? {
          ja: `${f.person("recipient")}への連絡は、この手段では届きません。別の手段で知らせます${why.ja}`,
          en: `The notice to ${f.person("recipient")} cannot be delivered this way; another is used${why.en}`,
        }
      : {
          ja: `${f.person("recipient")}への連絡が届きませんでした。送り直します${why.ja}`,
          en: `The notice to ${f.person("recipient")} did not arrive and is sent again${why.en}`,
        };
  },
  "notice.given-up": (f) => ({
    ja: `${f.person("recipient")}への連絡をあきらめました${aside(f.text("error", "reason")).ja}`,
    en: `The notice to ${f.person("recipient")} was given up${aside(f.text("error", "reason")).en}`,
  }),
  "notice.superseded": (f) =>
    f.text("mergedInto") === ""
      ? {
          ja: `知らせる前に収まったので、${f.person("recipient")}には知らせませんでした`,
          en: `${f.person("recipient")} was not told: it was over before that`,
        }
      : {
          ja: `${f.person("recipient")}には、まとめた障害(#${f.text("mergedInto")})のほうで伝えます`,
          en: `${f.person("recipient")} is told by the incident this one is part of (#${f.text("mergedInto")})`,
        },
  "page.published": (f) => ({
    ja: `公開ページを更新しました${aside(f.text("target")).ja}`,
    en: `The status page was published${aside(f.text("target")).en}`,
  }),
  "page.publish-failed": (f) => ({
    ja: `公開ページを更新できませんでした${aside(f.text("target", "reason", "code")).ja}`,
    en: `The status page could not be published${aside(f.text("target", "reason", "code")).en}`,
  }),
  "change.noted": (f) => ({ ja: `変更: ${f.text("text")}`, en: `Change: ${f.text("text")}` }),
  "window.noted": (f) => ({ ja: `保守時間帯: ${f.text("text")}`, en: `Maintenance: ${f.text("text")}` }),
  "restore.noted": (f) => ({ ja: `復元: ${f.text("text")}`, en: `Restore: ${f.text("text")}` }),
  "session.opened": (f) => ({ ja: `${f.who}がログインしました`, en: `${f.who} signed in` }),
};

function resolved(f: Facts): Bilingual {
  const merged = f.text("mergedInto");
  if (merged !== "") return { ja: `障害 #${merged} にまとめました`, en: `Merged into incident #${merged}` };
  if (f.text("by") === "auto") return { ja: "復旧を確認しました", en: "The recovery was confirmed" };
  const reason = aside(f.text("reason"));
  return f.text("falseAlarm") === "true"
    ? { ja: `${f.who}が誤報として終わらせました${reason.ja}`, en: `${f.who} ended it as a false alarm${reason.en}` }
    : { ja: `${f.who}が解決としました${reason.ja}`, en: `${f.who} resolved it${reason.en}` };
}

/** What happened, in one sentence without its time. */
export function timelineText(event: Told, site: Named, lang: Lang): string {
  return sentences[event.kind](factsOf(event, site, lang))[lang];
}

/** What people call whoever did something: `person:yamada`, the bare key `yamada`, `token:cli`, `koboshi` … */
export function actorName(site: Named, actor: string, lang: Lang): string {
  const colon = actor.indexOf(":");
  const kind = colon < 0 ? "" : actor.slice(0, colon);
  const name = actor.slice(colon + 1);
  if (kind === "vantage") return { ja: `観測地点 ${name} `, en: `vantage ${name}` }[lang];
  if (actor === "token:cli") return { ja: "コマンド操作の人", en: "someone at the command line" }[lang];
  if (kind === "token") return { ja: `API トークン ${name} `, en: `API token ${name}` }[lang];
  return whoIs(site, kind === "person" ? name : actor, lang);
}

/** The key of whoever signs in where no people are written. */
export const administratorKey = "admin";

function whoIs(site: Named, key: string, lang: Lang): string {
  if (key === administratorKey && !site.people.has(key)) return { ja: "管理者", en: "the administrator" }[lang];
  if (key === "*") return { ja: "登録先", en: "the receivers" }[lang];
  return site.people.has(key) ? { ja: `${personName(site, key)}さん`, en: personName(site, key) }[lang] : key;
}

function factsOf({ actor, data }: Told, site: Named, lang: Lang): Facts {
  const text = (...names: readonly string[]): string =>
    names.map((name) => written(valueAt(data, name), name, lang)).find((found) => found !== "") ?? "";
  return {
    who: actorName(site, actor, lang),
    text,
    person: (...names) => actorName(site, text(...names), lang),
    component: (name) => {
      const id = text(name);
      return id.includes(":") ? componentName(site, id as ComponentId, lang) : id;
    },
    signal: signalOf(data["signal"]),
    timeZone: site.timeZone ?? "UTC",
  };
}

/** As the event has kept it: written by this program, maybe by an older version. */
function signalOf(kept: unknown): Facts["signal"] {
  if (typeof kept !== "object" || kept === null) return null;
  const { kind, severity = "info", facts = {} } = kept as Partial<Signal>;
  return kind === undefined ? null : { kind, severity, facts };
}

/** `signal.error.text` walks into the object. */
function valueAt(data: Readonly<Record<string, unknown>>, path: string): unknown {
  const [first = "", ...rest] = path.split(".");
  return rest.reduce<unknown>(
    (value, name) =>
      typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined,
    data[first],
  );
}

function written(value: unknown, path: string, lang: Lang): string {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return value.filter((item) => typeof item === "string").join(", ");
  if (typeof value !== "string") return "";
  const severity = path === "severity" ? severities.find((one) => one === value) : undefined;
  return severity === undefined ? value : severityName(severity, lang);
}
