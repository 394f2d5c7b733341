import { z } from "zod";
import { safeText } from "../../clients/safe-text.ts";
import { elapsedMs, stampNow, type Clock } from "../../kernel/clock.ts";
import { randomId } from "../../kernel/ids.ts";
import type { ForeignCopy, Verification, VerifyFinding } from "../../kernel/model/recovery.ts";
import type { RunResult, Workplace } from "../workplace/workplace.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import type { Secret } from "../../kernel/secret.ts";
import { readMoment } from "../../readers/schedule/moment.ts";

export interface BorgAccess {
  readonly workplace: Workplace;
  readonly clock: Clock;
  /** as borg writes it: `/srv/borg`, `ssh://user@host/./repo` */
  readonly repo: string;
  /** null: the repository is not encrypted */
  readonly passphrase: Secret | null;
  /** where borg may keep its own notes, on the workplace: never the repository */
  readonly notesFolder: string;
}

export interface BorgTrouble {
  /** borg's own name for it, `Repository.DoesNotExist`, `PassphraseWrong`; else `failed`, `timeout`, `no-program` */
  readonly code: string;
  readonly text: string;
}

/** A borg repository that is only ever read. */
export interface BorgReader {
  list(): Promise<Result<{ readonly id: string; readonly copies: readonly ForeignCopy[] }, BorgTrouble>>;
  /** bytes stored, compressed and without duplicates */
  size(): Promise<Result<{ readonly bytes: number }, BorgTrouble>>;
  /** Every segment's checksum: V2. */
  checkStructure(of: Named): Promise<Result<Verification, BorgTrouble>>;
  /** Reads and decrypts one whole archive and writes it nowhere: V3 of that archive. */
  checkArchive(of: Named, copy: ForeignCopy): Promise<Result<Verification, BorgTrouble>>;
}

interface Named {
  readonly plan: string;
  readonly place: string;
}

const quickLimitMs = 300_000;
const checkLimitMs = 24 * 3_600_000;

/**
 * borg 1.x as a reader. `check --verify-data` and `check --archives-only` advance the nonce in the repository and
 * `--max-duration` writes its place into it, so data are read archive by archive through `extract --dry-run`, which with
 * `--bypass-lock` changes nothing there. Measured with borg 1.2.4.
 */
export function createBorgReader(access: BorgAccess): BorgReader {
  const { clock, repo } = access;

  async function verify(
    words: readonly string[],
    of: Named,
    { level, set, facts }: Pick<Verification, "level" | "set" | "facts">,
  ): Promise<Result<Verification, BorgTrouble>> {
    const begun = stampNow(clock);
    const said = await call(access, words, checkLimitMs);
    const trouble = troubleOf(said);
    if (trouble !== null && !isDamage(trouble, said)) return err(trouble);
    const finding: VerifyFinding | null =
      trouble === null ? null : { code: "pack-damaged", severity: "broken", facts: { text: trouble.text } };
    const seconds = elapsedMs(begun, stampNow(clock)) / 1_000;
    const findings = finding === null ? [] : [finding];
    const at = stampNow(clock);
    return ok({ id: randomId(), ...of, level, set, at, seconds, ok: finding === null, facts, findings });
  }

  return {
    async list() {
      const format = "{hostname}{command_line}{comment}{end}";
      const said = await call(access, ["list", "--json", "--bypass-lock", "--format", format, repo], quickLimitMs);
      const trouble = troubleOf(said);
      if (trouble !== null) return err(trouble);
      const read = listing.safeParse(jsonOf(said.stdout));
      if (!read.success) return err({ code: "failed", text: "the list of archives cannot be read" });
      return ok({ id: read.data.repository.id, copies: read.data.archives.flatMap(copyOf).toReversed() });
    },
    async size() {
      const said = await call(access, ["info", "--json", "--bypass-lock", repo], quickLimitMs);
      const trouble = troubleOf(said);
      if (trouble !== null) return err(trouble);
      const read = sizes.safeParse(jsonOf(said.stdout));
      return read.success
        ? ok({ bytes: read.data.cache.stats.unique_csize })
        : err({ code: "failed", text: "the size of the repository cannot be read" });
    },
    checkStructure: (of) =>
      verify(["check", "--repository-only", "--bypass-lock", repo], of, { level: 2, set: null, facts: {} }),
    checkArchive: (of, { id, name }) =>
      verify(["extract", "--dry-run", "--bypass-lock", `${repo}::${name ?? id}`], of, {
        level: 3,
        set: id,
        facts: { of: "archive", archive: name },
      }),
  };
}

/** Whose data are to be read next: the newest never read, else the one read longest ago. */
export function nextArchive(
  copies: readonly ForeignCopy[],
  verified: readonly Pick<Verification, "set" | "level" | "at">[],
): ForeignCopy | null {
  const read = new Map<string, number>();
  for (const { set, level, at } of verified)
    if (level === 3 && set !== null) read.set(set, Math.max(read.get(set) ?? 0, at.atMs));
  const age = ({ id }: ForeignCopy): number => read.get(id) ?? Number.NEGATIVE_INFINITY;
  return copies.toSorted((a, b) => age(a) - age(b) || b.atMs - a.atMs)[0] ?? null;
}

const listing = z.object({
  repository: z.object({ id: z.string() }),
  archives: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      start: z.string(),
      hostname: z.string().default(""),
      command_line: z.union([z.array(z.string()), z.string()]).default([]),
    }),
  ),
});
const sizes = z.object({ cache: z.object({ stats: z.object({ unique_csize: z.number() }) }) });

function copyOf({
  id,
  name,
  start,
  hostname,
  command_line: line,
}: z.infer<typeof listing>["archives"][number]): ForeignCopy[] {
  // borg writes its own machine's time without a zone; it is run in UTC here
  const atMs = readMoment(start, "UTC");
  if (atMs === null) return [];
  const words = typeof line === "string" ? line.split(/\s+/) : line;
  return [{ id, atMs, host: hostname, paths: pathsOf(words), tags: [], name }];
}

/** What follows the archive's name, up to the next option. */
function pathsOf(words: readonly string[]): readonly string[] {
  const from = words.findIndex((word) => word.includes("::"));
  if (from === -1) return [];
  const rest = words.slice(from + 1);
  const end = rest.findIndex((word) => word.startsWith("-"));
  return (end === -1 ? rest : rest.slice(0, end)).slice(0, 50);
}

async function call(access: BorgAccess, words: readonly string[], timeoutMs: number): Promise<RunResult> {
  const { workplace, passphrase, notesFolder } = access;
  const secret = passphrase === null ? null : await workplace.putSecret(passphrase.reveal());
  const env = {
    BORG_BASE_DIR: notesFolder,
    TZ: "UTC",
    LC_ALL: "C.UTF-8",
    // nothing is written and no secret is sent, so a repository that was moved may be read
    BORG_RELOCATED_REPO_ACCESS_IS_OK: "yes",
    BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK: "yes",
    ...(secret === null ? {} : { BORG_PASSCOMMAND: `cat '${secret.path.replaceAll("'", `'"'"'`)}'` }),
  };
  try {
    return await workplace.run(
      { argv: ["nice", "-n", "10", "ionice", "-c", "3", "borg", "--log-json", ...words], env },
      { timeoutMs, input: "" },
    );
  } finally {
    await secret?.remove();
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

/** borg ends with 0, with 1 after warnings and with 2 after errors. @returns null when all is well */
function troubleOf({ code, stderr, timedOut }: RunResult): BorgTrouble | null {
  if (timedOut) return { code: "timeout", text: "" };
  if (code === 0) return null;
  const lines = stderr.split("\n").flatMap((line) => messageOf(line) ?? []);
  const named = lines.find(({ msgid }) => msgid !== "");
  const errors = lines.filter(({ levelname }) => levelname === "ERROR" || levelname === "CRITICAL");
  const [first] = errors.length > 0 ? errors : lines;
  const text = safeText(named?.message ?? first?.message ?? stderr.slice(0, 500), []);
  if (code === 126 || code === 127) return { code: "no-program", text };
  return { code: named?.msgid ?? "failed", text };
}

function messageOf(line: string): { msgid: string; levelname: string; message: string } | null {
  const read = z
    .object({
      type: z.literal("log_message"),
      msgid: z.string().default(""),
      levelname: z.string(),
      message: z.string(),
    })
    .safeParse(jsonOf(line));
  return read.success ? read.data : null;
}

/** A check that found something, not one that could not look. */
function isDamage({ code }: BorgTrouble, { stderr, code: status }: RunResult): boolean {
  if (/^(?:IntegrityError|DecompressionError|IntegrityErrorBase)$/.test(code)) return true;
  return status === 1 && /errors found|checksum mismatch|integrity error|missing/i.test(stderr);
}
