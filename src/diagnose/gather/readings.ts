import { componentId, type ComponentId } from "../../kernel/model/component.ts";
import type { MissingReason } from "../../kernel/model/diagnosis.ts";
import type { Site } from "../../kernel/model/site.ts";
import type { CheckStatus } from "../../kernel/model/status.ts";
import { addressOf, domainOf } from "../addresses.ts";
import type { Tried } from "../evidence/attempts.ts";
import type { Reading, ReadableEvidence } from "../evidence/evidence.ts";
import { vpBl } from "../evidence/vp-bl.ts";
import { vpContent } from "../evidence/vp-content.ts";
import { vpDate } from "../evidence/vp-date.ts";
import { vpDnsa } from "../evidence/vp-dnsa.ts";
import { vpDnsr } from "../evidence/vp-dnsr.ts";
import { vpFlow } from "../evidence/vp-flow.ts";
import { vpHttp } from "../evidence/vp-http.ts";
import { vpIcmp } from "../evidence/vp-icmp.ts";
import { vpMail } from "../evidence/vp-mail.ts";
import { vpRdap } from "../evidence/vp-rdap.ts";
import { vpTcp } from "../evidence/vp-tcp.ts";
import { vpTls } from "../evidence/vp-tls.ts";
import type { PartGraph } from "../model.ts";
import { askedName, isBlockListName } from "../parts.ts";

/** What an attempt of any kind is read with. */
export type AnyTried = Tried & { readonly lookerAheadSeconds: number; readonly looksDefault: boolean | null };

/** One piece of evidence that a check gives, and what it is of. */
export interface Yield {
  readonly evidence: ReadableEvidence<AnyTried>;
  readonly target: ComponentId;
}

const ofServices: Readonly<Record<string, readonly ReadableEvidence<AnyTried>[]>> = {
  http: [vpHttp, vpTcp, vpTls, vpContent, vpDate],
  websocket: [vpHttp, vpTcp, vpTls],
  browser: [vpHttp],
  tcp: [vpTcp],
  tls: [vpTcp, vpTls],
  smtp: [vpMail, vpTcp, vpTls],
  imap: [vpMail, vpTcp, vpTls],
  pop3: [vpMail, vpTcp, vpTls],
  ssh: [vpTcp],
  postgres: [vpTcp],
  mysql: [vpTcp],
  redis: [vpTcp],
  roundtrip: [vpFlow],
};

type Placed = Pick<CheckStatus, "service" | "kind" | "target">;

export interface Surroundings {
  readonly site: Site;
  readonly graph: PartGraph;
  /** the server a check of a name asks works for others, too: it is not the domain's own */
  readonly asksResolver: boolean;
}

/** Everything that a check of this kind tells, of its service, its machine and its domain. */
export function yieldsOf(check: Placed, around: Surroundings): readonly Yield[] {
  const { site } = around;
  const service = componentId("service", check.service);
  const own = (ofServices[check.kind] ?? []).filter((one) => one !== vpTls || speaksTls(check));
  const door = doorOf(check, around);
  return [
    ...own.map((evidence): Yield => ({ evidence, target: atTheDoor.has(evidence) ? door : service })),
    ...(check.kind === "icmp" ? [{ evidence: vpIcmp, target: machineOf(check, site) ?? service }] : []),
    ...ofNames(check, service, around),
  ];
}

/** What the one who opens the connection shows, not the one who fills the page. */
const atTheDoor: ReadonlySet<ReadableEvidence<AnyTried>> = new Set([vpTcp, vpTls]);

const fronts = new WeakMap<PartGraph, ReadonlyMap<string, ComponentId>>();

/** A program that is seen only through a web server: connections and certificates are that one's. */
function doorOf(check: Placed, { site, graph }: Surroundings): ComponentId {
  const own = componentId("service", check.service);
  const isApp = graph.parts.get(own)?.kinds.includes("app") === true;
  const door = doorName(check);
  if (!isApp || door === null) return own;
  const known = fronts.get(graph) ?? frontsOf(site, graph);
  fronts.set(graph, known);
  return known.get(door) ?? own;
}

/** By `host:port`: the web server that people knock at there. */
function frontsOf({ checks }: Site, { parts }: PartGraph): ReadonlyMap<string, ComponentId> {
  return new Map(
    checks.flatMap((check): readonly (readonly [string, ComponentId])[] => {
      const id = componentId("service", check.service);
      const door = doorName(check);
      return door === null || parts.get(id)?.kinds.includes("web") !== true ? [] : [[door, id]];
    }),
  );
}

function doorName(check: Placed): string | null {
  const address = addressOf(check);
  return address === null || address.port === null ? null : `${address.host}:${address.port}`;
}

/** Mail servers may turn to TLS on the way. */
function speaksTls(check: Placed): boolean {
  return addressOf(check)?.isSecure === true || ["smtp", "imap", "pop3"].includes(check.kind);
}

/** The machine a target's address belongs to, else the one its service runs on. */
export function machineOf(check: Placed, { hosts, services }: Site): ComponentId | null {
  const host = addressOf(check)?.host;
  const named = [...hosts.values()].find(
    ({ key, address }) => host === key.toLowerCase() || host === address?.toLowerCase(),
  );
  const key = named?.key ?? services.get(check.service)?.on ?? null;
  return key === null ? null : componentId("host", key);
}

function ofNames(check: Placed, service: ComponentId, { graph, asksResolver }: Surroundings): readonly Yield[] {
  if (check.kind === "domain") return [{ evidence: vpRdap, target: componentId("domain", check.target.toLowerCase()) }];
  const [name = "", server] = check.target.split(" @");
  if (check.kind === "dns" && isBlockListName(name)) return [{ evidence: vpBl, target: service }];
  const asked = askedName(check);
  const domain = asked === null ? null : domainOf(asked, domainsOf(graph));
  if (domain === null) return [];
  const evidence = check.kind === "dns" && server !== undefined && !asksResolver ? vpDnsa : vpDnsr;
  return [{ evidence, target: componentId("domain", domain) }];
}

const known = new WeakMap<PartGraph, ReadonlySet<string>>();

function domainsOf(graph: PartGraph): ReadonlySet<string> {
  const found =
    known.get(graph) ??
    new Set([...graph.parts.keys()].flatMap((id) => (id.startsWith("domain:") ? [id.slice(7)] : [])));
  known.set(graph, found);
  return found;
}

/** Its place among the states; -1: not seen. */
export function rankOf({ states }: Pick<ReadableEvidence<AnyTried>, "states">, found: Reading | MissingReason): number {
  return typeof found === "string" ? -1 : states.indexOf(found.state);
}
