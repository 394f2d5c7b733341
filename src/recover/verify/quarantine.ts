import type { CommitRecord } from "../../kernel/model/backup.ts";
import type { VerifyFinding } from "../../kernel/model/recovery.ts";
import type { KnownLook } from "../../kernel/ports-restore.ts";

/** Why a set must not be put into service: the gravest thing that was found in it, and by which look. */
export interface Quarantine {
  readonly finding: VerifyFinding;
  readonly look: KnownLook;
}

/** What was not to be had at the time, by whatever way: it says nothing of the copy, so it lifts nothing either. */
const silent: ReadonlySet<string> = new Set([
  "not-reached",
  "no-scratch-server",
  "engine-unknown",
  "no-room",
  "key-refused",
  "no-repository",
]);
/** Before anything else a person has to know of these. */
const gravest = ["foreign-data", "mojibake", "text-differs"];

/**
 * A set is out of service when the newest look of some level at it, or at the repository it lies in, found it broken.
 * @param looks at the place the set lies at
 */
export function quarantineOf(looks: readonly KnownLook[], record: CommitRecord): Quarantine | null {
  const own = looks
    .filter(({ level, set, findings }) => level >= 2 && (set === null || set === record.set) && speaks(findings))
    .toSorted((a, b) => b.at.atMs - a.at.atMs);
  const newest = new Map<string, KnownLook>();
  for (const look of own) {
    // what is read in parts is judged part by part
    const kind = `${look.level} ${typeof look.facts["bucket"] === "number" ? look.facts["bucket"] : ""}`;
    if (!newest.has(kind)) newest.set(kind, look);
  }
  const found = [...newest.values()].flatMap((look) =>
    look.findings
      .filter((finding) => isDamage(finding) && concerns(finding, record))
      .map((finding) => ({ finding, look })),
  );
  return (
    found.toSorted((a, b) => graveness(a.finding) - graveness(b.finding) || b.look.level - a.look.level)[0] ?? null
  );
}

/** Whether a look came to anything: it found damage, or nothing kept it from looking. */
function speaks(findings: readonly VerifyFinding[]): boolean {
  return findings.some(isDamage) || !findings.some(({ code }) => silent.has(code));
}

function isDamage({ code, severity }: VerifyFinding): boolean {
  return severity === "broken" && !silent.has(code);
}

function graveness({ code }: VerifyFinding): number {
  const at = gravest.indexOf(code);
  return at === -1 ? gravest.length : at;
}

/** Snapshots that are gone are named by the beginnings of their ids: only sets they were part of are hurt, if all are named. */
function concerns({ code, facts }: VerifyFinding, { parts }: CommitRecord): boolean {
  if (code !== "snapshot-missing") return true;
  const names = Array.isArray(facts["names"]) ? facts["names"].map(String) : [];
  if (Number(facts["count"] ?? 0) > names.length) return true;
  return parts.some(({ snapshot }) => names.some((name) => snapshot.startsWith(name)));
}
