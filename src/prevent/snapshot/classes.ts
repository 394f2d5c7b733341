import type { DifferenceClass, HostSnapshot, SnapshotSection } from "../../kernel/model/snapshot.ts";

/** One thing that is not as it was. */
interface Change {
  readonly section: SnapshotSection;
  readonly key: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** The two parts a change was found between. */
export interface Parts {
  readonly before: Readonly<Record<string, string>>;
  readonly after: Readonly<Record<string, string>>;
}

/** What a change of this kind means; null: it is of no account, and never shown. */
type Judge = (change: Change, parts: Parts) => DifferenceClass | null;

const info: Judge = () => "info";
const matters: Judge = () => "matters";
const ignored: Judge = () => null;
/** Gone or other is alarming, a further one is worth knowing. */
const mayNotGo: Judge = ({ before }) => (before === null ? "matters" : "alarm");

/** By part and first word of the key; `*` for every other word. */
const judges: Readonly<Record<SnapshotSection, Readonly<Record<string, Judge>>>> = {
  ident: {
    "boot-id": info,
    "machine-id": mayNotGo,
    "dmi-uuid": mayNotGo,
    hostname: mayNotGo,
    hostkey: mayNotGo,
    "*": matters,
  },
  os: {
    kernel: info,
    build: info,
    os: info,
    release: info,
    "reboot-required": info,
    "kernel-installed": ({ after }) => (after === null ? "info" : null),
    "*": matters,
  },
  clock: {
    daemon: ({ after }) => (after === null ? "alarm" : "matters"),
    file: fileJudge(matters),
    // without a daemon nobody says, and the daemon itself is missed
    synchronised: ({ before, after }) => (before === null || after === null ? null : "matters"),
    "source-count": ignored,
    "zone-offset": (_, { before, after }) => (before["zone"] === after["zone"] ? null : "matters"),
    "*": matters,
  },
  units: { unit: unitJudge, file: unitFileJudge, "*": matters },
  procs: { "*": ({ after }) => (after === null ? "matters" : "info") },
  ports: { "*": portJudge },
  mounts: { mount: mountJudge, use: useJudge, inodes: useJudge, raid: raidJudge, "*": matters },
  net: { file: fileJudge(matters), "*": matters },
  fw: { "*": matters },
  pkgs: { logged: ignored, hold: info, pkg: packageJudge, "*": matters },
  cron: {
    daemon: ({ after }) => (after === null ? "alarm" : "info"),
    started: ({ before, after }) => (before === null || after === null ? null : "info"),
    file: fileJudge(cronFileJudge),
    stamp: ignored,
    last: ignored,
    next: ignored,
    at: info,
    "*": matters,
  },
  certs: { "*": matters },
  users: { login: ({ before }) => (before === null ? "info" : null), "*": matters },
  svc: { "mail-queue": ignored, module: info, "*": matters },
};

export function classOf(change: Change, parts: Parts): DifferenceClass | null {
  const [word = ""] = change.key.split(" ", 1);
  const judge = judges[change.section][word] ?? judges[change.section]["*"];
  return judge === undefined ? "matters" : judge(change, parts);
}

/** Why a part cannot be compared, on the side where it is missing; null: it came whole. */
export function missingPart(snapshot: HostSnapshot, section: SnapshotSection): string | null {
  const why = snapshot.unobserved[section];
  return why ?? (snapshot.sections[section] === undefined ? "not-asked" : null);
}

function unitJudge({ before, after }: Change): DifferenceClass {
  const wasActive = before?.startsWith("active") === true;
  const isActive = after?.startsWith("active") === true;
  if (wasActive && !isActive) return "alarm";
  if (after?.startsWith("failed") === true) return "matters";
  return "info";
}

/** What a package brings or takes with it is told by the package. */
function unitFileJudge({ before, after }: Change): DifferenceClass {
  if (before !== null && after !== null) return "matters";
  return (before ?? after)?.startsWith("enabled") === true ? "matters" : "info";
}

/** Who may see the program depends on our rights, not on the program. */
function portJudge({ before, after }: Change): DifferenceClass | null {
  if (after === null) return "alarm";
  if (before === null) return "matters";
  return before === "-" || after === "-" ? null : "matters";
}

function mountJudge({ before, after }: Change): DifferenceClass {
  if (after === null) return "alarm";
  if (before === null) return "matters";
  return !isReadOnly(before) && isReadOnly(after) ? "alarm" : "matters";
}

function isReadOnly(value: string): boolean {
  return (value.split(" ").at(-1) ?? "").split(",").includes("ro");
}

/** More than ten points. Of a mount that came or went the mount itself tells. */
function useJudge({ before, after }: Change): DifferenceClass | null {
  if (before === null || after === null) return null;
  return Math.abs(Number.parseInt(after, 10) - Number.parseInt(before, 10)) > 10 ? "matters" : null;
}

function raidJudge({ before, after }: Change): DifferenceClass {
  return before !== null && (after === null || /_/.test(after)) ? "alarm" : "matters";
}

function packageJudge({ key, after }: Change, parts: Parts): DifferenceClass {
  const [name = "", arch = ""] = key.slice("pkg ".length).split(":");
  const versions = after?.split(" ").map(withoutEpoch) ?? [];
  // what is erased stands in some logs without its version or architecture
  const isLogged = [`${name}:${arch}`, `${name}:*`].some((one) => {
    const version = parts.after[`logged ${one}`];
    return version !== undefined && (version === "*" || after === null || versions.includes(withoutEpoch(version)));
  });
  return isLogged ? "info" : "matters";
}

function withoutEpoch(version: string): string {
  return version.replace(/^\d+:/, "");
}

/** A file that was only touched is as it was. */
function fileJudge(judge: Judge): Judge {
  return (change, parts) => {
    const { before, after } = change;
    return before !== null && after !== null && untouched(before) === untouched(after) ? null : judge(change, parts);
  };
}

/** `644 root 1700000000` and the text, without the time. */
function untouched(value: string): string {
  return value.replace(/^(\S+ \S+) \S+/, "$1");
}

/** Lines that do something are told one by one; what is left is rights and remarks. */
function cronFileJudge({ key, before, after }: Change, parts: Parts): DifferenceClass | null {
  const path = key.slice("file ".length);
  const lines = (part: Readonly<Record<string, string>>): string =>
    Object.keys(part)
      .filter((one) => one.startsWith(`line ${path} `))
      .join("\n");
  if (lines(parts.before) !== lines(parts.after)) return null;
  return before !== null && after !== null && rights(before) === rights(after) ? "info" : "matters";
}

/** `644 root` */
function rights(value: string): string {
  return value.split(" ").slice(0, 2).join(" ");
}
