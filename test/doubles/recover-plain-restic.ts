import { execFile, execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { createSystemClock } from "../../src/app/clock.ts";
import type { BackupDatabase, CommitRecord, SetPart, SetTable } from "../../src/kernel/model/backup.ts";
import { Secret } from "../../src/kernel/secret.ts";
import { dumpPath } from "../../src/recover/dump/engine.ts";
import { openRepository, type OpenRepository } from "../../src/recover/restic/access.ts";
import { commitPath, writeCommit } from "../../src/recover/sets/commit-record.ts";
import { listFiles } from "../../src/recover/sets/list-files.ts";
import { manifestPath } from "../../src/recover/sets/manifest.ts";
import { writeTags } from "../../src/recover/sets/tags.ts";
import { createLocalWorkplace } from "../../src/recover/workplace/local.ts";
import { readSetFiles, type SetFiles } from "../../src/recover/restore/copy-files.ts";
import type { RestoreTask } from "../../src/recover/restore/ports.ts";

const run = promisify(execFile);
export const plainPassword = "correct horse";

export interface DumpGiven {
  /** `postgres/shop` */
  readonly of: string;
  readonly content: string | Buffer;
  readonly tables?: readonly SetTable[];
  /** what the record says of it instead of the truth */
  readonly sha256?: string;
}

/** A repository of restic's own, filled by restic itself. */
export interface PlainRestic {
  readonly folder: string;
  readonly repo: string;
  /** a file with the password */
  readonly passwordFile: string;
  commit(
    plan: string,
    what: {
      readonly paths?: readonly string[];
      readonly dumps?: readonly DumpGiven[];
      readonly change?: Partial<CommitRecord>;
    },
  ): Promise<CommitRecord>;
  /** everything a restore needs, on this machine */
  task(
    record: CommitRecord,
    change: Partial<RestoreTask> & { readonly folder: string; readonly repo?: string },
  ): Promise<RestoreTask>;
  end(): Promise<void>;
}

export async function startPlainRestic(): Promise<PlainRestic> {
  const clock = createSystemClock();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-restic-"));
  const [repo, passwordFile] = [path.join(folder, "repo"), path.join(folder, "password")];
  fs.writeFileSync(passwordFile, plainPassword, { mode: 0o600 });
  const env = { ...process.env, RESTIC_REPOSITORY: repo, RESTIC_PASSWORD_FILE: passwordFile };
  const restic = async (...words: readonly string[]): Promise<string> =>
    (await run("restic", [...words], { env, maxBuffer: 1 << 28 })).stdout;
  await restic("init", "-q");
  const local = createLocalWorkplace({ clock });
  const open: OpenRepository[] = [];
  const snapshotOf = async (tags: readonly string[]): Promise<string> => {
    const listed = JSON.parse(await restic("snapshots", "--json", "--tag", tags.join(","))) as { id: string }[];
    return listed.at(-1)?.id ?? "";
  };
  const store = async (tags: readonly string[], file: string, content: string | Buffer): Promise<string> => {
    await piped(content, ["backup", "-q", "--stdin", "--stdin-filename", file, "--tag", tags.join(",")], env);
    return snapshotOf(tags);
  };
  let counter = 0;
  const known = new Map<string, SetFiles>();
  const filesOf = async (record: CommitRecord): Promise<SetFiles> => {
    const here = await openRepository(local, { repo, password: new Secret(plainPassword, "test") });
    const files = await readSetFiles(here, record).finally(() => here.close());
    if (!files.ok) throw new Error(files.error.text);
    return files.value;
  };
  return {
    folder,
    repo,
    passwordFile,
    async commit(plan, { paths = [], dumps = [], change = {} }) {
      const set = `01kplain${String((counter += 1)).padStart(6, "0")}`;
      const tags = (part: SetPart["part"], dump: number | null = null): readonly string[] =>
        writeTags({ plan, set, part, dump });
      const parts: SetPart[] = [];
      for (const [index, { of, content, sha256 }] of dumps.entries()) {
        const snapshot = await store(tags("dump", index), dumpPath(plan, of), content);
        const sum = sha256 ?? createHash("sha256").update(content).digest("hex");
        parts.push({ part: "dump", snapshot, bytes: content.length, files: 1, sha256: sum, of, missing: [] });
      }
      let manifest: CommitRecord["manifest"] = null;
      if (paths.length > 0) {
        await restic("backup", "-q", "--tag", tags("files").join(","), "--", ...paths);
        let text = "";
        const write = (piece: string): Promise<boolean> => Promise.resolve((text += piece).length > 0);
        const listed = await listFiles({ workplace: local, paths, write, sinceMs: clock.nowMs() + 60_000, seed: set });
        const bytes = Number(
          execFileSync("sh", [
            "-c",
            'find "$@" -type f -printf "%s\\n" | awk "{s+=\\$1} END {print s}"',
            "sh",
            ...paths,
          ]),
        );
        parts.push({
          part: "files",
          snapshot: await snapshotOf(tags("files")),
          bytes,
          files: listed?.entries ?? 0,
          sha256: null,
          of: null,
          missing: [],
        });
        const snapshot = await store(tags("meta"), manifestPath(plan), text);
        manifest = { snapshot, path: manifestPath(plan), sha256: createHash("sha256").update(text).digest("hex") };
      }
      const at = new Date(clock.nowMs()).toISOString();
      const total = parts.reduce((sum, part) => sum + part.bytes, 0);
      const record: CommitRecord = {
        schema: "koboshi.set/1",
        set,
        plan,
        host: "web1",
        startedAt: at,
        snapshotAt: at,
        finishedAt: at,
        clockOffsetMs: 0,
        restic: "0.14.0",
        consistency: "none",
        parts,
        tables: dumps.flatMap(({ tables }) => tables ?? []),
        manifest,
        previousSet: null,
        totals: { bytes: total, files: parts.reduce((sum, { files }) => sum + files, 0), addedBytes: total },
        allowMissing: [],
        ...change,
      };
      await store(tags("commit"), commitPath(plan), writeCommit(record));
      return record;
    },
    async task(record, { repo: elsewhere, ...change }) {
      const access = { repo: elsewhere ?? repo, password: new Secret(plainPassword, "test") };
      const repository = await openRepository(local, access);
      open.push(repository);
      const files = known.get(record.set) ?? (await filesOf(record));
      known.set(record.set, files);
      return {
        id: `run${(counter += 1)}`,
        kind: "restore",
        plan: record.plan,
        place: "office",
        record,
        ...files,
        repository,
        resticMinor: 14,
        fetching: local,
        loading: local,
        only: [],
        databases: [],
        confirm: null,
        confirmName: record.plan,
        looksAtText: true,
        downBitsPerSecond: null,
        signal: new AbortController().signal,
        ...change,
      };
    },
    async end() {
      await Promise.all(open.map((each) => each.close()));
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function piped(content: string | Buffer, words: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn("restic", [...words], { env, stdio: ["pipe", "ignore", "inherit"] });
  child.stdin.end(content);
  const code = await new Promise((resolve) => child.once("close", resolve));
  if (code !== 0) throw new Error(`restic ${words.join(" ")}: ${String(code)}`);
}

/** A server's own SQL as an entry of a plan. */
export function databaseGiven(
  change: Pick<BackupDatabase, "engine" | "name"> & Partial<BackupDatabase>,
): BackupDatabase {
  return { user: null, password: null, host: null, port: null, ...change };
}
