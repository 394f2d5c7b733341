import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { createSystemClock } from "../../src/app/clock.ts";
import type { BackupPlan, CommitRecord, SetPart, SetTable } from "../../src/kernel/model/backup.ts";
import type { Verification } from "../../src/kernel/model/recovery.ts";
import { Secret } from "../../src/kernel/secret.ts";
import { dumpPath } from "../../src/recover/dump/engine.ts";
import { openRepository } from "../../src/recover/restic/access.ts";
import { callRestic } from "../../src/recover/restic/call.ts";
import { listSnapshots } from "../../src/recover/restic/snapshots.ts";
import type { LiveColumn } from "../../src/recover/verify/database.ts";
import { createVerifier } from "../../src/recover/verify/ladder.ts";
import { createResticTool } from "../../src/recover/verify/restic-tool.ts";
import type { ManifestFile } from "../../src/recover/verify/sample.ts";
import { createLocalWorkplace } from "../../src/recover/workplace/local.ts";

/** A repository into which dumps and folders are put, and a verifier that looks at them. */
export interface VerifyBench {
  readonly root: string;
  commit(of: {
    readonly dumps?: Readonly<Record<string, Buffer>>;
    readonly folder?: string;
    readonly tables?: readonly SetTable[];
  }): Promise<CommitRecord>;
  sample(record: CommitRecord, manifest: readonly ManifestFile[]): Promise<Verification>;
  /** @param liveRatio left out: nobody knows what the live side holds */
  databases(
    record: CommitRecord,
    plan: Pick<BackupPlan, "verify" | "loseAtMostMs">,
    liveRatio?: (of: LiveColumn) => Promise<number | null>,
  ): Promise<Verification>;
  remove(): Promise<void>;
}

export async function createVerifyBench(): Promise<VerifyBench> {
  const clock = createSystemClock();
  const workplace = createLocalWorkplace({ clock });
  const root = fs.mkdtempSync(path.join(os.tmpdir(), "koboshi-verify-"));
  const access = {
    repo: path.join(root, "repo"),
    password: new Secret("s3cret", "test"),
    cacheFolder: path.join(root, "cache"),
  };
  const repository = await openRepository(workplace, access);
  assert.equal((await callRestic(repository, ["init"])).end, "ok");
  const restic = createResticTool(repository);
  const verifier = createVerifier({ clock });
  const of = { plan: "shop", place: "office" };
  let count = 0;

  async function store(words: readonly string[], input: Buffer | null): Promise<string> {
    const tag = `n${++count}`;
    const said = await callRestic(repository, ["backup", "--tag", tag, ...words], input === null ? {} : { input });
    assert.equal(said.end, "ok", said.stderr);
    const listed = await listSnapshots(repository, { tags: [tag] });
    assert.ok(listed.ok && listed.value.length === 1);
    return listed.value[0]?.id ?? "";
  }

  return {
    root,
    async commit({ dumps = {}, folder, tables = [] }) {
      const parts: SetPart[] = [];
      for (const [name, bytes] of Object.entries(dumps)) {
        const snapshot = await store(["--stdin", "--stdin-filename", dumpPath("shop", name)], bytes);
        const sha256 = createHash("sha256").update(bytes).digest("hex");
        parts.push({ part: "dump", snapshot, bytes: bytes.length, files: 1, sha256, of: name, missing: [] });
      }
      if (folder !== undefined) {
        const snapshot = await store([folder], null);
        parts.push({ part: "files", snapshot, bytes: 0, files: 0, sha256: null, of: null, missing: [] });
      }
      return recordOf(`set${count}`, parts, tables);
    },
    sample: (record, manifest) => verifier.sample(of, { restic, workplace, record, manifest }),
    databases: (record, plan, liveRatio = () => Promise.resolve(null)) =>
      verifier.databases(of, {
        restic,
        workplace,
        zone: "Asia/Tokyo",
        record,
        plan,
        ownDomains: ["example.com"],
        liveRatio,
      }),
    async remove() {
      await repository.close();
      fs.rmSync(root, { recursive: true });
    },
  };
}

function recordOf(set: string, parts: readonly SetPart[], tables: readonly SetTable[]): CommitRecord {
  const at = "2026-11-22T00:00:00Z";
  return {
    schema: "koboshi.set/1",
    set,
    plan: "shop",
    host: "web1",
    startedAt: at,
    snapshotAt: at,
    finishedAt: at,
    clockOffsetMs: 0,
    restic: "0.14.0",
    consistency: "none",
    parts,
    tables,
    manifest: null,
    previousSet: null,
    totals: { bytes: 0, files: 0, addedBytes: 0 },
    allowMissing: [],
  };
}
