import type { Lang } from "../kernel/lang.ts";
import { kindOf, nameOf, type ComponentId, type ComponentKind } from "../kernel/model/component.ts";
import type { Incident } from "../kernel/model/incident.ts";
import type { Site } from "../kernel/model/site.ts";
import { catalogue } from "./catalogue.ts";
import { list } from "./format.ts";

type Named = Pick<Site, "services" | "people">;
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
    undelivered: (name: string) => `連絡手段 ${name} で通知を届けられません`,
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
    undelivered: (name: string) => `Notices cannot be delivered by ${name}`,
    other: (name: string) => `${name} has a fault`,
  },
);

/** What people call a component. */
export function componentName(site: Named, id: ComponentId, lang: Lang): string {
  const name = nameOf(id);
  if (kindOf(id) === "service") return site.services.get(name)?.name ?? name;
  return kindOf(id) === "vantage" ? vantageName(name, lang) : name;
}

/** `here` is the hub itself. */
export function vantageName(name: string, lang: Lang): string {
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
    host: () => say.hostDown(name, count),
    segment: () => say.hostDown(name, count),
    place: () => say.placeDown(name, count),
    provider: () => say.providerDown(name, count),
    vantage: () => say.blind(name),
    channel: () => say.undelivered(name),
  };
  return (sentences[kindOf(incident.subject)] ?? (() => say.other(name)))();
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
