import { componentName, incidentTitle } from "../words/incident.ts";
import { pageReadings } from "../words/palette.ts";
import { shellWords } from "../words/web-shell.ts";
import type { Incident } from "../kernel/model/incident.ts";
import type { Lang } from "../kernel/lang.ts";
import type { Site } from "../kernel/model/site.ts";
import { navEntries } from "./nav.tsx";
import { haystack } from "./readings.ts";
import type { Findable } from "./search.ts";
import { checkHref } from "./things.ts";

export const incidentsFindable = 50;

/** Pages, services, hosts, vantages, incidents, and checks last, since there are most of them. */
export function findables(site: Site, incidents: readonly Incident[], lang: Lang): readonly Findable[] {
  const words = shellWords(lang);
  const [ja, en] = [shellWords("ja"), shellWords("en")];
  return [
    ...navEntries.map(({ word, path }) =>
      findable([words[word], words.kindPage], path, `${ja[word]} ${en[word]} ${pageReadings[path] ?? ""}`),
    ),
    ...[...site.services.values()].map(({ key, name }) =>
      findable([name, words.kindService], `/services/${encodeURIComponent(key)}`, key),
    ),
    ...[...site.hosts.keys()].map((key) => findable([key, words.kindHost], `/hosts/${encodeURIComponent(key)}`)),
    ...[...site.vantages.keys()].map((name) =>
      findable([componentName(site, `vantage:${name}`, lang), words.kindVantage], "/vantages", name),
    ),
    ...incidents.map((incident) =>
      findable([`#${incident.id} ${incidentTitle(incident, site, lang)}`, words.kindIncident], `/i/${incident.id}`),
    ),
    ...site.checks.map((check) =>
      findable([check.name, words.kindCheck], checkHref(check.id), `${check.target} ${check.service}`),
    ),
  ];
}

/** @param more what it can be found by beside its name */
function findable([t, k]: readonly [name: string, kind: string], u: string, more = ""): Findable {
  return { t, u, k, h: haystack(t, more) };
}
