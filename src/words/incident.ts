import type { Lang } from "../kernel/lang.ts";
import { kindOf, nameOf, type ComponentId, type ComponentKind } from "../kernel/model/component.ts";
import { isOpen, type Incident } from "../kernel/model/incident.ts";
import type { Site } from "../kernel/model/site.ts";
import { catalogue } from "./catalogue.ts";
import { list } from "./format.ts";
import { endedTitles, lastingTitles } from "./incident-titles.ts";
import { jobName } from "./jobs.ts";

type Named = Pick<Site, "services" | "people"> & Partial<Pick<Site, "jobs">>;
type Titled = Pick<Incident, "subject" | "services" | "severity" | "quiet" | "scope" | "flapping" | "state">;

const words = catalogue(
  {
    here: "監視サーバ",
    peer: (name: string) => `別の koboshi(${name})`,
  },
  {
    here: "the monitoring server",
    peer: (name: string) => `the other koboshi (${name})`,
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

/** The sentence an incident is called by, without its number; of one that has ended in the past tense. */
export function incidentTitle(incident: Titled, site: Named, lang: Lang): string {
  const say = titlesOf(incident)(lang);
  const name = componentName(site, incident.subject, lang);
  const count = incident.services.length;
  const sentences: Partial<Record<ComponentKind, () => string>> = {
    service: () => serviceTitle(incident, name, lang),
    // no service of it fails: something inside it was seen
    host: () => (count === 0 ? say.hostAttention(name) : say.hostDown(name, count)),
    segment: () => say.hostDown(name, count),
    place: () => say.placeDown(name, count),
    provider: () => say.providerDown(name, count),
    vantage: () => {
      const peer = peerOf(incident.subject);
      return peer === null ? say.blind(name) : say.peerSilent(peer);
    },
    job: () => say.job(name),
    channel: () => say.undelivered(name),
    alert: () => (name === "…" ? say.foreignAlerts : say.foreignAlert(name)),
  };
  return (sentences[kindOf(incident.subject)] ?? (() => say.other(name)))();
}

function titlesOf({ state }: Titled): typeof lastingTitles {
  return isOpen({ state }) ? lastingTitles : endedTitles;
}

function serviceTitle(incident: Titled, name: string, lang: Lang): string {
  const say = titlesOf(incident)(lang);
  if (incident.flapping) return say.unstable(name);
  if (incident.quiet) {
    const from = incident.scope.failingFrom.map((vantage) => vantageName(vantage, lang));
    if (from.length === 0) return say.peopleSay(name);
    return say.servicePartly(name, list(from, lang));
  }
  // a warning can be an outage, too: of a service that nobody is woken for
  return incident.scope.reach === "nobody" ? say.serviceDegraded(name) : say.serviceDown(name);
}
