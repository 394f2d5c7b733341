import type { CommitRecord } from "../../kernel/model/backup.ts";
import type { VerifyFinding } from "../../kernel/model/recovery.ts";
import type { Workplace } from "../workplace/workplace.ts";
import { broken, open, someOf, type LevelResult } from "./finding.ts";
import { troubleFinding, type ResticTool } from "./restic-port.ts";

/** A file as the manifest of its set has it, with its content's hash. */
export interface ManifestFile {
  /** absolute, as bytes: a name need not be text */
  readonly path: Buffer;
  readonly bytes: number;
  /** Unix epoch; null: not known */
  readonly changedAtMs: number | null;
  readonly sha256: string;
}

/** Source: RECOVERY §3.2; 299 without a bad one means at most 1 % bad, with 95 % certainty. */
const counts = { configuration: 1_000, newest: 100, largest: 20, total: 299 } as const;
const includesByCall = 200;
const maxBytesEach = 64 * 1024 ** 2;

/** Configuration all, the newest, the largest that are not too large, and chance for the rest. */
export function chooseSample(files: readonly ManifestFile[], random: () => number): readonly ManifestFile[] {
  const possible = files.filter(({ bytes }) => bytes <= maxBytesEach);
  const chosen = new Set(
    possible.filter(({ path }) => isConfiguration(path.toString("latin1"))).slice(0, counts.configuration),
  );
  const by = (value: (file: ManifestFile) => number, count: number): void => {
    for (const file of possible.toSorted((a, b) => value(b) - value(a)).slice(0, count)) chosen.add(file);
  };
  by((file) => file.changedAtMs ?? 0, counts.newest);
  by((file) => file.bytes, counts.largest);
  const rest = possible.filter((file) => !chosen.has(file));
  while (chosen.size < counts.total && rest.length > 0) {
    const [file] = rest.splice(Math.floor(random() * rest.length), 1);
    if (file !== undefined) chosen.add(file);
  }
  return [...chosen];
}

function isConfiguration(path: string): boolean {
  return path.startsWith("/etc/") || /\.(?:conf|cnf|ini|ya?ml|toml|env|service)$/.test(path);
}

/** restic's pattern for one file; bytes that an argument cannot carry become `*`. */
export function includePattern(path: Buffer): string {
  const isText = Buffer.from(path.toString("utf8"), "utf8").equals(path);
  const escaped = (isText ? path.toString("utf8") : path.toString("latin1")).replaceAll(/[\\*?[]/g, "\\$&");
  return isText ? escaped : escaped.replaceAll(/[\u0080-\u00ff]+/g, "*");
}

export interface SampleWanted {
  readonly restic: ResticTool;
  /** where restic restores to: a folder is made there and removed */
  readonly workplace: Workplace;
  readonly record: CommitRecord;
  /** those of the manifest that have a hash */
  readonly manifest: readonly ManifestFile[];
  readonly random: () => number;
}

/** The part of V4 that is files: a sample is restored and compared with what the source's files were. */
export async function verifySample({
  restic,
  workplace,
  record,
  manifest,
  random,
}: SampleWanted): Promise<LevelResult> {
  const files = record.parts.find(({ part }) => part === "files");
  if (files === undefined) return { facts: { files: 0 }, findings: [] };
  const sample = chooseSample(manifest, random);
  if (sample.length === 0) return { facts: { files: 0 }, findings: [open("no-manifest")] };
  const made = await workplace.run({ argv: ["mktemp", "-d", "/var/tmp/koboshi-verify.XXXXXXXX"] });
  const folder = made.stdout.trim();
  if (made.code !== 0 || folder === "")
    return { facts: {}, findings: [open("no-room", { text: made.stderr.slice(0, 300) })] };
  try {
    const findings: VerifyFinding[] = [];
    for (let at = 0; at < sample.length; at += includesByCall) {
      const include = sample.slice(at, at + includesByCall).map(({ path }) => includePattern(path));
      const trouble = await restic.restore(files.snapshot, { folder, include });
      if (trouble !== null) findings.push(troubleFinding(trouble));
    }
    const restored = await hashes(workplace, folder);
    const missing = sample.filter(({ path }) => !restored.has(path.toString("latin1")));
    const differing = sample.filter(({ path, sha256 }) => (restored.get(path.toString("latin1")) ?? sha256) !== sha256);
    const names = (list: readonly ManifestFile[]): object => someOf(list.map(({ path }) => path.toString("utf8")));
    if (missing.length > 0) findings.push(broken("file-missing", { ...names(missing) }));
    if (differing.length > 0) findings.push(broken("file-differs", { ...names(differing) }));
    return { facts: { files: sample.length, atMostBadRatio: 3 / sample.length }, findings };
  } finally {
    await workplace.run({ argv: ["rm", "-rf", "--", folder] });
  }
}

/** By path below the folder, as latin-1 of its bytes. */
async function hashes(workplace: Workplace, folder: string): Promise<ReadonlyMap<string, string>> {
  const running = workplace.start({ argv: ["find", folder, "-type", "f", "-exec", "sha256sum", "-z", "{}", "+"] });
  const chunks: Buffer[] = [];
  running.stderr.resume();
  running.stdin.end();
  for await (const chunk of running.stdout) chunks.push(chunk as Buffer);
  await running.ended;
  const lines = Buffer.concat(chunks).toString("latin1").split("\0");
  return new Map(
    lines.filter((line) => line.length > 66).map((line) => [line.slice(66 + folder.length), line.slice(0, 64)]),
  );
}
