import type { z } from "zod";
import { maskUserInfo } from "../config/mask.ts";
import type { Stamp } from "../kernel/clock.ts";
import type { Lang } from "../kernel/lang.ts";
import type { BackupDatabase, CommitRecord } from "../kernel/model/backup.ts";
import type { BackupRun, DeleteProof, DrillSeen, RestoreRun, Verification } from "../kernel/model/recovery.ts";
import type { Site } from "../kernel/model/site.ts";
import type { BackupStatus, RecoveryProgress, RestoreOutlook } from "../kernel/ports-recovery.ts";
import { instantMs } from "../readers/hardware/instant.ts";
import { backupVerdict, secondsOf, type BackupVerdict } from "../recover/index.ts";
import { rfc3339 } from "../words/format.ts";
import { errorBody } from "./answer.ts";
import type {
  BackupDetailJson,
  BackupJson,
  OutlookJson,
  ProofJson,
  RestoreRunJson,
  RunJson,
  TaskJson,
  VerificationJson,
} from "./backup-schemas.ts";
import type { BackupTask } from "./backup-tasks.ts";

/** What the views are written with. */
export interface BackupViewing {
  readonly site: Site;
  readonly now: Stamp;
  progress(id: string): RecoveryProgress | null;
}

const shownSets = 20;

export function backupView(status: BackupStatus, viewing: BackupViewing): z.input<typeof BackupJson> {
  const { site, now } = viewing;
  const { plan } = status;
  const verdict = backupVerdict({ status, site, now });
  const { lastRestore } = verdict;
  return {
    plan: plan.key,
    host: plan.host,
    with: plan.with,
    verdict: verdict.timeliness,
    doubts: [...verdict.doubts],
    freshness: verdict.freshness,
    lastGoodAt: timeOf(verdict.newestAtMs, site),
    lastGoodPlace: verdict.newestPlace,
    verifiedAt: timeOf(verdict.verifiedAtMs, site),
    lastRestore:
      lastRestore === null
        ? null
        : {
            id: lastRestore.id,
            kind: lastRestore.kind,
            at: rfc3339((lastRestore.endedAt ?? lastRestore.startedAt).atMs, site.timeZone),
            seconds: verdict.restoreSeconds,
            scope: lastRestore.scope,
          },
    backWithinSeconds: seconds(plan.backWithinMs),
    loseAtMostSeconds: seconds(plan.loseAtMostMs),
    copiesElsewhere: verdict.copiesElsewhere,
    nextAt: timeOf(status.nextAtMs, site),
    drillDueAt: timeOf(verdict.drillDueAtMs, site),
    drillOverdue: verdict.isDrillOverdue,
    running: status.running.map((run) => runView(run, viewing)),
    copies: verdict.copies.map((copy) => copyView(copy, status, site)),
  };
}

export function backupDetail(status: BackupStatus, viewing: BackupViewing): z.input<typeof BackupDetailJson> {
  const { site } = viewing;
  const { plan, copies, runs, restores } = status;
  const verdict = backupVerdict({ status, site, now: viewing.now });
  const quarantined = new Set(verdict.copies.flatMap((copy) => copy.quarantined.map((set) => `${copy.place} ${set}`)));
  return {
    ...backupView(status, viewing),
    paths: [...plan.paths],
    databases: plan.databases.map(databaseName),
    at: plan.at,
    runs: runs.map((run) => runView(run, viewing)),
    sets: copies.flatMap(({ place, sets }) =>
      sets.slice(0, shownSets).map((record) => ({
        ...setView(record, place, site),
        quarantined: quarantined.has(`${place} ${record.set}`),
      })),
    ),
    verifications: copies.flatMap(({ verified }) => verified.map((one) => verificationView(one, site))),
    proofs: copies.flatMap(({ proof }) => (proof === null ? [] : [proofView(proof, site)])),
    restores: restores.map((run) => restoreView(run, viewing)),
  };
}

/** `postgres/shop` */
export function databaseName({ engine, name }: Pick<BackupDatabase, "engine" | "name">): string {
  return `${engine}/${name}`;
}

/** A repository's name as it may be shown: an address may hold a password. */
export function repositoryName(repo: string | null): string | null {
  return repo === null ? null : maskUserInfo(repo);
}

function copyView(
  copy: BackupVerdict["copies"][number],
  { plan, copies }: BackupStatus,
  site: Site,
): z.input<typeof BackupJson>["copies"][number] {
  const target = plan.to.find(({ at }) => at === copy.place);
  const { readAt = null, trouble = null, proof = null } = copies.find(({ place }) => place === copy.place) ?? {};
  return {
    place: copy.place,
    repository: target === undefined ? null : repositoryName(target.repo),
    newestAt: timeOf(copy.newestAtMs, site),
    ...newestFacts(copy.newest),
    foreignAt: timeOf(copy.foreignAtMs, site),
    level: copy.level,
    verifiedAt: timeOf(copy.verifiedAtMs, site),
    readAt: stampOf(readAt, site),
    broken: copy.isBroken,
    trouble,
    elsewhere: copy.isElsewhere,
    appendOnlyClaimed: target?.appendOnlyClaimed === true,
    deletable: copy.deletable,
    provenAt: stampOf(proof === null ? null : proof.at, site),
  };
}

function newestFacts(
  newest: CommitRecord | null,
): Pick<z.input<typeof BackupJson>["copies"][number], "newestSet" | "bytes" | "files"> {
  if (newest === null) return { newestSet: null, bytes: null, files: null };
  return { newestSet: newest.set, bytes: newest.totals.bytes, files: newest.totals.files };
}

export function runView(run: BackupRun, { site, progress }: BackupViewing): z.input<typeof RunJson> {
  const { set, place, state, startedAt, endedAt, doneBytes, totalBytes, trouble, record } = run;
  return {
    set,
    place,
    state,
    startedAt: rfc3339(startedAt.atMs, site.timeZone),
    endedAt: stampOf(endedAt, site),
    // a short run may end before anybody counted
    doneBytes: record?.totals.bytes ?? doneBytes,
    totalBytes: record?.totals.bytes ?? totalBytes,
    addedBytes: record?.totals.addedBytes ?? null,
    trouble,
    progress: endedAt === null ? progressView(progress(set)) : null,
  };
}

export function restoreView(run: RestoreRun, { site, progress }: BackupViewing): z.input<typeof RestoreRunJson> {
  const { startedAt, endedAt, phases, seen, ...rest } = run;
  return {
    ...rest,
    ...(seen === undefined ? {} : { seen: seenView(seen) }),
    startedAt: rfc3339(startedAt.atMs, site.timeZone),
    endedAt: stampOf(endedAt, site),
    seconds: secondsOf(run),
    phases: [...phases],
    progress: endedAt === null ? progressView(progress(run.id)) : null,
  };
}

function seenView({ started, checks, blocked, mails, wipe }: DrillSeen): z.input<typeof RestoreRunJson>["seen"] {
  return { started: [...started], checks: [...checks], blocked: [...blocked], mails, wipe };
}

function progressView(progress: RecoveryProgress | null): z.input<typeof RunJson>["progress"] {
  if (progress === null) return null;
  const { phase, doneBytes, totalBytes, bytesPerSecond, leftSeconds } = progress;
  return { phase, doneBytes, totalBytes, bytesPerSecond, leftSeconds };
}

function setView(
  { set, snapshotAt, totals }: CommitRecord,
  place: string,
  site: Site,
): Omit<z.input<typeof BackupDetailJson>["sets"][number], "quarantined"> {
  return { set, place, at: timeOf(instantMs(snapshotAt), site), bytes: totals.bytes, files: totals.files };
}

export function verificationView(one: Verification, site: Site): z.input<typeof VerificationJson> {
  const { id, place, level, set, at, seconds: took, ok, facts, findings } = one;
  return {
    id,
    place,
    level,
    set,
    at: rfc3339(at.atMs, site.timeZone),
    seconds: took,
    ok,
    facts,
    findings: [...findings],
  };
}

export function proofView({ place, at, result, tried }: DeleteProof, site: Site): z.input<typeof ProofJson> {
  return { place, at: rfc3339(at.atMs, site.timeZone), result, tried: [...tried] };
}

export function outlookView({ record, inTheWay, ...outlook }: RestoreOutlook, site: Site): z.input<typeof OutlookJson> {
  return { ...outlook, set: record.set, at: timeOf(instantMs(record.snapshotAt), site), inTheWay: [...inTheWay] };
}

export function taskView(task: BackupTask, site: Site, lang: Lang): z.input<typeof TaskJson> {
  const { id, kind, plan, state, startedAt, result, error } = task;
  return {
    task: id,
    kind,
    plan,
    state,
    startedAt: rfc3339(startedAt.atMs, site.timeZone),
    verifications: result.verifications.map((one) => verificationView(one, site)),
    proofs: result.proofs.map((one) => proofView(one, site)),
    sets: [...result.sets],
    error: error === null ? null : errorBody(error, lang).error,
  };
}

function timeOf(atMs: number | null, site: Site): string | null {
  return atMs === null ? null : rfc3339(atMs, site.timeZone);
}

function stampOf(stamp: Stamp | null, site: Site): string | null {
  return stamp === null ? null : rfc3339(stamp.atMs, site.timeZone);
}

function seconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1_000;
}
