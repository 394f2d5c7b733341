import path from "node:path";
import { z } from "zod";
import { many } from "../kernel/fields.ts";
import type { HubSpec, Person, Place, Provider, Service, Site, VantageSpec } from "../kernel/model/site.ts";
import { bareHost, compileBackups } from "./backups.ts";
import { accessOf, compileAround, reachOf } from "./backups-around.ts";
import { compileChannels } from "./channels.ts";
import { compileChecks } from "./checks.ts";
import { compilePolicies } from "./escalation.ts";
import { dotted, type Draft } from "./finding.ts";
import type { Machine } from "./machine.ts";
import { compileFeeds, compileHosts, compileIntake, withCheckedLogs } from "./hosts.ts";
import { compileJobs, compileWatchers } from "./jobs.ts";
import { compileMaintenance } from "./maintenance.ts";
import { ownData } from "./own-data.ts";
import { compilePage } from "./page.ts";
import { RootConfig } from "./schema.ts";
import { table } from "./table.ts";
import { pickOption, textOf, unwrap, walk } from "./walk.ts";

export interface Compiled {
  /** with its secrets still closed */
  readonly site: Site;
  readonly drafts: readonly Draft[];
}

export interface Compiling {
  /** what is right in the file */
  readonly config: RootConfig;
  /** the file as written */
  readonly raw: Readonly<Record<string, unknown>>;
  readonly folder: string;
  readonly hash: string;
  readonly machine: Machine;
  /** the file's own name; left out: there is none */
  readonly file?: string;
  /** as they are written */
  readonly secrets?: readonly string[];
}

/** Makes of the file what runs: names resolved, defaults filled in. */
export function compile({ config, raw, folder, hash, machine, ...own }: Compiling): Compiled {
  const vantages = compileVantages(config);
  const people = compilePeople(config);
  const checks = compileChecks(config, raw, [...vantages.keys()]);
  const channels = compileChannels(config, machine);
  const policies = compilePolicies(config, [...people.values()], channels.channels);
  const page = compilePage(config, folder);
  const jobs = compileJobs(config);
  const hub = compileHub(config, folder);
  const backups = compileBackups(config, ownData({ file: path.join(folder, "koboshi.yml"), secrets: [], ...own }, hub));
  const maintenance = compileMaintenance(config);
  const { name, lang, timezone, url } = config.site;
  const later = [
    ...laterKeys(raw),
    ...channels.notActive.map((channel) => `notify.channels.${channel}`),
    ...policies.notActive,
    ...page.notActive,
    ...(config.hub.ledger === "sqlite" ? [] : ["hub.ledger"]),
  ];
  const site: Site = {
    name,
    lang,
    timeZone: timezone,
    url: url?.replace(/\/+$/, "") ?? null,
    people,
    places: compilePlaces(config),
    vantages,
    hosts: withCheckedLogs(compileHosts(config), checks.checks),
    services: compileServices(config),
    checks: checks.checks,
    providers: compileProviders(config),
    intake: compileIntake(config),
    jobs: jobs.jobs,
    ...compileWatchers(config),
    notify: {
      channels: channels.channels,
      escalate: policies.escalate,
      quiet: quietOf(config),
    },
    statusPage: page.page,
    hub,
    ...backupNamesOf(config),
    backups: backups.backups,
    windows: maintenance.windows,
    ...compileAround(config),
    notActive: outermost(later),
    hash,
  };
  return {
    site,
    drafts: [
      ...checks.drafts,
      ...channels.drafts,
      ...page.drafts,
      ...jobs.drafts,
      ...backups.drafts,
      ...maintenance.drafts,
    ],
  };
}

function quietOf({ notify: { quiet } }: RootConfig): Site["notify"]["quiet"] {
  return quiet === undefined ? null : { fromMinute: quiet.from, toMinute: quiet.to, hold: quiet.hold };
}

function backupNamesOf({ backups = {} }: RootConfig): Pick<Site, "backupNames" | "backupHosts"> {
  const entries = Object.entries(backups);
  return {
    backupNames: entries.map(([key]) => key),
    backupHosts: new Map(entries.map(([key, { of }]) => [key, bareHost(of.host)])),
  };
}

function compilePeople(config: RootConfig): Map<string, Person> {
  const { lang } = config.site;
  return table(config.people, (key, person) =>
    typeof person === "string"
      ? { key, name: key, mail: person, phone: null, lang }
      : {
          key,
          name: person.name ?? key,
          mail: person.mail ?? null,
          phone: person.phone ?? null,
          lang: person.lang ?? lang,
          ...reachOf(person),
        },
  );
}

function compilePlaces(config: RootConfig): Map<string, Place> {
  return table(config.places, (key, place) => {
    const { provider = null, account = null, region = null } = place;
    return { key, provider, account, region, ...accessOf(place) };
  });
}

function compileProviders(config: RootConfig): Map<string, Provider> {
  return table(config.providers, (key, { support, links, notices, neighbours }) => {
    const { phone = null, account = null, console = null } = support ?? {};
    const feeds = compileFeeds(key, notices ?? []);
    return { key, support: { phone, account, console }, links, feeds, neighbours: neighbours ?? [] };
  });
}

function compileVantages(config: RootConfig): Map<string, VantageSpec> {
  return new Map(
    config.vantages.map((vantage): [string, VantageSpec] => {
      if (typeof vantage === "string") return [vantage, { name: vantage, at: null, lan: null, isp: null, token: null }];
      const { name, at = null, token = null } = vantage;
      const tells = vantage.tell_if_silent === undefined ? {} : { tellsIfSilent: vantage.tell_if_silent };
      return [name, { name, at, lan: vantage.lan ?? at, isp: vantage.isp ?? at, token, ...tells }];
    }),
  );
}

function compileServices(config: RootConfig): Map<string, Service> {
  return table(config.services, (key, service) => {
    if (typeof service === "string") return { key, name: key, on: null, needs: [], priority: 2 };
    const needs = many(service.needs).map((name) => name.replace(/^service:/, ""));
    const on = service.on === undefined ? null : bareHost(service.on);
    const kind = service.kind === undefined ? {} : { kind: service.kind };
    return { key, name: service.name ?? key, on, needs, priority: service.priority, ...kind };
  });
}

function compileHub({ hub }: RootConfig, folder: string): HubSpec {
  return {
    listen: hub.listen,
    public: typeof hub.public === "object" ? hub.public : null,
    dataFolder: path.resolve(folder, hub.data),
    keep: { observationsMs: hub.keep.observations, metricsMs: hub.keep.metrics, logsMs: hub.keep.logs },
    trustedProxies: hub.trusted_proxies,
    ...(hub.tls === undefined ? {} : { tls: absoluteFiles(hub.tls, folder) }),
    edit: hub.edit,
    timeServers: hub.time_servers,
  };
}

/** Paths are meant from the configuration file's folder. */
function absoluteFiles({ cert, key }: { cert: string; key: string }, folder: string): NonNullable<HubSpec["tls"]> {
  return { cert: path.resolve(folder, cert), key: path.resolve(folder, key) };
}

/** Keys of the file that nothing in this version acts on, by their mark in the schema. */
function laterKeys(raw: unknown): string[] {
  const found: string[] = [];
  walk({ path: [], value: raw, schema: RootConfig }, ({ path: at, value, schema }) => {
    if (schema === null) return false;
    const form = unwrap(schema);
    const option = form instanceof z.ZodUnion ? pickOption(form, value) : null;
    if (textOf(schema).later !== true && (option === null || textOf(option).later !== true)) return true;
    found.push(dotted(at));
    return false;
  });
  return found;
}

/** Leaves out what lies below another path of the list. */
function outermost(paths: readonly string[]): string[] {
  return [...new Set(paths)].filter((one) => !paths.some((other) => one.startsWith(`${other}.`)));
}
