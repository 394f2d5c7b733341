import type { BackupMarker, CommitRecord } from "../../kernel/model/backup.ts";
import type { VerifyFinding } from "../../kernel/model/recovery.ts";
import { matchesWithin } from "../../clients/bounded-match.ts";
import { broken, open, someOf } from "./finding.ts";
import { troubleFinding, type ResticTool } from "./restic-port.ts";
import type { Scratch } from "./scratch.ts";

/** Whether the data are ours, by the queries that say so. Each is asked in every database until one understands it. */
export async function checkSqlMarkers(
  markers: readonly BackupMarker[],
  loaded: readonly { readonly scratch: Scratch; readonly database: string }[],
): Promise<readonly VerifyFinding[]> {
  const findings: VerifyFinding[] = [];
  for (const { sql, expect } of markers) {
    if (sql === null) continue;
    const answer = await firstAnswer(sql, loaded);
    if (answer.value === undefined) findings.push(open("marker-not-asked", { sql, text: answer.text }));
    else if (!isExpected(answer.value, expect)) {
      findings.push(broken("foreign-data", { sql, expect, found: answer.value, database: answer.database }));
    }
  }
  return findings;
}

async function firstAnswer(
  sql: string,
  loaded: readonly { readonly scratch: Scratch; readonly database: string }[],
): Promise<
  { readonly value: string | null; readonly database: string } | { readonly value: undefined; readonly text: string }
> {
  let text = "";
  for (const { scratch, database } of loaded) {
    const answer = await scratch.ask(database, sql);
    if (answer.ok) return { value: answer.value, database };
    text = answer.error;
  }
  return { value: undefined, text };
}

function isExpected(found: string | null, expect: string | null): boolean {
  const [is, should] = [found?.trim() ?? "", expect?.trim() ?? ""];
  // PostgreSQL writes t and f
  if (should === "true") return is === "t" || is === "1" || is === "true";
  if (should === "false") return is === "f" || is === "0" || is === "false";
  return is === should;
}

const maxFiles = 500;

/** Whether the files are ours, by their owner and by what must not be written in them. */
export async function checkFileMarkers(
  markers: readonly BackupMarker[],
  { restic, record }: { readonly restic: ResticTool; readonly record: CommitRecord },
): Promise<readonly VerifyFinding[]> {
  const wanted = markers.filter(({ path, text }) => path !== null || text !== null);
  const snapshot = record.parts.find(({ part }) => part === "files")?.snapshot;
  if (wanted.length === 0 || snapshot === undefined) return [];
  const listed = await restic.files(snapshot);
  if (!listed.ok) return [troubleFinding(listed.error)];
  const findings: VerifyFinding[] = [];
  for (const { path, ownerUid, text, mustNot } of wanted) {
    if (path !== null && ownerUid !== null) {
      const own = path.replace(/\/+$/, "");
      const others = listed.value.filter(
        (one) => (one.path === own || one.path.startsWith(`${own}/`)) && one.uid !== null && one.uid !== ownerUid,
      );
      const uids = [...new Set(others.map(({ uid }) => uid))].slice(0, 20);
      if (others.length > 0)
        findings.push(broken("foreign-data", { path, ownerUid, uids, ...someOf(others.map((one) => one.path)) }));
    }
    if (text === null || mustNot === null) continue;
    const pattern = glob(text);
    const names = listed.value.filter((one) => one.type === "file" && pattern.test(one.path)).slice(0, maxFiles);
    const found = await filesWith(mustNot, { restic, snapshot, names: names.map((one) => one.path) });
    if (found.length > 0) findings.push(broken("foreign-data", { text, mustNot, ...someOf(found) }));
  }
  return findings;
}

/** `*.conf` is any file of that name, `/etc/*.conf` one of that folder. */
function glob(written: string): RegExp {
  const escaped = written
    .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", "[^/]*")
    .replaceAll("?", "[^/]");
  return new RegExp(written.startsWith("/") ? `^${escaped}$` : `(?:^|/)${escaped}$`);
}

const maxFileBytes = 1_000_000;

async function filesWith(
  pattern: string,
  {
    restic,
    snapshot,
    names,
  }: { readonly restic: ResticTool; readonly snapshot: string; readonly names: readonly string[] },
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const name of names) {
    const running = restic.dump(snapshot, name);
    running.stdin.end();
    running.stderr.resume();
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of running.stdout as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes <= maxFileBytes) chunks.push(chunk);
    }
    await running.ended;
    if (matchesWithin(pattern, Buffer.concat(chunks).toString("utf8")) !== false) found.push(name);
  }
  return found;
}

/** Domains of the values of a database, most frequent first: without a marker they are what shows whose data these are. */
export interface DomainWatch {
  take(value: string): void;
  /** those that are none of `own` or below it */
  others(own: readonly string[]): readonly string[];
}

const maxDomains = 1_000;
const maxShown = 10;

export function watchDomains(): DomainWatch {
  const counts = new Map<string, number>();
  return {
    take(value) {
      if (!value.includes("@") && !value.includes("://")) return;
      for (const [, domain = ""] of value
        .slice(0, 2_000)
        .matchAll(/(?:@|:\/\/)((?:[a-z0-9-]{1,63}\.)+[a-z]{2,24})\b/gi)) {
        const name = domain.toLowerCase();
        if (counts.size < maxDomains || counts.has(name)) counts.set(name, (counts.get(name) ?? 0) + 1);
      }
    },
    others: (own) =>
      [...counts]
        .filter(([name]) => !own.some((domain) => name === domain || name.endsWith(`.${domain}`)))
        .toSorted((a, b) => b[1] - a[1])
        .slice(0, maxShown)
        .map(([name]) => name),
  };
}
