import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import type { Clock } from "../../src/kernel/clock.ts";
import type { CommitRecord, SetPart } from "../../src/kernel/model/backup.ts";
import { Secret } from "../../src/kernel/secret.ts";
import { dumpPath } from "../../src/recover/dump/engine.ts";
import { openRepository } from "../../src/recover/restic/access.ts";
import { commitPath, writeCommit } from "../../src/recover/sets/commit-record.ts";
import { readSets } from "../../src/recover/sets/read-sets.ts";
import { writeTags } from "../../src/recover/sets/tags.ts";
import { createLocalWorkplace } from "../../src/recover/workplace/local.ts";
import type { Company } from "./first-server.ts";
import { freePort } from "./hub-process.ts";
import { postgresPassword, postgresUser, startPostgres } from "./postgres-server.ts";

/**
 * The provider gives its vault back from a tape, by way of a database of its own that took the dump for latin-1: the same set with
 * the same record, whose texts are encoded twice.
 * @returns the set's id
 */
export async function garbledReturn(company: Company, clock: Clock): Promise<string> {
  const { stores, tape, folder } = company;
  const env = { ...process.env, RESTIC_PASSWORD_FILE: path.join(folder, "shop.key") };
  const restic = (repo: string, words: readonly string[], input?: Buffer): Buffer =>
    execFileSync("restic", ["-q", "-r", repo, ...words], {
      env,
      maxBuffer: 500_000_000,
      ...(input === undefined ? {} : { input }),
    });
  const record = await recordOn(tape, { clock, password: fs.readFileSync(path.join(folder, "shop.key"), "utf8") });

  fs.rmSync(stores.vault, { recursive: true, force: true });
  fs.mkdirSync(stores.vault, { recursive: true });
  restic(stores.vault, ["init"]);
  const stored = (part: SetPart["part"], words: readonly string[], input?: Buffer): string => {
    const { plan, set } = record;
    const tags = writeTags({ plan, set, part, dump: part === "dump" ? 0 : null });
    restic(stores.vault, ["backup", "--host", "web1", "--tag", tags.join(","), ...words], input);
    const listed = restic(stores.vault, ["snapshots", "--json", "--tag", tags.join(",")]).toString();
    return (JSON.parse(listed) as { id: string }[]).at(-1)?.id ?? "";
  };
  const parts: SetPart[] = [];
  let { manifest } = record;
  for (const part of record.parts) {
    if (part.part === "dump") {
      const garbled = await throughLatin1(restic(tape, ["dump", part.snapshot, dumpPath(record.plan, part.of ?? "")]));
      const file = ["--stdin", "--stdin-filename", dumpPath(record.plan, part.of ?? "")];
      const sha256 = createHash("sha256").update(garbled).digest("hex");
      parts.push({ ...part, snapshot: stored("dump", file, garbled), bytes: garbled.length, sha256 });
    } else if (part.part === "meta" && manifest !== null) {
      const file = ["--stdin", "--stdin-filename", manifest.path];
      const snapshot = stored("meta", file, restic(tape, ["dump", manifest.snapshot, manifest.path]));
      parts.push({ ...part, snapshot });
      manifest = { snapshot, path: manifest.path, sha256: manifest.sha256 };
    } else {
      const files = path.join(folder, "from-tape");
      restic(tape, ["restore", part.snapshot, "--target", files]);
      parts.push({ ...part, snapshot: stored("files", [files]) });
    }
  }
  const given: CommitRecord = { ...record, parts, manifest };
  stored("commit", ["--stdin", "--stdin-filename", commitPath(record.plan)], Buffer.from(writeCommit(given)));
  return record.set;
}

async function recordOn(
  repo: string,
  { clock, password }: { readonly clock: Clock; readonly password: string },
): Promise<CommitRecord> {
  const access = { repo, password: new Secret(password, "test") };
  const repository = await openRepository(createLocalWorkplace({ clock }), access);
  const read = await readSets(repository, { plan: "shop-data", nowMs: clock.nowMs() }).finally(() =>
    repository.close(),
  );
  const record = read.ok ? read.value.sets[0] : undefined;
  if (record === undefined) throw new Error(`no set on ${repo}`);
  return record;
}

/** A dump into a database of its own, its bytes taken for latin-1, and out again. */
async function throughLatin1(dump: Buffer): Promise<Buffer> {
  const port = await freePort();
  const server = await startPostgres({ port });
  const env = {
    ...process.env,
    PGHOST: "127.0.0.1",
    PGPORT: String(port),
    PGUSER: postgresUser,
    PGPASSWORD: postgresPassword,
  };
  try {
    const asLatin1 = dump.toString("utf8").replace("SET client_encoding = 'UTF8'", "SET client_encoding = 'LATIN1'");
    execFileSync("psql", ["-X", "-q", "-d", "postgres", "-c", "create database shop"], { env });
    execFileSync("psql", ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-o", "/dev/null", "-d", "shop"], {
      env,
      input: asLatin1,
    });
    return execFileSync("pg_dump", ["shop"], { env, maxBuffer: 500_000_000 });
  } finally {
    await server.stop("SIGINT");
    fs.rmSync(server.folder, { recursive: true, force: true });
  }
}
