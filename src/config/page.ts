import path from "node:path";
import type { PublishTarget, StatusPageSpec } from "../kernel/model/site.ts";
import { inBoth, type ConfigWords } from "../words/config.ts";
import { prefix, type Draft, type Path } from "./finding.ts";
import type { RootConfig } from "./schema.ts";
import { suggest } from "./suggest.ts";

type Publish = NonNullable<RootConfig["status_page"]>["publish"][number];
type Say = (words: ConfigWords) => string;

export interface Page {
  readonly page: StatusPageSpec | null;
  readonly drafts: readonly Draft[];
  /** targets this version cannot publish to */
  readonly notActive: readonly string[];
}

/** The status page and where it goes. A target that is not clear enough to use is told and left out. */
export function compilePage(config: RootConfig, folder: string): Page {
  const written = config.status_page;
  if (written === undefined) return { page: null, drafts: [], notActive: [] };
  const drafts: Draft[] = [];
  const notActive: string[] = [];
  const publish = written.publish.flatMap((entry, index) => {
    const at = ["status_page", "publish", index];
    const done = compileTarget(entry, at, { config, folder });
    drafts.push(...done.drafts);
    if (done.later) notActive.push(at.join("."));
    return done.target === null ? [] : [done.target];
  });
  const { phone = null, hours = null, mail = null } = written.contact ?? {};
  const page: StatusPageSpec = {
    title: written.title ?? config.site.name,
    langs: written.langs,
    show: written.show?.map((name) => name.replace(/^service:/, "")) ?? Object.keys(config.services),
    publish,
    contact: { phone, hours, mail },
  };
  return { page, drafts: [...drafts, ...livesWithPatient(config)], notActive };
}

interface Target {
  readonly target: PublishTarget | null;
  readonly drafts: readonly Draft[];
  readonly later: boolean;
}

interface Context {
  readonly config: RootConfig;
  readonly folder: string;
}

function compileTarget(entry: Publish, at: Path, context: Context): Target {
  if (entry.to.startsWith("sftp:")) return sftpTarget(entry, at, context.config);
  if (entry.to.startsWith("s3:")) return { target: null, drafts: [], later: true };
  const place = entry.at ?? null;
  const target: PublishTarget = { kind: "folder", key: entry.to, at: place, path: path.resolve(context.folder, entry.to) };
  if (place === null || hubPlace(context.config) === place) return { target, drafts: [], later: false };
  if (livesAt(context.config, place)) return { target: null, drafts: [], later: true };
  return { target: null, drafts: [barePath([...at, "to"], place)], later: false };
}

/** The place the hub itself stands in, if the file says. */
function hubPlace(config: RootConfig): string | null {
  const here = config.vantages.find((vantage) => typeof vantage !== "string" && vantage.name === "here");
  return typeof here === "object" ? (here.at ?? null) : null;
}

/** Whether someone is there who could write a folder: a vantage, or the hub. */
export function livesAt(config: RootConfig, place: string): boolean {
  return config.vantages.some((vantage) => typeof vantage !== "string" && vantage.at === place);
}

export function barePath(at: Path, place: string): Draft {
  return draft("error", "bare-path", at, [(w) => w.barePath(place), (w) => w.barePathHint(place)]);
}

// the severity and code, the place in the file, then the message and its hint
function draft(severity: Draft["severity"], code: string, at: Path, ...[[say, hint]]: [readonly [Say, Say]]): Draft {
  return { severity, code, path: at, part: "value", message: inBoth(say), hint: inBoth(hint) };
}

interface Sftp {
  readonly host: string;
  readonly port: number | null;
  readonly user: string | null;
  readonly path: string;
}

/** `sftp:web2:/var/www/status`, or `sftp://user@host:22/var/www/status`. */
function readSftp(text: string): Sftp | null {
  if (text.startsWith("sftp://") && URL.canParse(text)) {
    const url = new URL(text);
    const host = url.hostname.replace(/^\[|\]$/g, "");
    const user = url.username === "" ? null : decodeURIComponent(url.username);
    return host === "" || url.pathname.length < 2
      ? null
      : { host, port: url.port === "" ? null : Number(url.port), user, path: decodeURIComponent(url.pathname) };
  }
  const match = /^sftp:(?:([^@\s/:]+)@)?([^@\s/:]+):(\S.*)$/.exec(text);
  if (match === null) return null;
  return { host: match[2] ?? "", port: null, user: match[1] ?? null, path: match[3] ?? "" };
}

function sftpTarget(entry: Publish, at: Path, config: RootConfig): Target {
  const to = [...at, "to"];
  const sftp = readSftp(entry.to);
  if (sftp === null) return only(draft("error", "bad-sftp", to, [(w) => w.sftpForm(prefix(to)), (w) => w.sftpFormHint]));
  const host = Object.hasOwn(config.hosts, sftp.host) ? config.hosts[sftp.host] : undefined;
  if (host === undefined && !/[.:]/.test(sftp.host)) return only(unknownHost(to, sftp.host, Object.keys(config.hosts)));
  const address = host === undefined ? sftp.host : host.address;
  const user = entry.user ?? sftp.user ?? host?.user;
  const hostKey = entry.host_key ?? host?.host_key ?? null;
  const drafts = [
    ...(address === undefined ? [draft("error", "sftp-address", to, [(w) => w.sftpAddress(sftp.host), (w) => w.sftpAddressHint])] : []),
    ...(user === undefined ? [advice("sftp-user", to, [(w) => w.sftpUser(sftp.host), (w) => w.sftpUserHint])] : []),
    ...(hostKey === null ? [advice("no-host-key", to, [(w) => w.noHostKey(sftp.host), (w) => w.noHostKeyHint(address ?? sftp.host)])] : []),
  ];
  const target: PublishTarget = {
    kind: "sftp",
    key: entry.to,
    at: entry.at ?? host?.at ?? null,
    host: address ?? sftp.host,
    port: entry.port ?? sftp.port ?? host?.port ?? 22,
    user: user ?? "koboshi",
    privateKey: entry.key ?? host?.keys?.act ?? host?.key ?? null,
    hostKey,
    path: sftp.path,
  };
  return { target: drafts.some(({ severity }) => severity === "error") ? null : target, drafts, later: false };
}

function only(one: Draft): Target {
  return { target: null, drafts: [one], later: false };
}

function advice(code: string, at: Path, text: readonly [Say, Say]): Draft {
  return { ...draft("warning", code, at, text), advice: true };
}

function unknownHost(at: Path, name: string, known: readonly string[]): Draft {
  const meant = suggest(name, known);
  const hint: Say = (w) => {
    if (meant !== null) return w.didYouMean(meant);
    return known.length === 0 ? w.noneWritten("hosts") : w.writtenAre(known.slice(0, 12).join(", "));
  };
  return draft("error", "unknown-host", at, [(w) => w.unknownHost(prefix(at), name), hint]);
}

/** A page that stands only where monitored hosts stand goes down with them. */
function livesWithPatient(config: RootConfig): Draft[] {
  const publish = config.status_page?.publish ?? [];
  const hosts = Object.entries(config.hosts);
  const patientAt = (place: string | undefined): string | undefined => hosts.find(([, host]) => host.at !== undefined && host.at === place)?.[0];
  const places = publish.map(({ at, to }) => {
    const host = readSftp(to)?.host ?? "";
    return at ?? (Object.hasOwn(config.hosts, host) ? config.hosts[host]?.at : undefined);
  });
  if (places.some((place) => place === undefined || patientAt(place) === undefined)) return [];
  const elsewhere = Object.keys(config.places).filter((place) => patientAt(place) === undefined);
  const hint: Say = (w) => (elsewhere.length === 0 ? w.pageElsewhereNone : w.pageElsewhere(elsewhere.join(", ")));
  return places.map((place = "", index) => {
    const written = publish[index]?.at !== undefined;
    const at = ["status_page", "publish", index, written ? "at" : "to"];
    return draft("warning", "page-with-patient", at, [(w) => w.pageWithPatient(place, patientAt(place) ?? ""), hint]);
  });
}
