import type { RedfishBody, RedfishFailure, RedfishSession } from "../../clients/redfish.ts";
import type { RedfishResource, RedfishRole } from "../../readers/hardware/redfish.ts";

/** What a walk brought back. */
export interface RedfishWalk {
  readonly resources: readonly RedfishResource[];
  /** path → why it was not read */
  readonly unobserved: Readonly<Record<string, string>>;
  /** the login was taken back on the way */
  readonly refused: RedfishFailure | null;
}

/** `NAME-list`: a collection whose members are NAMEs. */
type Step =
  | RedfishRole
  | "system-list"
  | "chassis-list"
  | "manager-list"
  | "storage-list"
  | "simple-storage-list"
  | "drive-list"
  | "memory-list"
  | "processor-list"
  | "sensor-list"
  | "fan-list"
  | "psu-list"
  | "thermal-subsystem"
  | "power-subsystem"
  | "log-service-list"
  | "log-service"
  | "log-entry-list";

interface Link {
  readonly path: string;
  readonly step: Step;
}

const mostUnobserved = 40;
const mostEntries = 300;
const mostMembers = 120;
/** Pages of one collection; a controller whose pages go round in circles ends here. */
const mostPages = 20;

/** Where each resource leads on: property → what it leads to. Whole walks go everywhere, quick ones only to what moves. */
const quickLinks: Readonly<Partial<Record<Step, Readonly<Record<string, Step>>>>> = {
  root: { Systems: "system-list", Chassis: "chassis-list" },
  "thermal-subsystem": { Fans: "fan-list" },
  "power-subsystem": { PowerSupplies: "psu-list" },
};
const wholeLinks: typeof quickLinks = {
  root: { Systems: "system-list", Chassis: "chassis-list", Managers: "manager-list" },
  system: {
    Storage: "storage-list",
    SimpleStorage: "simple-storage-list",
    Memory: "memory-list",
    Processors: "processor-list",
    LogServices: "log-service-list",
  },
  manager: { LogServices: "log-service-list" },
  "log-service": { Entries: "log-entry-list" },
  "thermal-subsystem": { Fans: "fan-list" },
  "power-subsystem": { PowerSupplies: "psu-list" },
};

interface Walk {
  readonly session: RedfishSession;
  readonly isWhole: boolean;
  readonly resources: RedfishResource[];
  readonly unobserved: Record<string, string>;
  readonly seen: Set<string>;
  readonly waiting: Link[];
  /** members can be asked for together with their collection */
  canExpand: boolean;
  refused: RedfishFailure | null;
  entries: number;
}

/** Walks from the service root, breadth first, so that what matters most is read before the bounds are reached. */
export async function walkRedfish(session: RedfishSession, { isWhole }: { isWhole: boolean }): Promise<RedfishWalk> {
  const walk: Walk = {
    session,
    isWhole,
    resources: [],
    unobserved: {},
    seen: new Set(["/redfish/v1"]),
    waiting: [],
    canExpand: false,
    refused: null,
    entries: 0,
  };
  take(walk, { path: "/redfish/v1", step: "root" }, session.root);
  for (let next = walk.waiting.shift(); next !== undefined; next = walk.waiting.shift()) {
    await visit(walk, next);
    if (walk.refused !== null) break;
  }
  const { resources, unobserved, refused } = walk;
  return { resources, unobserved, refused };
}

async function visit(walk: Walk, { path, step }: Link): Promise<void> {
  const key = plain(path);
  if (walk.seen.has(key)) return;
  walk.seen.add(key);
  if (step.endsWith("-list")) {
    await visitList(walk, { path, step });
    return;
  }
  const got = await walk.session.get(path);
  if (got.ok) take(walk, { path: key, step }, got.value);
  else miss(walk, key, got.error);
}

/** The same resource with or without a slash at its end, or with a place inside it. */
function plain(path: string): string {
  return path.replace(/#.*$/, "").replace(/(?<=.)\/+$/, "");
}

function miss(walk: Walk, path: string, failure: RedfishFailure): void {
  if (failure.reason === "refused") walk.refused = failure;
  const kept = Object.keys(walk.unobserved).length;
  if (kept < mostUnobserved) walk.unobserved[path] = failure.reason;
  else walk.unobserved["…"] = "too-many";
}

const kept: ReadonlySet<Step> = new Set<Step>([
  "root",
  "system",
  "chassis",
  "manager",
  "thermal",
  "power",
  "sensor",
  "fan",
  "psu",
  "drive",
  "simple-storage",
  "storage",
  "memory",
  "processor",
  "log-entry",
]);

function take(walk: Walk, { path, step }: Link, body: RedfishBody): void {
  if (kept.has(step)) walk.resources.push({ path, role: step as RedfishRole, body });
  if (step === "root") walk.canExpand = expandsLinks(body);
  const links = (walk.isWhole ? wholeLinks : quickLinks)[step] ?? {};
  for (const [property, leadsTo] of Object.entries(links)) follow(walk, body[property], leadsTo);
  if (step === "chassis") followChassis(walk, body);
  if (step === "storage") for (const drive of listIn(body, "Drives")) follow(walk, drive, "drive");
}

/**
 * A chassis may show the same sensors twice, in the older form (two resources) and in the newer one (one each). One form
 * is taken, so that nothing is counted twice: the newer one where it can be read at once, or where there is no other.
 */
function followChassis(walk: Walk, body: RedfishBody): void {
  const isNew = linkOf(body["Sensors"]) !== null && (walk.canExpand || linkOf(body["Thermal"]) === null);
  if (isNew) {
    follow(walk, body["Sensors"], "sensor-list");
    follow(walk, body["ThermalSubsystem"], "thermal-subsystem");
    follow(walk, body["PowerSubsystem"], "power-subsystem");
  } else {
    follow(walk, body["Thermal"], "thermal");
    follow(walk, body["Power"], "power");
    if (linkOf(body["Thermal"]) === null) follow(walk, body["ThermalSubsystem"], "thermal-subsystem");
    if (linkOf(body["Power"]) === null) follow(walk, body["PowerSubsystem"], "power-subsystem");
  }
  if (walk.isWhole) follow(walk, body["Drives"], "drive-list");
}

function expandsLinks(root: RedfishBody): boolean {
  const features = objectIn(root, "ProtocolFeaturesSupported");
  const expand = objectIn(features, "ExpandQuery");
  return expand["NoLinks"] === true || expand["ExpandAll"] === true;
}

function objectIn(body: RedfishBody, key: string): RedfishBody {
  const found = body[key];
  return typeof found === "object" && found !== null ? (found as RedfishBody) : {};
}

function listIn(body: RedfishBody, key: string): readonly unknown[] {
  const found = body[key];
  return Array.isArray(found) ? (found as unknown[]).slice(0, mostMembers) : [];
}

function linkOf(value: unknown): string | null {
  if (typeof value !== "object" || value === null) return null;
  const link = (value as RedfishBody)["@odata.id"];
  return typeof link === "string" && link !== "" ? link : null;
}

function follow(walk: Walk, value: unknown, step: Step): void {
  const path = linkOf(value);
  if (path !== null) walk.waiting.push({ path, step });
}

/** Members that came whole are taken as they are; the others are visited one by one. */
async function visitList(walk: Walk, { path, step }: Link): Promise<void> {
  const member = step.slice(0, -"-list".length) as Step;
  let next: string | null = path;
  for (let page = 0; next !== null && page < mostPages; page++) {
    const got = await readList(walk, next, page === 0);
    if (!got.ok) {
      miss(walk, plain(next), got.error);
      return;
    }
    for (const one of listIn(got.value, "Members")) takeMember(walk, one, member);
    next = pageAfter(walk, got.value);
    if (next !== null && member === "log-entry" && walk.entries >= mostEntries) {
      await takeNewest(walk, path, got.value);
      return;
    }
  }
}

/** A page that was read already is none. */
function pageAfter({ seen }: Walk, list: RedfishBody): string | null {
  const after = list["Members@odata.nextLink"] ?? list["@odata.nextLink"];
  if (typeof after !== "string" || seen.has(after)) return null;
  seen.add(after);
  return after;
}

/** The log's end, when its beginning is as far as the bound reaches: controllers differ in which end comes first. */
async function takeNewest(walk: Walk, path: string, list: RedfishBody): Promise<void> {
  const count = list["Members@odata.count"];
  walk.unobserved[plain(path)] = "older-left-out";
  if (typeof count !== "number" || count <= mostEntries) return;
  const got = await walk.session.get(`${path}?$skip=${Math.floor(count) - 100}`);
  if (got.ok) for (const one of listIn(got.value, "Members")) takeMember(walk, one, "log-entry");
}

async function readList(walk: Walk, path: string, isFirst: boolean): ReturnType<RedfishSession["get"]> {
  if (walk.canExpand && isFirst && !path.includes("?")) {
    const got = await walk.session.get(`${path}?$expand=.($levels=1)`);
    // some say that they can, and cannot
    if (got.ok || got.error.reason === "refused") return got;
  }
  return walk.session.get(path);
}

function takeMember(walk: Walk, member: unknown, step: Step): void {
  const path = linkOf(member);
  const body = typeof member === "object" && member !== null ? (member as RedfishBody) : {};
  const isWhole = Object.keys(body).some((key) => !key.startsWith("@"));
  if (step === "log-entry") walk.entries += 1;
  if (!isWhole) {
    if (path !== null) walk.waiting.push({ path, step });
    return;
  }
  const key = plain(path ?? `${step} ${walk.resources.length}`);
  if (walk.seen.has(key)) return;
  walk.seen.add(key);
  take(walk, { path: key, step }, body);
}
