import type { BackupPlan } from "./backup.ts";
import type { Lang } from "../lang.ts";
import type { Secret } from "../secret.ts";
import type { Check } from "./check.ts";
import type { ComponentId } from "./component.ts";
import type { Job } from "./job.ts";
import type { Severity } from "./signal.ts";

/**
 * The configuration as it runs: names resolved, defaults filled in, secrets opened. `config/` makes it from the file;
 * every stage reads only this. Maps keep the order of the file.
 */
export interface Site {
  readonly name: string;
  readonly lang: Lang;
  /** IANA zone, `Asia/Tokyo` */
  readonly timeZone: string;
  /** where people reach koboshi from outside, without a trailing slash; null when it cannot be reached */
  readonly url: string | null;
  readonly people: ReadonlyMap<string, Person>;
  readonly places: ReadonlyMap<string, Place>;
  readonly vantages: ReadonlyMap<string, VantageSpec>;
  readonly hosts: ReadonlyMap<string, Host>;
  readonly services: ReadonlyMap<string, Service>;
  readonly checks: readonly Check[];
  readonly providers: ReadonlyMap<string, Provider>;
  readonly jobs: ReadonlyMap<string, Job>;
  /** someone outside who notices when koboshi is silent; null without one */
  readonly watchdog: { readonly ping: string; readonly everyMs: number } | null;
  /** other hubs; each watches the other */
  readonly peers: readonly { readonly hub: string; readonly token: Secret | null }[];
  readonly notify: NotifySpec;
  readonly statusPage: StatusPageSpec | null;
  readonly hub: HubSpec;
  /** ports that take what others send; null: not open */
  readonly intake: {
    readonly syslogUdp: number | null;
    readonly syslogTcp: number | null;
    readonly snmpTrapUdp: number | null;
    readonly otlp: { readonly host: string; readonly port: number } | null;
  };
  /** backups the file declares, by name */
  readonly backupNames?: readonly string[];
  /** the host each of them copies from, by name */
  readonly backupHosts?: ReadonlyMap<string, string>;
  /** what is copied where, by name; none when left out */
  readonly backups?: ReadonlyMap<string, BackupPlan>;
  /** programs that act on many hosts at once; none when left out */
  readonly automation?: ReadonlyMap<string, Automation>;
  /** losses of the site's own making, for the survival audit */
  readonly auditEvents?: ReadonlyMap<string, { readonly lost: readonly string[]; readonly acts: readonly string[] }>;
  /** work that the file plans, in its order; none when left out */
  readonly windows?: readonly WindowPlan[];
  /** keys of the file that this version accepts and does not act on, as paths: `backups`, `services.shop.checks.2` */
  readonly notActive: readonly string[];
  /** sha256 of the file's bytes, hex: which configuration runs */
  readonly hash: string;
}

export interface Person {
  readonly key: string;
  readonly name: string;
  readonly mail: string | null;
  readonly phone: string | null;
  readonly lang: Lang;
  /** what this person can log in to or delete: `host:web1`, `account:omni-1`, `repository:office/shop-data`; left out: not known */
  readonly can?: readonly string[];
  /** backups whose key this person holds; left out: not known */
  readonly keys?: readonly string[];
}

/** Work as the file plans it: once, or again and again. */
export interface WindowPlan {
  /** its title, with a number behind it where the file has the same one before */
  readonly key: string;
  readonly title: string;
  /** as the clocks of `timeZone` show it, written as if that were UTC */
  readonly startWallMs: number;
  readonly endWallMs: number;
  readonly timeZone: string;
  /** an RRULE; null: once */
  readonly repeat: string | null;
  readonly targets: readonly ComponentId[];
  /** what stands in meanwhile; null: nothing */
  readonly alternate: string | null;
  /** groups of checks asked for afterwards; empty: all */
  readonly checksWanted: readonly string[];
  /** how much later than planned it may be before somebody is told */
  readonly graceMs: number;
  /** shown on the status page */
  readonly isPublic: boolean;
}

/** A program that acts on many things by itself. */
export interface Automation {
  readonly key: string;
  /** components, `host:*` for every host */
  readonly on: readonly string[];
  readonly runsFrom: string | null;
  readonly with: string | null;
}

/** What can disappear at once. */
export interface Place {
  readonly key: string;
  readonly provider: string | null;
  readonly account: string | null;
  readonly region: string | null;
  /** accounts that the same login opens; empty: none; left out: not known */
  readonly loginSharedWith?: readonly string[];
  /** what it takes to get copies back from there; left out: not known */
  readonly retrieval?: { readonly delayMs: number; readonly feePerGigabyte: string | null };
}

export interface Provider {
  readonly key: string;
  readonly support: { readonly phone: string | null; readonly account: string | null; readonly console: string | null };
  readonly links: readonly { readonly title: string; readonly url: string }[];
  /** how its notices are read; keys are `provider/0`, `provider/1` … */
  readonly feeds: readonly FeedSpec[];
  /** addresses of others at the same provider, to compare with; none when left out */
  readonly neighbours?: readonly string[];
}

export interface VantageSpec {
  /** `here` is the hub itself */
  readonly name: string;
  readonly at: string | null;
  /** defaults to the vantage's place */
  readonly lan: string | null;
  readonly isp: string | null;
  /** the one-time join token; null for `here` */
  readonly token: Secret | null;
  /** it mails by itself when the hub is silent, and is given what it needs for that; when not written, yes with a token */
  readonly tellsIfSilent?: boolean;
}

export interface Host {
  readonly key: string;
  readonly at: string | null;
  readonly address: string | null;
  readonly segment: string | null;
  /** for SFTP and SSH */
  readonly user: string | null;
  readonly port: number;
  /** `SHA256:…`; null until confirmed */
  readonly hostKey: string | null;
  /** private key that may write files there (`keys.act`, else `key`) */
  readonly privateKey: Secret | null;
  /** private key of a login that may change the machine (`keys.act` alone); left out: nothing may be changed there */
  readonly actKey?: Secret | null;
  /** how it is looked into; null: only from outside */
  readonly look: HostLook | null;
  readonly hardware: HostHardware;
  readonly logs: readonly LogSpec[];
  /** what the provider's notices call it */
  readonly providerNames: readonly string[];
  /** addresses its metrics are fetched from; none when left out */
  readonly scrapes?: readonly ScrapeSpec[];
  /** what its line carries; left out: not known */
  readonly bandwidthBitsPerSecond?: number;
  /** folders whose changes are of interest; none when left out */
  readonly tracked?: readonly string[];
  /** `drill`: it may be overwritten by restore drills; left out: not said */
  readonly role?: "production" | "drill";
}

/** One exporter's page of metrics, as Prometheus reads it. */
export interface ScrapeSpec {
  readonly url: string;
  readonly everyMs: number;
  /** added to every value */
  readonly labels: Readonly<Record<string, string>>;
}

/** How a host's vitals are read, and what is too much. */
export interface HostLook {
  readonly by: "ssh" | "agent";
  /** private key that only reads (`keys.read`, else `key`); null with the agent */
  readonly readKey: Secret | null;
  /** `listed`: commands of the shipped sudoers file may be tried with `sudo -n` */
  readonly sudo: "none" | "listed";
  readonly watch: HostWatch;
}

/** Bounds; null: the default of the detection. Ratios 0 to 1. */
export interface HostWatch {
  readonly diskRatio: number | null;
  readonly inodesRatio: number | null;
  readonly memoryRatio: number | null;
  readonly swapRatio: number | null;
  readonly loadPerCore: number | null;
  readonly clockMs: number | null;
  /** units that must run, besides none failing */
  readonly units: readonly string[];
}

/** How a machine is asked about itself while its system may be silent. */
export interface HostHardware {
  readonly bmc:
    | { readonly kind: "redfish"; readonly url: string; readonly user: string | null; readonly password: Secret | null }
    | {
        readonly kind: "ipmi";
        readonly address: string;
        readonly user: string | null;
        readonly password: Secret | null;
      }
    | null;
  readonly snmp:
    | { readonly version: 1 | "2c"; readonly community: Secret | null }
    | {
        readonly version: 3;
        readonly user: string | null;
        readonly auth: Secret | null;
        readonly privacy: Secret | null;
      }
    | null;
}

export interface LogSpec {
  /** absolute, on the host */
  readonly path: string;
  /** null: recognised by itself */
  readonly format: string | null;
  /** its lines go sooner than those of other logs; absent: with them */
  readonly keepMs?: number;
}

/** One way a provider tells its customers something. */
export type FeedSpec = {
  readonly key: string;
  /** only notices with one of these words; all when empty */ readonly match: readonly string[];
} & (
  | { readonly kind: "feed" | "statuspage"; readonly url: string }
  | { readonly kind: "page"; readonly url: string; readonly select: string | null }
  | {
      readonly kind: "imap";
      readonly url: string;
      readonly user: string | null;
      readonly password: Secret | null;
      readonly from: string | null;
    }
);

export const serviceKinds = ["web", "app", "db", "mail", "dns", "ext"] as const;
export type ServiceKind = (typeof serviceKinds)[number];

export interface Service {
  readonly key: string;
  /** what a person calls it, in the site's language; the key when not given */
  readonly name: string;
  readonly on: string | null;
  readonly needs: readonly string[];
  /** 1 is the most important; 2 when not given */
  readonly priority: number;
  /** as written; left out: it is told by the checks */
  readonly kind?: ServiceKind;
}

export interface HubSpec {
  readonly listen: { readonly host: string; readonly port: number };
  /** the public listener; null: the same as `listen` while that is loopback */
  readonly public: { readonly host: string; readonly port: number } | null;
  /** absolute path */
  readonly dataFolder: string;
  /** how long each kind of measurement is kept */
  readonly keep: { readonly observationsMs: number; readonly metricsMs: number; readonly logsMs: number };
  readonly trustedProxies: readonly string[];
  /** absolute paths of PEM files: administration speaks https; plain http when not given */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** whether forms write the configuration, or only hand out a patch for whoever keeps it in git; `here` when not given */
  readonly edit?: "here" | "git";
  /** asked for the time when the hub has to be sure of its own clock */
  readonly timeServers?: readonly { readonly host: string; readonly port: number }[];
}

export type ChannelSpec =
  | {
      readonly kind: "mail";
      readonly key: string;
      /** null: /usr/sbin/sendmail */
      readonly smtp: {
        readonly host: string;
        readonly port: number;
        readonly tls: "implicit" | "starttls-if-offered";
      } | null;
      readonly user: string | null;
      readonly password: Secret | null;
      readonly from: string;
    }
  | {
      readonly kind: "webhook";
      readonly key: string;
      readonly url: Secret;
      /** null: koboshi makes one and keeps it in the ledger */
      readonly secret: Secret | null;
    };

export interface NotifySpec {
  readonly channels: ReadonlyMap<string, ChannelSpec>;
  /** policies by name; `default` always exists */
  readonly escalate: ReadonlyMap<string, readonly EscalationStep[]>;
  readonly quiet: QuietHours | null;
}

/** Who is told, how, and how long after the incident was opened without an acknowledgement. */
export interface EscalationStep {
  readonly afterMs: number;
  /** person's key; null for channels without people */
  readonly tell: string | null;
  /** channel keys, in order of preference */
  readonly by: readonly string[];
  /** the least severity this step is for; null: any */
  readonly only: Severity | null;
}

/** Site-zone hours in which notices of these severities wait for the end of the night. */
export interface QuietHours {
  /** minutes after midnight */
  readonly fromMinute: number;
  readonly toMinute: number;
  readonly hold: readonly Severity[];
}

export interface StatusPageSpec {
  readonly title: string;
  readonly langs: readonly Lang[];
  /** service keys, in order */
  readonly show: readonly string[];
  readonly publish: readonly PublishTarget[];
  readonly contact: { readonly phone: string | null; readonly hours: string | null; readonly mail: string | null };
}

export type PublishTarget =
  | { readonly kind: "folder"; readonly key: string; readonly at: string | null; readonly path: string }
  | {
      readonly kind: "sftp";
      readonly key: string;
      readonly at: string | null;
      readonly host: string;
      readonly port: number;
      readonly user: string;
      readonly privateKey: Secret | null;
      /** `SHA256:…`; null: refused until given */
      readonly hostKey: string | null;
      readonly path: string;
    };
