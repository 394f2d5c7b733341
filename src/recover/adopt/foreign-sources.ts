import os from "node:os";
import path from "node:path";
import type { Clock } from "../../kernel/clock.ts";
import { KoboshiError } from "../../kernel/errors.ts";
import type { ForeignCopy } from "../../kernel/model/recovery.ts";
import type { Host, Site } from "../../kernel/model/site.ts";
import type { ForeignRepository, ForeignSource } from "../../kernel/ports-restore.ts";
import { openRepository } from "../restic/access.ts";
import { listSnapshots } from "../restic/snapshots.ts";
import { shownRepo } from "../restore/copies.ts";
import type { Workplace } from "../workplace/workplace.ts";
import { adoptable, foreignSnapshots } from "./adopt.ts";
import { createBorgReader } from "./borg.ts";

interface Looking {
  readonly clock: Clock;
  readonly workplace: Workplace;
  /** null: there is no configuration */
  readonly site: Site | null;
}

/** Who wrote what into a repository of others; it is only read. @throws KB8503 when it cannot be */
export async function foreignSources(
  { clock, workplace, site }: Looking,
  repository: ForeignRepository,
): Promise<readonly ForeignSource[]> {
  const { tool, repo, place } = repository;
  const copies = await (tool === "borg" ? borgCopies : resticCopies)({ clock, workplace, repository });
  const timeZone = site?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const hosts = site?.hosts ?? new Map<string, Host>();
  const groups = adoptable(copies, { tool, repo, place }, { site: { hosts, timeZone }, nowMs: clock.nowMs() });
  return groups.map(({ host, paths, tags, count, newestAtMs, oldestAtMs, medianGapMs, yaml }) => {
    return { host, paths, tags, count, newestAtMs, oldestAtMs, medianGapMs, yaml };
  });
}

interface Reading {
  readonly clock: Clock;
  readonly workplace: Workplace;
  readonly repository: ForeignRepository;
}

async function borgCopies({ clock, workplace, repository }: Reading): Promise<readonly ForeignCopy[]> {
  const { repo, password: passphrase } = repository;
  const notesFolder = path.join(os.tmpdir(), "koboshi-borg");
  const listed = await createBorgReader({ clock, workplace, repo, passphrase, notesFolder }).list();
  if (listed.ok) return listed.value.copies;
  throw unreadable(repository, listed.error.text);
}

async function resticCopies({ workplace, repository }: Reading): Promise<readonly ForeignCopy[]> {
  const { repo, password } = repository;
  if (password === null) throw unreadable(repository, "--password-file");
  const opened = await openRepository(workplace, { repo, password });
  const listed = await listSnapshots(opened, { tags: [] }).finally(() => opened.close());
  if (listed.ok) return foreignSnapshots(listed.value);
  throw unreadable(repository, listed.error.text);
}

function unreadable({ repo }: ForeignRepository, text: string): KoboshiError {
  return new KoboshiError("KB8503", { repo: shownRepo(repo), text });
}
