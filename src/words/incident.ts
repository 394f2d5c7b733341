import type { Lang } from "../kernel/lang.ts";
import { kindOf, nameOf, type ComponentId, type ComponentKind } from "../kernel/model/component.ts";
import type { Incident } from "../kernel/model/incident.ts";
import type { Site } from "../kernel/model/site.ts";
import { catalogue } from "./catalogue.ts";
import { list } from "./format.ts";
import { jobName, jobWords } from "./jobs.ts";

type Named = Pick<Site, "services" | "people"> & Partial<Pick<Site, "jobs">>;
type Titled = Pick<Incident, "subject" | "services" | "severity" | "quiet" | "scope" | "flapping">;

const words = catalogue(
  {
    here: "監視サーバ",
    serviceDown: (name: string) => `${name}が止まっています`,
    serviceDegraded: (name: string) => `${name}に注意が必要です`,
    servicePartly: (name: string, from: string) => `${name}が${from}からだけ見えません`,
    unstable: (name: string) => `${name}が不安定です(止まっては戻る)`,
    hostDown: (name: string, count: number) => `${name} が応答しません(${count}サービス)`,
    placeDown: (name: string, count: number) => `置き場所 ${name} の${count}サービスが止まっています`,
    providerDown: (name: string, count: number) => `業者 ${name} の${count}サービスが止まっています`,
    blind: (name: string) => `観測地点 ${name} から何も見えません。監視できていないおそれがあります`,
    peerSilent: (name: string) => `別の koboshi(${name})から連絡がありません`,
    peer: (name: string) => `別の koboshi(${name})`,
    undelivered: (name: string) => `連絡手段 ${name} で通知を届けられません`,
    foreignAlert: (name: string) => `他の監視からの警報: ${name}`,
    foreignAlerts: "他の監視から、多くの種類の警報が届いています",
    other: (name: string) => `${name} に異常があります`,
  },
  {
    here: "the monitoring server",
    serviceDown: (name: string) => `${name} is down`,
    serviceDegraded: (name: string) => `${name} needs attention`,
    servicePartly: (name: string, from: string) => `${name} cannot be reached from ${from} alone`,
    unstable: (name: string) => `${name} is unstable (stops and comes back)`,
    hostDown: (name: string, count: number) => `${name} does not answer (${count} services)`,
    placeDown: (name: string, count: number) => `Place ${name}: ${count} services are down`,
    providerDown: (name: string, count: number) => `Provider ${name}: ${count} services are down`,
    blind: (name: string) => `Vantage ${name} sees nothing: you may be blind`,
    peerSilent: (name: string) => `No word from the other koboshi (${name})`,
    peer: (name: string) => `the other koboshi (${name})`,
    undelivered: (name: string) => `Notices cannot be delivered by ${name}`,
    foreignAlert: (name: string) => `Alert from other monitoring: ${name}`,
    foreignAlerts: "Other monitoring sends alerts of many kinds",
    other: (name: string) => `${name} has a fault`,
  },
);

/** What people call a component. */
export function componentName(site: Named, id: ComponentId, lang: Lang): string {
  const name = nameOf(id);
  if (kindOf(id) === "service") return site.services.get(name)?.name ?? name;
  if (kindOf(id) === "job") return jobName(site, name);
  return kindOf(id) === "vantage" ? vantageName(name, lang) : name;
}

const peerPrefix = "peer-";

/** Another hub that this one watches, by the name of its machine. */
export function peerId(host: string): ComponentId {
  return `vantage:${peerPrefix}${host}`;
}

/** The machine of another hub; null for anything else. */
export function peerOf(id: ComponentId): string | null {
  const name = nameOf(id);
  return kindOf(id) === "vantage" && name.startsWith(peerPrefix) ? name.slice(peerPrefix.length) : null;
}

/** `here` is the hub itself. */
export function vantageName(name: string, lang: Lang): string {
  const peer = peerOf(`vantage:${name}`);
  if (peer !== null) return words(lang).peer(peer);
  return name === "here" ? words(lang).here : name;
}

/** What people call someone; `auto` and unknown keys stay as they are. */
export function personName(site: Named, key: string): string {
  return site.people.get(key)?.name ?? key;
}

/** The sentence an incident is called by, without its number. */
export function incidentTitle(incident: Titled, site: Named, lang: Lang): string {
  const say = words(lang);
  const name = componentName(site, incident.subject, lang);
  const count = incident.services.length;
  const sentences: Partial<Record<ComponentKind, () => string>> = {
    service: () => serviceTitle(incident, name, lang),
    // no service of it fails: something else about it was told
    host: () => (count === 0 ? say.other(name) : say.hostDown(name, count)),
    segment: () => say.hostDown(name, count),
    place: () => say.placeDown(name, count),
    provider: () => say.providerDown(name, count),
    vantage: () => vantageTitle(incident, name, lang),
    job: () => jobWords(lang).incident(name),
    channel: () => say.undelivered(name),
    alert: () => (name === "…" ? say.foreignAlerts : say.foreignAlert(name)),
  };
  return (sentences[kindOf(incident.subject)] ?? (() => say.other(name)))();
}

function vantageTitle({ subject }: Titled, name: string, lang: Lang): string {
  const peer = peerOf(subject);
  return peer === null ? words(lang).blind(name) : words(lang).peerSilent(peer);
}

function serviceTitle(incident: Titled, name: string, lang: Lang): string {
  const say = words(lang);
  if (incident.flapping) return say.unstable(name);
  if (incident.quiet) {
    const from = incident.scope.failingFrom.map((vantage) => vantageName(vantage, lang));
    return say.servicePartly(name, list(from, lang));
  }
  // a warning can be an outage, too: of a service that nobody is woken for
  return incident.scope.reach === "nobody" ? say.serviceDegraded(name) : say.serviceDown(name);
}
