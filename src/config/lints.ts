import { many } from "../kernel/fields.ts";
import { secretReference } from "../kernel/secret.ts";
import type { Site } from "../kernel/model/site.ts";
import { inBoth, type ConfigWords } from "../words/config.ts";
import { prefix, type Draft, type Path } from "./finding.ts";
import { holdsSecret, maskUserInfo } from "./mask.ts";
import { barePath, livesAt } from "./page.ts";
import { RootConfig } from "./schema.ts";
import { plainSecretInUrl } from "./secrets.ts";
import { walk } from "./walk.ts";

type Say = (words: ConfigWords) => string;

/** What a careful reader would say of a file that is right by the rules. */
export function lint(config: RootConfig, site: Site): Draft[] {
  return [
    ...tellingLints(config, site),
    ...watchingLints(config, site),
    ...unreachablePeople(config, site),
    ...drillHosts(config),
    ...bareRepositories(config),
  ];
}

// how grave, which code, where, then the message and its hint
function draft(severity: Draft["severity"], code: string, path: Path, ...[[say, hint]]: [readonly [Say, Say]]): Draft {
  return { severity, code, path, part: "key", message: inBoth(say), hint: inBoth(hint) };
}

function advice(code: string, path: Path, text: readonly [Say, Say]): Draft {
  return { ...draft("warning", code, path, text), advice: true };
}

/** Whether anyone would hear of an outage. */
function tellingLints(config: RootConfig, site: Site): Draft[] {
  const { channels, escalate } = site.notify;
  if (channels.size === 0) return [advice("no-means-to-tell", ["notify", "channels"], [(w) => w.noMeans, (w) => w.noMeansHint])];
  const told = escalate.get("default") ?? [];
  if (told.length === 0) return [advice("nobody-to-tell", ["people"], [(w) => w.nobody, (w) => w.nobodyHint])];
  const people = new Set(told.flatMap(({ tell }) => tell ?? []));
  if (people.size !== 1 || Object.keys(config.people).length === 0) return [];
  return [draft("note", "one-person", ["people"], [(w) => w.onePerson, (w) => w.onePersonHint])];
}

function watchingLints(config: RootConfig, site: Site): Draft[] {
  const oneVantage = draft("note", "one-vantage", ["vantages"], [(w) => w.oneVantage, (w) => w.oneVantageHint]);
  const nothing = draft("note", "nothing-watched", ["services"], [(w) => w.nothingWatched, (w) => w.nothingWatchedHint]);
  const services = Object.entries(config.services);
  return [
    ...(site.vantages.size === 1 ? [oneVantage] : []),
    ...(services.length === 0 ? [nothing] : []),
    ...services.flatMap(([key, service]) => {
      if (typeof service === "string") return [];
      const path = ["services", key];
      if ((service.checks ?? []).length > 0) return uncertified(key, site, [...path, "checks"]);
      return [draft("note", "no-checks", path, [(w) => w.noChecks(key), (w) => w.noChecksHint])];
    }),
  ];
}

/** Hosts spoken to by https whose certificate no check of the service looks at. */
function uncertified(service: string, site: Site, path: Path): Draft[] {
  const own = site.checks.filter((check) => check.service === service);
  const certified = new Set(own.filter(({ kind }) => kind === "tls").map(({ id }) => hostOf(id)));
  const secure = own.filter(({ kind, target }) => kind === "http" && target.startsWith("https:"));
  const hosts = new Set(secure.map(({ id }) => hostOf(id)).filter((host) => !certified.has(host)));
  return [...hosts].map((host) => draft("note", "no-tls-check", path, [(w) => w.tlsMissing(host), (w) => w.tlsMissingHint(host)]));
}

/** The host in `shop/http:www.example.jp`. */
function hostOf(checkId: string): string {
  return checkId.slice(checkId.indexOf(":") + 1).replace(/^https?:\/\/([^/:]+).*$/, "$1").replace(/:\d+$/, "");
}

/** Someone is to be told by mail and has no address. */
function unreachablePeople(config: RootConfig, site: Site): Draft[] {
  return Object.entries(config.notify.escalate).flatMap(([policy, steps]) =>
    steps.flatMap(({ tell, by }, index) => {
      const channels = by === undefined ? [...site.notify.channels.keys()] : many(by);
      if (!channels.some((name) => site.notify.channels.get(name)?.kind === "mail")) return [];
      const at = ["notify", "escalate", policy, index, "tell"];
      return many(tell).flatMap((person, which) => {
        if (site.people.get(person)?.mail !== null) return [];
        const path = Array.isArray(tell) ? [...at, which] : at;
        return { ...advice("person-without-mail", path, [(w) => w.personNoMail(person), (w) => w.personNoMailHint(person)]), part: "value" as const };
        });
    }),
  );
}

function drillHosts(config: RootConfig): Draft[] {
  return Object.entries(config.backups ?? {}).flatMap(([key, { drill }]) => {
    const host = drill?.restore_to.host;
    if (host === undefined || Object.hasOwn(config.hosts, host)) return [];
    const path = ["backups", key, "drill", "restore_to", "host"];
    return [{ ...advice("drill-host", path, [(w) => w.drillHost(host), (w) => w.drillHostHint(host)]), part: "value" as const }];
  });
}

/** A repository that is a bare folder lies on the vantage or hub at its place. */
function bareRepositories(config: RootConfig): Draft[] {
  return Object.entries(config.backups ?? {}).flatMap(([key, { to }]) =>
    to.flatMap(({ at, repo = "" }, index) => {
      const bare = /^\.{0,2}\//.test(repo) && Object.hasOwn(config.places, at) && !livesAt(config, at);
      return bare ? [barePath(["backups", key, "to", index, "repo"], at)] : [];
    }),
  );
}

/** References to secrets where none belong, and passwords inside URLs. */
export function lintTexts(value: unknown, strict: boolean): Draft[] {
  const found: Draft[] = [];
  walk({ path: [], value, schema: RootConfig }, ({ path, value: here, schema }) => {
    if (typeof here !== "string" || schema === null) return true;
    if (holdsSecret(schema, here)) return false;
    if (secretReference(here) !== null) {
      const text = [(w: ConfigWords) => w.secretHere(prefix(path)), (w: ConfigWords) => w.secretHereHint] as const;
      found.push({ ...draft("error", "secret-here", path, text), part: "value" });
    } else if (maskUserInfo(here) !== here) found.push(plainSecretInUrl(path, strict));
    return false;
  });
  return found;
}
