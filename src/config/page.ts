import path from "node:path";
import type { PublishTarget, StatusPageSpec } from "../kernel/model/site.ts";
import { draft, type Draft, type Path, type Sentence } from "./finding.ts";
import type { RootConfig } from "./schema.ts";
import { compileSftp, readSftp } from "./sftp.ts";

type Publish = NonNullable<RootConfig["status_page"]>["publish"][number];

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
  if (entry.to.startsWith("sftp:")) return { ...compileSftp(entry, at, context.config), later: false };
  if (entry.to.startsWith("s3:")) return { target: null, drafts: [], later: true };
  const place = entry.at ?? null;
  const target: PublishTarget = {
    kind: "folder",
    key: entry.to,
    at: place,
    path: path.resolve(context.folder, entry.to),
  };
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
  return draft({ code: "bare-path", path: at, say: (w) => w.barePath(place), hint: (w) => w.barePathHint(place) });
}

/** A page that stands only where monitored hosts stand goes down with them. */
function livesWithPatient(config: RootConfig): Draft[] {
  const publish = config.status_page?.publish ?? [];
  const hosts = Object.entries(config.hosts);
  const patientAt = (place: string | undefined): string | undefined =>
    hosts.find(([, host]) => host.at !== undefined && host.at === place)?.[0];
  const places = publish.map(({ at, to }) => {
    const host = readSftp(to)?.host ?? "";
    return at ?? (Object.hasOwn(config.hosts, host) ? config.hosts[host]?.at : undefined);
  });
  if (places.some((place) => place === undefined || patientAt(place) === undefined)) return [];
  const elsewhere = Object.keys(config.places).filter((place) => patientAt(place) === undefined);
  const hint: Sentence = (w) => (elsewhere.length === 0 ? w.pageElsewhereNone : w.pageElsewhere(elsewhere.join(", ")));
  return places.map((place = "", index) => {
    const at = ["status_page", "publish", index, publish[index]?.at === undefined ? "to" : "at"];
    const say: Sentence = (w) => w.pageWithPatient(place, patientAt(place) ?? "");
    return draft({ severity: "warning", code: "page-with-patient", path: at, say, hint });
  });
}
