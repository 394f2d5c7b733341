import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { createSystemClock } from "../../src/app/clock.ts";
import type { CommitRecord } from "../../src/kernel/model/backup.ts";
import { Secret } from "../../src/kernel/secret.ts";
import { openRepository, type OpenRepository } from "../../src/recover/restic/access.ts";
import type { ListedSnapshot, RetentionKeeper } from "../../src/recover/retention/keeper.ts";
import { createResticKeeper } from "../../src/recover/retention/restic-keeper.ts";
import { writeCommit } from "../../src/recover/sets/commit-record.ts";
import { createLocalWorkplace } from "../../src/recover/workplace/local.ts";

interface CallOptions {
  readonly input?: string | undefined;
  /** of the writer */
  readonly zone?: string | undefined;
}

export interface ResticBench {
  readonly folder: string;
  /** what is backed up */
  readonly source: string;
  readonly repository: OpenRepository;
  readonly keeper: RetentionKeeper;
  /** @returns what it printed */
  run(args: readonly string[], options?: CallOptions): Promise<string>;
  /** Writes a set as the hub's runs do: files (unless the record names no parts), then the commit record. */
  commit(set: { readonly time: string; readonly record: CommitRecord; readonly zone?: string }): Promise<CommitRecord>;
  snapshots(): Promise<readonly ListedSnapshot[]>;
  remove(): Promise<void>;
}

/** A real restic repository in a folder of its own. */
export async function createResticBench(): Promise<ResticBench> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-retention-"));
  const source = path.join(folder, "source");
  fs.mkdirSync(source);
  const workplace = createLocalWorkplace({ clock: createSystemClock() });
  const repository = await openRepository(workplace, {
    repo: path.join(folder, "repo"),
    password: new Secret("test", "test"),
    cacheFolder: path.join(folder, "cache"),
  });
  // what this bench wrote itself need not be read again: a snapshot never changes
  const written = new Map<string, CommitRecord>();
  const short: [string, CommitRecord][] = [];
  const keeper = createResticKeeper(repository, written);

  async function run(args: readonly string[], { input, zone }: CallOptions = {}): Promise<string> {
    const { program, flags, env } = repository;
    const command = { argv: [...program, ...flags, ...args], env: { ...env, TZ: zone ?? "UTC" } };
    const { code, stdout, stderr } = await workplace.run(command, input === undefined ? {} : { input });
    if (code !== 0) throw new Error(`restic ${args.join(" ")}: ${stderr}`);
    return stdout;
  }
  /** @returns the full id of what was written */
  async function backup(words: readonly string[], options: CallOptions): Promise<string> {
    const tag = words[words.indexOf("--tag") + 1] ?? "";
    await run(["backup", "-q", ...words], options);
    const rows = JSON.parse(await run(["snapshots", "--json", "--no-lock", "--tag", tag])) as { id: string }[];
    return rows.at(-1)?.id ?? "";
  }

  await run(["init", "-q"]);
  return {
    folder,
    source,
    repository,
    keeper,
    run,
    async commit({ time, record, zone }) {
      const tags = (part: string): string => `koboshi,plan=${record.plan},set=${record.set},part=${part}`;
      const at = ["--time", time, "--host", record.host];
      const files = record.parts.length === 0 ? "" : await backup([...at, "--tag", tags("files"), source], { zone });
      const full = { ...record, parts: record.parts.map((part) => ({ ...part, snapshot: files })) };
      const name = ["--stdin", "--stdin-filename", `/koboshi/${record.plan}/set.json`];
      const text = [...at, "--tag", tags("commit"), ...name];
      const said = await run(["backup", "--json", ...text], { input: writeCommit(full), zone });
      short.push([/"snapshot_id":"([0-9a-f]+)"/.exec(said)?.[1] ?? "", full]);
      return full;
    },
    async snapshots() {
      const all = await keeper.list();
      if (!all.ok) throw new Error(all.error.text);
      for (const [start, record] of short.splice(0)) {
        const found = all.value.find(({ id }) => start !== "" && id.startsWith(start));
        if (found !== undefined) written.set(found.id, record);
      }
      return all.value;
    },
    async remove() {
      await repository.close();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}
