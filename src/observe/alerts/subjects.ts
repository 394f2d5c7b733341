import { isIPv6 } from "node:net";
import { componentId, type ComponentId } from "../../kernel/model/component.ts";
import type { Site } from "../../kernel/model/site.ts";

type Labels = Readonly<Record<string, string>>;

/** What of the site an alert is about. */
export interface Subjects {
  /** a service or host of the site, else `alert:` and the alert's name */
  of(labels: Labels): ComponentId;
}

/** Labels that name a service, the one meant for koboshi first. */
const serviceLabels = ["koboshi_service", "service", "job"] as const;
/** Labels that name a machine, or an address on it. */
const hostLabels = ["host", "hostname", "nodename", "node", "instance", "target"] as const;
const longestName = 100;
const nameless = "alert";

/** Reads the site's names once; they are compared without regard to case. */
export function createSubjects(site: Site): Subjects {
  const services = new Map<string, string>();
  const hosts = new Map<string, string>();
  for (const { key, name } of site.services.values()) {
    services.set(name.toLowerCase(), key);
    services.set(key.toLowerCase(), key);
  }
  for (const { key, address } of site.hosts.values()) {
    if (address !== null) hosts.set(address.toLowerCase(), key);
    hosts.set(key.toLowerCase(), key);
  }
  const watched = watchedBy(site);

  function serviceOf(labels: Labels): ComponentId | null {
    for (const label of serviceLabels) {
      const key = services.get((labels[label] ?? "").toLowerCase());
      if (key !== undefined) return componentId("service", key);
    }
    return null;
  }

  function placeOf(written: string): ComponentId | null {
    const text = written.toLowerCase();
    const whole = watched.get(text);
    if (whole !== undefined) return componentId("service", whole);
    const name = hostIn(text);
    const host = hosts.get(name);
    if (host !== undefined) return componentId("host", host);
    const service = watched.get(name);
    return service === undefined ? null : componentId("service", service);
  }

  return {
    of(labels) {
      const service = serviceOf(labels);
      if (service !== null) return service;
      for (const label of hostLabels) {
        const written = labels[label];
        const place = written === undefined ? null : placeOf(written);
        if (place !== null) return place;
      }
      return componentId("alert", alertName(labels));
    },
  };
}

/** Targets of checks and the hosts in them, as far as they belong to one service alone. */
function watchedBy(site: Site): ReadonlyMap<string, string> {
  const found = new Map<string, string | null>();
  const note = (text: string, service: string): void => {
    const known = found.get(text);
    found.set(text, known === undefined || known === service ? service : null);
  };
  for (const { target, service } of site.checks) {
    const text = target.toLowerCase();
    note(text, service);
    if (hostIn(text) !== text) note(hostIn(text), service);
  }
  return new Map([...found].flatMap(([text, service]) => (service === null ? [] : [[text, service] as const])));
}

/** `https://web1.example.jp:9100/metrics`, `web1.example.jp:9100` → `web1.example.jp`. */
function hostIn(text: string): string {
  const rest = text.replace(/^[a-z][a-z0-9+.-]*:\/\/(?:[^/@]*@)?/, "").replace(/[/?#].*$/s, "");
  if (isIPv6(rest)) return rest;
  return /^\[([^\]]*)\]/.exec(rest)?.[1] ?? rest.replace(/:\d+$/, "");
}

/** Foreign text on one line, bounded: it becomes part of a title. */
export function alertName(labels: Labels): string {
  const name = (labels["alertname"] ?? "").replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\s]+/gu, " ").trim();
  return name === "" ? nameless : Array.from(name).slice(0, longestName).join("");
}
