import { many } from "../kernel/fields.ts";
import { secretReference } from "../kernel/secret.ts";
import type { Site } from "../kernel/model/site.ts";
import type { Machine } from "./machine.ts";
import { recoveryLints } from "./backups-lints.ts";
import { backupLints, nightLints, selfLints } from "./lints-of-habit.ts";
import { advice, draft, note, prefix, type Draft, type Path, type Sentence } from "./finding.ts";
import { holdsSecret, maskUserInfo } from "./mask.ts";
import { livesAt } from "./page.ts";
import { RootConfig } from "./schema.ts";
import { plainSecretInUrl } from "./secrets.ts";
import { bareHost } from "./url.ts";
import { walk } from "./walk.ts";

export interface Linting {
  readonly config: RootConfig;
  readonly site: Site;
  readonly machine: Pick<Machine, "hostName">;
}

/** What a careful reader would say of a file that is right by the rules. */
export function lint({ config, site, machine }: Linting): Draft[] {
  return [
    ...nightLints(site),
    ...selfLints({ config, site, machine }),
    ...backupLints(config),
    ...tellingLints(config, site),
    ...watchingLints(config, site),
    ...unreachablePeople(config, site),
    ...drillHosts(config),
    ...bareRepositories(config),
    ...recoveryLints(site),
  ];
}

/** Whether anyone would hear of an outage. */
function tellingLints(config: RootConfig, site: Site): Draft[] {
  const { channels, escalate } = site.notify;
  if (channels.size === 0) {
    const path = ["notify", "channels"];
    return [advice({ code: "no-means-to-tell", path, part: "key", say: (w) => w.noMeans, hint: (w) => w.noMeansHint })];
  }
  const path = ["people"];
  const told = escalate.get("default") ?? [];
  if (told.length === 0) {
    return [advice({ code: "nobody-to-tell", path, part: "key", say: (w) => w.nobody, hint: (w) => w.nobodyHint })];
  }
  const people = new Set(told.flatMap(({ tell }) => tell ?? []));
  if (people.size !== 1 || Object.keys(config.people).length === 0) return [];
  return [note("one-person", path, [(w) => w.onePerson, (w) => w.onePersonHint])];
}

function watchingLints(config: RootConfig, site: Site): Draft[] {
  const services = Object.entries(config.services);
  const found = services.flatMap(([key, service]) => {
    if (typeof service === "string") return [];
    const path = ["services", key];
    if ((service.checks ?? []).length === 0)
      return [note("no-checks", path, [(w) => w.noChecks(key), (w) => w.noChecksHint])];
    return uncertified(
      site.checks.filter((check) => check.service === key),
      [...path, "checks"],
    );
  });
  if (site.vantages.size === 1)
    found.push(note("one-vantage", ["vantages"], [(w) => w.oneVantage, (w) => w.oneVantageHint]));
  if (services.length > 0) return found;
  return [...found, note("nothing-watched", ["services"], [(w) => w.nothingWatched, (w) => w.nothingWatchedHint])];
}

/** Hosts spoken to by https whose certificate no check of the service looks at. */
function uncertified(checks: Site["checks"], path: Path): Draft[] {
  const certified = new Set(
    checks.filter(({ kind }) => kind === "tls").map(({ target }) => target.replace(/:\d+$/, "")),
  );
  const secure = checks.filter(({ kind, target }) => kind === "http" && target.startsWith("https:"));
  const hosts = new Set(secure.map(({ target }) => bareHost(new URL(target))).filter((host) => !certified.has(host)));
  return [...hosts].map((host) =>
    note("no-tls-check", path, [(w) => w.tlsMissing(host), (w) => w.tlsMissingHint(host)]),
  );
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
        const say: Sentence = (w) => w.personNoMail(person);
        return [advice({ code: "person-without-mail", path, say, hint: (w) => w.personNoMailHint(person) })];
      });
    }),
  );
}

function drillHosts(config: RootConfig): Draft[] {
  return Object.entries(config.backups ?? {}).flatMap(([key, { drill }]) => {
    const host = drill?.restore_to.host;
    // an isolated place on koboshi's own machine needs no entry
    if (host === undefined || host === "localhost" || Object.hasOwn(config.hosts, host)) return [];
    const path = ["backups", key, "drill", "restore_to", "host"];
    return [advice({ code: "drill-host", path, say: (w) => w.drillHost(host), hint: (w) => w.drillHostHint(host) })];
  });
}

/** A repository that is a bare folder is written by the host that is copied: it lies there, whatever place the file names. */
function bareRepositories(config: RootConfig): Draft[] {
  return Object.entries(config.backups ?? {}).flatMap(([key, { of, to }]) =>
    to.flatMap(({ at, repo = "" }, index) => {
      const [host, place] = [of.host.replace(/^host:/, ""), at.replace(/^place:/, "")];
      const isThere = Object.hasOwn(config.hosts, host) && config.hosts[host]?.at === place;
      if (!/^(?:local:)?\.{0,2}\//.test(repo) || isThere || !Object.hasOwn(config.places, place)) return [];
      const path = ["backups", key, "to", index, "repo"];
      const say: Sentence = (w) => w.bareRepository(host, place);
      const hint: Sentence = (w) => w.bareRepositoryHint(place);
      // with somebody at the place the folder may well be one that is mounted from there
      if (livesAt(config, place)) return [note("bare-repository", path, [say, hint])];
      return [advice({ code: "bare-repository", path, say, hint })];
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
      found.push(
        draft({ code: "secret-here", path, say: (w) => w.secretHere(prefix(path)), hint: (w) => w.secretHereHint }),
      );
    } else if (maskUserInfo(here) !== here) found.push(plainSecretInUrl(path, strict));
    return false;
  });
  return found;
}
