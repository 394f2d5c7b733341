import { createInterface } from "node:readline";
import type { VerifyFinding } from "../../kernel/model/recovery.ts";
import type { Workplace } from "../workplace/workplace.ts";
import { safeText } from "../../clients/safe-text.ts";
import { collect } from "../workplace/run.ts";
import { broken, open, someOf, type LevelResult } from "./finding.ts";

export interface ScrubWanted {
  /** where the files lie: needs no password */
  readonly workplace: Workplace;
  /** absolute path of the repository's folder */
  readonly folder: string;
  /** Unix epoch: only files changed since are read; null: all */
  readonly sinceMs: number | null;
  /** SHA-256 of `config` as it was before; null: not known yet */
  readonly configSha256: string | null;
}

const named = ["data", "index", "snapshots", "keys"] as const;
const maxErrors = 65_536;

/**
 * The scrub without a key: every file of a repository but `config` has its own SHA-256 for a name, so the place that keeps
 * the copy can prove it whole without being able to read it. What is missing it cannot see.
 */
export async function scrub({
  workplace,
  folder,
  sinceMs,
  configSha256,
}: ScrubWanted): Promise<LevelResult & { readonly configSha256: string | null }> {
  const since = sinceMs === null ? [] : ["-newermt", `@${Math.floor(sinceMs / 1_000)}`];
  const roots = [...named, "config"].map((name) => `${folder}/${name}`);
  const [newest, always] = [roots.slice(0, -1), roots.slice(-1)];
  const sums = await sumFiles(workplace, newest, since);
  const config = await sumFiles(workplace, always, []);
  const seen = { damaged: sums.files.filter(isDamaged), strays: sums.files.filter(isStray) };
  const now = config.files[0]?.sha256 ?? null;
  const findings: VerifyFinding[] = [
    ...(seen.damaged.length > 0
      ? [broken("file-damaged", someOf(seen.damaged.map(({ path }) => path.slice(folder.length + 1))))]
      : []),
    ...[sums, config].flatMap(({ trouble }) => (trouble === null ? [] : [trouble])),
    ...configFindings(now, configSha256, config.trouble !== null),
    ...(seen.strays.length > 0
      ? [open("stray-files", someOf(seen.strays.map(({ path }) => path.slice(folder.length + 1))))]
      : []),
  ];
  const facts = { files: sums.files.length, damaged: seen.damaged.length, isFull: sinceMs === null };
  return { facts, findings, configSha256: configSha256 ?? now };
}

function configFindings(now: string | null, before: string | null, isUnread: boolean): readonly VerifyFinding[] {
  if (now === null) return isUnread ? [] : [broken("config-missing")];
  if (before === null) return [open("config-unknown")];
  return now === before ? [] : [broken("config-differs")];
}

interface Summed {
  readonly path: string;
  readonly sha256: string;
}

const fullName = /^[0-9a-f]{64}$/;
const baseOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
const isStray = ({ path }: Summed): boolean => !fullName.test(baseOf(path));
const isDamaged = (one: Summed): boolean => !isStray(one) && baseOf(one.path) !== one.sha256;

async function sumFiles(
  workplace: Workplace,
  roots: readonly string[],
  since: readonly string[],
): Promise<{ readonly files: readonly Summed[]; readonly trouble: VerifyFinding | null }> {
  const argv = ["nice", "-n", "10", "find", ...roots, "-type", "f", ...since, "-exec", "sha256sum", "{}", "+"];
  const running = workplace.start({ argv, env: { LC_ALL: "C" } });
  const errors = collect(running.stderr, maxErrors);
  running.stdin.end();
  const files: Summed[] = [];
  for await (const line of createInterface({ input: running.stdout, crlfDelay: Infinity })) {
    const match = /^\\?([0-9a-f]{64}) [ *](.*)$/.exec(line);
    if (match !== null) files.push({ sha256: match[1] ?? "", path: match[2] ?? "" });
  }
  const { code } = await running.ended;
  if (code === 0) return { files, trouble: null };
  const text = safeText(errors.text(), []);
  // a disk that cannot read what it stores is damage; a folder that is not there may be one not mounted
  const isDisk = /input\/output error/i.test(text);
  return { files, trouble: isDisk ? broken("disk-error", { text }) : open("not-reached", { end: "failed", text }) };
}
