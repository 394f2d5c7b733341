import { sleep, type Clock } from "../../kernel/clock.ts";
import type { Running, Workplace } from "../workplace/workplace.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import type { OpenRepository } from "../restic/access.ts";
import { eachLine, numberField, readLine } from "../restic/lines.ts";
import { readOutcome, type ResticOutcome } from "../restic/outcome.ts";
import { collect } from "../workplace/run.ts";
import { fetchScript } from "./scripts.ts";
import type { FileUnit } from "./units.ts";

export interface Fetching {
  readonly clock: Clock;
  readonly workplace: Workplace;
  readonly repository: OpenRepository;
  readonly resticMinor: number;
  readonly downBitsPerSecond: number | null;
  readonly stallMs: number;
  readonly signal: AbortSignal;
  /** bytes of this unit that have come */
  onBytes(bytes: number): void;
}

/** How a fetch ended when it did not bring everything. */
export type FetchEnd = "stopped" | "stalled" | ResticOutcome;

const lookMs = 1_000;
/** A machine that comes back has nothing else to do with its memory: half as much again saves a tenth of restic's processor time. */
const roomy = { GOGC: "200" } as const;
const bitsPerKibibyte = 8_192;

/**
 * Brings a unit's files into `stage`, read again by the repository's own sums where the manifest does not have all of them,
 * by which they are compared otherwise. What was in `stage` is gone.
 */
export async function fetchFiles(
  { snapshot, paths, entries }: FileUnit,
  stage: string,
  fetching: Fetching,
): Promise<Result<void, FetchEnd>> {
  const { workplace, repository, resticMinor } = fetching;
  await workplace.run({ argv: ["rm", "-rf", "--", stage] });
  const made = await workplace.run({ argv: ["mkdir", "-p", "-m", "700", "--", stage] });
  if (made.code !== 0) return err(readOutcome(made));
  // progress as JSON since 0.16; files with holes since 0.15
  const again = isSummed(entries) ? [] : ["--verify"];
  const words = ["restore", snapshot, "--target", stage, ...again, "--no-lock"];
  const newer = [...(resticMinor >= 16 ? ["--json"] : []), ...(resticMinor >= 15 ? ["--sparse"] : [])];
  const program = ["restic", ...flagsOf(fetching), ...words, ...newer];
  const running = workplace.start({ argv: ["sh", "-c", fetchScript, "sh", ...program], env: roomyEnv(repository) });
  running.stdin.write(`${paths.map(includeWord).join(" ")}\n`);
  return watched(running, fetching);
}

/** Whether the manifest holds the sum of every file that has content, as it was copied. */
function isSummed(entries: FileUnit["entries"]): boolean {
  if (entries === null) return false;
  return entries.every(
    ({ type, bytes, sha256, isLive }) => type !== "file" || (!isLive && (bytes === 0 || sha256 !== null)),
  );
}

/** What restic gets while it brings things back. */
export function roomyEnv({ env }: OpenRepository): OpenRepository["env"] {
  return { ...roomy, ...env };
}

/** What the caller decided for the whole restore counts, not what the repository was opened with. */
export function flagsOf({
  repository,
  downBitsPerSecond,
}: Pick<Fetching, "repository" | "downBitsPerSecond">): readonly string[] {
  const at = repository.flags.indexOf("--limit-download");
  const others = at === -1 ? repository.flags : repository.flags.toSpliced(at, 2);
  if (downBitsPerSecond === null) return others;
  return [...others, "--limit-download", String(Math.max(1, Math.floor(downBitsPerSecond / bitsPerKibibyte)))];
}

/** As a pattern that only this path fits, in base64. Source: Go documentation, filepath.Match. */
function includeWord(path: string): string {
  return Buffer.from(path.replaceAll(/[\\*?[\]]/g, String.raw`\$&`), "latin1").toString("base64");
}

async function watched(running: Running, fetching: Fetching): Promise<Result<void, FetchEnd>> {
  const { clock, workplace, stallMs, signal } = fetching;
  const errors = collect(running.stderr, 65_536);
  let [pid, counted, total]: [string | null, number, number] = [null, 0, 0];
  const over = new AbortController();
  const out = eachLine(running.stdout, (text) => {
    pid ??= /^koboshi-pid (\d+)$/.exec(text)?.[1] ?? null;
    const line = readLine(text);
    if (line.kind === "message") counted = Math.max(counted, numberField(line.fields, "bytes_restored") ?? 0);
  });
  let end: FetchEnd | null = null;
  const stop = (why: FetchEnd): void => {
    end ??= why;
    running.kill("SIGTERM");
  };
  const abort = (): void => stop("stopped");
  signal.addEventListener("abort", abort);
  if (signal.aborted) abort();
  const watch = async (): Promise<void> => {
    let movedAtMs = clock.monotonicMs();
    for (let seen = -1; !over.signal.aborted;) {
      const io = pid === null ? null : await ioOf(workplace, pid);
      if (io !== null && io.total > seen) [seen, movedAtMs] = [io.total, clock.monotonicMs()];
      total = Math.max(total, counted, io?.written ?? 0);
      fetching.onBytes(total);
      if (clock.monotonicMs() - movedAtMs > stallMs) stop("stalled");
      await sleep(clock, lookMs, over.signal);
    }
  };
  const watching = watch();
  const { code } = await running.ended;
  over.abort();
  signal.removeEventListener("abort", abort);
  running.stdin.end();
  await Promise.all([watching, out, errors.closed]);
  if (end !== null) return err(end);
  const outcome = readOutcome({ code, stderr: errors.text() });
  // up to 0.16 a restore that had to leave files out says so and ends with 0 or 1
  const isWhole = outcome.end === "ok" && !/ignoring error|There were \d+ errors/.test(errors.text());
  return isWhole ? ok(undefined) : err(noSpaceFirst(outcome, errors.text()));
}

/** Among hundreds of ignored errors the one that caused them counts. */
function noSpaceFirst(outcome: ResticOutcome, said: string): ResticOutcome {
  const isFull = /no space left on device|disk quota exceeded/i.test(said);
  return isFull ? { ...outcome, end: "no-space" } : outcome.end === "ok" ? { ...outcome, end: "failed" } : outcome;
}

/** What a process has read and written so far. Blocks on the disk say nothing: restic reserves a file's whole length at once. */
async function ioOf(
  workplace: Workplace,
  pid: string,
): Promise<{ readonly written: number; readonly total: number } | null> {
  const said = await workplace.run({ argv: ["cat", `/proc/${pid}/io`] }, { timeoutMs: 10_000 });
  const [, read] = /^rchar: (\d+)$/m.exec(said.stdout) ?? [];
  const [, written] = /^wchar: (\d+)$/m.exec(said.stdout) ?? [];
  if (read === undefined || written === undefined) return null;
  return { written: Number(written), total: Number(read) + Number(written) };
}
